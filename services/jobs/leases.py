"""Who has which job: taken for a while, kept by signs of life, ended by its holder only.

A job that runs belongs to one worker. When that worker falls silent, the next one takes the job,
and the number of the attempt goes up; whoever still holds an older attempt can end it no more.
Signs of life are written and judged in real time, even where the clock that jobs wait for is set.
"""

import random
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, case, func, select, update

from services.heartbeat import PATIENCE_SECONDS
from services.jobs.job import Job, to_job
from services.jobs.retry import Retry
from services.jobs.tables import JOBS, writing

LONGEST_ERROR = 2000
"""Characters of an error that are kept (count)."""


def real_time(connection: Connection) -> datetime:
    """Now, by one clock for all that share the database."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)


class Leases:
    """Jobs in the hands of workers.

    Args:
        engine: the database.
        retry: what a failure leads to.
        patience: silence after which a holder counts as dead (s); the same for all workers.
        pulse: real time, as the database's connection knows it.
    """

    def __init__(
        self,
        engine: Engine,
        retry: Retry,
        patience: float = PATIENCE_SECONDS,
        pulse: Callable[[Connection], datetime] = real_time,
    ) -> None:
        self._engine = engine
        self._retry = retry
        self._patience = timedelta(seconds=patience)
        self._pulse = pulse

    def take(self, worker: str, queues: Collection[str], now: datetime, most: int) -> list[Job]:
        """Take jobs that are due or whose holder is dead, the oldest first.

        Args:
            worker: who takes them.
            queues: the kinds of work that it can do.
            now: the moment that decides what is due.
            most: how many it can do now (count).
        """
        mine = JOBS.c.queue.in_(queues)
        with self._engine.connect() as connection:  # looking costs others nothing
            ready = self._due(now) | self._abandoned(self._pulse(connection))
            if most < 1 or not connection.execute(select(JOBS.c.key).where(mine, ready)).first():
                return []
        with writing(self._engine) as connection:
            pulse = self._pulse(connection)
            self._bury(connection, mine & self._abandoned(pulse), now)
            chosen = (
                select(JOBS.c.number)
                .where(mine, self._due(now) | self._abandoned(pulse))
                .order_by(JOBS.c.try_at, JOBS.c.number)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            numbers = connection.execute(chosen).scalars().all()
            taken = (
                update(JOBS)
                .where(JOBS.c.number.in_(numbers))
                .values(
                    state="running",
                    attempt=JOBS.c.attempt + 1,
                    failures=JOBS.c.failures + case((JOBS.c.state == "running", 1), else_=0),
                    worker=worker,
                    beat_at=pulse,
                )
                .returning(*JOBS.c)
            )
            jobs = [to_job(row) for row in connection.execute(taken)]
        return sorted(jobs, key=lambda job: (job.try_at, job.number))

    def beat(self, job: Job) -> bool:
        """Give a sign of life; false when the job is no longer the caller's."""
        with writing(self._engine) as connection:
            return self._change(connection, job, beat_at=self._pulse(connection))

    def finish(self, job: Job, now: datetime) -> bool:
        """Mark a job as done; false when it is no longer the caller's."""
        with writing(self._engine) as connection:
            return self._change(connection, job, state="done", finished_at=now, error=None)

    def fail(self, job: Job, now: datetime, error: str) -> bool:
        """Have a job tried again later, or give it up; false when it is no longer the caller's."""
        failures = job.failures + 1
        values: dict[str, object] = {"failures": failures, "error": _storable(error)}
        if failures >= self._retry.attempts:
            values |= {"state": "dead", "finished_at": now}
        else:
            wait = self._retry.wait(failures, random.random())
            values |= {"state": "waiting", "try_at": now + wait}
        with writing(self._engine) as connection:
            return self._change(connection, job, **values)

    def _change(self, connection: Connection, job: Job, **values: object) -> bool:
        held = (JOBS.c.number == job.number) & (JOBS.c.attempt == job.attempt)
        change = update(JOBS).where(held, JOBS.c.state == "running").values(**values)
        return connection.execute(change).rowcount == 1

    def _bury(self, connection: Connection, abandoned: ColumnElement[bool], now: datetime) -> None:
        """Give up what killed or outlived too many workers."""
        died = JOBS.c.worker + " gave no sign of life"
        last = JOBS.c.failures + 1 >= self._retry.attempts
        hopeless = select(JOBS.c.number).where(abandoned, last).with_for_update(skip_locked=True)
        given_up = {"state": "dead", "finished_at": now, "failures": JOBS.c.failures + 1}
        bury = update(JOBS).where(JOBS.c.number.in_(hopeless))
        connection.execute(bury.values(**given_up, error=died))

    def _abandoned(self, pulse: datetime) -> ColumnElement[bool]:
        return (JOBS.c.state == "running") & (JOBS.c.beat_at < pulse - self._patience)

    @staticmethod
    def _due(now: datetime) -> ColumnElement[bool]:
        return (JOBS.c.state == "waiting") & (JOBS.c.try_at <= now)


def _storable(error: str) -> str:
    """An error's text as both databases keep it, cut."""
    plain = error.encode("utf-8", "replace").decode().replace("\0", "�")
    return plain if len(plain) <= LONGEST_ERROR else plain[: LONGEST_ERROR - 1] + "…"
