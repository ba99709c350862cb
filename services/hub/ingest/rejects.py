"""Rejected rows on their way into quarantine: as they came, with file, line, rule and reason.

A rejected row may hold anything, a name in a column that nobody mapped too, so rows are sealed like
`text_raw`. Reasons are plain, so that people can act on them: de-identified, and without any value
where the file holds people's words.
"""

import json
import re
from typing import NamedTuple

import duckdb

from services.hub.ingest.checks import SEPARATOR
from services.hub.ingest.columns import insert_rows
from services.hub.ingest.reading.relation import name as quoted
from services.hub.ingest.reading.source import Source
from services.hub.schema import schema
from services.policy.personal import Deidentifier
from services.policy.vault import Vault

BATCH = 10_000
_COLUMN = re.compile(r"\w+")
_SHAPE = {column.name: column.sql_type for column in schema()["quarantine"].columns}


class Reject(NamedTuple):
    """One rejected piece of a row."""

    line: int
    """Line in the file, from 1."""
    table: str
    """The table that it was for."""
    rule: str
    """The rule that it broke."""
    reason: str
    """Why, in words."""
    row: str
    """The row as it came: a JSON object, or the text of the line."""


class Quarantine:
    """Collects the rejects of one load in a DuckDB table of the quarantine's shape."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, load_id: str, vault: Vault) -> None:
        self._connection = connection
        self._load_id = load_id
        self._vault = vault
        self._cleaner = Deidentifier(vault)
        shape = ", ".join(f'"{name}" {kind}' for name, kind in _SHAPE.items())
        connection.execute(f"CREATE OR REPLACE TABLE rejected ({shape})")

    def add_staged(self, source: Source, table: str, outcomes: str, *, withhold: bool) -> None:
        """Take the rejected rows of a staged table; the file is read again for their text.

        Args:
            source: the file.
            table: the table that the rows were for.
            outcomes: SQL of (record, label) of the rejected rows.
            withhold: whether the file holds people's words.
        """
        shape = ", ".join(f"{quoted(column)} := {quoted(column)}" for column in source.columns)
        reader = self._connection.cursor()
        reader.execute(
            "SELECT o.record, o.label, to_json(struct_pack("
            + shape
            + ")) FROM (SELECT row_number() OVER () - 1 AS __record, * FROM "
            + source.sql
            + f") s JOIN ({outcomes}) o ON s.__record = o.record ORDER BY o.record, o.label"
        )
        while rows := reader.fetchmany(BATCH):
            self._add(
                source.path, [_reject(source, table, *row) for row in rows], withhold=withhold
            )
        reader.close()

    def add_malformed(self, source: Source, table: str) -> None:
        """Take the records of a file that are no rows at all."""
        rejects = [Reject(m.line, table, m.rule, m.reason, m.text) for m in source.malformed]
        for start in range(0, len(rejects), BATCH):
            self._add(source.path, rejects[start : start + BATCH], withhold=False)

    def rules(self, file: str) -> dict[str, int]:
        """Rejected pieces of a file's rows by rule (count)."""
        rows = self._connection.execute(
            "SELECT rule, count(*) FROM rejected WHERE file = $file GROUP BY rule ORDER BY rule",
            {"file": file},
        ).fetchall()
        return {str(rule): int(count) for rule, count in rows}

    def _add(self, file: str, rejects: list[Reject], *, withhold: bool) -> None:
        if not rejects:
            return
        insert_rows(
            self._connection,
            "rejected",
            _SHAPE,
            [
                (
                    self._load_id,
                    file,
                    reject.line,
                    reject.table,
                    reject.rule,
                    self._reason(reject, withhold),
                    self._sealed(file, reject),
                )
                for reject in rejects
            ],
        )

    def _reason(self, reject: Reject, withhold: bool) -> str:
        if not withhold:
            return self._cleaner.clean(reject.reason).text
        column = _COLUMN.match(reject.reason)
        return f"{column[0] if column else 'a value'} breaks the rule; its value is withheld"

    def _sealed(self, file: str, reject: Reject) -> str:
        return self._vault.seal(reject.row, f"quarantine/{file}/{reject.line}/{reject.table}")


def _reject(source: Source, table: str, record: int, label: str, row: str) -> Reject:
    rule, _, reason = label.partition(SEPARATOR)
    return Reject(source.line(record), table, rule, reason[:300], _plain(row))


def _plain(row: str) -> str:
    values = {key: value for key, value in json.loads(row).items() if value is not None}
    return json.dumps(values, ensure_ascii=False)
