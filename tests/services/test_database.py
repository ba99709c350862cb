"""One database serves several processes from its first moment, and tells the time in UTC."""

import multiprocessing
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, insert, inspect, select

from services.database import Moment, make_tables, open_database

METADATA = MetaData()
SEEN = Table(
    "seen", METADATA, Column("n", Integer, primary_key=True), Column("at", Moment, index=True)
)


def open_at_once(folder: Path, barrier: Any, rounds: int) -> None:
    for number in range(rounds):
        barrier.wait(60)
        engine = open_database(folder / f"{number}.sqlite")
        make_tables(engine, METADATA)
        with engine.begin() as connection:
            connection.execute(insert(SEEN).values(at=datetime.now(UTC)))
        engine.dispose()


def test_processes_that_open_a_new_database_at_once_all_find_their_tables(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    work = [context.Process(target=open_at_once, args=(tmp_path, barrier, 15)) for _ in range(2)]
    for process in work:
        process.start()
    for process in work:
        process.join(60)
    assert [process.exitcode for process in work] == [0, 0]
    for path in tmp_path.glob("*.sqlite"):
        with open_database(path).connect() as connection:
            assert len(connection.execute(select(SEEN)).all()) == 2


def test_tables_are_made_with_their_indexes_and_once(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "one.sqlite")
    make_tables(engine, METADATA)
    make_tables(engine, METADATA)
    assert [index["name"] for index in inspect(engine).get_indexes("seen")] == ["ix_seen_at"]


def test_a_moment_comes_back_in_utc_and_sorts_whatever_its_zone(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "one.sqlite")
    make_tables(engine, METADATA)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    in_tokyo = (noon + timedelta(microseconds=1)).astimezone(timezone(timedelta(hours=9)))
    with engine.begin() as connection:
        connection.execute(insert(SEEN), [{"at": in_tokyo}, {"at": noon}, {"at": None}])
        found = connection.execute(select(SEEN.c.at).order_by(SEEN.c.at)).scalars().all()
        later = connection.execute(select(SEEN.c.at).where(SEEN.c.at > noon)).scalars().all()
    assert found == [None, noon, in_tokyo]
    assert {moment.tzinfo for moment in found if moment} == {UTC}
    assert later == [in_tokyo]


def test_a_writer_does_not_wait_for_a_reader(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "one.sqlite")
    make_tables(engine, METADATA)
    with engine.begin() as connection:
        connection.execute(insert(SEEN), [{"at": datetime.now(UTC)}] * 2)
    with engine.connect() as reading:
        rows = reading.execute(select(SEEN.c.n))
        assert rows.fetchone() == (1,)
        with engine.begin() as writing:
            writing.execute(insert(SEEN).values(at=datetime.now(UTC)))
        assert rows.fetchall() == [(2,)]


def test_only_the_owner_may_read_the_database(tmp_path: Path) -> None:
    path = tmp_path / "state" / "one.sqlite"
    engine = open_database(path)
    make_tables(engine, METADATA)
    with engine.begin() as connection:
        connection.execute(insert(SEEN).values(at=datetime.now(UTC)))
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "one.sqlite-wal" in modes
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_written_stays_when_the_file_is_opened_twice_and_another_process_leaves(
    tmp_path: Path,
) -> None:
    """Closing a second handle on the file used to let go of the locks of the first."""
    path = tmp_path / "memory.sqlite"
    engine = open_database(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE noted (what TEXT)")
    open_database(path)
    writes = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2])"
    other = [sys.executable, "-c", f"{writes}; c.commit(); c.close()", str(path)]
    subprocess.run([*other, "INSERT INTO noted VALUES ('theirs')"], check=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO noted VALUES ('ours')")
    with sqlite3.connect(path) as seen:
        assert seen.execute("SELECT what FROM noted").fetchall() == [("theirs",), ("ours",)]
