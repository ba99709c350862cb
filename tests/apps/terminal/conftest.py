"""Answers and runs as they are recorded, for what a person sees of them."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.records.answer import Answer
from domain.records.asked import Asked
from domain.records.event import Event

AT = datetime(2026, 11, 22, tzinfo=UTC)
CITED = "E-AAAAAAAAAA"
CLAIM = "Units with part P-PANEL fail 7.04 [4.14, 11.5] times as often (22 of 445 units)"
FINDING = {
    "id": "c1",
    "agent": "root_cause",
    "claim": CLAIM,
    "verdict": "supported",
    "value": 7.04,
    "unit": "rate ratio",
    "interval": (4.14, 11.5),
    "numerator": 22,
    "denominator": 445,
    "evidence": (CITED,),
}
LOTS = {
    "part_id": "P-PANEL",
    "supplier_id": "S-0104",
    "received_from": date(2026, 2, 6),
    "received_to": date(2026, 4, 16),
    "lot_ids": tuple(f"LT-{n}" for n in range(12)),
}


def ranked(condition: dict[str, Any], ratio: float, **changes: Any) -> dict[str, Any]:
    return {
        "condition": condition,
        "rate_ratio": ratio,
        "interval": (ratio / 2, ratio * 2),
        "p_value": 0.001,
        "q_value": 0.01,
        "units": 445,
        "failures": 22,
        "share_of_excess": 0.9,
        "branch_5m1e": "material",
        "ruled_out": False,
        "because": "",
        "evidence": (CITED,),
        **changes,
    }


@pytest.fixture
def answer() -> Callable[..., Answer]:
    """An answer; keywords replace its parts."""

    def make(**parts: Any) -> Answer:
        body = {
            "run_id": "R-1",
            "thread_id": "T-1",
            "as_of": date(2026, 11, 15),
            "language": "en",
            "outcome": "answered",
            "plan": {
                "decided_by": "rules",
                "tasks": [{"id": "t1", "agent": "root_cause", "goal": "Find why."}],
            },
            "text": f"{CLAIM} [{CITED}].",
            "findings": (FINDING,),
            "versions": {"hub_commit": "C-1", "policy": "p", "code": "c"},
            **parts,
        }
        return Answer.model_validate(body)

    return make


@pytest.fixture
def cause() -> dict[str, Any]:
    """A cause that stands and a rival that does not."""
    shift = {"shift": "B"}
    rows = (ranked(LOTS, 7.04), ranked(shift, 1.2, ruled_out=True, because="it is ordinary"))
    return {"verdict": "cause_found", "ranked_causes": rows}


@pytest.fixture
def event() -> Callable[..., Event]:
    """One event of a run."""

    def make(kind: str, **data: Any) -> Event:
        return Event.model_validate(
            {"run_id": "R-1", "seq": 0, "kind": kind, "at": AT, "data": data}
        )

    return make


@pytest.fixture
def recorded(event) -> list[Event]:
    """What happens before an answer."""
    task = {"id": "t1", "agent": "root_cause", "goal": "Find why.", "after": []}
    found = {"evidence": CITED, "summary": "cause\nfound", "seconds": 0.1}
    return [
        event("plan", decided_by="rules", tasks=[task], notes=["a stated default"]),
        event("task", task="t1", state="started"),
        event("tool_call", task="t1", tool="rank_causes", arguments={}),
        event("tool_result", task="t1", tool="rank_causes", **found),
        event("tool_call", task="t1", tool="trace_lot", arguments={}),
        event("tool_result", task="t1", tool="trace_lot", error="nothing recorded"),
        event("warning", code="model", text="the model did not answer"),
        event("task", task="t1", state="done"),
    ]


class Supervisor:
    """Stands for the supervisor: gives what was recorded, and keeps what it was asked."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.asked: list[Asked] = []
        self.answers: list[Answer | BaseException] = []

    async def ask(self, asked: Asked, _: object) -> AsyncIterator[Event]:
        """Give the next answer, or fail with it."""
        self.asked.append(asked)
        for one in self.events:
            yield one
        last = self.answers.pop(0)
        if isinstance(last, BaseException):
            raise last
        yield self.events[0].model_copy(update={"kind": "answer", "data": last.to_json()})


@pytest.fixture
def supervisor(recorded) -> Supervisor:
    """A supervisor that replays."""
    return Supervisor(recorded)
