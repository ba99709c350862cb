"""Customers' words on their way into the hub: tokens for personal strings, the rest sealed.

`text` keeps what was said, `text_raw` the same word for word but sealed, and `author_key` makes one
customer one voice without saying who it is.
"""

from typing import Any

import duckdb
import numpy as np

from services.hub.ingest.columns import text_column
from services.hub.ingest.keys import Staged
from services.policy.personal import Deidentifier
from services.policy.vault import Vault

BATCH = 5_000
TABLE = "feedback"


def protect(connection: duckdb.DuckDBPyConnection, staged: Staged, vault: Vault) -> int:
    """Replace the text and author of staged feedback by what may be stored.

    Returns:
        How many rows had a text or an author (count).
    """
    connection.execute(
        "CREATE OR REPLACE TABLE protected"
        " (r BIGINT, text VARCHAR, text_raw VARCHAR, author_key VARCHAR)"
    )
    cleaner = Deidentifier(vault)
    reader = connection.cursor()
    reader.execute(
        f'SELECT rowid, feedback_id, text, author_key FROM "{staged.name}"'
        " WHERE _label IS NULL AND (text IS NOT NULL OR author_key IS NOT NULL)"
    )
    done = 0
    while rows := reader.fetchmany(BATCH):
        batch = _protected(rows, cleaner, vault)
        connection.register("batch", batch)
        connection.execute("INSERT INTO protected SELECT r, text, text_raw, author_key FROM batch")
        connection.unregister("batch")
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
    return f"{TABLE}/text_raw/{feedback_id}"


def _protected(
    rows: list[tuple[Any, ...]], cleaner: Deidentifier, vault: Vault
) -> dict[str, np.ndarray[Any, Any]]:
    texts = [row[2] for row in rows]
    clean = [None if found is None else found.text for found in cleaner.clean_all(texts)]
    sealed = vault.seal_all(texts, [bound_to(str(row[1])) for row in rows])
    authors = [None if row[3] is None else vault.author_token(str(row[3])) for row in rows]
    return {
        "r": np.array([row[0] for row in rows], dtype=np.int64),
        "text": text_column(clean),
        "text_raw": text_column(sealed),
        "author_key": text_column(authors),
    }
