"""Customers' words on their way into the hub: tokens for personal strings, the rest sealed.

`text` keeps what was said, `text_raw` the same word for word but sealed, and `author_key` makes one
customer one voice without saying who it is. Other tables' free words (a service report's finding)
are kept de-identified only.
"""

from collections.abc import Callable
from typing import Any

import duckdb

from services.hub.ingest.columns import insert_rows
from services.hub.ingest.keys import Staged
from services.policy.personal import Deidentifier
from services.policy.vault import Vault

BATCH = 5_000
Row = tuple[Any, ...]
_FEEDBACK = {"r": "BIGINT", "text": "VARCHAR", "text_raw": "VARCHAR", "author_key": "VARCHAR"}
FEEDBACK = "feedback"
"""The table that keeps customers' words twice: de-identified, and sealed."""


def protect(connection: duckdb.DuckDBPyConnection, staged: Staged, vault: Vault) -> None:
    """Replace people's words and authors in staged rows by what may be stored."""
    cleaner = Deidentifier(vault)
    if staged.table.name == FEEDBACK:
        _replace(connection, staged, _FEEDBACK, lambda rows: _feedback(rows, cleaner, vault))
        return
    for column in staged.table.columns:
        if column.words:
            shape = {"r": "BIGINT", column.name: "VARCHAR"}
            _replace(connection, staged, shape, lambda rows: _words(rows, cleaner))


def _replace(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    shape: dict[str, str],
    change: Callable[[list[Row]], list[Row]],
) -> None:
    """Change columns of the staged rows that are not rejected, a batch at a time."""
    written = [name for name in shape if name != "r"]
    read = [name for name in written if not staged.table.column(name).derived]
    key = ", ".join(f'"{name}"' for name in (*staged.table.key, *read))
    given = " OR ".join(f'"{name}" IS NOT NULL' for name in read)
    columns = ", ".join(f'"{name}" {kind}' for name, kind in shape.items())
    connection.execute(f"CREATE OR REPLACE TABLE protected ({columns})")
    reader = connection.cursor()
    reader.execute(f'SELECT rowid, {key} FROM "{staged.name}" WHERE _label IS NULL AND ({given})')
    while rows := reader.fetchmany(BATCH):
        insert_rows(connection, "protected", shape, change(rows))
    reader.close()
    assigned = ", ".join(f'"{name}" = p."{name}"' for name in written)
    connection.execute(
        f'UPDATE "{staged.name}" AS s SET {assigned} FROM protected p WHERE s.rowid = p.r'
    )
    connection.execute("DROP TABLE protected")


def bound_to(feedback_id: str) -> str:
    """The place that a sealed text belongs to; it opens nowhere else."""
    return f"{FEEDBACK}/text_raw/{feedback_id}"


def _feedback(rows: list[Row], cleaner: Deidentifier, vault: Vault) -> list[Row]:
    texts = [row[2] for row in rows]
    sealed = vault.seal_all(texts, [bound_to(str(row[1])) for row in rows])
    return [
        (
            row[0],
            None if words is None else words.text,
            raw,
            None if row[3] is None else vault.author_token(str(row[3])),
        )
        for row, words, raw in zip(rows, cleaner.clean_all(texts), sealed, strict=True)
    ]


def _words(rows: list[Row], cleaner: Deidentifier) -> list[Row]:
    return [(row[0], cleaner.clean(row[-1]).text) for row in rows]
