"""Runs of triage and factory watch: one at a time for a region, known by name, taken over if dead.

The row says how far the hub was when a run began and when it ended; the next run reads what is new
since then. A run that died is taken up again under its own name by whoever comes next.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.contract import Contract
from memory.ledger import Change, stored, words
from memory.tables import TRIAGE_RUNS

SILENCE = timedelta(seconds=30)
"""A run that gave no sign of life for so long is dead."""
COUNTS: tuple[str, ...] = ("read", "coded", "duplicate", "quarantined")
"""What the audit keeps of a report."""
What = Literal["triage", "watch"]
RunState = Literal["running", "done", "failed"]


class KeptRun(Contract):
    """One run and what it reported."""

    run_id: str
    """Its name: the same region and day have the same one."""
    what: What
    """Triage of the field, or watch of the factory."""
    region: str
    """Region or site; `*`: all."""
    as_of: date
    """The day up to which it read."""
    state: RunState
    """Whether it is done."""
    commit_before: str
    """The hub commit that it read."""
    commit_after: str | None
    """The hub commit with its codes; null: not there yet."""
    started_at: datetime
    """When it began (UTC)."""
    finished_at: datetime | None
    """When it ended (UTC)."""
    report: dict[str, Any] | None
    """The `andon.triage/1` object."""
    digest: dict[str, Any] | None
    """The digest model."""


class Begun(NamedTuple):
    """Whether a run may go on, and why not."""

    run: KeptRun
    """The run as it stands."""
    mine: bool
    """Whether whoever asked is to do it."""
    reason: str
    """Why not: it is done, or another one is at work."""


def begin(change: Change, run: KeptRun, beat: datetime) -> Begun:
    """Write a run down before it starts.

    Args:
        change: the open transaction.
        run: the run that is wanted.
        beat: the moment by the clock on the wall: signs of life do not follow a clock that is set.
    """
    held = kept_run(change.connection, run.run_id)
    if held is not None and held.state == "done":
        return Begun(held, False, "it is done already")
    other = _running(change.connection, run.what, run.region)
    if other is not None and beat - other[1] < SILENCE:
        return Begun(other[0], False, f"{other[0].run_id} is at work")
    if other is not None and other[0].run_id != run.run_id:
        _set(change, other[0].run_id, state="failed", finished_at=change.at)
        change.audit("run.died", other[0].run_id)
    if held is not None:
        _set(change, run.run_id, state="running", beat_at=beat, finished_at=None)
        change.audit("run.resumed", run.run_id)
        again = held.model_copy(update={"state": "running", "finished_at": None})
        return Begun(again, True, "")
    row = run.model_dump(exclude={"report", "digest"})
    change.connection.execute(insert(TRIAGE_RUNS).values(**row, beat_at=beat))
    change.audit("run.began", run.run_id, {"what": run.what, "region": run.region})
    return Begun(run, True, "")


def beat(connection: Connection, run_id: str, at: datetime) -> bool:
    """Give a sign of life, in a transaction of its own; false if the run is no longer running."""
    alive = (TRIAGE_RUNS.c.run_id == run_id) & (TRIAGE_RUNS.c.state == "running")
    return connection.execute(update(TRIAGE_RUNS).where(alive).values(beat_at=at)).rowcount == 1


def finish(
    change: Change, run_id: str, report: dict[str, Any], digest: dict[str, Any], commit: str
) -> bool:
    """Keep what a run reported; false if it is no longer running: the first report stays."""
    held = kept_run(change.connection, run_id)
    if held is None or held.state != "running":
        return False
    _set(
        change,
        run_id,
        state="done",
        finished_at=change.at,
        commit_after=commit,
        report=json.dumps(report, allow_nan=False, ensure_ascii=False),
        digest=json.dumps(digest, allow_nan=False, ensure_ascii=False),
    )
    change.audit("run.done", run_id, {name: report[name] for name in COUNTS if name in report})
    return True


def fail(change: Change, run_id: str, reason: str) -> bool:
    """Write down that a run ended without a report; false if it is no longer running."""
    held = kept_run(change.connection, run_id)
    if held is None or held.state != "running":
        return False
    _set(change, run_id, state="failed", finished_at=change.at)
    change.audit("run.failed", run_id, {"reason": words(reason)})
    return True


def kept_run(connection: Connection, run_id: str) -> KeptRun | None:
    """One run; null if there is none of that name."""
    query = select(TRIAGE_RUNS).where(TRIAGE_RUNS.c.run_id == run_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _run(dict(row))


def kept_runs(
    connection: Connection, *, what: What | None = None, region: str | None = None, most: int = 50
) -> list[KeptRun]:
    """Runs, the newest first."""
    query = select(TRIAGE_RUNS).order_by(TRIAGE_RUNS.c.started_at.desc(), TRIAGE_RUNS.c.run_id)
    if what is not None:
        query = query.where(TRIAGE_RUNS.c.what == what)
    if region is not None:
        query = query.where(TRIAGE_RUNS.c.region == region)
    return [_run(dict(row)) for row in connection.execute(query.limit(most)).mappings()]


def last_whole(connection: Connection, what: What, region: str) -> KeptRun | None:
    """The last finished run of a region that left nothing older out: what is new is new since."""
    query = select(TRIAGE_RUNS).where(
        TRIAGE_RUNS.c.what == what, TRIAGE_RUNS.c.region == region, TRIAGE_RUNS.c.state == "done"
    )
    order = (TRIAGE_RUNS.c.as_of.desc(), TRIAGE_RUNS.c.started_at.desc())
    rows = connection.execute(query.order_by(*order)).mappings()
    runs = (_run(dict(row)) for row in rows)
    return next((one for one in runs if not (one.report or {}).get("since")), None)


def _running(connection: Connection, what: str, region: str) -> tuple[KeptRun, datetime] | None:
    query = select(TRIAGE_RUNS).where(
        TRIAGE_RUNS.c.what == what, TRIAGE_RUNS.c.region == region, TRIAGE_RUNS.c.state == "running"
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else (_run(dict(row)), row["beat_at"])


def _set(change: Change, run_id: str, **values: object) -> None:
    change.connection.execute(
        update(TRIAGE_RUNS).where(TRIAGE_RUNS.c.run_id == run_id).values(**values)
    )


def _run(row: dict[str, Any]) -> KeptRun:
    values = {name: row[name] for name in KeptRun.model_fields}
    values["report"], values["digest"] = stored(row["report"]), stored(row["digest"])
    return KeptRun.model_validate(values)
