"""A real client against a real server on loopback that answers well, badly, late or not at all."""

import asyncio
import logging
import socket
import subprocess
import sys
import traceback

import pytest

from domain.errors import BadArgument, ServiceUnavailable
from services.model.errors import (
    ModelBusy,
    ModelDidNotAnswer,
    ModelRejected,
    ModelTimedOut,
    ModelUnreachable,
    ModelUnreadable,
)
from services.model.ledger import CostLedger
from services.model.message import Message
from services.model.openai_wire import Endpoint, OpenAIWire
from tests.services.model.conftest import QUESTION, RATE
from tests.services.model.loopback import Act, call, event
from tests.services.model.serving import KEY


def ask(model, ledger=None, **given):
    async def once():
        try:
            return await model.complete(QUESTION, ledger=ledger or CostLedger(), **given)
        finally:
            await model.close()

    return asyncio.run(once())


def test_an_answer_comes_with_its_tokens_and_what_it_took(serve, model_at) -> None:
    server, ledger = serve([Act("Because of lot 7.")]), CostLedger()
    answer = ask(model_at(server), ledger)
    assert (answer.text, answer.attempts, answer.cut) == ("Because of lot 7.", 1, False)
    assert (answer.usage.prompt_tokens, answer.usage.estimated) == (100, False)
    assert (ledger.spent.requests, ledger.spent.completion_tokens) == (1, 20)
    assert ledger.spent.seconds > 0
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert server.bodies[0]["messages"] == [{"role": "user", "content": QUESTION[0].content}]


def test_a_busy_server_is_asked_again_after_the_time_it_names(serve, model_at, waits) -> None:
    server = serve([Act(status=429, headers={"Retry-After": "7"}), Act("Lot 7.")])
    ledger = CostLedger()
    answer = ask(model_at(server), ledger)
    assert (answer.text, answer.attempts, waits) == ("Lot 7.", 2, [7.0])
    assert (ledger.spent.requests, ledger.spent.prompt_tokens) == (2, 100)


def test_a_date_to_come_back_is_counted_from_the_clock_of_the_server(
    serve, model_at, waits
) -> None:
    headers = {"Retry-After": "Mon, 23 Nov 2026 10:00:09 GMT"}
    server = serve([Act(status=429, headers=headers), Act("Lot 7.")])
    server.now = "Mon, 23 Nov 2026 10:00:00 GMT"
    assert ask(model_at(server)).attempts == 2
    assert waits == [9.0]


def test_a_wait_longer_than_the_time_left_ends_at_once(serve, model_at, waits) -> None:
    server = serve([Act(status=429, headers={"Retry-After": "3600"})])
    with pytest.raises(ModelBusy):
        ask(model_at(server))
    assert (len(server.bodies), waits) == (1, [])


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503])
def test_a_failing_server_is_tried_three_times_and_then_named(
    serve, model_at, waits, status
) -> None:
    server, ledger = serve(lambda _: Act(status=status)), CostLedger()
    with pytest.raises(ModelBusy, match=f"did not answer: its server said {status}") as caught:
        ask(model_at(server), ledger)
    assert isinstance(caught.value, ServiceUnavailable)
    assert (len(server.bodies), len(waits), ledger.spent.requests) == (3, 2, 3)
    assert ledger.spent.prompt_tokens == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refused_request_is_not_sent_again(serve, model_at, status) -> None:
    server = serve([Act(status=status, error={"code": "some_reason", "message": "you said X"})])
    with pytest.raises(ModelRejected, match=rf"refused the request with {status} \(some_reason\)"):
        ask(model_at(server))
    assert len(server.bodies) == 1


def test_a_used_up_account_is_not_asked_again_although_it_says_429(serve, model_at) -> None:
    server = serve([Act(status=429, error={"code": "insufficient_quota"})])
    with pytest.raises(ModelRejected):
        ask(model_at(server))
    assert len(server.bodies) == 1


def test_a_slow_server_meets_the_time_limit_of_one_request(serve, model_at) -> None:
    server, ledger = serve(lambda _: Act("late", seconds=0.6)), CostLedger()
    limits = {"request_seconds": 0.1, "attempts": 2}
    with pytest.raises(ModelTimedOut, match=r"nothing came within 0\.1 s"):
        ask(model_at(server, limits=limits), ledger)
    assert ledger.spent.requests == 2
    assert ledger.spent.prompt_tokens > 0, "the server may charge for what it read"


def test_a_stream_that_drips_forever_meets_the_time_limit_too(serve, model_at) -> None:
    server = serve(lambda _: Act("x" * 10_000, pause=0.02))
    with pytest.raises(ModelTimedOut):
        ask(model_at(server, limits={"request_seconds": 2.0}), on_token=lambda _: None)
    assert len(server.bodies) == 1, "text was shown, so it is not asked again"


def test_all_tries_together_meet_the_time_limit_of_the_answer(serve, model_at) -> None:
    server = serve(lambda _: Act("late", seconds=0.4))
    with pytest.raises(ModelTimedOut, match=r"within 0\.2 s"):
        ask(model_at(server), seconds=0.2)


def test_no_server_at_all_is_said_and_not_guessed(model_at, serve, waits) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = serve([])
        server.url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        with pytest.raises(ModelUnreachable, match="no connection"):
            ask(model_at(server))
    assert len(waits) == 2


@pytest.mark.parametrize(
    "raw",
    [b"<html>log in to the network</html>", b'{"hello": 1}', b'{"choices": []}', b"[]", b"\xff{"],
)
def test_something_else_than_a_model_server_is_told_apart(serve, model_at, raw) -> None:
    server = serve(lambda _: Act(raw=raw))
    with pytest.raises(ModelUnreachable, match="does not speak chat completions"):
        ask(model_at(server))


def test_a_reply_that_breaks_off_is_asked_for_again(serve, model_at) -> None:
    server = serve([Act("Lot 7.", breaks_after=30), Act("Lot 7.")])
    assert ask(model_at(server)).attempts == 2


def test_a_stream_hands_on_text_as_it_comes_and_counts_tokens(serve, model_at) -> None:
    server, heard = serve([Act("Because of lot 7.")]), []
    answer = ask(model_at(server), on_token=heard.append)
    assert heard == ["Becau", "se of", " lot ", "7."]
    assert (answer.text, answer.usage.prompt_tokens) == ("Because of lot 7.", 100)
    assert server.bodies[0]["stream_options"] == {"include_usage": True}


def test_a_stream_that_breaks_off_after_text_was_shown_is_not_begun_again(serve, model_at) -> None:
    server, heard, ledger = serve([Act("Because of lot 7.", breaks_after=3)]), [], CostLedger()
    with pytest.raises(ModelUnreachable, match="in the middle of its answer"):
        ask(model_at(server), ledger, on_token=heard.append)
    assert heard == ["Becau", "se of"]
    assert ledger.spent.prompt_tokens > 0


def test_a_stream_that_breaks_off_before_any_text_is_begun_again(serve, model_at) -> None:
    server = serve([Act("Lot 7.", breaks_after=1), Act("Lot 7.")])
    assert ask(model_at(server), on_token=lambda _: None).text == "Lot 7."


def test_a_stream_that_ends_well_but_without_an_end_is_not_taken_for_whole(serve, model_at) -> None:
    server = serve([Act(events=(event({"content": "Because"}),))])
    with pytest.raises(ModelUnreachable, match="in the middle"):
        ask(model_at(server), on_token=lambda _: None)


def test_a_failure_that_a_stream_reports_is_a_failure(serve, model_at) -> None:
    failure = {"error": {"message": "out of memory", "code": "oom"}}
    server = serve(lambda _: Act(events=(failure,)))
    with pytest.raises(ModelUnreachable) as caught:
        ask(model_at(server), on_token=lambda _: None)
    assert "out of memory" not in str(caught.value)


def pieces(*parts: dict) -> tuple:
    return (*(event({"tool_calls": [part]}) for part in parts), event({}, "tool_calls"))


@pytest.mark.parametrize(
    "events",
    [
        pieces(
            {"index": 0, **call("claim_rate", '{"mod', "a")},
            {"index": 1, **call("claim_rate", "", "b")},
            {"index": 0, "function": {"arguments": 'el_id":"AX"}'}},
            {"index": 1, "function": {"arguments": '{"model_id":"BY"}'}},
        ),
        pieces(
            {"index": 0, **call("claim_rate", '{"model_id":"AX"}', "a")},
            {"index": 0, **call("claim_rate", '{"model_id":"BY"}', "b")},
        ),
        pieces(
            call("claim_rate", '{"model_id":', "a"),
            {"function": {"arguments": '"AX"}'}},
            call("claim_rate", '{"model_id":"BY"}', "b"),
        ),
    ],
    ids=["numbered pieces", "all numbered 0", "no numbers"],
)
def test_tool_calls_are_put_together_however_a_server_cuts_them(serve, model_at, events) -> None:
    server = serve([Act(events=events)])
    answer = ask(model_at(server), tools=[RATE], on_token=lambda _: None)
    assert [(one.id, one.arguments) for one in answer.tool_calls] == [
        ("a", {"model_id": "AX"}),
        ("b", {"model_id": "BY"}),
    ]


def test_calls_without_a_name_of_their_own_get_one(serve, model_at) -> None:
    raw = (call("claim_rate", "", None), call("claim_rate", '{"model_id":"BY"}', None))
    answer = ask(model_at(serve([Act(calls=raw)])), tools=[RATE])
    assert [one.id for one in answer.tool_calls] == ["call_1_1", "call_1_2"]
    assert answer.tool_calls[0].arguments == {}


@pytest.mark.parametrize("streamed", [False, True])
def test_tokens_that_a_server_does_not_count_are_estimated_and_said_to_be(
    serve, model_at, streamed
) -> None:
    server, ledger = serve([Act("Because of lot 7.", counts=False)]), CostLedger()
    sink = (lambda _: None) if streamed else None
    answer = ask(model_at(server), ledger, on_token=sink)
    assert answer.usage.estimated
    assert ledger.spent.completion_tokens == 5
    assert ledger.spent.prompt_tokens > 5


def test_no_more_requests_are_under_way_than_allowed(serve, model_at) -> None:
    server = serve(lambda _: Act("Lot 7.", seconds=0.05))
    model, ledger = model_at(server, limits={"at_once": 2}), CostLedger()

    async def many():
        asked = (model.complete(QUESTION, ledger=ledger) for _ in range(6))
        await asyncio.gather(*asked)
        await model.close()

    asyncio.run(many())
    assert (server.most_at_once, ledger.spent.requests) == (2, 6)


def test_one_model_serves_one_event_loop_after_another(serve, model_at) -> None:
    model = model_at(serve(lambda _: Act("Lot 7.")))
    for _ in range(2):
        answer = asyncio.run(model.complete(QUESTION, ledger=CostLedger()))
        assert answer.text == "Lot 7."


def test_an_abandoned_question_frees_its_place_and_is_booked(serve, model_at) -> None:
    acts = [Act("late", seconds=0.5), Act("Lot 7.")]
    server, ledger = serve(acts), CostLedger()
    model = model_at(server, limits={"at_once": 1})

    async def abandon():
        task = asyncio.create_task(model.complete(QUESTION, ledger=ledger))
        await asyncio.to_thread(server.asked.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await model.complete(QUESTION, ledger=ledger)

    assert asyncio.run(abandon()).text == "Lot 7."
    assert ledger.spent.requests == 2
    assert ledger.spent.prompt_tokens > 100, "the abandoned prompt is counted as well"


@pytest.mark.parametrize(
    "act",
    [
        Act(status=401, error={"message": f"wrong key {KEY}", "code": KEY, "type": "sk_no"}),
        Act(status=400, error={"message": "your prompt: Why does model AX fail?"}),
        Act(raw=b'{"choices": "Why does model AX fail?"}'),
        Act(text="Why does model AX fail?", calls=(call("claim_rate", "{no"),)),
    ],
    ids=["401", "400", "nonsense", "bad call"],
)
def test_no_error_and_no_log_holds_the_key_or_a_word_of_the_question(
    serve, model_at, act, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    model = model_at(serve(lambda _: act))
    with pytest.raises(ModelDidNotAnswer) as caught:
        ask(model, tools=[RATE])
    shown = "".join(traceback.format_exception(caught.value, chain=True))
    shown += f"{caught.value!r} {caught.value.to_json()} {model!r} {vars(model)!r} {caplog.text}"
    assert KEY not in shown
    assert "AX fail" not in shown
    assert caught.value.holds
    assert caught.value.next_step


def test_the_key_is_not_shown_with_the_endpoint() -> None:
    endpoint = Endpoint("http://localhost/v1", "m", KEY)
    assert KEY not in repr(endpoint)
    assert KEY not in repr(OpenAIWire(endpoint))


@pytest.mark.parametrize(
    ("url", "model", "key"),
    [
        ("localhost:8000/v1", "m", ""),
        ("http://me:secret@localhost/v1", "m", ""),
        ("http://localhost/v1", "", ""),
        ("http://localhost/v1", "m", f"{KEY}\n"),
        ("http://[half/v1", "m", ""),
    ],
)
def test_an_endpoint_that_cannot_work_is_refused_before_it_is_used(url, model, key) -> None:
    with pytest.raises(BadArgument) as caught:
        Endpoint(url, model, key)
    assert "secret" not in str(caught.value)
    assert caught.value.next_step


def test_half_a_character_from_a_terminal_does_not_end_the_run(serve, model_at) -> None:
    server = serve([Act("Lot 7.")])
    odd = (Message(role="user", content="Why \udce4?"),)
    asyncio.run(model_at(server).complete(odd, ledger=CostLedger()))
    assert server.bodies[0]["messages"][0]["content"] == "Why ??"


@pytest.mark.parametrize("written", ['{"a":"\\ud800"}', '{"a":NaN}', "[" * 5000, "[1]"])
def test_arguments_that_could_not_be_sent_back_are_refused(serve, model_at, written) -> None:
    server = serve(lambda _: Act(calls=(call("claim_rate", written),)))
    with pytest.raises(ModelUnreadable, match="arguments of a call were no JSON"):
        ask(model_at(server), tools=[RATE])
    assert "claim_rate" in server.bodies[1]["messages"][-2]["content"]


def test_a_server_that_wants_no_key_is_sent_none(serve, model_at) -> None:
    server = serve([Act("Lot 7.")])
    ask(model_at(server, key=""))
    assert server.headers[0]["authorization"] == "Bearer none"


def test_the_sdk_is_not_loaded_before_the_first_request() -> None:
    code = (
        "import sys, services.model.chat, services.model.openai_wire;print('openai' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
