"""A job: something to be done once a moment has come, as whoever does it and others see it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row

from domain.contract import Contract

JobState = Literal["waiting", "running", "done", "dead"]
"""waiting: for its moment, its turn or its next try. dead: given up until a person retries it."""
LONGEST_KEY = 200


class Job(Contract):
    """One job and what became of it."""

    number: int
    """Where it stands in the order of enqueueing."""
    key: str
    """Its name; there is never a second job of the same name."""
    queue: str
    """What kind of work it is: says which handler does it."""
    payload: dict[str, Any]
    """What the handler must know, plain JSON."""
    at: datetime
    """When it is due (UTC)."""
    state: JobState
    """Where it stands."""
    try_at: datetime
    """When it may next be tried (UTC); later than `at` after a failure."""
    attempt: int
    """How often a worker took it (count); tells its holder from all earlier ones."""
    failures: int
    """How many of these failed or died since it was enqueued or retried by a person (count)."""
    schedule: str | None
    """The schedule that it is a run of."""
    worker: str | None
    """Who has it or had it last: host, process and a mark."""
    beat_at: datetime | None
    """When its holder last gave a sign of life (UTC, real time whatever the clock says)."""
    finished_at: datetime | None
    """When it was done or given up (UTC)."""
    error: str | None
    """Why it last failed."""


Handler = Callable[[Job], None]
"""Does a job; any exception means that it failed.

A job runs at least once, and now and then twice or two at a time: a worker that dies after its work
and before its word, or falls silent for long, leaves a job that another does again. So a handler
leaves the same state behind when it runs again with the same key.
"""


def to_job(row: Row[Any]) -> Job:
    """The record that a row of the table holds."""
    return Job(**{**row._mapping, "payload": json.loads(row.payload)})


def payload_text(payload: Mapping[str, Any], of: str) -> str:
    """A payload as it is stored.

    Raises:
        ValueError: it is not plain JSON, so a handler would get something else than was given.
    """
    try:
        text = json.dumps(payload, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the payload of {of} is no plain JSON: {error}") from error
    if json.loads(text) != payload:
        raise ValueError(f"the payload of {of} is no plain JSON: it would come back changed")
    return text


def checked_key(key: str, longest: int) -> str:
    """A key that both databases keep as it is.

    Raises:
        ValueError: it is empty, too long, or has characters that do not print.
    """
    if not 0 < len(key) <= longest or not key.isprintable():
        raise ValueError(f"{key[:longest]!r} is no key: 1 to {longest} printable characters")
    return key


def aware(moment: datetime, of: str) -> datetime:
    """A moment that means the same everywhere.

    Raises:
        ValueError: it has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"the moment of {of} has no time zone: {moment}")
    return moment
