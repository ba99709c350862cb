"""The audit, read and proved: each entry holds the hash of all before it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from domain.contract import Contract
from memory.ledger import BEFORE_ALL, entry_hash, stored
from memory.tables import AUDIT, AUDIT_HEAD


class Entry(Contract):
    """One thing that was done."""

    number: int
    """Position, from 1 without gaps."""
    at: datetime
    """When (UTC)."""
    by: str
    """Who."""
    action: str
    """What was done."""
    subject: str
    """To what."""
    run_id: str | None
    """The run that it belongs to."""
    body: dict[str, Any]
    """What a reader must know."""
    sha256: str
    """SHA-256 (hex) of it and of all before it."""


class Verdict(Contract):
    """Whether the audit follows from itself."""

    whole: bool
    """True: nothing was changed, removed, put in or cut off."""
    entries: int
    """Entries that follow from the first (count)."""
    head: str
    """SHA-256 (hex) of the last of them; kept elsewhere, it proves the audit of today later."""
    broken_at: int | None = None
    """The first entry that does not follow."""
    reason: str = ""
    """What is wrong there."""


class _Walk(NamedTuple):
    number: int
    sha256: str
    wrong: str
    met: bool


def verify(connection: Connection, *, expected: str | None = None) -> Verdict:
    """Compute the whole chain anew.

    Whoever can write to the database can write a whole new chain, too: only a head that was noted
    down elsewhere shows that.

    Args:
        connection: the ledger's database, from `Ledger.read` or within a change.
        expected: a head that was noted down earlier; it must still be in the chain.
    """
    walk = _walked(connection, expected)
    if walk.wrong:
        return _broken(walk, walk.wrong)
    heads = connection.execute(select(AUDIT_HEAD.c.number, AUDIT_HEAD.c.sha256)).all()
    if len(heads) != 1:
        return _broken(walk, "the ledger does not know its newest entry")
    newest, sha256 = heads[0]
    if newest > walk.number:
        return _broken(walk, f"it ends at entry {walk.number}, but entry {newest} was written")
    if newest < walk.number:
        return _broken(walk, f"it goes on to entry {walk.number}, but the ledger wrote {newest}")
    if sha256 != walk.sha256:
        return _broken(walk, f"entry {newest} is not the one that the ledger wrote")
    if not walk.met:
        return _broken(walk, "the head that was noted down is not in it")
    return Verdict(whole=True, entries=walk.number, head=walk.sha256)


def entries(
    connection: Connection, *, subject: str | None = None, most: int | None = None
) -> list[Entry]:
    """Entries in their order, of one subject or of all; the newest `most` of them."""
    query = select(AUDIT).order_by(AUDIT.c.number.desc())
    if subject is not None:
        query = query.where(AUDIT.c.subject == subject)
    if most is not None:
        query = query.limit(most)
    return [
        Entry(**{**{name: row[name] for name in Entry.model_fields}, "body": stored(row["body"])})
        for row in reversed(connection.execute(query).mappings().all())
    ]


def _walked(connection: Connection, expected: str | None) -> _Walk:
    number, previous, met = 0, BEFORE_ALL, expected in (None, BEFORE_ALL)
    query = select(AUDIT).order_by(AUDIT.c.number).execution_options(yield_per=1000)
    for row in connection.execute(query).mappings():
        wrong = _wrong(dict(row), number + 1, previous)
        if wrong:
            return _Walk(number, previous, wrong, met)
        number, previous = number + 1, row["sha256"]
        met = met or previous == expected
    return _Walk(number, previous, "", met)


def _wrong(entry: dict[str, Any], number: int, previous: str) -> str:
    if entry["number"] > number:
        return f"entry {number} is missing"
    if entry["number"] < number:
        return f"entry {entry['number']} stands before the first"
    if entry["previous"] != previous:
        return f"entry {number} does not follow entry {number - 1}"
    if entry_hash(entry) != entry["sha256"]:
        return f"entry {number} was changed"
    return ""


def _broken(walk: _Walk, reason: str) -> Verdict:
    return Verdict(
        whole=False,
        entries=walk.number,
        head=walk.sha256,
        broken_at=walk.number + 1,
        reason=reason,
    )
