"""What approved proposals put in force: rating bands, controlled shipping, blocks, recipes, SCARs.

One thing of a kind is in force for a subject at a time; what came before keeps its dates.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.contract import Contract
from domain.errors import InvalidArgument
from memory.evidence import canonical_json
from memory.ledger import Change, stored
from memory.proposal_rows import row_of
from memory.tables import MEASURES

LONGEST_SUBJECT = 200
"""Characters that the audit keeps of what a measure is about (count)."""


class Measure(Contract):
    """Something in force, or that was."""

    kind: str
    """What: rating_band, controlled_shipping, stock_block, test_recipe, vision_threshold, scar."""
    subject: str
    """Of whom or what."""
    value: dict[str, Any]
    """What exactly."""
    since: datetime
    """From when on (UTC)."""
    until: datetime | None
    """Until when (UTC); null: in force."""
    proposal_id: str
    """The approved proposal that put it in force."""


def put_in_force(
    change: Change, kind: str, subject: str, value: dict[str, Any], *, proposal_id: str
) -> None:
    """Put something in force in the place of what was in force for the subject.

    Raises:
        UnknownName: there is no such proposal.
        InvalidArgument: it is not approved.
    """
    state = row_of(change.connection, proposal_id).state
    if state != "approved":
        raise InvalidArgument(f"{proposal_id} is {state}, so it puts nothing in force")
    end(change, kind, subject)
    row = {"kind": kind, "subject": subject, "value": canonical_json(value), "since": change.at}
    change.connection.execute(insert(MEASURES).values(**row, proposal_id=proposal_id))
    change.audit("measure.in_force", _of(kind, subject), {"proposal_id": proposal_id})


def end(change: Change, kind: str, subject: str) -> bool:
    """End what is in force for a subject; false if nothing is."""
    held = (MEASURES.c.kind == kind) & (MEASURES.c.subject == subject) & MEASURES.c.until.is_(None)
    ended = update(MEASURES).where(held).values(until=change.at)
    if not change.connection.execute(ended).rowcount:
        return False
    change.audit("measure.ended", _of(kind, subject))
    return True


def in_force(connection: Connection, kind: str, subject: str | None = None) -> list[Measure]:
    """What is in force of a kind, for one subject or for all."""
    query = select(MEASURES).where(MEASURES.c.kind == kind, MEASURES.c.until.is_(None))
    if subject is not None:
        query = query.where(MEASURES.c.subject == subject)
    rows = connection.execute(query.order_by(MEASURES.c.since, MEASURES.c.id)).mappings()
    return [
        Measure(**{**{name: row[name] for name in Measure.model_fields},
                   "value": stored(row["value"])})
        for row in rows
    ]  # fmt: skip


def _of(kind: str, subject: str) -> str:
    return f"{kind}:{subject}"[:LONGEST_SUBJECT]
