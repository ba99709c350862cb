"""Where jobs and schedules are written down, and how a transaction that changes them begins."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Column, Connection, Engine, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects import postgresql, sqlite

from services.database import Moment

METADATA = MetaData()
JOBS = Table(
    "jobs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("queue", String(80), nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(8), nullable=False),
    Column("try_at", Moment, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("schedule", String(150), index=True),
    Column("worker", String(300)),
    Column("beat_at", Moment),
    Column("finished_at", Moment),
    Column("error", Text),
    sqlite_autoincrement=True,  # a job's number is never given twice, so nobody ends another's job
)
Index("due_jobs", JOBS.c.state, JOBS.c.try_at)
SCHEDULES = Table(
    "schedules",
    METADATA,
    Column("key", String(150), primary_key=True),
    Column("cron", String(100), nullable=False),
    Column("zone", String(60), nullable=False),
    Column("queue", String(80), nullable=False),
    Column("payload", Text, nullable=False),
    Column("next_at", Moment, nullable=False, index=True),
)


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, kept when the block ends.

    SQLite must hear of the writing at once: it refuses to let a reader turn into a writer when
    somebody else has written in between.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def inserting(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that may say what to do when the key is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
