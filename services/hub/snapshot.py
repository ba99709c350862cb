"""A read-only view of one hub commit for one principal: every query of a run sees the same data."""

import re
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import duckdb

from domain.errors import HubUnavailable
from domain.records.commit import Commit
from domain.records.policy import Scope
from services.hub import delta, engine, views
from services.hub.engine import Rows
from services.hub.queries import Query, queries
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
        self._forks: weakref.WeakSet[Snapshot] = weakref.WeakSet()
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
        return self.run(found.grouped(by), _bound(found, parameters), seconds=seconds)

    def arrays(
        self,
        name: str,
        *,
        seconds: float = QUERY_SECONDS,
        **parameters: Any,  # noqa: ANN401  values of any SQL type
    ) -> dict[str, Any]:
        """Run a named query for reckoning on: a NumPy array a column, rows without limit.

        A list is an array within the array; a null text is None. A column of numbers with nulls
        comes as a masked array.

        Raises:
            TimeLimit, HubDamaged: as `engine.fetch` says.
        """
        found = queries()[name]
        bound, sql = _bound(found, parameters), found.grouped(())
        with (
            self._cursor(sql) as cursor,
            engine.timer(cursor, seconds),
            engine.readable(),
            engine.stoppable(),
        ):
            columns: dict[str, Any] = cursor.execute(sql, bound).fetchnumpy()
        return {key: _with_none(column) for key, column in columns.items()}

    def run(self, sql: str, parameters: dict[str, Any], *, seconds: float = QUERY_SECONDS) -> Rows:
        """Run a statement of this package over the visible tables."""
        with self._cursor(sql) as cursor:
            return engine.fetch(
                cursor, sql, parameters, seconds=seconds, row_limit=self.scope.row_limit
            )

    @contextmanager
    def _cursor(self, sql: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor on the tables that a statement names, which `interrupt` can stop."""
        if self._closed:
            raise HubUnavailable("this snapshot is closed")
        cursor = self._tables.cursor(set(_WORD.findall(sql)) & schema().keys())
        self._running.add(cursor)
        try:
            yield cursor
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
        """A second handle on the same data, which can be stopped by itself; it ends with this one.

        Raises:
            HubUnavailable: this snapshot is closed.
        """
        if self._closed:
            raise HubUnavailable("this snapshot is closed")
        forked = Snapshot(
            self.commit, self.scope, self.as_of if self.as_of_given else None, self._tables
        )
        self._forks.add(forked)
        return forked

    def interrupt(self) -> None:
        """Stop the queries that run now; they raise TimeLimit."""
        for cursor in tuple(self._running):
            cursor.interrupt()

    def close(self) -> None:
        """End the snapshot and its forks: what runs is stopped, and no further query is taken."""
        self._closed = True
        self.interrupt()
        for forked in tuple(self._forks):
            forked.close()

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _bound(query: Query, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each of the query's parameters; those not given are null."""
    unknown = parameters.keys() - query.parameters
    if unknown:
        raise TypeError(f"query {query.name!r} has no parameter {', '.join(sorted(unknown))}")
    return {key: parameters.get(key) for key in query.parameters}


def _with_none(column: Any) -> Any:  # noqa: ANN401  NumPy is not imported to say its types
    """A column whose null texts and lists are None; DuckDB masks them."""
    if column.dtype == object and hasattr(column, "mask"):
        column.data[column.mask] = None
        return column.data
    return column
