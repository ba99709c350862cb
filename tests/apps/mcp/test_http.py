"""`/mcp` of a real server, by the SDK's client and its keys."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from apps.http.served import Options
from tests.apps.http.live_server import SURVEY, Live
from tests.apps.plant_place import NOW, Plant

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def server(plant: Plant) -> Iterator[Live]:
    """The server."""
    one = Live(plant.parts(), Options(drain_seconds=0.0))
    yield one
    one.end()


def talk(
    server: Live,
    use: Callable[[Client], Awaitable[Any]],
    user: str = "engineer",
    mode: str = "auto",
) -> Any:
    """Let a client with a key of that person do something."""

    async def main() -> Any:
        headers = {"Authorization": f"Bearer {server.key(user)}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as web:
            transport = streamable_http_client(f"{server.url}/mcp", http_client=web)
            async with Client(transport, mode=mode) as client:
                return await use(client)

    return asyncio.run(main())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_of_either_age_asks_hears_progress_and_reads_the_evidence(server, mode) -> None:
    told: list[str | None] = []

    async def hear(_: float, __: float | None, message: str | None) -> None:
        told.append(message)

    async def use(client: Client) -> tuple[dict[str, Any], Any]:
        question = {"text": SURVEY}
        asked = await client.call_tool("ask", question, progress_callback=hear)
        answer = asked.structured_content
        cited = answer["findings"][0]["evidence"][0]
        return answer, await client.read_resource(f"andon://evidence/{cited}")

    answer, evidence = talk(server, use, mode=mode)
    assert answer["outcome"] == "answered"
    assert '"schema": "andon.evidence/1"' in evidence.contents[0].text
    assert told


def test_each_key_sees_what_its_person_sees(server) -> None:
    found = talk(server, lambda client: client.call_tool("describe_hub", {}))
    uri = f"andon://evidence/{found.structured_content['id']}"

    async def read(client: Client) -> str:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        return refused.value.data["code"]

    assert talk(server, read, "maria") == "unknown_name"


def test_without_a_key_that_holds_nothing_is_answered(server) -> None:
    revoked = server.key()
    for one in server.here.keys.all():
        server.here.keys.revoke(one.id, by="tests", at=NOW)
    for headers in ({}, {"Authorization": f"Bearer {revoked}"}, {"Authorization": "Bearer x"}):
        refused = httpx2.post(f"{server.url}/mcp", json=CALL, headers={**HEADERS, **headers})
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.json()["schema"] == "andon.error/1"


def test_a_body_that_is_no_message_is_refused_and_the_server_goes_on(server) -> None:
    headers = {**HEADERS, "Authorization": f"Bearer {server.key()}"}
    address = f"{server.url}/mcp"
    broken = httpx2.post(
        address, content=b"{", headers={**headers, "Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    assert httpx2.get(address, headers=headers).status_code == 405
    assert httpx2.post(f"{server.url}/mcp", json=CALL, headers=headers).status_code == 200
