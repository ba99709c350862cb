"""A corrective action request from its facts: due moments, letter and payload, one way for all.

Whoever approves sees the exact words. An address is never part of them.
"""

from datetime import datetime
from typing import NamedTuple

from domain.records.case import StepName
from domain.records.proposal import IssueScar, ResponseTerms
from services.messaging.rendering import render
from services.messaging.settings import Sender
from services.messaging.supplier_contents import Due, Scar, Supplier
from services.policy.clocks import steps_due
from services.policy.escalation import HOUSE, escalation
from tools.suppliers.master import Master


class ScarFacts(NamedTuple):
    """What a supplier is told."""

    reference: str
    """What answers have to quote: the case, or the proposal where there is no case."""
    part_id: str
    """The part."""
    part_name: str
    """Its name."""
    lot_ids: tuple[str, ...]
    """Suspect lots, where they are known."""
    symptom: str
    """Symptom code."""
    seen: str
    """What was seen, in the supplier's language or as the code."""
    units: int
    """Units that contain the parts concerned (count)."""
    failures: int
    """Failed units among them (count)."""
    in_stock: int | None = None
    """Parts concerned that are held back (count); none: not known."""
    received: int | None = None
    """Parts received (count); none: not counted."""
    rejected: int | None = None
    """Rejected ones among them (count); none: not counted."""


def scar_payload(
    supplier: Master,
    facts: ScarFacts,
    *,
    sender: Sender,
    severity: int,
    started_at: datetime,
    policy: str = HOUSE,
) -> IssueScar:
    """What is proposed: the request in the supplier's language with its due moments.

    Args:
        supplier: who is asked.
        facts: what is told.
        sender: who signs.
        severity: of the nonconformity, 1 to 5.
        started_at: from when on the limits are counted (aware).
        policy: name of the set of limits.

    Raises:
        UnknownName: there is no such set of limits.
        InvalidArgument: no such severity, or a calendar that is not known.
    """
    due = due_of(supplier, severity, started_at, policy)
    letter = Scar(
        supplier=Supplier(id=supplier.id, name=supplier.name),
        sender=sender,
        timezone=supplier.place.zone,
        case_id=facts.reference,
        part_id=facts.part_id,
        part_name=facts.part_name,
        lot_ids=facts.lot_ids,
        failures=facts.failures,
        units=facts.units,
        in_stock=facts.in_stock,
        received=facts.received,
        rejected=facts.rejected,
        seen=facts.seen,
        due=_told(due),
    )
    return IssueScar(
        supplier_id=supplier.id,
        part_id=facts.part_id,
        lot_ids=facts.lot_ids,
        symptom=facts.symptom,
        due={str(step): moment for step, moment in due.items()},
        terms=ResponseTerms(policy=policy, severity=severity, started_at=started_at),
        letter=render("scar", supplier.language, letter).letter,
    )


def due_of(
    supplier: Master, severity: int, started_at: datetime, policy: str
) -> dict[StepName, datetime]:
    """Due moments by step (UTC) of a request that starts now, without pauses.

    Raises:
        UnknownName: there is no such set of limits.
        InvalidArgument: no such severity, or a calendar that is not known.
    """
    clock = escalation().policy(policy).clock
    found = steps_due(clock, severity, started_at, supplier.place)
    return {one.step: one.due_at for one in found if one.due_at is not None}


def _told(due: dict[StepName, datetime]) -> Due:
    """The four moments that the letter names; a step without one is due with the next."""
    last = max(due.values())
    d6 = due.get("D6", last)
    d4_d5 = due.get("D5", due.get("D4", d6))
    return Due(d3=due.get("D3", d4_d5), d4_d5=d4_d5, d6=d6, d8=due.get("D8", last))
