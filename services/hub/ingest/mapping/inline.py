"""Rows that stand in the mapping itself, as a source like any file."""

from typing import NamedTuple

from services.hub.ingest.mapping.model import Target
from services.hub.ingest.mapping.quoting import literal, quoted


class InlineSource(NamedTuple):
    """The `rows` of a table rule; everything is text."""

    path: str
    """Name of the mapping for people."""
    columns: tuple[str, ...]
    """Every key that a row has."""
    types: dict[str, str]
    """Empty: all texts."""
    sql: str
    """The rows in their order."""


def inline_source(target: Target, path: str) -> InlineSource:
    """The source that holds the rows of a target of `inline_targets`.

    Args:
        target: a target whose mapping has `rows`.
        path: the mapping file, relative to where the person looks for it.
    """
    rows = target.mapping.rows
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    texts = (
        f"({', '.join(literal(row[name]) if name in row else 'NULL' for name in columns)})"
        for row in rows
    )
    names = ", ".join(map(quoted, columns))
    sql = f"(SELECT * FROM (VALUES {', '.join(texts)}) AS listed({names}))"
    return InlineSource(path, columns, {}, sql)
