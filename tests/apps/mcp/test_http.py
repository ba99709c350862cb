"""`/mcp` of a real server, by the SDK's client and its keys."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from apps.http.app import create_app
from memory.api_keys import ApiKeys
from tests.apps.plant_place import NOW, Plant, serving

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def address(plant: Plant) -> Iterator[str]:
    """Where the server is."""
    with serving(create_app(plant.parts())) as address:
        yield f"{address}/mcp"


def talk(
    address: str, key: str, use: Callable[[Client], Awaitable[Any]], mode: str = "auto"
) -> Any:
    """Let a client with that key do something."""

    async def main() -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as web:
            transport = streamable_http_client(address, http_client=web)
            async with Client(transport, mode=mode) as client:
                return await use(client)

    return asyncio.run(main())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_of_either_age_asks_hears_progress_and_reads_the_evidence(
    plant, address, mode
) -> None:
    told: list[str | None] = []

    async def hear(_: float, __: float | None, message: str | None) -> None:
        told.append(message)

    async def use(client: Client) -> tuple[dict[str, Any], Any]:
        question = {"text": f"Why is {plant.symptom} raised?"}
        asked = await client.call_tool("ask", question, progress_callback=hear)
        answer = asked.structured_content
        cited = answer["findings"][0]["evidence"][0]
        return answer, await client.read_resource(f"andon://evidence/{cited}")

    answer, evidence = talk(address, plant.key(), use, mode)
    assert answer["outcome"] == "answered"
    assert '"schema": "andon.evidence/1"' in evidence.contents[0].text
    assert told


def test_each_key_sees_what_its_person_sees(plant, address) -> None:
    found = talk(address, plant.key(), lambda client: client.call_tool("describe_hub", {}))
    uri = f"andon://evidence/{found.structured_content['id']}"

    async def read(client: Client) -> str:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        return refused.value.data["code"]

    assert talk(address, plant.key("maria"), read) == "unknown_name"


def test_without_a_key_that_holds_nothing_is_answered(plant, address) -> None:
    keys = ApiKeys(plant.parts().ledger)
    revoked = plant.key()
    for one in keys.all():
        keys.revoke(one.id, by="tests", at=NOW)
    for headers in ({}, {"Authorization": f"Bearer {revoked}"}, {"Authorization": "Bearer x"}):
        refused = httpx2.post(address, json=CALL, headers={**HEADERS, **headers})
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.json()["schema"] == "andon.error/1"


def test_a_body_that_is_no_message_is_refused_and_the_server_goes_on(plant, address) -> None:
    headers = {**HEADERS, "Authorization": f"Bearer {plant.key()}"}
    broken = httpx2.post(
        address, content=b"{", headers={**headers, "Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    assert httpx2.get(address, headers=headers).status_code == 405
    assert httpx2.post(address, json=CALL, headers=headers).status_code == 200
