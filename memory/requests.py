"""What was asked: one row a run, written before the run starts.

A run that a power cut or a `kill -9` ended leaves a row that says "running" and no longer beats.
Whoever comes next can therefore run it again, which is safe because runs only read, or tell its
asker that it was interrupted. The rows of a thread are also its history.
"""

import contextlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from memory.request_table import REQUESTS, THREADS, Request, Thread, to_request
from memory.schema import make_ready
from services.heartbeat import PATIENCE_SECONDS, heartbeat

_THREAD_ID = re.compile(r"[!-~]{1,80}")
_SILENCE = timedelta(seconds=PATIENCE_SECONDS)


class RequestLog:
    """Requests in a SQL database; safe for several processes.

    `principal_id` is who wants to see something; null stands for the house itself, which sees all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        make_ready(engine)

    def begin(
        self,
        *,
        run_id: str,
        thread_id: str,
        principal_id: str,
        text: str,
        language: str | None = None,
        as_of: date | None = None,
    ) -> None:
        """Write down a request before its run starts; the first one of a thread owns the thread.

        Args:
            run_id: name of the run; each request has one of its own.
            thread_id: the conversation; one that is not known yet begins here.
            principal_id: who asks.
            text: the question, already de-identified.
            language: language of the answer (BCP 47), where one was asked for.
            as_of: the day that "now" stands for, where one was given.

        Raises:
            InvalidArgument: the thread's name has spaces, foreign letters or over 80 characters.
            NotPermitted: the thread is somebody else's.
        """
        _check(thread_id)
        now = datetime.now(UTC)
        thread = {"thread_id": thread_id, "principal_id": principal_id, "begun_at": now}
        row = {
            "run_id": run_id,
            "thread_id": thread_id,
            "principal_id": principal_id,
            "text": _storable(text),
            "language": language,
            "as_of": as_of,
            "state": "running",
            "attempts": 1,
            "started_at": now,
            "heartbeat_at": now,
        }
        with contextlib.suppress(IntegrityError), self._engine.begin() as connection:
            connection.execute(insert(THREADS).values(thread))  # fails if it was begun before
        self.check_owner(thread_id, principal_id)
        with self._engine.begin() as connection:
            connection.execute(insert(REQUESTS).values(row))

    def alive(self, run_id: str) -> contextlib.AbstractContextManager[None]:
        """Beats for a run until the block ends."""
        beat = partial(self.beat, run_id)
        return heartbeat(beat, patience=PATIENCE_SECONDS, lost=lambda: None)

    def beat(self, run_id: str) -> bool:
        """Give one sign of life; false if the run is no longer running."""
        running = REQUESTS.c.state == "running"
        return self._change(run_id, running, heartbeat_at=datetime.now(UTC))

    def finish(self, run_id: str, answer: dict[str, Any]) -> bool:
        """Keep the answer of a run.

        A run that was slow and passed for interrupted may still answer. Of two answers to one run
        the first stays.

        Args:
            run_id: the run.
            answer: the `andon.answer/1` object.

        Returns:
            Whether this answer was kept.
        """
        return self._end(
            run_id,
            state="done",
            outcome=answer["outcome"],
            answer=json.dumps(answer, allow_nan=False),
            reason=None,
        )

    def fail(self, run_id: str, reason: str) -> bool:
        """Write down why a run has no answer; false if it had ended before."""
        return self._end(run_id, state="failed", outcome="failed", reason=_storable(reason))

    def mark_interrupted(self, run_id: str, reason: str) -> bool:
        """Write down that a run was stopped or died; false if it had ended before."""
        running = REQUESTS.c.state == "running"
        return self._change(
            run_id,
            running,
            state="interrupted",
            reason=_storable(reason),
            finished_at=datetime.now(UTC),
        )

    def interrupted(self, older_than: timedelta = _SILENCE) -> list[Request]:
        """Runs that died: they say "running" and were silent for longer; oldest first."""
        query = (
            select(REQUESTS)
            .where(REQUESTS.c.state == "running")
            .where(REQUESTS.c.heartbeat_at < datetime.now(UTC) - older_than)
            .order_by(REQUESTS.c.number)
        )
        with self._engine.connect() as connection:
            return [to_request(row) for row in connection.execute(query)]

    def take_over(self, run_id: str, older_than: timedelta = _SILENCE) -> bool:
        """Make a run that died one's own, to run it again; of several callers one is told true."""
        died = (REQUESTS.c.state == "running") & (
            REQUESTS.c.heartbeat_at < datetime.now(UTC) - older_than
        )
        return self._change(
            run_id, died, heartbeat_at=datetime.now(UTC), attempts=REQUESTS.c.attempts + 1
        )

    def get(self, run_id: str, principal_id: str | None) -> Request:
        """The request of that run.

        Raises:
            UnknownName: there is none.
            NotPermitted: somebody else asked.
        """
        with self._engine.connect() as connection:
            row = connection.execute(
                select(REQUESTS).where(REQUESTS.c.run_id == _storable(run_id))
            ).one_or_none()
        if row is None:
            raise UnknownName("run", run_id, (), "andon chat")
        if principal_id not in (None, row.principal_id):
            raise NotPermitted(
                f"run {run_id} is somebody else's",
                next_step="ask the same question yourself, or ask its author for an extract",
            )
        return to_request(row)

    def thread(self, thread_id: str, principal_id: str | None, limit: int = 50) -> list[Request]:
        """The last requests of a thread, newest last (at most `limit`); none if it is not begun.

        Raises:
            InvalidArgument: no thread can have that name.
            NotPermitted: the thread is somebody else's.
        """
        self.check_owner(thread_id, principal_id)
        query = (
            select(REQUESTS)
            .where(REQUESTS.c.thread_id == thread_id)
            .order_by(REQUESTS.c.number.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [to_request(row) for row in connection.execute(query)][::-1]

    def threads(self, principal_id: str | None, limit: int = 50) -> list[Thread]:
        """The threads in which something was last asked, newest first (at most `limit`)."""
        first = REQUESTS.alias()
        asked = (
            select(
                REQUESTS.c.thread_id,
                func.count().label("requests"),
                func.min(REQUESTS.c.number).label("first"),
                func.max(REQUESTS.c.number).label("last"),
                func.max(REQUESTS.c.started_at).label("asked_at"),
            )
            .group_by(REQUESTS.c.thread_id)
            .subquery()
        )
        query = (
            select(
                THREADS.c.thread_id,
                first.c.text.label("title"),
                asked.c.requests,
                THREADS.c.begun_at,
                asked.c.asked_at,
            )
            .join(asked, asked.c.thread_id == THREADS.c.thread_id)
            .join(first, first.c.number == asked.c.first)
            .order_by(asked.c.last.desc())
            .limit(limit)
        )
        if principal_id is not None:
            query = query.where(THREADS.c.principal_id == principal_id)
        with self._engine.connect() as connection:
            return [Thread(**row._mapping) for row in connection.execute(query)]

    def forget(self, thread_id: str, principal_id: str | None) -> None:
        """Remove a thread and all that was asked and answered in it; evidence stays.

        Raises:
            InvalidArgument: no thread can have that name.
            NotPermitted: the thread is somebody else's.
        """
        self.check_owner(thread_id, principal_id)
        with self._engine.begin() as connection:
            connection.execute(delete(REQUESTS).where(REQUESTS.c.thread_id == thread_id))
            connection.execute(delete(THREADS).where(THREADS.c.thread_id == thread_id))

    def check_owner(self, thread_id: str, principal_id: str | None) -> None:
        """Refuse a thread that is somebody else's; one that is not begun yet is nobody's.

        Raises:
            InvalidArgument: no thread can have that name.
            NotPermitted: the thread is somebody else's.
        """
        _check(thread_id)
        query = select(THREADS.c.principal_id).where(THREADS.c.thread_id == thread_id)
        with self._engine.connect() as connection:
            owner = connection.execute(query).scalar_one_or_none()
        if owner is not None and principal_id not in (None, owner):
            raise NotPermitted(
                f"thread {thread_id} is somebody else's",
                holds="nothing of it was shown or changed",
                next_step="leave the thread out, which begins one of your own",
            )

    def _end(self, run_id: str, **values: object) -> bool:
        unanswered = REQUESTS.c.state.in_(("running", "interrupted"))
        return self._change(run_id, unanswered, finished_at=datetime.now(UTC), **values)

    def _change(self, run_id: str, where: ColumnElement[bool], **values: object) -> bool:
        change = update(REQUESTS).where(REQUESTS.c.run_id == run_id, where).values(**values)
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1


def _check(thread_id: str) -> None:
    if not _THREAD_ID.fullmatch(thread_id):
        raise InvalidArgument(
            f"{thread_id[:80]!r} cannot name a thread",
            next_step="take up to 80 letters, digits and signs of ASCII, without spaces",
        )


def _storable(text: str) -> str:
    """The text without what a database cannot hold: halves of characters, and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")
