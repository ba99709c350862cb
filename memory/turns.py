"""One run at a time on a thread: runs queue, they do not race.

A conversation's checkpoint is read at the start of a run and written at its end, so two runs at
once would each forget what the other said. The queue is a SQL table: a row is a ticket, the oldest
live ticket of a thread has the turn. Whoever holds or waits beats its ticket; a ticket without a
beat belongs to the dead and is passed over. A run that was taken for dead is stopped when it
notices, because its turn is another's by then.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import (
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from domain.errors import ThreadBusy
from memory.schema import make_ready
from services.database import Moment
from services.heartbeat import PATIENCE_SECONDS, heartbeat

POLL_SECONDS = 0.1

METADATA = MetaData()
_TURNS = Table(
    "turns",
    METADATA,
    Column("ticket", Integer, primary_key=True),
    Column("thread_id", String(80), nullable=False, index=True),
    Column("run_id", String(40), nullable=False),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("held_at", Moment),
    Column("beat_at", Moment, nullable=False),
    sqlite_autoincrement=True,  # a ticket's number is never given twice, so no beat goes astray
)
_HELD = _TURNS.c.held_at.is_not(None)
Index("one_turn", _TURNS.c.thread_id, unique=True, sqlite_where=_HELD, postgresql_where=_HELD)


class Turns:
    """The queues of all threads in a SQL database; safe for several processes.

    Args:
        engine: the database (a file or a server: the queue is read from several threads).
        patience: silence after which a run counts as dead (s).
    """

    def __init__(self, engine: Engine, patience: float = PATIENCE_SECONDS) -> None:
        self._engine = engine
        self._patience = patience
        make_ready(engine)

    @contextlib.asynccontextmanager
    async def hold(
        self,
        thread_id: str,
        run_id: str,
        *,
        wait: float = 0.0,
        waiting: Callable[[str], None] | None = None,
    ) -> AsyncIterator[None]:
        """Have the turn on a thread for the length of the block.

        Args:
            thread_id: the conversation.
            run_id: the run that wants the turn.
            wait: how long to queue (s).
            waiting: told once who is waited for.

        Raises:
            ThreadBusy: the wait is over, or this run was taken for dead and lost its turn; the
                block is cancelled then.
        """
        loop = asyncio.get_running_loop()
        ticket = await self._ticket(thread_id, run_id)
        try:
            async with asyncio.timeout(None) as turn:
                lost = partial(_end, loop, turn)
                with heartbeat(partial(self._beat, ticket), patience=self._patience, lost=lost):
                    await self._wait_for(thread_id, ticket, loop.time() + wait, waiting)
                    yield
        except TimeoutError:
            if turn.expired():
                raise self._lost(thread_id) from None
            raise
        finally:
            with contextlib.suppress(SQLAlchemyError):  # a ticket that stays goes stale by itself
                await asyncio.to_thread(self._leave, ticket)

    async def _ticket(self, thread_id: str, run_id: str) -> int:
        """A place in the queue; whoever is stopped while it is written gives it back."""
        queueing = asyncio.ensure_future(asyncio.to_thread(self._queue_up, thread_id, run_id))
        try:
            return await asyncio.shield(queueing)
        except asyncio.CancelledError:
            await asyncio.to_thread(self._leave, await queueing)
            raise

    async def _wait_for(
        self,
        thread_id: str,
        ticket: int,
        deadline: float,
        waiting: Callable[[str], None] | None,
    ) -> None:
        told = False
        while True:
            ahead = await asyncio.to_thread(self._ahead, thread_id, ticket)
            if ahead is None and await asyncio.to_thread(self._take, thread_id, ticket):
                return
            if asyncio.get_running_loop().time() >= deadline:
                raise ThreadBusy(
                    f"thread {thread_id} is busy: {ahead or 'another run has only just begun'}",
                    holds="that run goes on; yours has not begun",
                    next_step="ask again when it has ended, or begin a thread of your own",
                )
            if ahead and waiting and not told:
                waiting(ahead)
                told = True
            await asyncio.sleep(POLL_SECONDS)

    def _queue_up(self, thread_id: str, run_id: str) -> int:
        now = datetime.now(UTC)
        row = {
            "thread_id": thread_id,
            "run_id": run_id,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "queued_at": now,
            "beat_at": now,
        }
        with self._engine.begin() as connection:
            key = connection.execute(insert(_TURNS).values(row)).inserted_primary_key
        if key is None:
            raise RuntimeError("the database gave no number to a ticket")
        return int(key[0])

    def _ahead(self, thread_id: str, ticket: int) -> str | None:
        """Who has the turn, in words; none if it is ours to take."""
        query = (
            select(_TURNS)
            .where(_TURNS.c.thread_id == thread_id, _TURNS.c.ticket < ticket)
            .where(_TURNS.c.beat_at >= self._dead_before())
            .order_by(_TURNS.c.ticket)
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        since = (row.held_at or row.queued_at).strftime("%H:%M:%S UTC")
        return f"run {row.run_id}, process {row.pid} on {row.host}, since {since}"

    def _take(self, thread_id: str, ticket: int) -> bool:
        earlier = _TURNS.alias()
        before = exists().where(earlier.c.thread_id == thread_id, earlier.c.ticket < ticket)
        dead = delete(_TURNS).where(
            _TURNS.c.thread_id == thread_id, _TURNS.c.beat_at < self._dead_before()
        )
        take = (
            update(_TURNS)
            .where(_TURNS.c.ticket == ticket, ~before)
            .values(held_at=datetime.now(UTC))
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(dead)
                return connection.execute(take).rowcount == 1
        except IntegrityError:  # an older ticket came to light only now and was quicker
            return False

    def _beat(self, ticket: int) -> bool:
        with self._engine.begin() as connection:
            mine = update(_TURNS).where(_TURNS.c.ticket == ticket)
            return connection.execute(mine.values(beat_at=datetime.now(UTC))).rowcount == 1

    def _leave(self, ticket: int) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(_TURNS).where(_TURNS.c.ticket == ticket))

    def _dead_before(self) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=self._patience)

    def _lost(self, thread_id: str) -> ThreadBusy:
        return ThreadBusy(
            f"this run gave no sign of life for {self._patience:g} s and lost its turn on thread"
            f" {thread_id}",
            holds="evidence that it found is kept; its answer is not part of the thread",
            next_step="ask again",
        )


def _end(loop: asyncio.AbstractEventLoop, turn: asyncio.Timeout) -> None:
    """Stop the block, from another thread."""

    def stop() -> None:
        with contextlib.suppress(RuntimeError):  # the block has just ended by itself
            turn.reschedule(loop.time())

    with contextlib.suppress(RuntimeError):  # the loop is closed, and so is the block
        loop.call_soon_threadsafe(stop)
