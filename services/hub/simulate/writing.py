"""Tables on their way to files: numpy columns in, exchange files out, through DuckDB's COPY."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from domain.errors import HubUnavailable
from services.hub.schema import Column, canonical
from services.hub.simulate.plan import TableFormat
from services.hub.simulate.timeline import DAY, Ints

Columns = Mapping[str, NDArray[Any]]
NOT_EXCHANGED = {("feedback", "text_raw")}
"""Columns that ingest makes itself."""
_ISO = "timestampformat '%Y-%m-%dT%H:%M:%SZ'"
_OPTIONS: dict[TableFormat, str] = {
    "csv": f"format csv, header, {_ISO}",
    "jsonl": f"format json, {_ISO}",
    "parquet": "format parquet, compression zstd",
}


class TableWriter:
    """Writes whole tables, or tables in numbered parts, in one format; use as a context manager."""

    def __init__(self, folder: Path, file_format: TableFormat) -> None:
        self._folder = folder
        self._format: TableFormat = file_format
        self.counts: dict[str, int] = {name: 0 for name in canonical()}
        """Rows written so far, by table."""

    def __enter__(self) -> "TableWriter":
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET pandas_analyze_sample = 0")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._connection.close()

    def write(self, table: str, columns: Columns, part: int | None = None) -> None:
        """Writes equally long columns as a table, or as its part of that number.

        Whole seconds and days stand for times and dates. A column that is left out is written
        empty. HubUnavailable if the file cannot be written.
        """
        path = self._path(table, part)
        wanted = [c for c in canonical()[table].columns if (table, c.name) not in NOT_EXCHANGED]
        chosen = ", ".join(self._expression(column, columns) for column in wanted)
        self._connection.register("rows_to_write", dict(columns))
        try:
            self._connection.execute(
                f"COPY (SELECT {chosen} FROM rows_to_write) TO {_quoted(path)} "
                f"({_OPTIONS[self._format]})"
            ).fetchall()
        except duckdb.IOException as error:
            raise HubUnavailable(
                f"cannot write {path}: {error}",
                holds="the files written so far are incomplete; truth.json comes last",
                next_step="make room, or choose another folder",
            ) from error
        finally:
            self._connection.unregister("rows_to_write")
        self.counts[table] += len(next(iter(columns.values())))

    def _path(self, table: str, part: int | None) -> Path:
        if part is None:
            return self._folder / f"{table}.{self._format}"
        folder = self._folder / table
        folder.mkdir(exist_ok=True)
        return folder / f"part-{part:04d}.{self._format}"

    def _expression(self, column: Column, columns: Columns) -> str:
        timed = column.type == "timestamp" and self._format != "parquet"
        sql_type = "TIMESTAMP" if timed else column.sql_type
        source = f'"{column.name}"' if column.name in columns else "NULL"
        return f'CAST({source} AS {sql_type}) AS "{column.name}"'


def times(seconds: Ints, known: NDArray[np.bool_] | None = None) -> NDArray[np.datetime64]:
    """Seconds as timestamps; those not known are left empty."""
    stamps = seconds.astype("datetime64[s]").astype("datetime64[us]")
    return stamps if known is None else np.where(known, stamps, np.datetime64("NaT"))


def dates(days: Ints, known: NDArray[np.bool_] | None = None) -> NDArray[np.datetime64]:
    """Days as timestamps at midnight, which the writer makes dates; unknown ones are left empty."""
    return times(days * DAY, known)


def named(
    names: list[str], index: Ints, known: NDArray[np.bool_] | None = None
) -> NDArray[np.object_]:
    """The names that indexes stand for; those not known are left empty."""
    chosen = np.array([*names, None], dtype=object)
    return np.asarray(chosen[index if known is None else np.where(known, index, len(names))])


def rows(table: str, records: list[tuple[object, ...]]) -> dict[str, NDArray[Any]]:
    """Columns of a small table, as text, whose records give its columns in their order."""
    names = canonical()[table].column_names
    return {
        name: np.array([None if r[index] is None else str(r[index]) for r in records], dtype=object)
        for index, name in enumerate(names)
    }


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
