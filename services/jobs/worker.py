"""Does jobs: takes what is due, gives signs of life meanwhile, writes down how it ended.

Handlers run at least once for each job, so they must be idempotent by its key (`job.Handler`).
"""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial
from typing import Literal, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from domain.errors import AndonError
from services.heartbeat import PATIENCE_SECONDS, heartbeat
from services.jobs.job import Handler, Job
from services.jobs.jobs import Jobs
from services.jobs.leases import Leases
from services.jobs.retry import Retry

POLL_SECONDS = 1.0
"""How often a worker looks for what is due (s)."""
AT_ONCE = 4
"""Jobs that one worker does at a time (count)."""
Clock = Callable[[], datetime]
"""Says what "now" is: aware, UTC."""
_Ending = Literal["done", "failed", "lost"]
_LEVELS = {"done": logging.INFO, "failed": logging.WARNING, "lost": logging.WARNING}
_LOG = logging.getLogger(__name__)


class Tally(NamedTuple):
    """What a worker did."""

    done: int = 0
    """Jobs done (count)."""
    failed: int = 0
    """Tries that failed (count)."""
    lost: int = 0
    """Tries whose end could not be written down: another worker does the job again (count)."""

    def with_one(self, ending: _Ending) -> "Tally":
        """The same and one more."""
        return self._replace(**{ending: getattr(self, ending) + 1})


class Worker:
    """One process that does jobs.

    Args:
        jobs: where they are written down.
        handlers: how to do them, by queue; jobs of other queues are left to other workers.
        clock: says what is due and when a failure is tried again.
        retry: what a failure leads to.
        at_once: jobs at a time (count).
        patience: silence after which a worker counts as dead (s); the same for all workers.
    """

    def __init__(
        self,
        jobs: Jobs,
        handlers: Mapping[str, Handler],
        clock: Clock,
        *,
        retry: Retry | None = None,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._jobs = jobs
        self._handlers = dict(handlers)
        self._clock = clock
        self._leases = Leases(jobs.engine, retry or Retry(), patience)
        self._at_once = at_once
        self._patience = patience
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def run_due(self, now: datetime) -> Tally:
        """Do everything that is due at that moment, and what comes of it; then return."""
        tally = Tally()
        running: set[Future[_Ending]] = set()
        with ThreadPoolExecutor(self._at_once) as pool:
            while True:
                running |= self._begin(pool, lambda: now, self._at_once - len(running))
                if not running:
                    return tally
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for one in ended:
                    tally = tally.with_one(one.result())

    def run_forever(self, stop: threading.Event) -> Tally:
        """Do what becomes due until told to stop; then finish what runs and take no more."""
        tally = Tally()
        running: set[Future[_Ending]] = set()
        with ThreadPoolExecutor(self._at_once) as pool:
            while not stop.is_set() or running:
                free = 0 if stop.is_set() else self._at_once - len(running)
                begun = self._try_to_begin(pool, free)
                running |= begun
                if free and not begun:
                    stop.wait(POLL_SECONDS)
                elif running:
                    wait(running, POLL_SECONDS, return_when=FIRST_COMPLETED)
                ended = {one for one in running if one.done()}
                running -= ended
                for one in ended:
                    tally = tally.with_one(one.result())
        return tally

    def _try_to_begin(self, pool: ThreadPoolExecutor, free: int) -> set[Future[_Ending]]:
        try:
            return self._begin(pool, self._clock, free)
        except SQLAlchemyError as error:  # a database that is away for a while comes back
            _LOG.warning("jobs cannot be read: %s", error)
            return set()

    def _begin(self, pool: ThreadPoolExecutor, clock: Clock, free: int) -> set[Future[_Ending]]:
        if free < 1:
            return set()
        self._jobs.tick(clock())
        taken = self._leases.take(self.name, self._handlers.keys(), clock(), free)
        return {pool.submit(self._do, job, clock) for job in taken}

    def _do(self, job: Job, clock: Clock) -> _Ending:
        lost = partial(_LOG.warning, "%s fell silent and lost job %s", self.name, job.key)
        beat = partial(self._leases.beat, job)
        with heartbeat(beat, patience=self._patience, lost=lost):
            error = self._handle(job)
        try:
            if error is None:
                kept = self._leases.finish(job, clock())
            else:
                kept = self._leases.fail(job, clock(), error)
        except SQLAlchemyError as trouble:  # its lease runs out, and it is done again
            _LOG.warning("the end of job %s cannot be written down: %s", job.key, trouble)
            return "lost"
        ending: _Ending = "lost" if not kept else "done" if error is None else "failed"
        _LOG.log(_LEVELS[ending], "job %s: %s%s", job.key, ending, f": {error}" if error else "")
        return ending

    def _handle(self, job: Job) -> str | None:
        """Do a job; returns why it failed."""
        try:
            self._handlers[job.queue](job)
        except AndonError as error:
            return error.message
        except Exception as error:  # noqa: BLE001  a handler's defect is its job's, not the worker's
            return f"{type(error).__name__}: {error}"
        return None
