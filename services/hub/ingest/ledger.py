"""What was loaded before: the names of loads, and the report of one that is repeated."""

import hashlib
import json
from datetime import datetime
from typing import NamedTuple

import duckdb

from domain.records.load import FileReport, LoadReport
from services.hub.commits import short_id
from services.hub.ingest.columns import insert_rows
from services.hub.ingest.reading.source import Source
from services.hub.schema import canonical, schema
from services.hub.transaction import Transaction

WHOLE_FILE = "*"
"""In place of a table: the counts of a file's rows as a whole."""


_REPORTED = (
    "path", "sha256", "encoding", "delimiter", "read", "accepted", "duplicate", "quarantined",
    "warnings",
)  # fmt: skip


class Line(NamedTuple):
    """One row of the `loads` table, without load and time."""

    path: str
    """The file."""
    table: str
    """The table, or `*` for the file as a whole."""
    read: int
    """Rows (count)."""
    accepted: int
    """Rows stored (count)."""
    duplicate: int
    """Rows already held (count)."""
    quarantined: int
    """Rows rejected (count)."""
    orphans: int = 0
    """Rows kept although they refer to nothing (count)."""
    ignored_columns: tuple[str, ...] = ()
    """Source columns that nothing takes."""
    missing_columns: tuple[str, ...] = ()
    """Canonical columns that nothing fills."""
    warnings: tuple[str, ...] = ()
    """What a reader should know."""


def load_name(sources: list[Source], mapping: str) -> str:
    """The name of a load: derived from the bytes of the files, the mapping and the tables."""
    parts = sorted(f"{source.path}\x1e{source.sha256}" for source in sources)
    tables = json.dumps([table.model_dump() for table in schema().values()], sort_keys=True)
    return short_id("L", *parts, mapping, hashlib.sha256(tables.encode()).hexdigest())


class Attempt(NamedTuple):
    """The name under which a load is to be made, or under which it was."""

    load_id: str
    """The name."""
    done: bool
    """True: the hub holds it, and nothing that it waits for has come since."""


def attempt(transaction: Transaction, load_id: str) -> Attempt:
    """Whether a load is still to be made.

    A load whose rows were rejected for what they refer to is made again, under a further name, once
    the tables that are referred to have changed.
    """
    made = {commit.load_id: commit for commit in transaction.commits()}
    if load_id not in made:
        return Attempt(load_id, done=False)
    while (again := short_id("L", load_id, "again")) in made:
        load_id = again
    parents = {c.references.table for t in canonical().values() for c in t.columns if c.references}
    then, now = made[load_id].versions, transaction.parent.versions
    waits = transaction.connection.execute(
        "SELECT 1 FROM stored.quarantine WHERE load_id = $load_id AND rule = 'reference' LIMIT 1",
        {"load_id": load_id},
    ).fetchone()
    if waits and any(then[table] != now[table] for table in parents):
        return Attempt(again, done=False)
    return Attempt(load_id, done=True)


def earlier_report(
    connection: duckdb.DuckDBPyConnection, load_id: str, commit_id: str
) -> LoadReport:
    """The report of a load that the hub holds already."""
    rows = connection.execute(
        f"SELECT {', '.join(_REPORTED)} FROM stored.loads"
        " WHERE load_id = $load_id AND \"table\" = '*' ORDER BY path",
        {"load_id": load_id},
    ).fetchall()
    rules: dict[str, dict[str, int]] = {}
    for file, rule, count in connection.execute(
        "SELECT file, rule, count(*) FROM stored.quarantine WHERE load_id = $load_id"
        " GROUP BY ALL ORDER BY ALL",
        {"load_id": load_id},
    ).fetchall():
        rules.setdefault(file, {})[rule] = count
    files = tuple(
        FileReport.model_validate(
            {
                **dict(zip(_REPORTED, row, strict=True)),
                "rules": rules.get(row[0], {}),
                "warnings": json.loads(row[-1]),
            }
        )
        for row in rows
    )
    return report(load_id, commit_id, files, already_loaded=True)


def file_report(line: Line, source: Source, rules: dict[str, int]) -> FileReport:
    """The report of one file."""
    return FileReport(
        path=source.path,
        sha256=source.sha256,
        encoding=source.encoding,
        delimiter=source.delimiter,
        read=line.read,
        accepted=line.accepted,
        duplicate=line.duplicate,
        quarantined=line.quarantined,
        rules=rules,
        warnings=line.warnings,
    )


def report(
    load_id: str, commit_id: str, files: tuple[FileReport, ...], *, already_loaded: bool
) -> LoadReport:
    """The report of a load from those of its files."""
    return LoadReport(
        load_id=load_id,
        commit=commit_id,
        already_loaded=already_loaded,
        read=sum(file.read for file in files),
        accepted=sum(file.accepted for file in files),
        duplicate=sum(file.duplicate for file in files),
        quarantined=sum(file.quarantined for file in files),
        files=files,
    )


def write_lines(
    connection: duckdb.DuckDBPyConnection,
    lines: list[Line],
    sources: dict[str, Source],
    load_id: str,
    now: datetime,
) -> str:
    """Put the lines of one load into DuckDB; returns the SQL that reads them."""
    shape = {column.name: column.sql_type for column in schema()["loads"].columns}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in shape.items())
    connection.execute(f"CREATE OR REPLACE TABLE books ({columns})")
    known = {"load_id": load_id, "loaded_at": now.isoformat()}
    rows = []
    for line in lines:
        source = sources[line.path]
        file = {"encoding": source.encoding, "delimiter": source.delimiter, "sha256": source.sha256}
        lists = {
            name: json.dumps(getattr(line, name), ensure_ascii=False)
            for name in ("ignored_columns", "missing_columns", "warnings")
        }
        values = {**line._asdict(), **lists, **file, **known}
        rows.append([values[name] for name in shape])
    insert_rows(connection, "books", shape, rows)
    return "SELECT * FROM books"
