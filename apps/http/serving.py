"""A server from its start to its end: the worker inside it, and how it stops without loss.

On the first signal it takes no new runs and says so, lets those at work end for a while, stops the
rest with a word, and ends. A second signal ends it at once.
"""

import asyncio
import contextlib
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import FrameType
from typing import NamedTuple

import uvicorn
from fastapi import FastAPI

from apps.ask import ask
from apps.http.limits import LOOPBACK
from apps.http.served import Served
from apps.loop import plan_schedules
from apps.wiring import Wiring
from apps.worker import make_worker
from domain.errors import AndonError, BadArgument
from domain.records.asked import Asked

CLOSING_SECONDS = 5
"""How long open connections may take to end after the last run has (s)."""
BACKLOG = 1024
"""Connections that may wait to be taken (count)."""
THREADS = 32
"""Threads for calls that block the event loop (count)."""
_LOG = logging.getLogger(__name__)


class Address(NamedTuple):
    """Where a server listens."""

    host: str = "127.0.0.1"
    """Address or name of the interface."""
    port: int = 8321
    """Port; 0: any that is free."""

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in LOOPBACK

    def listen(self) -> socket.socket:
        """A socket that listens there.

        Raises:
            BadArgument: it is taken, or is no address of this machine.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            # The protocol by its number: only then does asyncio send small pieces without delay.
            listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self.host, self.port))
            listening.listen(BACKLOG)
        except (OSError, OverflowError) as error:
            raise BadArgument(
                f"cannot listen on {self.host}, port {self.port}: {error}",
                next_step="name another with --host and --port",
            ) from error
        return listening


def warm(parts: Wiring) -> None:
    """Load what the first questions would else wait for, or each load for itself at the same time.

    Writes nothing, asks no model.
    """
    import graphs.conversation  # noqa: F401
    from services.lexicon.lexicon import LANGUAGES, lexicon

    alone = Wiring(replace(parts.settings, model=None))
    asked = Asked(text="Why do customers complain, where and since when?", plan_only=True)

    async def plan() -> None:
        async for _ in ask(asked, alone):
            pass

    for language in LANGUAGES:
        lexicon(language)
    with contextlib.suppress(AndonError):  # whoever asks will hear of it
        asyncio.run(plan())


class EmbeddedWorker:
    """A worker on a thread of its own, with parts of its own: a model belongs to one loop."""

    def __init__(self, parts: Wiring) -> None:
        self._parts = Wiring(parts.settings)
        self._stop = threading.Event()
        self._worker = make_worker(self._parts)
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Plan the schedules of the messaging file and begin to work.

        Raises:
            AndonError: the schedules cannot be planned.
        """
        plan_schedules(self._parts)
        self._thread.start()

    def alive(self) -> bool:
        """Whether it is at work."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Take no more jobs; what runs is finished."""
        self._stop.set()

    def join(self, seconds: float) -> None:
        """Wait for what runs, so long at most; another worker takes over what is left."""
        self._thread.join(seconds)

    def _work(self) -> None:
        try:
            self._worker.run_forever(self._stop)
        except Exception:
            _LOG.exception("the worker ended")
            raise


class Server(uvicorn.Server):
    """One process that serves, and ends as the module says.

    Args:
        app: from `create_app`.
        listening: the socket to serve on.
        worker: does jobs meanwhile; none: other processes do them.
        proxy: address of a proxy whose forwarded headers are believed; none: nobody's are.
    """

    def __init__(
        self,
        app: FastAPI,
        listening: socket.socket,
        *,
        worker: EmbeddedWorker | None = None,
        proxy: str | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=proxy is not None,
                forwarded_allow_ips=proxy,
                timeout_graceful_shutdown=CLOSING_SECONDS,
            )
        )
        self._here: Served = app.state.served
        self._listening = listening
        self._worker = worker
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop, once it has started."""
        self._draining: asyncio.Task[None] | None = None
        self.ready = threading.Event()
        """Set when it takes requests."""

    def hold(self) -> None:
        """Serve until it is told to stop; the worker begins and ends with it.

        Raises:
            AndonError: the worker's schedules cannot be planned.
        """
        if self._worker is not None:
            self._here.worker_alive = self._worker.alive
            self._worker.start()
        try:
            asyncio.run(self.serve([self._listening]))
        finally:
            if self._worker is not None:
                self._worker.stop()
                self._worker.join(CLOSING_SECONDS)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self.loop = asyncio.get_running_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(THREADS))
        await super().startup(sockets)
        self.ready.set()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal: the first one drains, the second one ends at once."""
        if self.loop is None or self._here.board.draining:
            self.force_exit = self.should_exit = True
        else:
            self.stop()

    def stop(self) -> None:
        """Drain, then end; may be called from any thread."""
        self._here.board.draining = True
        if at_work := self._here.board.at_work:
            seconds = self._here.options.drain_seconds
            _LOG.warning(
                "stopping: %d runs may go on for %g s; a second signal ends them", at_work, seconds
            )
        if self._worker is not None:
            self._worker.stop()
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._begin_to_drain)

    def _begin_to_drain(self) -> None:
        self._draining = self._draining or asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        try:
            await self._here.board.drain(self._here.options.drain_seconds)
        finally:
            self.should_exit = True
