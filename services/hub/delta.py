"""Delta tables: DuckDB writes the Parquet files, delta-rs keeps the transaction log.

DuckDB streams its result into a file about twice as fast as through delta-rs; the file counts only
once the log names it, so a crash in between leaves nothing but an unnamed file.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
from deltalake import CommitProperties, DeltaTable, Field, Schema
from deltalake.exceptions import DeltaError
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction

from domain.errors import HubDamaged, HubUnavailable
from services.hub.schema import Column, Table

DELTA_TYPES: dict[str, str] = {
    "text": "string",
    "bigint": "long",
    "integer": "integer",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
LINEAGE = Column(name="load_id")
CHECKPOINT_EVERY = 20
"""Log entries after which the log is summed up, so that opening a table stays cheap."""
# A hub commit pins versions for as long as evidence points at them: delta-rs must not tidy the log.
RETENTION = {
    "delta.logRetentionDuration": "interval 3650 days",
    "delta.deletedFileRetentionDuration": "interval 3650 days",
    "delta.checkpointInterval": "1000000",
}


class WrittenFile(NamedTuple):
    """A Parquet file that no log names yet."""

    path: Path
    """Where it lies, inside its table's folder."""
    rows: int
    """Rows in it (count)."""


def stored_columns(table: Table) -> tuple[Column, ...]:
    """The table's columns as stored: its own, and the lineage of each row."""
    return table.columns if LINEAGE.name in table.column_names else (*table.columns, LINEAGE)


def delta_schema(table: Table) -> Schema:
    """The Delta schema of a canonical table."""
    fields = [
        Field(column.name, PrimitiveType(DELTA_TYPES[column.type]))
        for column in stored_columns(table)
    ]
    return Schema(fields)


def create(folder: Path, table: Table) -> None:
    """Make an empty table at version 0."""
    with _disk(folder):
        DeltaTable.create(str(folder), delta_schema(table), configuration=RETENTION)


def open_version(folder: Path, version: int | None = None) -> DeltaTable:
    """Open a table at a version (the newest if none is named).

    Raises:
        HubDamaged: the table, its log or the version is missing or unreadable.
    """
    try:
        return DeltaTable(str(folder), version=version)
    except (DeltaError, OSError, ValueError) as error:
        what = "its newest version" if version is None else f"version {version}"
        raise HubDamaged(
            f"table {folder.name!r} cannot be opened at {what}: {first_line(error)}",
            holds="the other tables and older hub commits are untouched",
            next_step=f"restore {folder} from a backup, then run `andon doctor`",
        ) from error


def files(folder: Path, version: int) -> tuple[str, ...]:
    """Paths of the Parquet files that make up one version."""
    root = str(folder)
    return tuple(
        uri.removeprefix("file://") if uri.startswith(("/", "file://")) else f"{root}/{uri}"
        for uri in open_version(folder, version).file_uris()
    )


def write_file(connection: duckdb.DuckDBPyConnection, path: Path, select: str) -> WrittenFile:
    """Write a query's rows as a Parquet file in a table's folder, not yet visible to anyone."""
    quoted = str(path).replace("'", "''")
    with _disk(path.parent):
        row = connection.execute(f"COPY ({select}) TO '{quoted}' (FORMAT parquet)").fetchone()
    return WrittenFile(path, int(row[0]) if row else 0)


def append(
    folder: Path,
    written: list[WrittenFile],
    *,
    replace: bool = False,
    note: dict[str, str] | None = None,
) -> int:
    """Name files in the log, beside those already there or in their place.

    Args:
        folder: the table's folder.
        written: the files.
        replace: take the place of what is there.
        note: what to write into the log entry itself.

    Returns:
        The version of the table that shows them.
    """
    table = open_version(folder)
    actions = [_add_action(file) for file in written if file.rows]
    with _disk(folder):
        table.create_write_transaction(
            list(actions),
            "overwrite" if replace else "append",
            table.schema(),
            commit_properties=CommitProperties(custom_metadata=note) if note else None,
        )
        table.update_incremental()
        if table.version() % CHECKPOINT_EVERY == 0:
            table.create_checkpoint()
    return int(table.version())


def restore(folder: Path, version: int) -> int:
    """Undo everything after a version; returns the new version, whose content is the old one's."""
    table = open_version(folder)
    if table.version() == version:
        return version
    with _disk(folder):
        table.restore(version)
    return int(open_version(folder).version())


def _add_action(file: WrittenFile) -> AddAction:
    return AddAction(
        path=file.path.name,
        size=file.path.stat().st_size,
        partition_values={},
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": file.rows}),
    )


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Say in the house's words that a disk is full or read-only."""
    try:
        yield
    except (DeltaError, OSError, duckdb.IOException) as error:
        raise HubUnavailable(
            f"cannot write to {folder}: {first_line(error)}",
            holds="the hub is as it was before",
            next_step="free disk space or mend the folder's permissions, then run the same again",
        ) from error


def first_line(error: Exception) -> str:
    """The first line of another library's message, without its prefix."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]
