"""Runs: begun, followed, resumed and cancelled.

A run that this server does not hold any more, or that another one does, is told from the request
log. Its events are then one: the answer, or why there is none.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import Field

from agents.wording.phrasebook import LANGUAGES
from apps.http.answers import FAILURES, Described
from apps.http.auth import Asker
from apps.http.failures import Malformed, unseen_is_unknown
from apps.http.live_run import Begun, LiveRun, RunStatus, Told
from apps.http.logged_run import event_of, run_of
from apps.http.served import Here
from apps.wiring import Wiring
from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.asked import Asked

router = APIRouter(tags=["runs"], responses=FAILURES)
_LOOK_SECONDS = 1.0
"""How often the request log is looked at for a run of another process (s)."""
_STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
LONGEST_KEY = 200
RunId = Annotated[str, Path(max_length=80, examples=["R-0123456789ab"])]
_STREAM: Described = {
    200: {
        "description": "Events as they happen; the last is `answer` or `error`.",
        "content": {
            "text/event-stream": {
                "example": 'event: run\ndata: {"run_id": "R-0123456789ab", "state": "running"}\n\n'
                'id: 0\nevent: plan\ndata: {"run_id": "R-0123456789ab", "seq": 0, …}\n\n'
            }
        },
    },
    204: {"description": "The run has ended, and the reader has all of it."},
}


class RunAsked(Contract):
    """One request."""

    text: str = Field(min_length=1, examples=["Why do customers report water leaks?"])
    """The request in the asker's words."""
    thread_id: str | None = Field(default=None, max_length=80)
    """The conversation that it continues; null begins a new one."""
    language: str | None = Field(default=None, max_length=35)
    """Language of the answer (BCP 47); null for that of the request."""
    as_of: date | None = None
    """The day that "now" stands for; null for the newest day in the hub."""
    plan_only: bool = False
    """Whether only the plan is wanted."""


class RunTaken(Contract):
    """A run that was taken."""

    run_id: str
    """Its name."""
    thread_id: str
    """The conversation that it belongs to."""
    state: RunStatus
    """How it stands."""


class RunBody(RunTaken):
    """A run as it stands."""

    answer: dict[str, Any] | None
    """The `andon.answer/1` object."""
    error: dict[str, Any] | None
    """The `andon.error/1` object, if there is no answer."""


@router.post("/runs", status_code=202, summary="Ask")
async def begin(
    asked: RunAsked,
    parts: Asker,
    here: Here,
    idempotency_key: Annotated[str | None, Header(max_length=LONGEST_KEY)] = None,
) -> RunTaken:
    """Begin a run. It goes on if whoever began it leaves; read its events to follow it.

    With an `Idempotency-Key`, a repeat of the same request gives the run that was begun.
    """
    request = Asked(**asked.model_dump())
    begun = await taken(request, parts, here, once=idempotency_key)
    live = here.board.find(begun.run_id, parts.principal.id)
    return RunTaken(**begun._asdict(), state=live.state if live else "done")


@router.get("/runs/{run_id}", summary="How a run stands")
async def show(run_id: RunId, parts: Asker, here: Here) -> RunBody:
    """A run's state, and its answer or error once it has one."""
    if live := here.board.find(run_id, parts.principal.id):
        return _body(live)
    return await _logged(parts, run_id)


@router.post("/runs/{run_id}/cancel", summary="Stop a run")
async def cancel(run_id: RunId, parts: Asker, here: Here) -> RunBody:
    """Stop a run and its tools; one that has ended stays as it is."""
    live = here.board.find(run_id, parts.principal.id)
    if live is None:
        return await _logged(parts, run_id)
    await here.board.cancel(live)
    return _body(live)


@router.get(
    "/runs/{run_id}/events",
    summary="Follow a run",
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def follow(
    run_id: RunId,
    parts: Asker,
    here: Here,
    after: Annotated[int | None, Query(ge=-1, le=10**9)] = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    """The run's events, each with its number as id; `after` or `Last-Event-ID` resumes.

    A stream begins with `event: run`, which has no number and says how the run stands.
    """
    seen = _seen(after, last_event_id)
    quiet = here.options.keep_alive_seconds
    live = here.board.find(run_id, parts.principal.id)
    if live is None:
        told = await _logged(parts, run_id)
        return _stream(_from_log(parts, told, seen, quiet))
    if seen >= len(live.told):
        if not live.over.is_set():
            raise InvalidArgument(
                f"run {run_id} has not told {seen + 1} events yet",
                next_step="resume after an event that you received",
            )
        return Response(status_code=204)
    if live.over.is_set() and seen == len(live.told) - 1:
        return Response(status_code=204)
    return _stream(_from_run(live, seen, quiet))


async def taken(request: Asked, parts: Wiring, here: Here, *, once: str | None = None) -> Begun:
    """Begin a run for whoever asks, if they may.

    Raises:
        NotFound: the thread is somebody else's.
        InvalidArgument: the request is empty, or in no language that is spoken here, or no thread
            can have that name.
        TooMany, Stopping, Busy, Conflict: the server does not take it now.
    """
    if not request.text.strip():
        raise InvalidArgument("the question is empty", next_step="ask one")
    if request.language and request.language.lower().split("-")[0] not in LANGUAGES:
        raise InvalidArgument(
            f"there is no wording in {request.language!r}",
            next_step=f"one of: {', '.join(LANGUAGES)}",
        )
    if request.thread_id is not None:
        check = parts.conversations.requests.check_owner
        with unseen_is_unknown("thread", request.thread_id):
            await run_in_threadpool(check, request.thread_id, parts.principal.id)
    here.runs.take(parts.principal.id)
    return here.board.start(request, parts, once=once)


def _seen(after: int | None, last_event_id: str | None) -> int:
    """Position of the last event that a reader has; what it received goes before where it began."""
    if last_event_id:
        if not last_event_id.isdecimal():
            raise Malformed("Last-Event-ID is no number of an event")
        return int(last_event_id)
    return -1 if after is None else after


def _body(live: LiveRun) -> RunBody:
    return RunBody(
        run_id=live.run_id,
        thread_id=live.thread_id,
        state=live.state,
        answer=live.answer,
        error=live.error,
    )


async def _logged(parts: Wiring, run_id: str) -> RunBody:
    with unseen_is_unknown("run", run_id):
        return RunBody(**await run_in_threadpool(run_of, parts, run_id))


def _stream(lines: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="text/event-stream", headers=_STREAM_HEADERS)


async def _from_run(live: LiveRun, seen: int, quiet: float) -> AsyncIterator[str]:
    yield _head(live.run_id, live.thread_id, live.state)
    async for told in live.follow(seen, quiet):
        yield ": \n\n" if told is None else _lines(told)


async def _from_log(parts: Wiring, found: RunBody, seen: int, quiet: float) -> AsyncIterator[str]:
    """The end of a run that this server does not hold, waited for while another is at it."""
    yield _head(found.run_id, found.thread_id, found.state)
    waited = 0.0
    while found.state == "running":
        await asyncio.sleep(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
        if waited >= quiet:
            waited = 0.0
            yield ": \n\n"
        found = await _logged(parts, found.run_id)
    event = event_of(found.model_dump(), seen + 1, parts.now())
    yield _lines(Told(event.seq, event.kind, event.model_dump_json()))


def _head(run_id: str, thread_id: str, state: RunStatus) -> str:
    said = RunTaken(run_id=run_id, thread_id=thread_id, state=state)
    return f"event: run\ndata: {said.model_dump_json()}\n\n"


def _lines(told: Told) -> str:
    return f"id: {told.seq}\nevent: {told.kind}\ndata: {told.data}\n\n"
