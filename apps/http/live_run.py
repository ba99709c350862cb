"""One run of the server and what it has told: events that any number of readers may follow."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import Any, Literal, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from apps.ask import ask
from apps.http.failures import Defect
from apps.wiring import Wiring
from domain.errors import AndonError, Interrupted
from domain.records.asked import Asked
from domain.records.event import Event

RunStatus = Literal["running", "done", "failed", "interrupted", "cancelled"]
CANCELLED, STOPPED = "cancelled by its asker", "the server was stopped"
"""Why a run ended before its answer, as the request log keeps it."""
_LOG = logging.getLogger(__name__)


class Told(NamedTuple):
    """One event, ready to be sent."""

    seq: int
    """Position in the run's stream, from 0."""
    kind: str
    """What happened."""
    data: str
    """The event as JSON."""


class Begun(NamedTuple):
    """A run that was taken."""

    run_id: str
    """Its name."""
    thread_id: str
    """The conversation that it belongs to."""


class LiveRun:
    """One run and what it has told so far."""

    def __init__(self, begun: Begun, parts: Wiring, text: str) -> None:
        self.run_id, self.thread_id = begun
        self.text = text
        self.principal_id = parts.principal.id
        self.parts = parts
        self.began_at = parts.now()
        self.began = time.monotonic()
        self.ended: float | None = None
        self.state: RunStatus = "running"
        self.answer: dict[str, Any] | None = None
        self.error: dict[str, Any] | None = None
        self.failure: AndonError | None = None
        self.told: list[Told] = []
        self.ending: RunStatus = "interrupted"
        """What it becomes if it is stopped now."""
        self._news = asyncio.Event()
        self.over = asyncio.Event()
        """Set when nothing more comes."""

    def tell(self, event: Event) -> None:
        """Hand an event on to all readers."""
        if event.kind == "answer":
            self.answer = event.data
        elif event.kind == "error":
            self.error = event.data
        self.told.append(Told(event.seq, event.kind, event.model_dump_json()))
        self._wake()

    def tell_error(self, error: AndonError) -> None:
        """Tell all readers why there is no answer."""
        at, seq = self.parts.now(), len(self.told)
        data = error.to_json()
        self.tell(Event(run_id=self.run_id, seq=seq, kind="error", at=at, data=data))

    def end(self, state: RunStatus, at: float) -> None:
        """Nothing more comes."""
        self.state, self.ended = state, at
        self.over.set()
        self._wake()

    async def follow(self, after: int, quiet: float) -> AsyncIterator[Told | None]:
        """Every event after that one, as it happens; ends with the run.

        Args:
            after: position of the last event that the reader has; -1: none.
            quiet: silence after which a null is told (s), so that the reader can give a sign.
        """
        place = after + 1
        while True:
            while place < len(self.told):
                yield self.told[place]
                place += 1
            if self.over.is_set():
                return
            try:
                await asyncio.wait_for(self._news.wait(), quiet)
            except TimeoutError:
                yield None

    def _wake(self) -> None:
        waiting, self._news = self._news, asyncio.Event()
        waiting.set()


async def work(run: LiveRun, asked: Asked) -> None:
    """Do a run to its end; whatever goes wrong is told as its last event."""
    try:
        async with contextlib.aclosing(ask(asked, run.parts, run.run_id)) as events:
            async for event in events:
                run.tell(event)
    except AndonError as error:
        run.failure = error
        if run.error is None:
            run.tell_error(error)
    except Exception as error:  # noqa: BLE001  a run's defect is its own, not the server's
        _LOG.exception("run %s", run.run_id)
        failure = Defect(
            f"a defect of Andon: {type(error).__name__}",
            holds="nothing was changed",
            next_step="ask again; the server's log says more",
        )
        run.failure = failure
        run.tell_error(failure)
        log = run.parts.conversations.requests
        with contextlib.suppress(SQLAlchemyError):
            await asyncio.to_thread(log.fail, run.run_id, failure.message)


def interruption(ending: RunStatus) -> Interrupted:
    """What is told of a run that was stopped."""
    return Interrupted(
        f"this run has no answer: {reason_of(ending)}",
        holds="evidence that it found is kept",
        next_step="ask again",
    )


def reason_of(ending: RunStatus) -> str:
    """Why it was stopped, for the request log."""
    return CANCELLED if ending == "cancelled" else STOPPED
