"""One function: it repairs once, keeps budgets and secrets, and fails in one way only."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadArgument
from services.model.capability import Capabilities
from services.model.errors import (
    BudgetSpent,
    ModelBusy,
    ModelDidNotAnswer,
    ModelUnreadable,
    PersonalDataRefused,
)
from services.model.ledger import Budget, CostLedger, Price
from services.model.message import Message, ToolCall
from services.model.scripted import ScriptedReply, ScriptedWire, scripted_model
from tests.services.model.conftest import QUESTION, RATE, Weather

WEATHER = '{"place":"Kiel","celsius":7,"notes":[]}'


def ask(wire, messages=QUESTION, *, ledger=None, model=None, **given):
    chat = model or scripted_model(wire)
    return asyncio.run(chat.complete(messages, ledger=ledger or CostLedger(), **given))


def test_a_script_answers_in_order_and_keeps_what_it_was_asked() -> None:
    wire = ScriptedWire([ScriptedReply("One."), ScriptedReply("Two.")])
    assert [ask(wire).text, ask(wire).text] == ["One.", "Two."]
    assert len(wire.requests) == 2


def test_a_script_may_be_a_rule() -> None:
    wire = ScriptedWire(lambda body: ScriptedReply(body["messages"][-1]["content"].upper()))
    assert ask(wire).text == "WHY DOES MODEL AX FAIL?"


def test_a_script_that_has_ended_is_a_model_that_does_not_answer() -> None:
    with pytest.raises(Exception, match="script_ended"):
        ask(ScriptedWire([]))


def test_a_script_can_fail_and_recover_as_a_server_does() -> None:
    wire = ScriptedWire([ScriptedReply(failure=ModelBusy(503)), ScriptedReply("Lot 7.")])
    assert ask(wire).attempts == 2


def test_a_script_streams_its_text() -> None:
    heard: list[str] = []
    ask(ScriptedWire([ScriptedReply("word " * 20)]), on_token=heard.append)
    assert len(heard) > 2
    assert "".join(heard) == "word " * 20


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('{"place":"Kiel","cel', "no whole JSON object"),
        ("I would rather not.", "no whole JSON object"),
        ('{"place":"Kiel","celsius":"warm"}', "celsius: "),
        ('{"place":"Kiel","celsius":7,"mood":"good"}', "mood: "),
    ],
)
def test_an_answer_in_the_wrong_form_is_repaired_once_with_its_fault(said, told) -> None:
    wire, ledger = ScriptedWire([ScriptedReply(said), ScriptedReply(WEATHER)]), CostLedger()
    answer = ask(wire, ledger=ledger, schema=Weather)
    assert (answer.value, answer.attempts) == (Weather(place="Kiel", celsius=7), 2)
    *_, quoted, asked_again = wire.requests[1]["messages"]
    assert quoted == {"role": "assistant", "content": said}
    assert told in asked_again["content"]
    assert answer.usage.prompt_tokens == ledger.spent.prompt_tokens


def test_an_answer_that_stays_in_the_wrong_form_is_given_up_without_quoting_it() -> None:
    wire = ScriptedWire(lambda _: ScriptedReply('{"place":"Atlantis","celsius":"warm"}'))
    with pytest.raises(ModelUnreadable, match=r"1 fields did not fit \(int_parsing\)") as caught:
        ask(wire, schema=Weather)
    assert len(wire.requests) == 2
    assert "Atlantis" not in str(caught.value)


def test_an_answer_that_is_cut_off_twice_is_given_up() -> None:
    wire = ScriptedWire(lambda _: ScriptedReply('{"place":"Ki', cut=True))
    with pytest.raises(ModelUnreadable, match="cut off at the token limit"):
        ask(wire, schema=Weather)
    assert "write less" in wire.requests[1]["messages"][-1]["content"]


def test_an_empty_answer_is_asked_for_again() -> None:
    wire = ScriptedWire([ScriptedReply("<think>long"), ScriptedReply("Lot 7.")])
    assert ask(wire).text == "Lot 7."


def test_free_text_that_is_cut_off_is_handed_on_and_said_to_be() -> None:
    answer = ask(ScriptedWire([ScriptedReply("Because of", cut=True)]))
    assert (answer.text, answer.cut) == ("Because of", True)


def test_thinking_is_no_part_of_an_answer() -> None:
    assert ask(ScriptedWire([ScriptedReply("<think>x</think>\nLot 7.")])).text == "Lot 7."


def test_a_demanded_call_that_does_not_come_is_asked_for_once_more() -> None:
    call = ToolCall(id="c", name="claim_rate", arguments={})
    wire = ScriptedWire([ScriptedReply("Let me look."), ScriptedReply(calls=(call,))])
    answer = ask(wire, tools=[RATE], tool_choice="required")
    assert answer.tool_calls == (call,)
    assert answer.message() == Message(role="assistant", tool_calls=(call,))


@pytest.mark.parametrize("given", [{}, {"tools": [RATE], "tool_choice": "none"}])
def test_a_call_where_none_is_on_offer_is_not_handed_on(given) -> None:
    call = ToolCall(id="c", name="drop_tables", arguments={})
    with pytest.raises(ModelUnreadable, match="where none was on offer"):
        ask(ScriptedWire(lambda _: ScriptedReply(calls=(call,))), **given)


def test_an_unknown_tool_is_left_to_the_caller_who_knows_the_tools() -> None:
    call = ToolCall(id="c", name="no_such_tool", arguments={"x": 1})
    answer = ask(ScriptedWire([ScriptedReply(calls=(call,))]), tools=[RATE])
    assert answer.tool_calls == (call,)


@pytest.mark.parametrize(
    ("messages", "kind", "place"),
    [
        ((Message(role="user", content="Ask jo@example.org"),), "mail", "messages[0].content"),
        (
            (*QUESTION, Message(role="tool", content="jo@example.org", tool_call_id="c")),
            "mail",
            "messages[1].content (tool)",
        ),
        (
            (
                *QUESTION,
                Message(
                    role="assistant",
                    tool_calls=(ToolCall(id="c", name="t", arguments={"q": "jo@example.org"}),),
                ),
            ),
            "mail",
            "messages[1].tool_calls[0]",
        ),
        (
            (Message(role="user", content='{"text": "jo\\u0040example.org"}'),),
            "mail",
            "messages[0].content (user)",
        ),
        (
            (Message(role="user", content="IBAN DE89 3704 0044 0532 0130 00"),),
            "iban",
            "messages[0]",
        ),
    ],
    ids=["question", "tool result", "arguments", "escaped", "iban"],
)
def test_personal_data_are_refused_by_kind_and_place_and_nothing_is_sent(
    messages, kind, place
) -> None:
    wire, ledger = ScriptedWire([ScriptedReply("Hm.")]), CostLedger()
    with pytest.raises(PersonalDataRefused) as caught:
        ask(wire, messages, ledger=ledger)
    assert (caught.value.kind, caught.value.exit_code) == (kind, 4)
    assert caught.value.place.startswith(place)
    assert "example.org" not in f"{caught.value} {caught.value.to_json()}"
    assert (wire.requests, ledger.spent.requests) == ([], 0)


def test_a_personal_string_that_the_model_made_up_is_not_sent_back_to_it() -> None:
    wire = ScriptedWire([ScriptedReply("Write to jo@example.org")])
    with pytest.raises(PersonalDataRefused):
        ask(wire, schema=Weather)
    assert len(wire.requests) == 1


def test_the_gate_looks_at_what_a_tool_is_said_to_do() -> None:
    wire = ScriptedWire([ScriptedReply("Hm.")])
    with pytest.raises(PersonalDataRefused, match="tools holds"):
        ask(wire, tools=[RATE._replace(description="Ask jo@example.org.")])
    assert wire.requests == []


@pytest.mark.parametrize(
    ("budget", "resource", "sent"),
    [
        (Budget(requests=2), "requests", 2),
        (Budget(tokens=130), "tokens", 1),
        (Budget(money=0.00025), "money", 2),
    ],
)
def test_the_request_that_would_exceed_a_budget_is_not_sent(budget, resource, sent) -> None:
    wire = ScriptedWire(lambda _: ScriptedReply("Lot 7 of part P-12 is the cause."))
    ledger, model = CostLedger(budget), scripted_model(wire, price=Price(prompt=1, completion=2))

    def spend() -> None:
        for _ in range(9):
            ask(wire, ledger=ledger, model=model, max_tokens=100)

    with pytest.raises(BudgetSpent, match=resource) as caught:
        spend()
    assert caught.value.resource == resource
    assert (len(wire.requests), ledger.spent.requests) == (sent, sent)
    assert caught.value.holds


def test_a_budget_of_money_without_a_price_is_a_fault_of_the_configuration() -> None:
    wire = ScriptedWire([ScriptedReply("Lot 7.")])
    with pytest.raises(BadArgument, match="has no price"):
        ask(wire, ledger=CostLedger(Budget(money=1)))
    assert wire.requests == []


def test_a_repair_that_the_budget_does_not_allow_is_not_sent() -> None:
    wire = ScriptedWire(lambda _: ScriptedReply("no JSON"))
    with pytest.raises(BudgetSpent):
        ask(wire, ledger=CostLedger(Budget(requests=1)), schema=Weather)
    assert len(wire.requests) == 1


def test_the_beginning_of_a_conversation_stays_the_same_for_the_cache_of_the_server() -> None:
    wire = ScriptedWire(lambda _: ScriptedReply(WEATHER))
    system = Message(role="system", content="You look for causes.")
    for question in ("Why?", "Since when?"):
        ask(wire, (system, Message(role="user", content=question)), tools=[RATE], schema=Weather)
    one, other = wire.requests
    assert one["messages"][0] == other["messages"][0] == system.to_wire()
    assert one["tools"] == other["tools"]


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60) | st.sampled_from([WEATHER, WEATHER[:-3], '{"tool_calls":[{"name":1}]}']),
    st.builds(Capabilities, **dict.fromkeys(Capabilities.model_fields, st.booleans())),
    st.sampled_from(["auto", "required", "none"]),
    st.sampled_from([None, Weather]),
)
def test_whatever_a_model_says_the_caller_gets_what_was_asked_for_or_one_kind_of_failure(
    said, known, choice, schema
) -> None:
    wire = ScriptedWire(lambda _: ScriptedReply(said))
    model = scripted_model(wire, known=known)
    try:
        answer = ask(wire, model=model, tools=[RATE], tool_choice=choice, schema=schema)
    except ModelDidNotAnswer:
        assert len(wire.requests) <= 2
        return
    if answer.tool_calls:
        assert choice != "none"
    elif schema:
        assert isinstance(answer.value, Weather)
    else:
        assert answer.text
    assert choice != "required" or answer.tool_calls
