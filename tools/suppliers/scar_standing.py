"""How one SCAR stands: its steps, the rung in force, and the rung that the ladder proposes."""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import AwareDatetime

from domain.clocks import Pause
from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.case import StepName
from domain.records.proposal import ResponseTerms
from services.policy.clocks import Confidence
from services.policy.escalation import RungName, TriggerName, escalation
from tools.suppliers.laddering import Lateness, NextRung, next_rung
from tools.suppliers.master import Master
from tools.suppliers.open_scars import Book, Contact, OpenScar
from tools.suppliers.steps import Judged, ScarStep, due_steps, stand_as_issued, stand_of
from tools.suppliers.warrants import Warrant, trigger_of

LEVELS: tuple[RungName, ...] = ("scar", "csl1", "csl2", "csl3")
"""The rung in force by the level of controlled shipping."""


class ScarStanding(Contract):
    """One SCAR with its steps."""

    scar_id: str | None
    """The proposal that issued it; null: it is only reckoned and not issued."""
    case_id: str | None
    """Its case, if it has one."""
    supplier_id: str | None
    """Who was asked; null: only a calendar was asked for."""
    part_id: str | None
    """The part; null: it is only reckoned."""
    lot_ids: tuple[str, ...]
    """Suspect lots."""
    symptom: str | None
    """Symptom code; null: it is only reckoned."""
    severity: int | None
    """Severity by which it was reckoned; null: not recorded."""
    started_at: AwareDatetime
    """What the limits are counted from (UTC)."""
    policy: str | None
    """Set of limits; null: not recorded, the moments are those of the letter."""
    source: str | None
    """Where the limits are from."""
    confidence: Confidence | None
    """How well they were checked."""
    country: str | None
    """Country whose working days count; null: not recorded, every day counts."""
    zone: str
    """Time zone in which days are counted (IANA)."""
    steps: tuple[ScarStep, ...]
    """The steps, in order."""
    past_due: tuple[StepName, ...]
    """Steps that are past due."""
    days_late: int
    """Days of the oldest of them (days)."""
    last_contact: Contact | None
    """The last letter to the supplier since the SCAR was issued; null: none is recorded."""
    in_force: RungName | None
    """Rung of the ladder in force; null: it is only reckoned."""
    trigger: TriggerName | None
    """What asks for more than lateness does."""
    next: NextRung | None
    """What the ladder proposes; null: it is only reckoned."""


class Around(NamedTuple):
    """What a SCAR is judged by."""

    judged: Judged
    """The moment, and what was answered."""
    pauses: tuple[Pause, ...]
    """Times in which the clock stood."""
    book: Book
    """What the ledger knows."""
    warrants: Sequence[Warrant]
    """What asks for a SCAR of its supplier."""


def reckoned(
    supplier: Master, terms: ResponseTerms, judged: Judged, pauses: Sequence[Pause], *, named: bool
) -> ScarStanding:
    """A SCAR that is not issued, from its limits.

    Raises:
        UnknownName: there is no such set of limits.
        InvalidArgument: the moment is before the start, or a time that cannot be reckoned with.
    """
    if judged.at < terms.started_at:
        raise InvalidArgument(
            f"it is judged at {judged.at.isoformat()}, before the clock starts at"
            f" {terms.started_at.isoformat()}",
            next_step="give a later `at`, or the right `started_at`",
        )
    due = due_steps(supplier, terms, pauses)
    steps = tuple(stand_of(one, supplier, judged) for one in due)
    policy = escalation().policy(terms.policy)
    return ScarStanding(
        scar_id=None,
        case_id=None,
        supplier_id=supplier.id if named else None,
        part_id=None,
        lot_ids=(),
        symptom=None,
        severity=terms.severity,
        started_at=terms.started_at,
        policy=terms.policy,
        source=policy.source,
        confidence=policy.confidence,
        country=supplier.country,
        zone=supplier.place.zone,
        steps=steps,
        past_due=_past_due(steps),
        days_late=_days_late(steps),
        last_contact=None,
        in_force=None,
        trigger=None,
        next=None,
    )


def standing_of(scar: OpenScar, supplier: Master, around: Around) -> ScarStanding:
    """An open SCAR as the ledger has it.

    Raises:
        InvalidArgument: a time that cannot be reckoned with.
    """
    rules = escalation()
    known = scar.terms if scar.terms and scar.terms.policy in rules.names else None
    steps = _steps(scar, known, supplier, around)
    policy = rules.policy(known.policy) if known else None
    contacts = _contacts(scar, around)
    late = _lateness(scar, steps, contacts, around)
    return ScarStanding(
        scar_id=scar.id,
        case_id=scar.case_id,
        supplier_id=scar.supplier_id,
        part_id=scar.part_id,
        lot_ids=scar.lot_ids,
        symptom=scar.symptom,
        severity=known.severity if known else None,
        started_at=known.started_at if known else scar.since,
        policy=known.policy if known else None,
        source=policy.source if policy else None,
        confidence=policy.confidence if policy else None,
        country=supplier.country,
        zone=supplier.place.zone,
        steps=steps,
        past_due=_past_due(steps),
        days_late=late.days_late,
        last_contact=contacts[-1] if contacts else None,
        in_force=late.in_force,
        trigger=late.trigger,
        next=next_rung(rules, late),
    )


def _steps(
    scar: OpenScar, known: ResponseTerms | None, supplier: Master, around: Around
) -> tuple[ScarStep, ...]:
    """Steps by the recorded limits; without these, by the moments that the letter named."""
    if known is not None:
        due = due_steps(supplier, known, around.pauses)
        return tuple(stand_of(one, supplier, around.judged) for one in due)
    return tuple(
        stand_as_issued(step, at, supplier, around.judged) for step, at in sorted(scar.due.items())
    )


def _lateness(
    scar: OpenScar, steps: tuple[ScarStep, ...], contacts: Sequence[Contact], around: Around
) -> Lateness:
    level = around.book.levels.get(f"{scar.supplier_id}/{scar.part_id}", 0)
    return Lateness(
        days_late=_days_late(steps),
        past_due=bool(_past_due(steps)),
        reminded=any(_reminds(one, scar) for one in contacts),
        in_force=LEVELS[level],
        trigger=trigger_of(scar, around.judged.at, around.book.scars, around.warrants),
    )


def _past_due(steps: Sequence[ScarStep]) -> tuple[StepName, ...]:
    return tuple(one.step for one in steps if one.standing == "past_due")


def _contacts(scar: OpenScar, around: Around) -> list[Contact]:
    since = around.book.contacts.get(scar.supplier_id, ())
    return [one for one in since if scar.since <= one.at <= around.judged.at]


def _reminds(contact: Contact, scar: OpenScar) -> bool:
    about = contact.reference in (None, scar.id, scar.case_id)
    return contact.reason == "reminder" and about and contact.state != "dead"


def _days_late(steps: Sequence[ScarStep]) -> int:
    return max((one.days_late for one in steps if one.standing == "past_due"), default=0)
