"""What an agent of another program may list, call and read, by the SDK's own client."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client, MCPError

from apps.mcp_server.server import make_server
from memory.proposal_rows import proposals
from tests.apps.plant_place import Plant
from tools.registry import registry
from tools.runner import run_tool

SIMPLE = ("claim_rate", "data_quality", "describe_hub", "supplier_scorecard")


def talk(plant: Plant, use: Callable[[Client], Awaitable[Any]], user: str = "engineer") -> Any:
    """Let a client of that person do something."""

    parts = plant.parts(user).open_shared()

    async def main() -> Any:
        async with Client(make_server(lambda _: parts)) as client:
            return await use(client)

    return asyncio.run(main())


def refused(plant: Plant, uri: str, user: str = "engineer") -> dict[str, Any]:
    """The `andon.error/1` that reading an address gives."""

    async def use(client: Client) -> dict[str, Any]:
        with pytest.raises(MCPError) as error:
            await client.read_resource(uri)
        return error.value.data

    return talk(plant, use, user)


def test_every_tool_that_reads_is_listed_with_the_words_and_schema_of_the_registry(plant) -> None:
    listed = talk(plant, lambda client: client.list_tools()).tools
    by_name = {one.name: one for one in listed}
    for tool in registry().values():
        if tool.effect == "read":
            shown = by_name[tool.name]
            assert shown.description == tool.description
            assert shown.input_schema == tool.input_schema()
            assert shown.annotations.read_only_hint is True
    assert listed[0].name == "ask"
    assert by_name["propose_action"].annotations.read_only_hint is False
    assert not any(one.annotations.destructive_hint for one in listed)


def test_nothing_that_is_listed_approves_or_records(plant) -> None:
    names = {one.name for one in talk(plant, lambda client: client.list_tools()).tools}
    effects = {registry()[name].effect for name in names - {"ask"}}
    assert effects == {"read", "propose"}
    for wanted in ("approve", "reject", "decide", "open_case"):
        failed = talk(plant, lambda client, name=wanted: client.call_tool(name, {}))
        assert failed.structured_content["code"] == "unknown_name"


def test_what_is_proposed_here_waits_for_a_person(plant) -> None:
    parts = plant.parts("supplier_quality")
    with parts.hub.snapshot(parts.scope) as snapshot:
        [[supplier]] = snapshot.run("SELECT min(supplier_id) FROM suppliers", {}).values
    band = {"supplier_id": supplier, "band_before": "B", "band": "C", "reasons": ["late"]}
    wish = {"kind": "change_rating_band", "payload": band}
    made = talk(plant, lambda client: client.call_tool("propose_action", wish), "supplier_quality")
    assert not made.is_error, made.content
    told = made.structured_content["result"]
    with parts.ledger.read() as connection:
        [kept] = proposals(connection, parts.action_policy)
    assert (kept.id, kept.state) == (told["proposal_id"], "proposed")


def test_a_result_is_the_evidence_that_the_program_keeps(plant) -> None:
    question = {"symptom": plant.symptom}
    called = talk(plant, lambda client: client.call_tool("rank_causes", question))
    parts = plant.parts()
    same = run_tool(registry()["rank_causes"], question, parts.context())
    assert called.structured_content == same.to_json()
    assert called.content[0].text == f"{same.summary} [{same.id}]"
    read = talk(plant, lambda client: client.read_resource(f"andon://evidence/{same.id}"))
    assert json.loads(read.contents[0].text) == same.to_json()


def test_what_tools_answer_fits_the_schemas_that_they_list(plant) -> None:
    async def call_all(client: Client) -> list[Any]:
        return [await client.call_tool(name, {}) for name in SIMPLE]  # the client checks each

    assert not any(one.is_error for one in talk(plant, call_all))


def test_a_question_tells_how_far_it_is_and_gives_the_answer_with_its_findings(plant) -> None:
    told: list[tuple[float, str]] = []

    async def hear(progress: float, _: float | None, message: str | None) -> None:
        told.append((progress, message or ""))

    answered = talk(
        plant,
        lambda client: client.call_tool(
            "ask", {"text": f"Why is {plant.symptom} raised?"}, progress_callback=hear
        ),
    )
    body = answered.structured_content
    assert (body["schema"], body["outcome"]) == ("andon.answer/1", "answered")
    assert answered.content[0].text == body["text"]
    assert body["findings"]
    steps = [progress for progress, _ in told]
    assert steps == sorted(set(steps))
    assert told[0][1].startswith("plan (rules)")
    assert any("rank_causes" in words for _, words in told)


def test_a_question_back_is_answered_on_its_thread(plant) -> None:
    async def both(client: Client) -> list[dict[str, Any]]:
        first = (await client.call_tool("ask", {"text": "Check it."})).structured_content
        again = {"text": "4", "thread_id": first["thread_id"]}
        return [first, (await client.call_tool("ask", again)).structured_content]

    first, second = talk(plant, both)
    assert first["outcome"] == "clarify"
    assert second["thread_id"] == first["thread_id"]
    assert (second["text"], second["questions"]) != (first["text"], first["questions"])


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("rank_causes", {"sym": "X"}, "invalid_argument"),
        ("rank_causes", {"symptom": "NO_SUCH_SYMPTOM"}, "unknown_name"),
        ("ask", {}, "invalid_argument"),
        ("ask", {"text": " \n"}, "bad_argument"),
        ("ask", {"text": "Why?", "as_of": "yesterday"}, "invalid_argument"),
        ("ask", {"text": "Why?", "plan_only": True}, "invalid_argument"),
        ("ask", {"text": "Why?", "language": "tlh"}, "bad_argument"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_what_to_do(plant, name, arguments, code) -> None:
    failed = talk(plant, lambda client: client.call_tool(name, arguments))
    assert failed.is_error
    assert failed.structured_content["code"] == code
    assert failed.structured_content["next_step"]
    assert json.loads(failed.content[0].text) == failed.structured_content


def test_a_defect_tells_its_kind_and_nothing_from_inside(plant, monkeypatch) -> None:
    monkeypatch.setattr(
        "apps.mcp_server.calling.run_tool",
        lambda *_: {}["/secret/path"],  # a KeyError
    )
    failed = talk(plant, lambda client: client.call_tool("describe_hub", {}))
    assert failed.structured_content["code"] == "defect"
    assert "secret" not in failed.content[0].text


def test_evidence_of_a_wider_scope_is_not_there_for_others(plant) -> None:
    found = talk(plant, lambda client: client.call_tool("describe_hub", {})).structured_content
    uri = f"andon://evidence/{found['id']}"
    mine = talk(plant, lambda client: client.list_resources()).resources
    hers = talk(plant, lambda client: client.list_resources(), "maria").resources
    assert uri in [one.uri for one in mine]
    assert uri not in [one.uri for one in hers]
    assert refused(plant, uri, "maria")["code"] == "unknown_name"


def test_somebody_elses_conversation_is_not_there(plant) -> None:
    first = talk(plant, lambda client: client.call_tool("ask", {"text": "Check it."}))
    again = {"text": "1", "thread_id": first.structured_content["thread_id"]}
    failed = talk(plant, lambda client: client.call_tool("ask", again), "maria")
    assert failed.structured_content["code"] == "unknown_name"


@pytest.mark.parametrize(
    "uri",
    ["andon://cases/C-NONE", "andon://evidence/E-NONE", "andon://evidence", "andon://cases/C-1/x",
     "andon://keys", "file:///etc/passwd", "andon://evidence/../../etc/passwd"],
)  # fmt: skip
def test_an_address_of_nothing_is_an_error_that_says_so(plant, uri) -> None:
    assert refused(plant, uri)["schema"] == "andon.error/1"


def test_open_cases_are_listed_and_read_with_their_proposals(plant) -> None:
    sign = {"symptom": plant.symptom, "severity": 3, "seen": "It stays dark."}
    run_tool(registry()["open_case"], sign, plant.parts().context())
    uris = [one.uri for one in talk(plant, lambda client: client.list_resources()).resources]
    first = next(uri for uri in uris if uri.startswith("andon://cases/"))
    body = json.loads(talk(plant, lambda client: client.read_resource(first)).contents[0].text)
    assert body["schema"] == "andon.case/1"
    assert first.endswith(body["case"]["id"])
    every = talk(plant, lambda client: client.read_resource("andon://cases"))
    assert body["case"] in json.loads(every.contents[0].text)["cases"]


def test_a_chart_is_a_picture(plant) -> None:
    pytest.importorskip("vl_convert")
    found = run_tool(registry()["claim_rate"], {}, plant.parts().context())
    assert found.chart
    uri = f"andon://evidence/{found.id}/chart"
    [drawn] = talk(plant, lambda client: client.read_resource(uri)).contents
    assert drawn.mime_type == "image/png"
    assert base64.b64decode(drawn.blob).startswith(b"\x89PNG")
