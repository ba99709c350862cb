"""A language model's server fails in the middle of a run: the answer comes all the same."""

import json
from collections.abc import Callable
from typing import Any

import openai  # noqa: F401  its import takes longer than the patience of these tests
import pytest

from graphs.run import SeenLooks
from services.model.ledger import Budget, CostLedger
from tests.graphs.conftest import Told, must_be_said
from tests.services.model.loopback import Act, LoopbackServer, call

BOTH = "What do customers complain about most, and why?"
LOOK = Act(calls=(call("list_changes", "{}"),), finish="tool_calls")
TRIES, SECONDS = 3, 1.0
TROUBLES = {
    "it is slow": (Act(text="too late", seconds=3.0), "nothing came within 1 s"),
    "it asks to come back in an hour": (
        Act(status=429, headers={"Retry-After": "3600"}), "its server said 429",
    ),
    "it fails": (Act(status=500), "its server said 500"),
    "its reply breaks off": (Act(text="a" * 400, breaks_after=60), "broke off"),
    "its answer is cut": (Act(text='{"text": "and so', finish="length"), "at the token limit"),
    "it talks": (Act(text="Let me think about that."), "no whole JSON object"),
    "it is no model": (Act(raw=b"<html>welcome</html>"), "does not speak chat completions"),
}  # fmt: skip


@pytest.fixture
def why(plant) -> str:
    return f"Why {plant.symptom}?"


@pytest.fixture(scope="module")
def seen() -> SeenLooks:
    """Looks are taken once for all runs of this file: they are not what it is about."""
    return SeenLooks()


@pytest.fixture
def put_to(put, model_at, seen) -> Callable[..., Told]:
    """Puts a request to a run with a model at a server, of little patience."""

    def ask(server: LoopbackServer, text: str, **more: Any) -> Told:
        model = model_at(server, limits={"request_seconds": SECONDS, "seconds": 10.0})
        return put(text, model=model, seen=seen, **more)

    return ask


def after(good: int, then: Act) -> Callable[[dict[str, Any]], Act]:
    """A server that does its work so many times, and then does something else."""
    left = [True] * good
    return lambda body: honest(body) if left and left.pop() else then


def honest(body: dict[str, Any]) -> Act:
    """A model that takes the proposed plan, and writes what must be said."""
    if "which specialists" in body["messages"][0]["content"]:
        return Act(text=json.dumps({"agents": [], "in_english": ""}))
    return Act(text=json.dumps({"text": must_be_said(body)}))


def looked(told: Told) -> list[str]:
    return [one["data"]["tool"] for one in told.events if one["kind"] == "tool_call"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_server_that_fails_after_a_look_leaves_the_words_to_rules(
    put_to, serve, why, trouble
) -> None:
    act, told_as = TROUBLES[trouble]
    replies = iter([LOOK])
    server = serve(lambda _: next(replies, act))
    told = put_to(server, why)
    assert told.answer["outcome"] == "answered"
    assert told.answer["cause"]["verdict"] == "cause_found"
    assert told.answer["decided_by"] == {"plan": "rules", "step": "model", "write": "rules"}
    assert any(told_as in limit for limit in told.answer["limits"]), told.answer["limits"]
    assert "list_changes" in looked(told)
    assert told.answer["cost"]["model_requests"] == len(server.bodies) <= 1 + TRIES


def test_a_server_that_goes_down_after_the_plan_leaves_the_rest_to_rules(put_to, serve) -> None:
    def reply(body: dict[str, Any]) -> Act:
        server.stop()
        return honest(body)._replace(headers={"Connection": "close"})

    server = serve(reply)
    answer = put_to(server, BOTH).answer
    assert len(server.bodies) == 1
    assert answer["outcome"] == "answered"
    assert answer["decided_by"] == {"plan": "model", "step": "rules", "write": "rules"}
    assert {one["agent"] for one in answer["findings"]} == {"user_needs", "root_cause"}
    assert any("no connection" in limit for limit in answer["limits"])


def test_a_server_that_comes_back_is_asked_again(put_to, serve, waits) -> None:
    troubles = iter([Act(status=429, headers={"Retry-After": "7"}), Act(status=500)])
    server = serve(lambda body: next(troubles, None) or honest(body))
    answer = put_to(server, BOTH).answer
    assert waits[0] == 7.0
    assert answer["decided_by"] == {"plan": "model", "step": "model", "write": "model"}
    assert answer["cost"]["model_requests"] == len(server.bodies) == 6


def test_only_what_failed_is_done_by_rules(put_to, serve) -> None:
    server = serve(after(3, then=Act(status=500)))
    answer = put_to(server, BOTH).answer
    assert answer["decided_by"] == {"plan": "model", "step": "model", "write": "rules"}
    assert any("its server said 500" in limit for limit in answer["limits"])
    assert len(server.bodies) == 3 + TRIES


def test_tries_of_a_failing_server_are_paid_from_the_budget(put_to, serve) -> None:
    server = serve(after(1, then=Act(status=500)))
    ledger = CostLedger(Budget(requests=4))
    answer = put_to(server, BOTH, ledger=ledger).answer
    assert answer["outcome"] == "answered"
    assert answer["cost"]["model_requests"] == len(server.bodies) == 4
    assert any("budget" in limit for limit in answer["limits"])
