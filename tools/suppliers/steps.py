"""How the steps of a supplier's answer stand at a moment: due, past due, answered, paused."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import AwareDatetime

from domain.clocks import LimitEnd, LimitUnit, Pause, local
from domain.contract import Contract
from domain.records.case import StepName
from domain.records.proposal import ResponseTerms
from services.policy.clocks import StepDue, steps_due
from services.policy.escalation import escalation
from tools.suppliers.master import Master

StepStanding = Literal["answered", "answered_late", "past_due", "due", "paused"]


class ScarStep(Contract):
    """One step of a supplier's answer."""

    step: StepName
    """The step."""
    amount: int | None
    """How long the supplier has; null: the limit is not recorded, only the moment."""
    unit: LimitUnit | None
    """Of what."""
    ends: LimitEnd | None
    """How days end: at local midnight, or at the time of the start."""
    due_at: AwareDatetime | None
    """Its last moment (UTC); null: the clock stands."""
    due_local: str | None
    """The same by the supplier's clocks, with their offset from UTC."""
    due_on: date | None
    """The last day on which it can be answered, by the supplier's calendar."""
    standing: StepStanding
    """How it stands."""
    days_late: int
    """Whole days since `due_on` by the supplier's calendar (days); 0: not late."""


class Judged(NamedTuple):
    """By what the steps are judged."""

    at: datetime
    """The moment (aware)."""
    answered: Mapping[StepName, datetime]
    """When steps were answered, as far as it is known."""


def due_steps(supplier: Master, terms: ResponseTerms, pauses: Sequence[Pause]) -> list[StepDue]:
    """When the steps fall due by recorded limits.

    Raises:
        UnknownName: there is no such set of limits any more.
        InvalidArgument: a time that cannot be reckoned with.
    """
    clock = escalation().policy(terms.policy).clock
    return list(steps_due(clock, terms.severity, terms.started_at, supplier.place, pauses))


def stand_of(due: StepDue, supplier: Master, judged: Judged) -> ScarStep:
    """How a step with a known limit stands."""
    told = _standing(due.step, due.due_at, supplier.place.zone, judged)
    limit = {"amount": due.limit.amount, "unit": due.limit.unit, "ends": due.limit.ends}
    return told.model_copy(update=limit)


def stand_as_issued(step: StepName, due_at: datetime, supplier: Master, judged: Judged) -> ScarStep:
    """How a step stands of which only the due moment is recorded."""
    return _standing(step, due_at, supplier.place.zone, judged)


def _standing(step: StepName, due_at: datetime | None, zone: str, judged: Judged) -> ScarStep:
    answered = judged.answered.get(step)
    by = min(answered, judged.at) if answered else judged.at
    # Due at the midnight that ends a day: the last day is the one before.
    due_on = local(due_at - timedelta(microseconds=1), zone).date() if due_at else None
    late = due_at is not None and by > due_at
    days = (local(by, zone).date() - due_on).days if late and due_on else 0
    standing: StepStanding
    if answered and answered <= judged.at:
        standing = "answered_late" if late else "answered"
    elif due_at is None:
        standing = "paused"
    else:
        standing = "past_due" if late else "due"
    return ScarStep(
        step=step,
        amount=None,
        unit=None,
        ends=None,
        due_at=due_at,
        due_local=local(due_at, zone).isoformat() if due_at else None,
        due_on=due_on,
        standing=standing,
        days_late=days,
    )
