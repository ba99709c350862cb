"""Codes and links of feedback into the hub: one transaction, and nothing if nothing is new.

A process may die at any point: the hub then stands at the commit before or at the one after.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import duckdb

from domain.records.commit import Commit
from services.hub.commits import short_id
from services.hub.hub import Hub
from services.hub.ingest.columns import insert_rows
from services.hub.schema import schema
from services.hub.transaction import Transaction
from services.hub.uncoded import CODED_LOAD
from services.hub.views import quote

NO_SYMPTOM = "NONE"
"""In place of a symptom code: the piece was read and names none."""
UNREAD = "UNREAD"
"""In place of a symptom code: a person must read the piece."""
MODEL = "model:"
"""Coders that are language models begin so."""
WAIT_SECONDS = 900.0
"""Longest wait for an ingest that runs (s)."""


class Code(NamedTuple):
    """One symptom that a coder reads in one piece of feedback; a row of `feedback_codes`."""

    feedback_id: str
    """The piece."""
    coder: str
    """Who reads it so."""
    symptom_code: str
    """The hub's code, `NONE` or `UNREAD`."""
    severity: int | None
    """1 to 5 by the policy table; null: it is no fact, or has no severity."""
    language: str | None
    """Language by which it was read (BCP 47)."""
    negated: bool
    """It is denied."""
    hypothetical: bool
    """It is feared, asked or imagined."""
    confidence: float
    """0 to 1: rough order of trust, no probability."""


class Link(NamedTuple):
    """A piece that tells again what an older one told; a row of `feedback_links`."""

    feedback_id: str
    """The later piece."""
    other_id: str
    """The older one."""
    kind: str
    """exact, near or same_event."""
    similarity: float | None
    """Likeness of the words, 0 to 1; null: the words were not compared."""


def keep_codes(
    hub: Hub,
    codes: Sequence[Code],
    links: Sequence[Link],
    *,
    run_id: str,
    now: datetime,
    wait: float = WAIT_SECONDS,
) -> Commit:
    """Put what a run has read into the hub; the same again changes nothing.

    A piece that this coder had read otherwise, because its words were replaced since, is read as
    it is now. What this very run has kept before stays.

    Args:
        hub: where to.
        codes: all codes of each piece that is named.
        links: links from later to older pieces.
        run_id: the run; the load's name is derived from it.
        now: when the pieces were coded (UTC).
        wait: how long to wait for an ingest that runs (s).

    Returns:
        The commit that shows the codes; the newest one if there was nothing to write.

    Raises:
        HubBusy: an ingest ran for longer than `wait`; nothing was written.
        HubUnavailable: the hub cannot be written.
    """
    load_id = coding_load(run_id)
    with hub.transaction(wait=wait) as transaction:
        connection = transaction.connection
        stamped = [(*code, now.isoformat(), load_id) for code in codes]
        _stage(connection, "feedback_codes", stamped)
        _stage(connection, "feedback_links", [(*link, load_id) for link in links])
        written = _keep_new_codes(transaction, load_id) + _keep_new_links(transaction)
        if not written:
            return transaction.parent
        return transaction.commit(load_id, transaction.parent.newest_on)


def coding_load(run_id: str) -> str:
    """Name of the load under which a run keeps its codes: `T-` and 10 characters."""
    return short_id(CODED_LOAD.rstrip("-"), run_id)


def _stage(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """Put rows into a DuckDB table `new_TABLE`, each key once."""
    shape = {c.name: c.sql_type for c in schema()[table].columns} | {"load_id": "VARCHAR"}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in shape.items())
    key = ", ".join(schema()[table].key)
    connection.execute(f"CREATE TABLE come ({columns})")
    insert_rows(connection, "come", shape, rows)
    connection.execute(
        f"CREATE TABLE new_{table} AS SELECT DISTINCT ON ({key}) * FROM come ORDER BY {key}"
    )
    connection.execute("DROP TABLE come")


def _keep_new_codes(transaction: Transaction, load_id: str) -> int:
    """Stage the codes of pieces that are not held, or held otherwise; returns how many rows."""
    connection = transaction.connection
    connection.execute(
        "CREATE TABLE held AS SELECT c.* FROM stored.feedback_codes c"
        " SEMI JOIN new_feedback_codes n ON n.feedback_id = c.feedback_id AND n.coder = c.coder"
    )
    said = ", ".join(name for name in schema()["feedback_codes"].column_names if name != "coded_at")
    one, other = f"SELECT {said} FROM held", f"SELECT {said} FROM new_feedback_codes"
    connection.execute(
        "CREATE TABLE changed AS SELECT DISTINCT feedback_id FROM"
        f" (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one})) d"
        " SEMI JOIN held h ON h.feedback_id = d.feedback_id AND h.coder = d.coder"
        f" ANTI JOIN (FROM held WHERE load_id = {quote(load_id)}) m"
        " ON m.feedback_id = d.feedback_id AND m.coder = d.coder"
    )
    fresh = (
        "SELECT n.* FROM new_feedback_codes n ANTI JOIN"
        " (SELECT feedback_id, coder FROM held ANTI JOIN changed USING (feedback_id)) h"
        " ON h.feedback_id = n.feedback_id AND h.coder = n.coder ORDER BY ALL"
    )
    if connection.execute("SELECT 1 FROM changed LIMIT 1").fetchone() is None:
        return transaction.write("feedback_codes", fresh)
    # A model's reading of words that are no more goes with the rules'.
    connection.execute(
        "CREATE TABLE gone AS SELECT feedback_id, coder FROM stored.feedback_codes"
        f" SEMI JOIN changed USING (feedback_id) WHERE starts_with(coder, {quote(MODEL)})"
        " UNION SELECT feedback_id, coder FROM new_feedback_codes"
        " SEMI JOIN changed USING (feedback_id)"
    )
    return transaction.replace(
        "feedback_codes",
        "SELECT * FROM stored.feedback_codes ANTI JOIN gone USING (feedback_id, coder)"
        f" UNION ALL BY NAME ({fresh})",
    )


def _keep_new_links(transaction: Transaction) -> int:
    """Stage the links that are not held, in neither direction; returns how many."""
    return transaction.write(
        "feedback_links",
        "SELECT n.* FROM new_feedback_links n"
        " ANTI JOIN stored.feedback_links k"
        " ON k.feedback_id = n.feedback_id AND k.other_id = n.other_id"
        " ANTI JOIN stored.feedback_links r"
        " ON r.feedback_id = n.other_id AND r.other_id = n.feedback_id ORDER BY ALL",
    )
