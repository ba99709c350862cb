"""The supervisor as LangGraph's own tools open it."""

import asyncio
import importlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from tests.apps.plant_place import made_plant, plant

__all__ = ["made_plant", "plant"]
ROOT = Path(__file__).parents[2]
LISTED = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))


def said(text: str) -> dict[str, Any]:
    """The state that a chat client sends."""
    return {"messages": [{"role": "user", "content": text}]}


def test_the_listed_graph_answers_and_goes_on_in_its_thread(plant, monkeypatch) -> None:
    for name, value in plant.env().items():
        monkeypatch.setenv(name, value)
    file, _, factory = LISTED["graphs"]["supervisor"]["path"].partition(":")
    module = importlib.import_module(file.removeprefix("./").removesuffix(".py").replace("/", "."))
    module._parts.cache_clear()
    config = {"configurable": {"thread_id": "T-STUDIO"}}

    async def main() -> list[dict[str, Any]]:
        graph = await getattr(module, factory)(config)
        graph.checkpointer = InMemorySaver()
        first = await graph.ainvoke(said(f"Why is {plant.symptom} raised?"), config)
        return [first, await graph.ainvoke(said("And in Germany?"), config)]

    first, second = asyncio.run(main())
    module._parts.cache_clear()
    assert first["answer"]["outcome"] == "answered"
    assert first["messages"][-1].text == first["answer"]["text"]
    [task] = second["answer"]["plan"]["tasks"]
    assert (task["slots"]["symptom"], task["slots"]["country"]) == ([plant.symptom], ["DE"])


def test_the_development_server_opens_it_and_answers(plant, tmp_path) -> None:
    pytest.importorskip("langgraph_api", reason="the extra `studio` is not installed")
    for name in ("langgraph.json", "apps"):  # it reads and writes where it is started
        (tmp_path / name).symlink_to(ROOT / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "langgraph"), "dev", "--no-browser", "--no-reload",
            "--port", str(port),
        ],
        cwd=tmp_path,
        env={**os.environ, **plant.env(), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as web:
            _wait_for(web, server)
            asked = {"assistant_id": "supervisor", "input": said(f"Why is {plant.symptom} raised?")}
            ended = web.post("/runs/wait", json=asked).json()
    finally:
        server.terminate()
        server.wait(20)
    assert ended["answer"]["outcome"] == "answered", ended
    assert ended["messages"][-1]["content"] == ended["answer"]["text"]


def _wait_for(web: httpx2.Client, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            if web.get("/ok").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the development server ended with {server.returncode}")
