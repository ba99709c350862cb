"""What a server can do is found by trying it, and is then worked around."""

import asyncio
import json

import pytest

from services.model.capability import EVERYTHING, Capabilities, CapabilityCache
from services.model.errors import ModelBusy, ModelDidNotAnswer, ModelRejected
from services.model.ledger import CostLedger
from services.model.message import Message, ToolCall
from services.model.probe import GROUPS
from tests.services.model.conftest import QUESTION, RATE, Weather
from tests.services.model.loopback import Act, call

FEATURES = [feature for group in GROUPS for feature in group]
FIELDS = {
    "tools": "tools",
    "tool_choice": "tool_choice",
    "parallel_tool_calls": "parallel_tool_calls",
    "json_schema": "response_format",
    "usage_in_stream": "stream_options",
    "max_tokens": "max_tokens",
}
WEATHER = '{"place":"Kiel","celsius":7,"notes":[]}'


def server_without(lacking: str | None, how: str):
    """A server that refuses one field, fails over it, or accepts it and does nothing."""

    def act(body):
        if lacking and FIELDS[lacking] in body and how != "ignore":
            return Act(status=400 if how == "refuse" else 500)
        can = {one for one in FEATURES if FIELDS[one] in body and one != lacking}
        counts = not body.get("stream") or "usage_in_stream" in can
        if "tools" in can and ("tool_choice" in can or "Call" in str(body["messages"])):
            names = ["first", "second"] if "parallel_tool_calls" in can else ["first"]
            calls = tuple(call(name, "{}", name) for name in names)
            return Act(calls=calls, finish="tool_calls", counts=counts)
        return Act('{"colour":"blue"}' if "json_schema" in can else "Blue.", counts=counts)

    return act


def found(model) -> Capabilities:
    async def once():
        try:
            return await model.capabilities()
        finally:
            await model.close()

    return asyncio.run(once())


def test_a_server_that_can_do_everything_is_asked_twice(serve, model_at) -> None:
    server = serve(server_without(None, "refuse"))
    model = model_at(server, known=None)
    assert found(model) == EVERYTHING
    assert (len(server.bodies), model.probing.spent.requests) == (2, 2)


@pytest.mark.parametrize("lacking", FEATURES)
@pytest.mark.parametrize("how", ["refuse", "fail"])
def test_the_one_thing_that_a_server_refuses_is_found(serve, model_at, lacking, how) -> None:
    known = found(model_at(serve(server_without(lacking, how)), known=None))
    missing = {feature for feature in FEATURES if not getattr(known, feature)}
    needs_tools = {"tool_choice", "parallel_tool_calls"} if lacking == "tools" else set()
    assert missing == {lacking} | needs_tools


@pytest.mark.parametrize("lacking", ["tools", "json_schema", "usage_in_stream"])
def test_a_field_that_is_accepted_and_ignored_does_not_count(serve, model_at, lacking) -> None:
    known = found(model_at(serve(server_without(lacking, "ignore")), known=None))
    assert not getattr(known, lacking)


def test_a_server_that_is_down_is_not_taken_for_one_that_can_do_nothing(
    serve, model_at, tmp_path
) -> None:
    cache = CapabilityCache(tmp_path / "known.json")
    with pytest.raises(ModelBusy):
        found(model_at(serve(lambda _: Act(status=500)), known=None, cache=cache))
    assert not (tmp_path / "known.json").exists()


def test_a_wrong_key_ends_the_probe(serve, model_at) -> None:
    server = serve(lambda _: Act(status=401))
    with pytest.raises(ModelRejected, match="401"):
        found(model_at(server, known=None))
    assert len(server.bodies) == 1


def test_what_was_found_is_kept_for_the_next_start(serve, model_at, tmp_path) -> None:
    path = tmp_path / "known.json"
    server = serve(server_without("tools", "refuse"))
    first = found(model_at(server, known=None, cache=CapabilityCache(path)))
    asked = len(server.bodies)
    assert found(model_at(server, known=None, cache=CapabilityCache(path))) == first
    assert len(server.bodies) == asked
    assert server.url not in path.read_text()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": {"tools": "perhaps"}}'])
def test_a_damaged_file_is_as_good_as_none(serve, model_at, tmp_path, content) -> None:
    path = tmp_path / "known.json"
    path.write_text(content)
    server = serve(server_without(None, "refuse"))
    assert found(model_at(server, known=None, cache=CapabilityCache(path))) == EVERYTHING


def test_a_server_that_no_longer_takes_what_it_took_is_probed_at_the_next_start(
    serve, model_at, tmp_path
) -> None:
    cache = CapabilityCache(tmp_path / "known.json")
    server = serve(lambda _: Act(status=400))
    cache.put(server.url, "m", EVERYTHING)
    with pytest.raises(ModelRejected):
        asyncio.run(model_at(server, known=None, cache=cache).complete(
            QUESTION, ledger=CostLedger(), schema=Weather
        ))  # fmt: skip
    assert cache.get(server.url, "m") is None


def test_many_first_questions_share_one_probe(serve, model_at) -> None:
    server = serve(server_without(None, "refuse"))
    model, ledger = model_at(server, known=None), CostLedger()

    async def many():
        asked = (model.complete(QUESTION, ledger=ledger) for _ in range(3))
        await asyncio.gather(*asked)
        await model.close()

    asyncio.run(many())
    assert model.probing.spent.requests == 2
    assert ledger.spent.requests == 3, "no run pays for the probe"


def without(*features: str) -> Capabilities:
    return EVERYTHING.model_copy(update=dict.fromkeys(features, False))


def ask(model, messages=QUESTION, **given):
    async def once():
        try:
            return await model.complete(messages, ledger=CostLedger(), **given)
        finally:
            await model.close()

    return asyncio.run(once())


def test_a_form_is_asked_for_in_the_terms_of_the_server(serve, model_at) -> None:
    server = serve([Act(WEATHER)])
    answer = ask(model_at(server), schema=Weather)
    form = server.bodies[0]["response_format"]["json_schema"]
    assert answer.value == Weather(place="Kiel", celsius=7)
    assert (form["name"], form["strict"]) == ("Weather", True)
    assert form["schema"]["required"] == ["place", "celsius", "notes"]


def test_without_json_schema_the_form_is_asked_for_in_words(serve, model_at) -> None:
    server = serve([Act(f"Here it is:\n```json\n{WEATHER}\n```\nAnything else?")])
    answer = ask(model_at(server, known=without("json_schema")), schema=Weather)
    assert answer.value == Weather(place="Kiel", celsius=7)
    assert "response_format" not in server.bodies[0]
    [message] = server.bodies[0]["messages"]
    assert message["content"].startswith(QUESTION[0].content)
    assert '"celsius"' in message["content"]


def test_without_max_tokens_the_newer_field_is_sent(serve, model_at) -> None:
    server = serve([Act("Lot 7.")])
    ask(model_at(server, known=without("max_tokens")), max_tokens=70)
    assert server.bodies[0]["max_completion_tokens"] == 70
    assert "max_tokens" not in server.bodies[0]


def test_without_counts_in_a_stream_they_are_not_asked_for(serve, model_at) -> None:
    server = serve([Act("Lot 7.", counts=False)])
    answer = ask(model_at(server, known=without("usage_in_stream")), on_token=lambda _: None)
    assert answer.usage.estimated
    assert "stream_options" not in server.bodies[0]


def test_several_calls_at_once_are_asked_for_only_where_they_work(serve, model_at) -> None:
    server = serve([Act("Lot 7."), Act("Lot 7.")])
    ask(model_at(server), tools=[RATE])
    ask(model_at(server, known=without("parallel_tool_calls")), tools=[RATE])
    assert [body.get("parallel_tool_calls") for body in server.bodies] == [True, None]


def test_a_tool_is_offered_without_titles_that_repeat_its_names(serve, model_at) -> None:
    server = serve([Act("Lot 7.")])
    ask(model_at(server), tools=[RATE])
    [tool] = server.bodies[0]["tools"]
    assert tool["function"]["parameters"]["properties"] == {"model_id": {"type": "string"}}


def test_without_tool_choice_a_call_is_demanded_in_words_and_forbidden_by_silence(
    serve, model_at
) -> None:
    server = serve([Act(calls=(call("claim_rate", "{}"),)), Act("Lot 7.")])
    model = model_at(server, known=without("tool_choice"))
    ask(model, tools=[RATE], tool_choice="required")
    ask(model, tools=[RATE], tool_choice="none")
    demanded, forbidden = server.bodies
    assert "tool_choice" not in demanded
    assert "Call one of the tools" in demanded["messages"][-1]["content"]
    assert "tools" not in forbidden


def test_a_forbidden_call_leaves_the_tools_where_the_server_keeps_them_in_its_cache(
    serve, model_at
) -> None:
    server = serve([Act("Lot 7.")])
    ask(model_at(server), tools=[RATE], tool_choice="none")
    assert server.bodies[0]["tool_choice"] == "none"
    assert len(server.bodies[0]["tools"]) == 1


CONVERSATION = (
    Message(role="system", content="You look for causes."),
    Message(role="user", content="Why does AX fail?"),
    Message(
        role="assistant",
        tool_calls=(ToolCall(id="c1", name="claim_rate", arguments={"model_id": "AX"}),),
    ),
    Message(role="tool", content='{"rate": 3.2}', tool_call_id="c1"),
)


def test_a_conversation_with_calls_is_sent_as_it_was(serve, model_at) -> None:
    server = serve([Act("Lot 7.")])
    ask(model_at(server), CONVERSATION, tools=[RATE])
    system, user, said, result = server.bodies[0]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert json.loads(said["tool_calls"][0]["function"]["arguments"]) == {"model_id": "AX"}
    assert (said["content"], result["tool_call_id"]) == (None, "c1")


def test_without_tools_they_are_offered_and_called_in_words(serve, model_at) -> None:
    said = '{"tool_calls":[{"name":"claim_rate","arguments":{"model_id":"BY"}},{"name":"x"}]}'
    server = serve([Act(said)])
    answer = ask(model_at(server, known=without("tools")), CONVERSATION, tools=[RATE])
    assert [(one.id, one.name, one.arguments) for one in answer.tool_calls] == [
        ("call_4_1", "claim_rate", {"model_id": "BY"}),
        ("call_4_2", "x", {}),
    ]
    body = server.bodies[0]
    assert "tools" not in body
    assert [one["role"] for one in body["messages"]] == ["system", "user", "assistant", "user"]
    assert "claim_rate" in body["messages"][2]["content"]
    assert body["messages"][3]["content"].startswith('Result of call c1:\n{"rate": 3.2}')
    assert "Claims of a model." in body["messages"][3]["content"]


def test_without_tools_an_answer_in_the_right_form_is_no_call(serve, model_at) -> None:
    server = serve([Act(WEATHER)])
    answer = ask(model_at(server, known=without("tools")), tools=[RATE], schema=Weather)
    assert answer.value == Weather(place="Kiel", celsius=7)
    assert '"celsius"' in server.bodies[0]["messages"][0]["content"]


def test_tools_and_a_form_together_leave_the_server_free_to_call(serve, model_at) -> None:
    server = serve([Act(calls=(call("claim_rate", "{}"),)), Act(WEATHER)])
    model = model_at(server)
    first = ask(model, tools=[RATE], schema=Weather)
    second = ask(model, tools=[RATE], schema=Weather)
    assert (first.value, second.value) == (None, Weather(place="Kiel", celsius=7))
    assert "response_format" not in server.bodies[0]


def test_a_server_that_can_do_nothing_still_answers_in_form(serve, model_at) -> None:
    server = serve([Act(f"<think>{{hm}}</think> {WEATHER}", counts=False)])
    answer = ask(model_at(server, known=Capabilities()), schema=Weather, on_token=lambda _: None)
    assert answer.value == Weather(place="Kiel", celsius=7)
    assert set(server.bodies[0]) == {"model", "messages", "max_completion_tokens", "stream"}


def test_calls_in_words_in_the_wrong_form_are_asked_for_once_more(serve, model_at) -> None:
    server = serve([Act('{"tool_calls":"claim_rate"}'), Act('{"tool_calls":[{}]}')])
    with pytest.raises(ModelDidNotAnswer, match="form that was shown"):
        ask(model_at(server, known=without("tools")), tools=[RATE])
    assert len(server.bodies) == 2
