"""What every SQL store needs: a database, tables that are made once, moments in UTC.

Several processes may open one database at the same moment, and the first of them makes the tables.
SQLite keeps no time zone, so a moment is turned to UTC on its way in and marked as UTC on its way
out; otherwise the same row would read differently in SQLite and in Postgres.
"""

import contextlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 30.0
"""How long one process waits while another writes (s)."""
POOL = 32
"""Connections that are kept, and as many more for a moment: a thread that waits for one longer than
a heartbeat's patience would pass for dead (count)."""
_MAKING_TABLES = 4_270_931  # any number, as long as all processes take the same


class Moment(TypeDecorator[datetime]):
    """A column of aware datetimes (UTC, to the microsecond)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment with its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def open_database(path: Path) -> Engine:
    """The embedded database in that file, which is made for its owner's eyes only.

    It writes ahead to a log: readers never wait, and a small write costs no wait for the disk.
    Nothing that was written is lost with a process; a power cut may lose the last moments, and
    leaves the file whole.

    Raises:
        OSError: the file cannot be written.
    """
    make_private(path)
    engine = create_engine(f"sqlite:///{path.resolve()}", connect_args={"timeout": BUSY_SECONDS},
                           pool_size=POOL, max_overflow=POOL)  # fmt: skip
    event.listen(engine, "connect", _write_ahead)
    return engine


def make_private(path: Path) -> None:
    """Make a file and its folder, readable by their owner only; what SQLite adds follows suit.

    A file that is there is not opened: closing it would let go of the locks that connections of
    this process hold on it, and another process that leaves would take the log away from them.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    path.chmod(0o600)


def _write_ahead(connection: sqlite3.Connection, _: object) -> None:
    # Two that open a new file at once: one is refused, and the other has done it for both.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = NORMAL")


def make_tables(engine: Engine, metadata: MetaData) -> None:
    """Make the tables and indexes that are missing; safe while other processes do the same."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # there, two that make one table at once collide
            connection.execute(select(func.pg_advisory_xact_lock(_MAKING_TABLES)))
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
