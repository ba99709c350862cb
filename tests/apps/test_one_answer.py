"""One question through every face: the same findings, numbers and ids."""

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx2
import openai
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from apps.chats.asking import thread_id
from apps.chats.port import Place
from apps.chats.slack.double import shown
from apps.http.served import Options
from apps.wiring import Wiring
from tests.apps.chats.workspace import CHANNELS, Workspace
from tests.apps.http.live_server import Live
from tests.apps.plant_place import NOW, Plant, made_plant, plant

__all__ = ["made_plant", "plant"]
EVIDENCE = re.compile(r"E-[A-Z2-7]{10}")
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
ITS_OWN = {"run_id", "thread_id", "cost"}
"""What one asking does not share with another."""


class Moving(Wiring):
    """The program with a clock that goes on, as jobs need it."""

    _begun = time.monotonic()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - self._begun)


@pytest.fixture
def server(plant: Plant) -> Iterator[Live]:
    one = Live(plant.parts(), Options(drain_seconds=0.0))
    yield one
    one.end()


def test_every_face_gives_the_same_findings_numbers_and_ids(
    plant, server, andon, monkeypatch
) -> None:
    text = f"Why is {plant.symptom} raised?"
    for name, value in plant.env().items():
        monkeypatch.setenv(name, value)
    by_terminal = andon("ask", text, "--json").json
    others = {
        "http": by_http(server, text),
        "openai": by_openai(server, text),
        "mcp": asyncio.run(by_mcp(server, text)),
        "slack": asyncio.run(by_slack(plant, text)),
    }
    assert by_terminal["outcome"] == "answered"
    assert len(set(EVIDENCE.findall(by_terminal["text"]))) > 1
    for face, answer in others.items():
        assert shared(answer) == shared(by_terminal), face
        assert answer["run_id"] != by_terminal["run_id"]


def shared(answer: dict[str, Any]) -> dict[str, Any]:
    """What all askings of one question have in common."""
    return {key: value for key, value in answer.items() if key not in ITS_OWN}


def by_http(server: Live, text: str) -> dict[str, Any]:
    with server.client() as web:
        run_id = web.post("/runs", json={"text": text}).json()["run_id"]
        web.get(f"/runs/{run_id}/events")  # ends with the run
        return web.get(f"/runs/{run_id}").json()["answer"]


def by_openai(server: Live, text: str) -> dict[str, Any]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key()) as client:
        said = client.chat.completions.create(
            model="andon", messages=[{"role": "user", "content": text}]
        )
    answer: dict[str, Any] = said.model_extra["andon"]
    words = said.choices[0].message.content
    assert set(EVIDENCE.findall(words)) == set(EVIDENCE.findall(answer["text"]))
    return answer


async def by_mcp(server: Live, text: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {server.key()}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as web:
        transport = streamable_http_client(f"{server.url}/mcp", http_client=web)
        async with Client(transport) as client:
            asked = await client.call_tool("ask", {"text": text})
    assert asked.content[0].text == asked.structured_content["text"]
    return asked.structured_content


async def by_slack(plant: Plant, text: str) -> dict[str, Any]:
    """The answer that is kept of what was asked in Slack, whose message cites the same."""
    state = plant.folder / "state"
    (state / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
    parts = Moving(plant.parts().settings).open_shared()
    async with Workspace.opened(parts) as one:
        asked = await one.mention(text)
        message = await one.answered()
    place = Place(surface="slack", channel="C1", thread=asked["event"]["ts"])
    [kept] = parts.conversations.requests.thread(thread_id(place, "engineer"), "engineer")
    answer = kept.answer
    assert answer is not None
    for what in (EVIDENCE, NUMBER):
        assert set(what.findall(answer["text"])) <= set(what.findall(shown(message)))
    return answer
