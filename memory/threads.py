"""Where a conversation stands: the checkpoints of its graph, in one SQLite file.

LangGraph takes a second to import, so it is imported when a checkpoint is wanted.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random

from domain.errors import HubUnavailable
from services.database import BUSY_SECONDS, make_private

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver


@contextlib.asynccontextmanager
async def checkpoints(path: Path) -> AsyncIterator["AsyncSqliteSaver"]:
    """Open the checkpoints of all threads; several processes may have them open.

    What a graph keeps comes back as plain JSON: tuples as lists, typed objects as dicts.

    Args:
        path: the SQLite file; it and its folder are made, for their owner's eyes only.

    Raises:
        HubUnavailable: the file cannot be opened, or is no database.
    """
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    from memory.serializer import PlainSerializer

    async with contextlib.AsyncExitStack() as open_files:
        try:
            await asyncio.to_thread(make_private, path)
            opening = AsyncSqliteSaver.from_conn_string(str(path))
            saver = await open_files.enter_async_context(opening)
            saver.serde = PlainSerializer()
            await _set_up(saver)
        except (OSError, sqlite3.DatabaseError) as error:
            raise HubUnavailable(
                f"cannot open the conversations at {path}: {error}",
                holds="the hub and all evidence are as they were",
                next_step="mend the folder's permissions, or move the file away to begin anew",
            ) from error
        yield saver


async def forget(saver: "AsyncSqliteSaver", thread_id: str) -> None:
    """Remove all checkpoints of a thread, also from the file's free pages and its log."""
    await saver.adelete_thread(thread_id)
    await saver.conn.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


async def _set_up(saver: "AsyncSqliteSaver") -> None:
    await saver.conn.execute_fetchall(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
    await saver.conn.execute_fetchall("PRAGMA secure_delete = ON")  # what is forgotten is gone
    # Two that open a new file at once: SQLite refuses one of them without letting it wait.
    async for attempt in AsyncRetrying(
        retry=retry_if_exception(lambda error: "locked" in str(error)),
        stop=stop_after_delay(BUSY_SECONDS),
        wait=wait_random(0.02, 0.2),
        reraise=True,
    ):
        with attempt:
            await saver.setup()
