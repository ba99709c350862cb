"""The one way in: every face hands over a request and renders the events that come back."""

import contextlib
import re
import uuid
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from domain.errors import AndonError, BadArgument
from domain.records.asked import Asked
from domain.records.event import Event

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from graphs.run import Emitted, Run

_COMMAND = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
"""Commands to a terminal, and what turns the order of letters: they would hide names."""


async def ask_once(asked: Asked, wiring: "Wiring") -> AsyncGenerator[Event, None]:
    """As `ask`, where the event loop ends with the answer: a model's connections end with it."""
    try:
        async with contextlib.aclosing(ask(asked, wiring)) as events:
            async for event in events:
                yield event
    finally:
        await wiring.close_model()


async def ask(
    asked: Asked, wiring: "Wiring", run_id: str | None = None
) -> AsyncGenerator[Event, None]:
    """Run one request; the last event is its answer, or the error that is then raised.

    Args:
        asked: the request.
        wiring: the program's parts, for whoever asks.
        run_id: the run's name, where the face had to name it before; none makes one.

    Raises:
        AndonError: there is no answer; its message says what holds and what to do.
    """
    thread_id = asked.thread_id or f"T-{uuid.uuid4().hex[:12]}"
    run_id = run_id or new_run_id()
    seq = 0
    try:
        asked = _readable(asked, wiring)
        run = wiring.run(asked, run_id=run_id, thread_id=thread_id)
        async with contextlib.aclosing(_events(asked, run, wiring)) as events:
            async for emitted in events:
                yield _event(emitted, run_id, seq, wiring)
                seq += 1
    except AndonError as error:
        failed = {"kind": "error", "agent": None, "data": error.to_json()}
        yield _event(failed, run_id, seq, wiring)
        raise


def new_run_id() -> str:
    """A name for a run."""
    return f"R-{uuid.uuid4().hex[:12]}"


def _readable(asked: Asked, wiring: "Wiring") -> Asked:
    """The request as it may be read and kept: letters only, tokens in place of personal strings."""
    from agents.wording.phrasebook import LANGUAGES

    if asked.language and asked.language.lower().split("-")[0] not in LANGUAGES:
        raise BadArgument(
            f"there is no wording in {asked.language!r}",
            next_step=f"one of: {', '.join(LANGUAGES)}",
        )
    return asked.model_copy(update={"text": as_kept(asked.text, wiring)})


def as_kept(text: str, wiring: "Wiring") -> str:
    """Words of an asker as they are read and kept: no commands, tokens for personal strings."""
    return wiring.without_personal(_COMMAND.sub("", text))


async def _events(asked: Asked, run: "Run", wiring: "Wiring") -> "AsyncGenerator[Emitted, None]":
    if asked.plan_only:
        from graphs.plan_alone import plan_only

        events = plan_only(asked, run)
    else:
        from graphs.conversation import converse

        events = converse(asked, run, wiring.conversations)
    async with contextlib.aclosing(events) as told:
        async for emitted in told:
            yield emitted


def _event(emitted: "Emitted", run_id: str, seq: int, wiring: "Wiring") -> Event:
    return Event(run_id=run_id, seq=seq, at=wiring.now(), **emitted)
