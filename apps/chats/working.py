"""Doing what came in: workers on threads of their own, and one event loop for all that they say.

That loop is not the one on which chats are listened to: a long calculation must not keep a chat
waiting for the word that its message came. A worker that dies leaves its job to another one, here
or in another process.
"""

import asyncio
import importlib
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


class ChatWorkers:
    """The workers of some chats in this process.

    Args:
        parts: the program's parts.
        surfaces: the chats.
        doing: does what came in.
    """

    def __init__(self, parts: "Wiring", surfaces: tuple[str, ...], doing: Doing) -> None:
        self._parts = parts
        self._surfaces = surfaces
        self._doing = doing
        self._stop = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._talking = threading.Thread(target=self._talk, daemon=True)
        self._workers: list[threading.Thread] = []

    def start(self) -> None:
        """Begin."""
        self._talking.start()
        for quick, at_once in ((False, QUESTIONS_AT_ONCE), (True, CLICKS_AT_ONCE)):
            handlers = {queue_of(one, quick=quick): self._do for one in self._surfaces}
            worker = Worker(
                self._parts.jobs, handlers, self._parts.now, retry=AGAIN, at_once=at_once
            )
            work = threading.Thread(target=worker.run_forever, args=(self._stop,), daemon=True)
            work.start()
            self._workers.append(work)

    async def stop(self) -> None:
        """Take nothing more, and finish what runs."""
        self._stop.set()
        for one in self._workers:
            await asyncio.to_thread(one.join)
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._talking.join)

    def _talk(self) -> None:
        asyncio.set_event_loop(self._loop)
        importlib.import_module("graphs.conversation")  # takes seconds: before anybody asks
        self._loop.run_forever()
        self._loop.run_until_complete(self._parts.close_model())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _do(self, job: Job) -> None:
        inbound = Inbound.model_validate(job.payload)
        last = job.failures + 1 >= AGAIN.attempts
        doing = _waited_for(self._doing(inbound, job.attempt, last))
        asyncio.run_coroutine_threadsafe(doing, self._loop).result()


async def _waited_for(doing: Awaitable[None]) -> None:
    await doing
