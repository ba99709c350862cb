"""Doing what came in: workers on threads of their own, the talking on the process's event loop.

A worker that dies leaves its job to another one, here or in another process.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from apps.chats.inbox import queue_of
from apps.chats.port import Inbound
from services.jobs.job import Job
from services.jobs.retry import Retry
from services.jobs.worker import Worker

if TYPE_CHECKING:
    from apps.wiring import Wiring

Doing = Callable[[Inbound, int, bool], Awaitable[None]]
"""Does what came in; which try it is, from 1, and whether it is the last."""
AGAIN = Retry(attempts=6, first_seconds=5.0, longest_seconds=600.0)
"""A chat that is down for minutes gets its answers; after that nobody waits for them."""
QUESTIONS_AT_ONCE, CLICKS_AT_ONCE = 6, 3
_LOG = logging.getLogger(__name__)


class ChatWorkers:
    """The workers of one chat in this process."""

    def __init__(self, parts: "Wiring", surfaces: tuple[str, ...], doing: Doing) -> None:
        self._parts = parts
        self._surfaces = surfaces
        self._doing = doing
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin; called on the event loop that everything is said from."""
        self._loop = asyncio.get_running_loop()
        for quick, at_once in ((False, QUESTIONS_AT_ONCE), (True, CLICKS_AT_ONCE)):
            handlers = {queue_of(one, quick=quick): self._do for one in self._surfaces}
            worker = Worker(
                self._parts.jobs, handlers, self._parts.now, retry=AGAIN, at_once=at_once
            )
            work = threading.Thread(target=worker.run_forever, args=(self._stop,), daemon=True)
            work.start()
            self._threads.append(work)

    async def stop(self) -> None:
        """Take nothing more, and finish what runs."""
        self._stop.set()
        for one in self._threads:
            await asyncio.to_thread(one.join)

    def _do(self, job: Job) -> None:
        assert self._loop is not None
        inbound = Inbound.model_validate(job.payload)
        last = job.failures + 1 >= AGAIN.attempts
        doing = self._doing(inbound, job.attempt, last)
        asyncio.run_coroutine_threadsafe(_waited_for(doing), self._loop).result()


async def _waited_for(doing: Awaitable[None]) -> None:
    await doing
