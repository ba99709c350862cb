"""What was loaded before: the names of loads, and the report of one that is repeated."""

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import numpy as np

from domain.records.load import FileReport, LoadReport
from services.hub.commits import short_id
from services.hub.ingest.columns import text_column
from services.hub.ingest.reading.source import Source
from services.hub.schema import schema

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


def retry_name(load_id: str, commit_id: str) -> str:
    """The name of a further attempt at a load whose rows may now find what they refer to."""
    return short_id("L", load_id, commit_id)


def waits_for_parents(connection: duckdb.DuckDBPyConnection, load_id: str) -> bool:
    """True if rows of a load were rejected for what they refer to, which may be there by now."""
    row = connection.execute(
        "SELECT 1 FROM stored.quarantine WHERE load_id = $load_id AND rule = 'reference' LIMIT 1",
        {"load_id": load_id},
    ).fetchone()
    return row is not None


def earlier_report(
    connection: duckdb.DuckDBPyConnection, load_id: str, commit_id: str
) -> LoadReport | None:
    """The report of a load that the hub holds already; none if it does not."""
    rows = connection.execute(
        f"SELECT {', '.join(_REPORTED)} FROM stored.loads"
        " WHERE load_id = $load_id AND \"table\" = '*' ORDER BY path",
        {"load_id": load_id},
    ).fetchall()
    if not rows:
        return None
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


def loads_rows(
    lines: list[Line], sources: dict[str, Source], load_id: str, now: datetime
) -> dict[str, np.ndarray[Any, Any]]:
    """The columns of the `loads` table for one load."""
    files = [sources[line.path] for line in lines]
    texts: dict[str, list[str | None]] = {
        "load_id": [load_id for _ in lines],
        "path": [line.path for line in lines],
        "table": [line.table for line in lines],
        "sha256": [file.sha256 for file in files],
        "encoding": [file.encoding for file in files],
        "delimiter": [file.delimiter for file in files],
        "ignored_columns": [json.dumps(line.ignored_columns) for line in lines],
        "missing_columns": [json.dumps(line.missing_columns) for line in lines],
        "warnings": [json.dumps(line.warnings, ensure_ascii=False) for line in lines],
        "loaded_at": [now.isoformat() for _ in lines],
    }
    counts = ("read", "accepted", "duplicate", "quarantined", "orphans")
    numbers = {name: np.array([getattr(line, name) for line in lines]) for name in counts}
    return {name: text_column(values) for name, values in texts.items()} | numbers
