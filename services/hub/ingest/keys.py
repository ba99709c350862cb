"""Rows that say something twice, and rows that speak of something unknown.

Both compare a staged table with what the hub holds and what this load has staged before. The
outcome stands in the row's label: an equal row is a duplicate, the same key with other values a
conflict, a strict reference to nothing a rejection.
"""

from typing import NamedTuple

import duckdb

from services.hub.ingest.checks import SEPARATOR
from services.hub.schema import Column, Table, schema
from services.hub.views import quote

DUPLICATE = "duplicate"
"""Label of a row that the hub or the file already holds."""


class Staged(NamedTuple):
    """A table of typed rows that wait for judgement; rowid is their order in the file."""

    name: str
    """Name of the DuckDB table: the canonical columns, `_row` (record number) and `_label`."""
    table: Table
    """The canonical table that it is for."""


class References(NamedTuple):
    """What became of a staged table's references."""

    orphans: int
    """Rows kept although they refer to nothing (count)."""
    unchecked: tuple[str, ...]
    """Columns whose table holds nothing yet, so that nothing could be checked."""


def mark_references(
    connection: duckdb.DuckDBPyConnection, staged: Staged, known: dict[str, str | None]
) -> References:
    """Label rows whose strict references lead nowhere, and count the orphans that are kept.

    Args:
        connection: where `staged` lives.
        staged: the rows.
        known: table name to a FROM-able expression of its rows; none if it holds nothing.
    """
    orphans, unchecked = 0, []
    for column in staged.table.columns:
        if column.references is None:
            continue
        source = known[column.references.table]
        if source is None:
            unchecked.append(column.name)
            continue
        missing = _missing(staged, column, source)
        if column.references.strict:
            _label(connection, staged, missing, _no_such(column))
        else:
            row = connection.execute(f"SELECT count(*) FROM ({missing})").fetchone()
            orphans += int(row[0]) if row else 0
    return References(orphans, tuple(unchecked))


def _missing(staged: Staged, column: Column, source: str) -> str:
    assert column.references is not None
    key = schema()[column.references.table].key[0]
    return (
        f'SELECT s.rowid AS r FROM "{staged.name}" s ANTI JOIN (SELECT "{key}" AS k FROM {source})'
        f' ON s."{column.name}" = k WHERE s._label IS NULL AND s."{column.name}" IS NOT NULL'
    )


def _no_such(column: Column) -> str:
    assert column.references is not None
    says = f"{column.name} "
    tail = f" is not in {column.references.table}"
    return f'{quote("reference" + SEPARATOR + says)} || s."{column.name}" || {quote(tail)}'


def mark_twins(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Label rows that repeat the key of an earlier row of their file."""
    key = _columns(staged.table.key)
    # Grouping 8-byte hashes first is several times cheaper than a window over the keys, and a file
    # without repeated keys, which is the rule, needs no more.
    repeated = (
        f'SELECT hash({key}) AS h FROM "{staged.name}" WHERE _label IS NULL'
        " GROUP BY h HAVING count(*) > 1"
    )
    connection.execute(f"CREATE OR REPLACE TABLE repeated AS {repeated}")
    if not _any(connection, "repeated"):
        return
    content = _columns(_content(staged.table))
    connection.execute(
        "CREATE OR REPLACE TABLE twins AS SELECT r, same FROM (SELECT rowid AS r,"
        f" min(rowid) OVER (PARTITION BY {key}) AS first_row,"
        f" hash({content}) = first_value(hash({content})) OVER"
        f" (PARTITION BY {key} ORDER BY rowid) AS same"
        f' FROM "{staged.name}" WHERE _label IS NULL AND hash({key}) IN (SELECT h FROM repeated))'
        " WHERE r <> first_row"
    )
    _label_same_or_conflict(connection, staged, "twins", "an earlier row of this file")


def mark_held(connection: duckdb.DuckDBPyConnection, staged: Staged, held: str) -> None:
    """Label rows whose key is held already.

    Args:
        connection: where `staged` lives.
        staged: the rows.
        held: a FROM-able expression of the rows held so far.
    """
    table = staged.table
    window = _key_window(connection, staged)
    if window is None:
        return
    joined = " AND ".join(f's."{name}" = h."{name}"' for name in table.key)
    connection.execute(
        "CREATE OR REPLACE TABLE twins AS"
        f" SELECT s.rowid AS r, bool_and({same_content(table)}) AS same"
        f' FROM "{staged.name}" s JOIN (SELECT * FROM {held} WHERE {window}) h ON {joined}'
        " WHERE s._label IS NULL GROUP BY s.rowid"
    )
    _label_same_or_conflict(connection, staged, "twins", "the hub")


def same_content(table: Table) -> str:
    """SQL that is true if a staged row `s` says the same as a held row `h` of its key."""
    tests = [f's."{name}" IS NOT DISTINCT FROM h."{name}"' for name in _content(table)]
    return " AND ".join(tests) or "true"


def _key_window(connection: duckdb.DuckDBPyConnection, staged: Staged) -> str | None:
    """Bounds of the staged keys: with them DuckDB skips the row groups that cannot match."""
    bounds = ", ".join(
        f'min("{name}")::VARCHAR, max("{name}")::VARCHAR' for name in staged.table.key
    )
    row = connection.execute(
        f'SELECT {bounds} FROM "{staged.name}" WHERE _label IS NULL'
    ).fetchone()
    if row is None or row[0] is None:
        return None
    tests = []
    for position, name in enumerate(staged.table.key):
        kind = staged.table.column(name).sql_type
        low, high = row[2 * position], row[2 * position + 1]
        tests.append(f'"{name}" BETWEEN {quote(low)}::{kind} AND {quote(high)}::{kind}')
    return " AND ".join(tests)


def _label_same_or_conflict(
    connection: duckdb.DuckDBPyConnection, staged: Staged, twins: str, holder: str
) -> None:
    if not _any(connection, twins):
        return
    key = " || ', ' || ".join(f"coalesce(s.\"{name}\"::VARCHAR, '')" for name in staged.table.key)
    conflict = (
        f"{quote('key' + SEPARATOR + '(' + ', '.join(staged.table.key) + ') = (')} || {key} ||"
        f" {quote(f') stands with other values in {holder}')}"
    )
    _label(connection, staged, f"SELECT r FROM {twins} WHERE same", quote(DUPLICATE))
    _label(connection, staged, f"SELECT r FROM {twins} WHERE NOT same", conflict)


def _label(connection: duckdb.DuckDBPyConnection, staged: Staged, rows: str, label: str) -> None:
    connection.execute(
        f'UPDATE "{staged.name}" AS s SET _label = {label} WHERE s.rowid IN ({rows})'
    )


def _content(table: Table) -> tuple[str, ...]:
    """Columns that make two rows of one key equal; a sealed text differs after a key rotation."""
    return tuple(
        column.name
        for column in table.columns
        if column.name not in table.key and not column.derived
    )


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names) or "0"


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
