"""A run as others see it: one stream of events that every face renders."""

from datetime import datetime
from typing import Any, Literal

from domain.contract import Contract

EventKind = Literal[
    "plan",
    "task",
    "tool_call",
    "tool_result",
    "evidence",
    "token",
    "proposal",
    "question",
    "answer",
    "budget",
    "warning",
    "error",
]


class Event(Contract):
    """One thing that happened in a run."""

    run_id: str
    """The run."""
    seq: int
    """Position in the run's stream, from 0."""
    kind: EventKind
    """What happened."""
    at: datetime
    """When (UTC)."""
    agent: str | None = None
    """The agent at work, if one was."""
    data: dict[str, Any] = {}
    """What is to be shown, plain JSON."""
