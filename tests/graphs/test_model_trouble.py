"""A language model's server fails in the middle of a run: the answer comes all the same."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.model.ledger import Budget, CostLedger
from tests.graphs.conftest import must_be_said
from tests.services.model.conftest import model_at, serve, waits  # noqa: F401  fixtures
from tests.services.model.loopback import Act, LoopbackServer, call

WHY = "Why do the units leak water?"
BOTH = "What do customers complain about most, and why?"
LOOK = Act(calls=(call("list_changes", "{}"),), finish="tool_calls")
SHORT = {"request_seconds": 0.4, "seconds": 5.0}
TRIES = 3
TROUBLES = {
    "it is slow": (Act(text="too late", seconds=1.0), "nothing came within 0.4 s"),
    "it asks to come back in an hour": (
        Act(status=429, headers={"Retry-After": "3600"}), "its server said 429",
    ),
    "it fails": (Act(status=500), "its server said 500"),
    "its reply breaks off": (Act(text="a" * 200, breaks_after=60), "broke off"),
    "its answer is cut": (Act(text='{"text": "⟦c1⟧ and', finish="length"), "token limit"),
    "it talks": (Act(text="Let me think about that."), "no whole JSON object"),
    "it is no model": (Act(raw=b"<html>welcome</html>"), "does not speak chat completions"),
}  # fmt: skip


def first(act: Act, then: Act | Callable[[dict[str, Any]], Act]) -> Callable[..., Act]:
    """What a server does: one thing once, and then another."""
    left = [act]

    def reply(body: dict[str, Any]) -> Act:
        if left:
            return left.pop()
        return then(body) if callable(then) else then

    return reply


def worded(body: dict[str, Any]) -> Act:
    """What an honest model does: it plans, or says what must be said."""
    if "which specialists" in body["messages"][0]["content"]:
        return Act(text=json.dumps({"agents": [], "in_english": ""}))
    return Act(text=json.dumps({"text": must_be_said(body)}))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_was_found_is_said_by_rules_if_after_a_look_the_server_fails(
    put: Any, serve: Any, model_at: Any, trouble: str  # noqa: F811
) -> None:
    act, told_as = TROUBLES[trouble]
    server: LoopbackServer = serve(first(LOOK, act))
    told = put(WHY, model=model_at(server, limits=SHORT))
    assert told.answer["outcome"] == "answered"
    assert told.answer["cause"]["verdict"] == "cause_found"
    assert told.answer["decided_by"] == {"plan": "rules", "step": "model", "write": "rules"}
    assert any(told_as in limit for limit in told.answer["limits"]), told.answer["limits"]
    assert "list_changes" in [
        one["data"]["tool"] for one in told.events if one["kind"] == "tool_call"
    ]
    assert told.answer["cost"]["model_requests"] == len(server.bodies) <= 1 + TRIES
