"""Customers' words on their way into the hub: tokens for personal strings, the rest sealed.

`text` keeps what was said, `text_raw` the same word for word but sealed, and `author_key` makes one
customer one voice without saying who it is.
"""

from typing import Any

import duckdb

from services.hub.ingest.columns import insert_rows
from services.hub.ingest.keys import Staged
from services.policy.personal import Deidentifier
from services.policy.vault import Vault

BATCH = 5_000
PROTECTED = "feedback"
"""The table that holds customers' words."""
_SHAPE = {"r": "BIGINT", "text": "VARCHAR", "text_raw": "VARCHAR", "author_key": "VARCHAR"}


def protect(connection: duckdb.DuckDBPyConnection, staged: Staged, vault: Vault) -> int:
    """Replace the text and author of staged feedback by what may be stored.

    Returns:
        How many rows had a text or an author (count).
    """
    shape = ", ".join(f"{name} {kind}" for name, kind in _SHAPE.items())
    connection.execute(f"CREATE OR REPLACE TABLE protected ({shape})")
    cleaner = Deidentifier(vault)
    reader = connection.cursor()
    reader.execute(
        f'SELECT rowid, feedback_id, text, author_key FROM "{staged.name}"'
        " WHERE _label IS NULL AND (text IS NOT NULL OR author_key IS NOT NULL)"
    )
    done = 0
    while rows := reader.fetchmany(BATCH):
        insert_rows(connection, "protected", _SHAPE, _protected(rows, cleaner, vault))
        done += len(rows)
    reader.close()
    connection.execute(
        f'UPDATE "{staged.name}" AS s SET text = p.text, text_raw = p.text_raw,'
        " author_key = p.author_key FROM protected p WHERE s.rowid = p.r"
    )
    connection.execute("DROP TABLE protected")
    return done


def bound_to(feedback_id: str) -> str:
    """The place that a sealed text belongs to; it opens nowhere else."""
    return f"{PROTECTED}/text_raw/{feedback_id}"


def _protected(
    rows: list[tuple[Any, ...]], cleaner: Deidentifier, vault: Vault
) -> list[tuple[int, str | None, str | None, str | None]]:
    texts = [row[2] for row in rows]
    clean = cleaner.clean_all(texts)
    sealed = vault.seal_all(texts, [bound_to(str(row[1])) for row in rows])
    return [
        (
            row[0],
            None if words is None else words.text,
            raw,
            None if row[3] is None else vault.author_token(str(row[3])),
        )
        for row, words, raw in zip(rows, clean, sealed, strict=True)
    ]
