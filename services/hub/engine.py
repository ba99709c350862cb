"""DuckDB as a query engine in memory: how a connection is made, and how a statement ends.

DuckDB has no statement timeout of its own, so a timer interrupts; and it would hand out any number
of rows, so a fetch is capped.
"""

import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import duckdb

from domain.errors import HubDamaged, InvalidArgument, TimeLimit

MEMORY_LIMIT = "4GB"


class Rows(NamedTuple):
    """The rows that a query returned."""

    columns: tuple[str, ...]
    """Column names."""
    values: tuple[tuple[Any, ...], ...]
    """One tuple a row, in the order of `columns`."""

    def dicts(self) -> list[dict[str, Any]]:
        """The same as one mapping a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.values]

    def column(self, name: str) -> list[Any]:
        """All values of one column."""
        position = self.columns.index(name)
        return [row[position] for row in self.values]


def connect(temporary: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in memory, in UTC, that downloads nothing and spills to `temporary`."""
    _remember_that_pandas_is_absent()
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": temporary or "",
        }
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")  # cursors inherit global settings only
    return connection


def _remember_that_pandas_is_absent() -> None:
    """Spare the search for it: DuckDB tries to import pandas twice for every value bound.

    Python keeps what it found, but not that it found nothing; `None` in its table of modules is
    its own way of saying so.
    """
    if "pandas" not in sys.modules and importlib.util.find_spec("pandas") is None:
        sys.modules["pandas"] = None  # type: ignore[assignment]


@contextmanager
def timer(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt whatever runs on the connection after a time; TimeLimit is raised then."""
    watch = threading.Timer(seconds, connection.interrupt)
    watch.daemon = True
    watch.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise TimeLimit(
            f"the query was stopped after {seconds:g} s",
            holds="nothing was changed",
            next_step="ask about fewer models, markets or days",
        ) from error
    finally:
        watch.cancel()


@contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C be Ctrl-C: DuckDB answers it with an error of its own."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


@contextmanager
def readable() -> Iterator[None]:
    """Say in the house's words that a Parquet file is missing or corrupt."""
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise HubDamaged(
            f"a file of the hub cannot be read: {str(error).splitlines()[0][:200]}",
            holds="other tables and hub commits are untouched",
            next_step="run `andon doctor`; restore the named file from a backup",
        ) from error


def fetch(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: dict[str, Any],
    *,
    seconds: float,
    row_limit: int,
) -> Rows:
    """Run one statement and fetch all its rows, within limits of time and number.

    Raises:
        TimeLimit: it ran longer than `seconds`.
        InvalidArgument: it returned more than `row_limit` rows.
        HubDamaged: a file that the hub commit names is missing or corrupt.
    """
    with timer(connection, seconds), readable(), stoppable():
        connection.execute(sql, parameters)
        found = connection.fetchmany(row_limit + 1)
        columns = tuple(item[0] for item in connection.description or ())
    if len(found) > row_limit:
        raise InvalidArgument(
            f"the question returns more than {row_limit} rows",
            next_step="ask about fewer models, markets or days, or group more coarsely",
        )
    return Rows(columns, tuple(tuple(_aware(value) for value in row) for row in found))


def _aware(value: object) -> object:
    # DuckDB hands out UTC through pytz; the rest of the house speaks of datetime.UTC only.
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value
