"""One file made into rows of one table, each with a label: nothing, or why it is not accepted."""

from datetime import datetime
from typing import NamedTuple

import duckdb

from services.hub.ingest.checks import SEPARATOR, Check, checks, label
from services.hub.ingest.keys import DUPLICATE, Staged
from services.hub.ingest.mapping.compiled import CompiledTarget
from services.hub.schema import Table
from services.hub.views import quote

FILTERED = "filtered"
"""Label of a row that the mapping leaves out; it counts as not read."""


class Tally(NamedTuple):
    """What became of the rows of one table from one file."""

    accepted: int
    """Rows to store (count)."""
    duplicate: int
    """Rows already held or repeated (count)."""
    rejected: int
    """Rows for quarantine (count)."""


def stage(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    table: Table,
    compiled: CompiledTarget,
    now: datetime,
) -> Staged:
    """Read a source once, into a DuckDB table of typed rows in file order.

    Args:
        connection: where the table is made.
        name: its name.
        table: the canonical table that the rows are for.
        compiled: the mapping, as SQL.
        now: dates after it lie in the future.
    """
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    found = [Check(p.rule, p.predicate_sql, p.reason_sql) for p in compiled.problems]
    judged = label([*found, *checks(table, now)])
    if compiled.where is not None:
        judged = f"CASE WHEN NOT ({compiled.where}) THEN '{FILTERED}' ELSE {judged} END"
    connection.execute(
        f'CREATE OR REPLACE TABLE "{name}" AS SELECT {columns}, {judged} AS _label'
        f" FROM ({compiled.staged_sql})"
    )
    return Staged(name, table)


def settle_distinct(connection: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """Master rows inside a fact file repeat by nature: a key seen before is no fault of the row.

    Returns:
        How many rows gave other values for a key than the first one, which was kept.
    """
    conflict = f"starts_with(_label, {quote('key' + SEPARATOR)})"
    row = connection.execute(f'SELECT count(*) FROM "{staged.name}" WHERE {conflict}').fetchone()
    connection.execute(f"UPDATE \"{staged.name}\" SET _label = '{DUPLICATE}' WHERE {conflict}")
    return int(row[0]) if row else 0


def tally(connection: duckdb.DuckDBPyConnection, staged: Staged) -> Tally:
    """Count the labels of a staged table."""
    row = connection.execute(
        "SELECT count(*) FILTER (_label IS NULL),"
        f" count(*) FILTER (_label = '{DUPLICATE}'),"
        f" count(*) FILTER (_label NOT IN ('{DUPLICATE}', '{FILTERED}'))"
        f' FROM "{staged.name}"'
    ).fetchone()
    assert row is not None
    return Tally(*(int(value) for value in row))


def outcome(staged: Staged, fan_out: int, *, rejected_only: bool) -> str:
    """SQL of (record, label) for the rows that the mapping kept, or for those rejected."""
    record = "rowid" if fan_out == 1 else f"(rowid - rowid % {fan_out})::BIGINT / {fan_out}"
    kept = f"_label IS DISTINCT FROM '{FILTERED}'"
    rejected = f"_label NOT IN ('{DUPLICATE}', '{FILTERED}')"
    return (
        f'SELECT ({record})::BIGINT AS record, _label AS label FROM "{staged.name}"'
        f" WHERE {rejected if rejected_only else kept}"
    )
