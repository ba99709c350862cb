"""`andon mcp` as another program starts it."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from tests.apps.http.live_server import SURVEY

ANDON = str(Path(sys.executable).parent / "andon")


def test_a_client_that_starts_it_asks_and_gets_a_cited_answer(plant) -> None:
    started = StdioServerParameters(command=ANDON, args=["mcp"], env={**os.environ, **plant.env()})
    told: list[str | None] = []

    async def hear(_: float, __: float | None, message: str | None) -> None:
        told.append(message)

    async def main() -> dict:
        async with Client(started) as client:
            question = {"text": SURVEY}
            asked = await client.call_tool("ask", question, progress_callback=hear)
            return asked.structured_content

    answer = asyncio.run(main())
    assert (answer["schema"], answer["outcome"]) == ("andon.answer/1", "answered")
    assert told


def test_nothing_but_the_protocol_is_on_standard_output(plant) -> None:
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    sent = [
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "describe_hub", "arguments": {}}},
        {
            "id": 3,
            "method": "tools/call",
            "params": {"name": "ask", "arguments": {"text": "Check it."}},
        },
    ]
    process = subprocess.Popen(
        [ANDON, "mcp"],
        env={**os.environ, **plant.env()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin
        assert process.stdout
        for one in sent:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **one}) + "\n")
        process.stdin.write("this is no JSON\n")
        process.stdin.flush()
        said = [json.loads(process.stdout.readline())]
        while {1, 2, 3} - {one.get("id") for one in said}:
            said.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        said += [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    assert all(one["jsonrpc"] == "2.0" for one in said)


def test_whom_the_users_file_does_not_know_is_told_before_anything_is_served(ready) -> None:
    ran = ready("mcp", "--as", "nobody")
    assert (ran.code, ran.out) == (4, "")
    assert "nobody" in ran.err


def test_without_the_sdk_the_command_names_what_to_install(ready, monkeypatch) -> None:
    for name in [one for one in sys.modules if one.startswith("apps.mcp_server")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("mcp", "mcp_types"):
        monkeypatch.setitem(sys.modules, name, None)
    ran = ready("mcp")
    assert ran.code == 2
    assert "andon[mcp]" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("option", ["--help"])
def test_its_help_is_there_without_a_hub(andon, option) -> None:
    assert "Model Context Protocol" in andon("mcp", option).out
