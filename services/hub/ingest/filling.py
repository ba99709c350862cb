"""Filling one table from one file: stage, check, protect, compare with what is held, store."""

from datetime import date, datetime
from typing import NamedTuple

import duckdb

from domain.errors import BadArgument, DataRejected
from services.hub.ingest import keys, staging
from services.hub.ingest.checks import SEPARATOR
from services.hub.ingest.keys import Staged
from services.hub.ingest.ledger import Line
from services.hub.ingest.mapping import compile_target, inline_source
from services.hub.ingest.mapping.compiled import CompiledTarget
from services.hub.ingest.mapping.model import Target
from services.hub.ingest.protect import protect
from services.hub.ingest.reading import Source
from services.hub.ingest.updating import Updates
from services.hub.schema import Table, schema
from services.hub.transaction import Transaction
from services.hub.views import quote
from services.policy.vault import Vault


class Work(NamedTuple):
    """One file and one table that it fills."""

    source: Source
    """The file."""
    table: Table
    """The table."""
    compiled: CompiledTarget
    """The mapping, as SQL."""
    alone: bool
    """True: each record of the file becomes one row, and no other table is filled from it."""


class Filling:
    """The tables that one load fills."""

    def __init__(
        self,
        transaction: Transaction,
        vault: Vault,
        now: datetime,
        load_id: str,
        updates: Updates | None,
    ) -> None:
        self.load_id = load_id
        """Lineage of every row stored."""
        self.newest: date | None = transaction.parent.newest_on
        """Newest date on which anything stored was recorded."""
        self._transaction = transaction
        self._connection = transaction.connection
        self._vault = vault
        self._now = now
        self._updates = updates

    def fill(self, number: int, work: Work) -> Line:
        """Fill one table from one file.

        `outcome_NUMBER` then tells what became of each record; of a file that fills one table only
        it tells of the rejected ones, as the others need no second look.
        """
        connection, table = self._connection, work.table
        staged = staging.stage(connection, f"stage_{number}", table, work.compiled, self._now)
        _check_complete(connection, staged, work)
        references = keys.mark_references(connection, staged, self._known(table))
        warnings = [
            f"{table.name}.{name} was not checked: what it refers to is not loaded yet"
            for name in references.unchecked
        ]
        if any(column.words for column in table.columns):
            protect(connection, staged, self._vault)
        replaced = self._mark_repeated(staged, work.compiled.missing_columns)
        if replaced:
            warnings.append(f"{table.name}: {replaced} rows replaced rows of the same key")
        if work.compiled.distinct and (others := staging.settle_distinct(connection, staged)):
            warnings.append(f"{table.name}: {others} rows gave other values for a key; first kept")
        counts = staging.tally(connection, staged)
        connection.execute(
            f"CREATE TABLE outcome_{number} AS"
            f" {staging.outcome(staged, work.compiled.fan_out, rejected_only=work.alone)}"
        )
        self._store(staged)
        return Line(
            path=work.source.path,
            table=table.name,
            read=sum(counts),
            accepted=counts.accepted,
            duplicate=counts.duplicate,
            quarantined=counts.rejected,
            orphans=references.orphans,
            ignored_columns=work.compiled.ignored_columns,
            missing_columns=work.compiled.missing_columns,
            warnings=tuple(warnings),
        )

    def fill_inline(self, number: int, target: Target) -> None:
        """Store rows that stand in the mapping itself.

        Raises:
            BadArgument: one of them breaks a rule, which is a fault of the mapping.
        """
        table = schema()[target.table]
        compiled = compile_target(target, inline_source(target, "the mapping"), table)
        staged = staging.stage(self._connection, f"inline_{number}", table, compiled, self._now)
        self._mark_repeated(staged, compiled.missing_columns)
        row = self._connection.execute(
            f'SELECT _label FROM "{staged.name}" WHERE _label <> $duplicate LIMIT 1',
            {"duplicate": keys.DUPLICATE},
        ).fetchone()
        if row is not None:
            raise BadArgument(
                f"a row of {table.name} in the mapping: {row[0].partition(SEPARATOR)[2]}",
                holds="the hub is as it was",
                next_step="mend that row of the mapping",
            )
        self._store(staged)

    def finish(self) -> None:
        """Put the tables together in which rows were replaced."""
        if self._updates is not None:
            self._updates.write()

    def _mark_repeated(self, staged: Staged, missing: tuple[str, ...]) -> int:
        """Label rows whose key is there already; returns how many replace held rows instead."""
        keys.mark_twins(self._connection, staged)
        replaced = self._updates.note(staged, missing) if self._updates is not None else 0
        held = self._held(staged.table.name)
        if held is not None:
            keys.mark_held(self._connection, staged, held)
        return replaced

    def _store(self, staged: Staged) -> None:
        accepted = f'FROM "{staged.name}" WHERE _label IS NULL'
        self._transaction.write(
            staged.table.name, f"SELECT *, {quote(self.load_id)} AS load_id {accepted}"
        )
        recorded = staged.table.recorded
        if recorded and staged.table.column(recorded).past:
            row = self._connection.execute(f'SELECT max("{recorded}")::DATE {accepted}').fetchone()
            newest = row[0] if row else None
            if newest and (self.newest is None or newest > self.newest):
                self.newest = newest
        self._connection.execute(f'DROP TABLE "{staged.name}"')

    def _held(self, table: str) -> str | None:
        """The rows of a table held so far, those of this load included; none if there are none."""
        stored = f'SELECT * FROM stored."{table}"'
        if self._updates is not None:
            stored = self._updates.unchanged(schema()[table])
        parts = []
        if self._connection.execute(f"{stored} LIMIT 1").fetchone() is not None:
            parts.append(stored)
        if staged := self._transaction.staged(table):
            parts.append(f"SELECT * FROM read_parquet([{', '.join(map(quote, staged))}])")
        return f"({' UNION ALL BY NAME '.join(parts)})" if parts else None

    def _known(self, table: Table) -> dict[str, str | None]:
        named = {c.references.table for c in table.columns if c.references is not None}
        return {name: self._held(name) for name in named}


def _check_complete(connection: duckdb.DuckDBPyConnection, staged: Staged, work: Work) -> None:
    """Make sure that the scan gave the records that were counted when the file was opened."""
    row = connection.execute(f'SELECT count(*) FROM "{staged.name}"').fetchone()
    expected = work.source.records * work.compiled.fan_out
    if row is None or row[0] != expected:
        raise DataRejected(
            f"{work.source.path} changed while it was read",
            holds="the hub is as it was",
            next_step="ingest it again when whatever writes it has ended",
        )
