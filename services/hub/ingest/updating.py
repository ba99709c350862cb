"""Completing and correcting what the hub holds: rows of `--update` take the place of held ones.

Older hub commits keep the rows as they were, so evidence that points at them still holds.
"""

import duckdb

from services.hub.ingest.keys import Staged, same_content
from services.hub.schema import Table
from services.hub.transaction import Transaction


class Updates:
    """The keys whose held rows a load replaces, table by table."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._tables: dict[str, Table] = {}

    def note(self, staged: Staged, missing: tuple[str, ...]) -> int:
        """Remember the held rows that staged rows replace; returns how many.

        Args:
            staged: the rows, repeated keys already labelled.
            missing: columns that the file does not have: they keep what is held.
        """
        table = staged.table
        _keep(self._connection, staged, missing)
        key = ", ".join(f's."{name}"' for name in table.key)
        name = _name(table)
        if table.name not in self._tables:
            self._connection.execute(
                f'CREATE TABLE {name} AS SELECT {key} FROM stored."{table.name}" s LIMIT 0'
            )
            self._tables[table.name] = table
        row = self._connection.execute(
            f'INSERT INTO {name} SELECT {key} FROM "{staged.name}" s'
            f" JOIN ({self.unchanged(table)}) h ON {_joined(table, 's', 'h')}"
            f" WHERE s._label IS NULL AND NOT ({same_content(table)})"
        ).fetchone()
        return int(row[0]) if row else 0

    def unchanged(self, table: Table) -> str:
        """SQL of the rows that the hub holds and this load leaves as they are."""
        stored = f'SELECT * FROM stored."{table.name}" t'
        if table.name not in self._tables:
            return stored
        return f"{stored} ANTI JOIN {_name(table)} u ON {_joined(table, 't', 'u')}"

    def write(self) -> None:
        """Stage the unchanged rows of every table that rows were replaced in."""
        for table in self._tables.values():
            if self._connection.execute(f"SELECT 1 FROM {_name(table)} LIMIT 1").fetchone():
                self._transaction.replace(table.name, self.unchanged(table))


def _keep(connection: duckdb.DuckDBPyConnection, staged: Staged, missing: tuple[str, ...]) -> None:
    """Give staged rows the held values of columns that their file does not have."""
    table = staged.table
    # A sealed text goes with the text it was made from.
    kept = [
        column.name
        for column in table.columns
        if (column.name in missing and not column.derived) or (column.derived and "text" in missing)
    ]
    if kept:
        assigned = ", ".join(f'"{name}" = h."{name}"' for name in kept)
        connection.execute(
            f'UPDATE "{staged.name}" AS s SET {assigned} FROM stored."{table.name}" h'
            f" WHERE {_joined(table, 's', 'h')} AND s._label IS NULL"
        )


def _joined(table: Table, one: str, other: str) -> str:
    return " AND ".join(f'{one}."{name}" = {other}."{name}"' for name in table.key)


def _name(table: Table) -> str:
    return f'"updated_{table.name}"'
