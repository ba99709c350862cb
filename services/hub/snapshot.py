"""A read-only view of one hub commit for one principal: every query of a run sees the same data."""

import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from typing import Any

import duckdb

from domain.errors import HubUnavailable
from domain.records.commit import Commit
from domain.records.policy import Scope
from services.hub import delta, engine, views
from services.hub.engine import Rows
from services.hub.queries import queries
from services.hub.schema import schema

QUERY_SECONDS = 30.0
LISTING_THREADS = 4
_WORD = re.compile(r"[a-z_]+")


class VisibleTables:
    """A DuckDB connection whose views show one commit to one scope; made once, shared by snapshots.

    Files are listed and views made when a query first names a table. Threads may share it: each
    query runs on a cursor of its own.
    """

    def __init__(
        self,
        commit: Commit,
        scope: Scope,
        as_of: date | None,
        files: Callable[[str, int], tuple[str, ...]],
    ) -> None:
        self._commit = commit
        self._scope = scope
        self._end = datetime.combine(as_of, time.max, UTC) if as_of else None
        self._files = files
        self._connection = engine.connect()
        self._connection.execute("CREATE SCHEMA stored")
        self._viewed: set[str] = set()
        self._lock = threading.Lock()

    def cursor(self, tables: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """A cursor that sees these tables; the caller closes it."""
        with self._lock:
            new = [name for name in tables if name not in self._viewed]
            self._list_ahead(new)
            for name in new:
                self._open(name)
            return self._connection.cursor()

    def files(self, table: str) -> tuple[str, ...]:
        """Paths of the Parquet files that make up a table in this commit."""
        return self._files(table, self._commit.versions[table])

    def _list_ahead(self, names: list[str]) -> None:
        """Read the logs of several tables at once: delta-rs lets other threads run meanwhile."""
        if len(names) > 1:
            with ThreadPoolExecutor(LISTING_THREADS) as pool:
                list(pool.map(self.files, names))

    def _open(self, name: str) -> None:
        if name in self._viewed:
            return
        table = schema()[name]
        for needed in views.needs(table, self._scope):
            self._open(needed)
        columns = delta.stored_columns(table)
        files = self.files(name)
        with engine.readable():
            self._connection.execute(views.stored_view(table, files, columns))
            self._connection.execute(views.visible_view(table, columns, self._scope, self._end))
        self._viewed.add(name)


class Snapshot:
    """One hub commit, seen by one principal, as of one date; close it when the run ends."""

    def __init__(
        self, commit: Commit, scope: Scope, as_of: date | None, tables: VisibleTables
    ) -> None:
        self.commit = commit
        self.scope = scope
        self.as_of: date = as_of or commit.newest_on or commit.at.date()
        """The date that "now" stands for."""
        self.as_of_given = as_of is not None
        """Whether the asker named that date; otherwise it is the newest date in the hub."""
        self._tables = tables
        self._running: set[duckdb.DuckDBPyConnection] = set()
        self._closed = False

    def query(
        self,
        name: str,
        *,
        by: tuple[str, ...] = (),
        seconds: float = QUERY_SECONDS,
        **parameters: Any,  # noqa: ANN401  values of any SQL type
    ) -> Rows:
        """Run a named query with bound values.

        Args:
            name: its name in `sql/`.
            by: columns to group by, of those that the query offers.
            seconds: time limit (s).
            **parameters: values for its `$names`; those not given are null.

        Raises:
            TimeLimit, InvalidArgument, HubDamaged: as `engine.fetch` says.
        """
        found = queries()[name]
        unknown = parameters.keys() - found.parameters
        if unknown:
            raise TypeError(f"query {name!r} has no parameter {', '.join(sorted(unknown))}")
        bound = {key: parameters.get(key) for key in found.parameters}
        return self.run(found.grouped(by), bound, seconds=seconds)

    def run(self, sql: str, parameters: dict[str, Any], *, seconds: float = QUERY_SECONDS) -> Rows:
        """Run a statement of this package over the visible tables."""
        if self._closed:
            raise HubUnavailable("this snapshot is closed")
        cursor = self._tables.cursor(set(_WORD.findall(sql)) & schema().keys())
        self._running.add(cursor)
        try:
            return engine.fetch(
                cursor, sql, parameters, seconds=seconds, row_limit=self.scope.row_limit
            )
        finally:
            self._running.discard(cursor)
            cursor.close()

    def open_tables(self, *names: str) -> None:
        """Make the views of these tables now rather than at the first query."""
        self._tables.cursor(names).close()

    def files(self, table: str) -> tuple[str, ...]:
        """Paths of the Parquet files that make up a table in this commit."""
        return self._tables.files(table)

    def masked(self, table: str) -> tuple[str, ...]:
        """Columns of a table that this scope does not see."""
        columns = delta.stored_columns(schema()[table])
        return tuple(c.name for c in columns if c.data_class not in self.scope.classes)

    def fork(self) -> "Snapshot":
        """A second handle on the same data, which can be stopped by itself."""
        return Snapshot(
            self.commit, self.scope, self.as_of if self.as_of_given else None, self._tables
        )

    def interrupt(self) -> None:
        """Stop the queries that run now; they raise TimeLimit."""
        for cursor in tuple(self._running):
            cursor.interrupt()

    def close(self) -> None:
        """End the snapshot: what still runs is stopped, and no further query is taken."""
        self._closed = True
        self.interrupt()

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
