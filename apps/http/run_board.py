"""Runs at work and just ended, for any number of readers.

A run belongs to the server and not to the connection that began it: whoever reads its events may
leave, come back and go on where they were. All is touched on one event loop, so nothing is locked.
"""

import asyncio
import contextlib
import hashlib
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError

from apps.ask import new_run_id
from apps.http.failures import Busy, Conflict, Stopping
from apps.http.live_run import Begun, LiveRun, RunStatus, interruption, reason_of, work
from apps.wiring import Wiring
from domain.records.asked import Asked

Clock = Callable[[], float]

MOST_AT_WORK = 200
"""Runs at a time, with those that wait for their turn (count)."""
AT_ONCE, AT_ONCE_WITH_MODEL = 8, 32
"""Runs that work at a time, the others in the order in which they came (count). Without a model
they do nothing but reckon: more of them would only be slower together, until none gives a sign of
life any more."""
KEEP_ENDED, KEEP_SECONDS = 200, 600.0
"""Ended runs that are kept with their events (count), and for how long (s)."""
KEEP_ONCE = 2000
"""Idempotency keys that are remembered (count)."""


class _Once(NamedTuple):
    body: str
    begun: Begun


class RunBoard:
    """All runs of one server.

    Args:
        at_once: runs that work at a time (count).
        clock: monotonic seconds.
    """

    def __init__(self, at_once: int = AT_ONCE, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._turn = asyncio.Semaphore(at_once)
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._runs: OrderedDict[str, LiveRun] = OrderedDict()
        self._once: OrderedDict[tuple[str, str], _Once] = OrderedDict()
        self._leaving: set[asyncio.Task[None]] = set()
        self.draining = False
        self.on_end: list[Callable[[LiveRun], None]] = []
        """Told of every run that ended."""

    @property
    def at_work(self) -> int:
        """Runs at work now (count)."""
        return len(self._tasks)

    def start(self, asked: Asked, parts: Wiring, *, once: str | None = None) -> Begun:
        """Begin a run.

        Args:
            asked: the request.
            parts: the program's parts, for whoever asks.
            once: an idempotency key: the same key and request give the run that they began.

        Raises:
            Stopping: the server takes nothing new.
            Busy: too many runs are at work.
            Conflict: the key was used for another request.
        """
        if self.draining:
            raise Stopping(
                "the server is being stopped",
                holds="nothing was begun",
                next_step="ask again in a moment",
            )
        body = hashlib.sha256(asked.model_dump_json().encode()).hexdigest()
        earlier = self._once.get((parts.principal.id, once)) if once else None
        if earlier is not None:
            if earlier.body != body:
                raise Conflict(
                    "this idempotency key was used for another request",
                    holds=f"run {earlier.begun.run_id} is as it was",
                    next_step="take a new key for a new request",
                )
            return earlier.begun
        if len(self._tasks) >= MOST_AT_WORK:
            raise Busy("too many runs are at work", next_step="ask again in a moment")
        begun = self._begin(asked, parts)
        if once:
            self._once[parts.principal.id, once] = _Once(body, begun)
            if len(self._once) > KEEP_ONCE:
                self._once.popitem(last=False)
        return begun

    def find(self, run_id: str, principal_id: str) -> LiveRun | None:
        """A run of that person, at work or just ended; none: the request log may know."""
        run = self._runs.get(run_id)
        return run if run is not None and run.principal_id == principal_id else None

    def on_thread(self, thread_id: str, principal_id: str) -> LiveRun | None:
        """The newest run at work on a thread of that person."""
        mine = (
            run
            for run in reversed(self._runs.values())
            if run.thread_id == thread_id and run.principal_id == principal_id
        )
        return next((run for run in mine if run.state == "running"), None)

    def forget(self, thread_id: str) -> None:
        """Let go of the ended runs of a thread that was forgotten."""
        gone = [one.run_id for one in self._runs.values() if one.thread_id == thread_id]
        for run_id in gone:
            if run_id not in self._tasks:
                del self._runs[run_id]

    async def cancel(self, run: LiveRun) -> None:
        """Stop a run for its asker; returns when its tools have been told to stop."""
        await self._stop(run, "cancelled")

    def leave(self, run: LiveRun) -> None:
        """Stop a run that nobody waits for any more; returns at once."""
        leaving = asyncio.create_task(self.cancel(run))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def drain(self, seconds: float) -> int:
        """Take nothing new; let runs end for a while, then stop them. Returns how many were."""
        self.draining = True
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=seconds)
        late = [self._runs[run_id] for run_id in self._tasks]
        await asyncio.gather(*(self._stop(run, "interrupted") for run in late))
        return len(late)

    def _begin(self, asked: Asked, parts: Wiring) -> Begun:
        begun = Begun(new_run_id(), asked.thread_id or f"T-{uuid.uuid4().hex[:12]}")
        run = self._runs[begun.run_id] = LiveRun(begun, parts, asked.text)
        given = asked.model_copy(update={"thread_id": begun.thread_id})
        task = self._tasks[begun.run_id] = asyncio.create_task(self._work(run, given))
        task.add_done_callback(partial(self._ended, run))
        return begun

    async def _work(self, run: LiveRun, asked: Asked) -> None:
        # Who waits for another run of the same conversation takes no turn away from others.
        line = self._lines.setdefault(run.thread_id, asyncio.Lock())
        async with line, self._turn:
            await work(run, asked)

    def _ended(self, run: LiveRun, task: asyncio.Task[None]) -> None:
        del self._tasks[run.run_id]
        if run.answer is not None:
            run.end("done", self._clock())
        elif task.cancelled():
            run.tell_error(interruption(run.ending))
            run.end(run.ending, self._clock())
        else:
            run.end("failed", self._clock())
        self._forget_old()
        for told in self.on_end:
            told(run)

    async def _stop(self, run: LiveRun, ending: RunStatus) -> None:
        task = self._tasks.get(run.run_id)
        if task is None:
            return
        run.ending = ending
        await _log_stop(run)
        task.cancel()
        await asyncio.wait([task])
        await _log_stop(run)  # its row may have been written only meanwhile
        await run.over.wait()

    def _forget_old(self) -> None:
        ended = [run for run in self._runs.values() if run.ended is not None]
        since = self._clock() - KEEP_SECONDS
        too_many = len(ended) - KEEP_ENDED
        for place, run in enumerate(ended):
            if place < too_many or (run.ended or 0.0) < since:
                del self._runs[run.run_id]


async def _log_stop(run: LiveRun) -> None:
    log = run.parts.conversations.requests
    with contextlib.suppress(SQLAlchemyError):
        await asyncio.to_thread(log.mark_interrupted, run.run_id, reason_of(run.ending))
