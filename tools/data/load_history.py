"""What loads made of files, and how a file differs from the load of the same path before it."""

import json
from datetime import datetime
from typing import Any, Literal

from domain.contract import Contract

_LISTS = ("ignored_columns", "missing_columns", "warnings")  # kept as JSON
DriftKind = Literal["ignored column", "missing column", "encoding", "delimiter"]


class LoadOfFile(Contract):
    """What one load made of one file for one table."""

    load_id: str
    """The load."""
    path: str
    """Path of the file, relative to the ingested folder."""
    table: str
    """Table that it fed; `*`: the rows of the file as a whole."""
    read: int | None
    """Rows read (count)."""
    accepted: int | None
    """Rows stored (count)."""
    duplicate: int | None
    """Rows held already (count)."""
    quarantined: int | None
    """Rows rejected (count)."""
    orphans: int | None
    """Rows kept although they refer to nothing, at the time of the load (count)."""
    ignored_columns: tuple[str, ...]
    """Columns of the file that feed nothing."""
    missing_columns: tuple[str, ...]
    """Columns of the table that nothing fills."""
    warnings: tuple[str, ...]
    """What the ingest remarked."""
    loaded_at: datetime | None
    """When it was loaded (UTC)."""
    superseded: bool
    """True: a file of the same path was loaded since."""


class SchemaDrift(Contract):
    """One difference between two loads of the same path."""

    path: str
    """Path of the file, relative to the ingested folder."""
    table: str
    """Table that the file feeds; `*`: the file as a whole."""
    load_id: str
    """The later load."""
    before_load_id: str
    """The load of the same path before it."""
    kind: DriftKind
    """What differs: a column that is now ignored or missing (or no longer is), or the format."""
    before: tuple[str, ...]
    """What was there and is not any more."""
    after: tuple[str, ...]
    """What is there and was not."""


_ASPECTS: tuple[tuple[DriftKind, str], ...] = (
    ("ignored column", "ignored_columns"),
    ("missing column", "missing_columns"),
    ("encoding", "encoding"),
    ("delimiter", "delimiter"),
)


def schema_drift(history: list[dict[str, Any]]) -> tuple[SchemaDrift, ...]:
    """Differences between each load and the one of the same path and table before it.

    Args:
        history: rows of the query `load_history`.
    """
    found = []
    for load in history:
        if load["before_load_id"] is None:
            continue
        for kind, column in _ASPECTS:
            now, then = _parts(load[column], kind), _parts(load[f"before_{column}"], kind)
            if now != then:
                found.append(
                    SchemaDrift(
                        path=load["path"],
                        table=load["table_name"],
                        load_id=load["load_id"],
                        before_load_id=load["before_load_id"],
                        kind=kind,
                        before=tuple(sorted(then - now)),
                        after=tuple(sorted(now - then)),
                    )
                )
    return tuple(found)


def load_of_file(row: dict[str, Any]) -> LoadOfFile:
    """One row of the query `load_history` as a record."""
    plain = LoadOfFile.model_fields.keys() - {"table", "superseded", *_LISTS}
    values = {key: row[key] for key in plain}
    lists = {key: _listed(row[key]) for key in _LISTS}
    superseded = bool(row["superseded"])
    return LoadOfFile(**values, **lists, table=row["table_name"], superseded=superseded)


def _parts(value: str | None, kind: DriftKind) -> set[str]:
    if kind in ("encoding", "delimiter"):
        return {value} if value else set()
    return set(_listed(value))


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(json.loads(value)) if value else ()
