"""How a request, and the conversation that it belongs to, are written down."""

import json
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Column, Date, Integer, MetaData, Row, String, Table, Text

from domain.contract import Contract
from domain.records.answer import Outcome
from services.database import Moment

RunState = Literal["running", "done", "interrupted", "failed"]

METADATA = MetaData()
THREADS = Table(
    "threads",
    METADATA,
    Column("thread_id", String(80), primary_key=True),
    Column("principal_id", String(80), nullable=False, index=True),
    Column("begun_at", Moment, nullable=False),
)
REQUESTS = Table(
    "requests",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("run_id", String(40), nullable=False, unique=True),
    Column("thread_id", String(80), nullable=False, index=True),
    Column("principal_id", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(35)),
    Column("as_of", Date),
    Column("state", String(12), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("heartbeat_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", String(12)),
    Column("answer", Text),
    Column("reason", Text),
)


class Request(Contract):
    """One question and what became of it."""

    run_id: str
    """The run that answers it."""
    thread_id: str
    """The conversation that it belongs to."""
    principal_id: str
    """Who asked."""
    text: str
    """The question, de-identified."""
    language: str | None
    """Language of the answer that was asked for (BCP 47); null for that of the question."""
    as_of: date | None
    """The day that "now" was to stand for; null for the newest day in the hub."""
    state: RunState
    """Whether it is answered."""
    attempts: int
    """How often the run was started (count)."""
    started_at: datetime
    """When it was asked (UTC)."""
    heartbeat_at: datetime
    """When the run last gave a sign of life (UTC)."""
    finished_at: datetime | None
    """When the run ended (UTC)."""
    outcome: Outcome | None
    """What the answer says of itself."""
    answer: dict[str, Any] | None
    """The `andon.answer/1` object."""
    reason: str | None
    """Why there is no answer."""


class Thread(Contract):
    """One conversation."""

    thread_id: str
    """Its name."""
    title: str
    """Its first question."""
    requests: int
    """How much was asked in it (count)."""
    begun_at: datetime
    """When it was begun (UTC)."""
    asked_at: datetime
    """When something was last asked in it (UTC)."""


def to_request(row: Row[Any]) -> Request:
    """The record that a row of the table holds."""
    fields = {key: value for key, value in row._mapping.items() if key != "number"}
    return Request(**{**fields, "answer": json.loads(row.answer) if row.answer else None})
