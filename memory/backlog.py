"""What waits: for workers, for targets and for people. Counts only, for those who operate it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, Connection, func, select

from memory.tables import CASES, OUTBOX, PROPOSALS
from services.jobs.tables import JOBS


class Backlog(NamedTuple):
    """How much waits, by state (count)."""

    jobs: dict[str, int]
    """Jobs: waiting, running, dead."""
    messages: dict[str, int]
    """Messages of the outbox: waiting, dead."""
    cases: dict[str, int]
    """Cases: open, verifying."""
    proposals: int
    """Proposals that wait for a decision."""


def backlog(connection: Connection, now: datetime) -> Backlog:
    """What waits at a moment (UTC)."""

    def counts(column: "Column[str]", states: tuple[str, ...]) -> dict[str, int]:
        query = select(column, func.count()).where(column.in_(states)).group_by(column)
        return dict.fromkeys(states, 0) | {row[0]: row[1] for row in connection.execute(query)}

    waiting = (PROPOSALS.c.state == "proposed") & (PROPOSALS.c.expires_at > now)
    return Backlog(
        jobs=counts(JOBS.c.state, ("waiting", "running", "dead")),
        messages=counts(OUTBOX.c.state, ("waiting", "dead")),
        cases=counts(CASES.c.state, ("open", "verifying")),
        proposals=connection.execute(select(func.count()).where(waiting)).scalar_one(),
    )
