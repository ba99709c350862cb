"""Conversations: one's own, listed, read again and forgotten."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.concurrency import run_in_threadpool

from apps.ask import as_kept
from apps.http.answers import FAILURES
from apps.http.auth import Asker
from apps.http.failures import NotFound, unseen_is_unknown
from apps.http.live_run import LiveRun, RunStatus
from apps.http.logged_run import state_of
from apps.http.served import Here
from apps.wiring import Wiring
from domain.contract import Contract
from domain.records.answer import Outcome
from memory.request_table import Request, Thread

router = APIRouter(tags=["threads"], responses=FAILURES)
MOST = 500
ThreadId = Annotated[str, Path(max_length=80, examples=["T-0123456789ab"])]


class Threads(Contract):
    """Conversations."""

    threads: tuple[Thread, ...]
    """Those in which something was last asked, newest first."""


class Turn(Contract):
    """One request of a conversation."""

    run_id: str
    """The run that answered it."""
    text: str
    """The question, de-identified."""
    state: RunStatus
    """How the run stands."""
    outcome: Outcome | None
    """What the answer says of itself."""
    answer: dict[str, Any] | None
    """The `andon.answer/1` object."""
    started_at: datetime
    """When it was asked (UTC)."""
    finished_at: datetime | None
    """When the run ended (UTC)."""


class ThreadBody(Contract):
    """One conversation."""

    thread_id: str
    """Its name."""
    requests: tuple[Turn, ...]
    """What was asked, newest last."""
    running: str | None
    """The run at work on it, whose events can be followed."""


@router.get("/threads", summary="My conversations")
async def list_threads(parts: Asker, limit: Annotated[int, Query(ge=1, le=MOST)] = 50) -> Threads:
    """The asker's own conversations, the newest first."""
    find = parts.conversations.requests.threads
    return Threads(threads=tuple(await run_in_threadpool(find, parts.principal.id, limit)))


@router.get("/threads/{thread_id:path}", summary="One conversation")
async def show(
    thread_id: ThreadId,
    parts: Asker,
    here: Here,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> ThreadBody:
    """What was asked and answered in a conversation of the asker's own."""
    found = await run_in_threadpool(_requests, parts, thread_id, limit)
    live = here.board.on_thread(thread_id, parts.principal.id)
    if not found and live is None:
        raise _unknown(thread_id)
    turns = tuple(_turn(one) for one in found)
    if live and all(turn.run_id != live.run_id for turn in turns):
        turns += (await run_in_threadpool(_waiting, live),)
    others = [turn.run_id for turn in turns if turn.state == "running"]
    running = live.run_id if live else next(reversed(others), None)
    return ThreadBody(thread_id=thread_id, requests=turns, running=running)


@router.delete("/threads/{thread_id:path}", status_code=204, summary="Forget a conversation")
async def forget(thread_id: ThreadId, parts: Asker, here: Here) -> Response:
    """Remove a conversation with all that was asked and answered in it; evidence stays."""
    if not await run_in_threadpool(_requests, parts, thread_id, 1):
        raise _unknown(thread_id)
    await parts.conversations.forget(thread_id, parts.principal.id)
    here.board.forget(thread_id)
    return Response(status_code=204)


def _requests(parts: Wiring, thread_id: str, limit: int) -> list[Request]:
    with unseen_is_unknown("thread", thread_id):
        return parts.conversations.requests.thread(thread_id, parts.principal.id, limit)


def _turn(one: Request) -> Turn:
    fields = {name: getattr(one, name) for name in Turn.model_fields if name != "state"}
    return Turn(**fields, state=state_of(one))


def _waiting(live: LiveRun) -> Turn:
    """A run that waits for its turn and is in no log yet."""
    return Turn(
        run_id=live.run_id,
        text=as_kept(live.text, live.parts),
        state=live.state,
        outcome=None,
        answer=None,
        started_at=live.began_at,
        finished_at=None,
    )


def _unknown(thread_id: str) -> NotFound:
    return NotFound(f"there is no thread {thread_id[:80]!r}")
