"""What is to be done later, once or again and again.

A job is written down in the caller's transaction, so that it is done if, and only if, what asked
for it is kept.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, case, delete, exists, select, update

from domain.errors import InvalidArgument, UnknownName
from services.jobs.job import LONGEST_KEY, Job, JobState, aware, checked_key, payload_text, to_job
from services.jobs.schedule import LONGEST_KEY as LONGEST_SCHEDULE_KEY
from services.jobs.schedule import Schedule
from services.jobs.tables import JOBS, SCHEDULES, inserting, writing

LISTED = 200
"""Jobs that a list holds (count)."""
_UNFINISHED = JOBS.c.state.in_(("waiting", "running"))


class Planned(NamedTuple):
    """A schedule and what comes next of it."""

    schedule: Schedule
    """What comes again."""
    next_at: datetime
    """The next time that is not yet a job (UTC); in the past while its last run goes on."""


class Jobs:
    """Jobs and schedules in a SQL database; safe for many processes.

    The tables are there already (`services.jobs.tables.METADATA`).
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def enqueue(
        self,
        key: str,
        at: datetime,
        queue: str,
        payload: Mapping[str, Any],
        *,
        connection: Connection | None = None,
    ) -> bool:
        """Write a job down; false when there is one of that name, even if it is done or dead.

        Args:
            key: its name, 1 to 200 characters.
            at: when it is due, aware.
            queue: what kind of work it is.
            payload: what the handler must know, plain JSON.
            connection: the caller's transaction, which then keeps or loses the job.

        Raises:
            ValueError: the key, the moment or the payload cannot be kept as it is.
        """
        row = {
            "key": checked_key(key, LONGEST_KEY),
            "at": aware(at, key),
            "queue": queue,
            "payload": payload_text(payload, key),
        }
        with self._joined(connection) as open_connection:
            return _add(open_connection, row)

    def cancel(self, key: str, *, connection: Connection | None = None) -> bool:
        """Forget a job that waits or is dead, so that its name is free; false if there is none.

        One that runs or is done stays: what has begun cannot be taken back.
        """
        gone = delete(JOBS).where(JOBS.c.key == key, JOBS.c.state.in_(("waiting", "dead")))
        with self._joined(connection) as open_connection:
            return open_connection.execute(gone).rowcount == 1

    def retry(self, key: str) -> None:
        """Have a dead job tried again, with all its tries before it.

        Raises:
            UnknownName: there is no such job.
            InvalidArgument: it is not dead.
        """
        again = update(JOBS).where(JOBS.c.key == key, JOBS.c.state == "dead")
        with writing(self.engine) as connection:
            values = {"state": "waiting", "failures": 0, "finished_at": None}
            if connection.execute(again.values(**values)).rowcount == 1:
                return
            state = connection.execute(select(JOBS.c.state).where(JOBS.c.key == key)).scalar()
        if state is None:
            raise UnknownName("job", key, listed_by="andon jobs")
        raise InvalidArgument(
            f"job {key} is {state}, not dead", next_step="`andon jobs --dead` lists those that are"
        )

    def listed(
        self, state: JobState | None = None, queue: str | None = None, most: int = LISTED
    ) -> list[Job]:
        """Jobs in the order of their moments; the latest of them where there are more."""
        query = select(JOBS).order_by(JOBS.c.at.desc(), JOBS.c.number.desc()).limit(most)
        if state is not None:
            query = query.where(JOBS.c.state == state)
        if queue is not None:
            query = query.where(JOBS.c.queue == queue)
        with self.engine.connect() as connection:
            return [to_job(row) for row in connection.execute(query)][::-1]

    def schedule(self, schedule: Schedule, now: datetime) -> None:
        """Have work come again from now on, or in another way than before.

        A schedule whose times stay as they were keeps those that it missed.

        Raises:
            BadArgument: cron line or zone cannot be used.
            ValueError: key or payload cannot be kept as it is.
        """
        checked_key(schedule.key, LONGEST_SCHEDULE_KEY)
        row = {
            **schedule.model_dump(),
            "payload": payload_text(schedule.payload, schedule.key),
            "next_at": schedule.after(aware(now, schedule.key)),
        }
        kept = SCHEDULES.c
        with writing(self.engine) as connection:
            insert = inserting(connection, SCHEDULES).values(row)
            new = insert.excluded
            same_times = (kept.cron == new.cron) & (kept.zone == new.zone)
            next_at = case((same_times, kept.next_at), else_=new.next_at)
            changes = {name: new[name] for name in ("cron", "zone", "queue", "payload")}
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=[kept.key], set_={**changes, "next_at": next_at}
                )
            )

    def unschedule(self, key: str) -> bool:
        """End a schedule and forget its runs that wait; false if there is none."""
        waiting = (JOBS.c.schedule == key) & (JOBS.c.state == "waiting")
        with writing(self.engine) as connection:
            ended = connection.execute(delete(SCHEDULES).where(SCHEDULES.c.key == key)).rowcount
            connection.execute(delete(JOBS).where(waiting))
        return ended == 1

    def schedules(self) -> list[Planned]:
        """All schedules, by key."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(SCHEDULES).order_by(SCHEDULES.c.key)).all()
        return [_planned(row._mapping) for row in rows]

    def tick(self, now: datetime) -> int:
        """Make jobs of schedules whose time has come; returns how many.

        However many times were missed, one job is made, of the newest of them. While a run of a
        schedule waits or goes on, no other is made.
        """
        due = select(SCHEDULES).where(SCHEDULES.c.next_at <= now, ~_goes_on())
        with self.engine.connect() as connection:  # looking costs others nothing
            if connection.execute(due).first() is None:
                return 0
        with writing(self.engine) as connection:
            locked = due.order_by(SCHEDULES.c.key).with_for_update(skip_locked=True)
            rows = connection.execute(locked).all()
            return sum(_run_of(connection, _planned(row._mapping), now) for row in rows)

    @contextlib.contextmanager
    def _joined(self, connection: Connection | None) -> Iterator[Connection]:
        if connection is not None:
            yield connection
            return
        with writing(self.engine) as own:
            yield own


def _goes_on() -> ColumnElement[bool]:
    return exists().where(JOBS.c.schedule == SCHEDULES.c.key, _UNFINISHED)


def _run_of(connection: Connection, planned: Planned, now: datetime) -> bool:
    schedule = planned.schedule
    at = schedule.last(planned.next_at, now)
    row = {
        "key": f"{schedule.key}@{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
        "at": at,
        "queue": schedule.queue,
        "payload": payload_text(schedule.payload, schedule.key),
        "schedule": schedule.key,
    }
    following = update(SCHEDULES).where(SCHEDULES.c.key == schedule.key)
    connection.execute(following.values(next_at=schedule.after(now)))
    return _add(connection, row)


def _add(connection: Connection, row: Mapping[str, Any]) -> bool:
    new = {**row, "state": "waiting", "try_at": row["at"]}
    insert = inserting(connection, JOBS).values(new).on_conflict_do_nothing(index_elements=["key"])
    return connection.execute(insert.returning(JOBS.c.number)).first() is not None


def _planned(row: Mapping[Any, Any]) -> Planned:
    fields = {name: row[name] for name in ("key", "cron", "zone", "queue")}
    return Planned(Schedule(**fields, payload=json.loads(row["payload"])), row["next_at"])
