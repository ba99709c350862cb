"""A run as the request log remembers it, for whoever comes after its events are gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from apps.http.live_run import CANCELLED, RunStatus
from apps.wiring import Wiring
from domain.errors import AndonError, Interrupted
from domain.records.event import Event
from memory.request_table import Request
from services.heartbeat import PATIENCE_SECONDS

_SILENCE = timedelta(seconds=PATIENCE_SECONDS)


class _Unanswered(AndonError):
    code = "failed"


def run_of(parts: Wiring, run_id: str) -> dict[str, Any]:
    """The fields of a run as it stands in the log.

    Raises:
        UnknownName: there is none.
        NotPermitted: somebody else asked.
    """
    found = parts.conversations.requests.get(run_id, parts.principal.id)
    state = state_of(found)
    return {
        "run_id": found.run_id,
        "thread_id": found.thread_id,
        "state": state,
        "answer": found.answer,
        "error": _error(found, state),
    }


def state_of(found: Request) -> RunStatus:
    """How a run stands; one that says running and is silent has died."""
    if found.state == "running":
        dead = datetime.now(UTC) - found.heartbeat_at > _SILENCE
        return "interrupted" if dead else "running"
    if found.state == "interrupted" and found.reason == CANCELLED:
        return "cancelled"
    return found.state


def event_of(run: dict[str, Any], seq: int, at: datetime) -> Event:
    """The one event of a run that ended: its answer, or why there is none."""
    kind = "error" if run["answer"] is None else "answer"
    return Event(run_id=run["run_id"], seq=seq, kind=kind, at=at, data=run[kind])


def _error(found: Request, state: RunStatus) -> dict[str, object] | None:
    if state in ("done", "running"):
        return None
    if state == "failed":
        return _Unanswered(found.reason or "there is no answer", next_step="ask again").to_json()
    return Interrupted(
        f"this run has no answer: {found.reason or 'its process ended'}",
        holds="evidence that it found is kept",
        next_step="ask again",
    ).to_json()
