"""Which rung of the ladder comes next for a SCAR that is past due: one rung at a time.

The first answer to lateness is a reminder. A danger, or a trouble that came again, climbs at once.
Nothing here is done: a rung is entered by an approved proposal.
"""

from typing import Literal, NamedTuple

from domain.contract import Contract
from services.policy.escalation import Escalation, Rung, RungName, TriggerName

Because = Literal["not_late", "late", "trigger", "held", "highest"]
"""held: the days ask for no rung above the one in force. highest: there is none above."""


class Lateness(NamedTuple):
    """What the next rung depends on."""

    days_late: int
    """Days of the oldest step that is past due (days)."""
    past_due: bool
    """Whether any step is past due, if only by hours."""
    reminded: bool
    """Whether a reminder was sent since the SCAR was issued."""
    in_force: RungName
    """The rung in force: `scar`, or a level of controlled shipping."""
    trigger: TriggerName | None
    """What asks for more than lateness."""


class NextRung(Contract):
    """What the ladder proposes."""

    rung: RungName | None
    """The rung; null: none."""
    because: Because
    """Why, or why none."""
    by: str | None
    """Kind of proposal that enters it."""
    clean_lots: int | None
    """Of controlled shipping: lots without a defect that end it (count)."""
    clean_days: int | None
    """Of controlled shipping: days without a defect that end it (days)."""


def next_rung(rules: Escalation, now: Lateness) -> NextRung:
    """The next rung for an open SCAR."""
    if not now.past_due:
        return _none("not_late")
    ladder = rules.rules.ladder
    names = [one.rung for one in ladder]
    place = names.index(now.in_force)
    at_once = now.trigger is not None and rules.trigger(now.trigger).skips_reminder
    if now.in_force == "scar" and not now.reminded and not at_once:
        return _to(ladder[names.index("reminder")], "late")
    if place + 1 == len(ladder):
        return _none("highest")
    above = ladder[place + 1]
    if at_once and now.in_force == "scar":
        return _to(above, "trigger")
    if above.days_late is not None and now.days_late >= above.days_late:
        return _to(above, "late")
    return _none("held")


def _to(rung: Rung, because: Because) -> NextRung:
    return NextRung(
        rung=rung.rung,
        because=because,
        by=rung.by,
        clean_lots=rung.exit.clean_lots if rung.exit else None,
        clean_days=rung.exit.clean_days if rung.exit else None,
    )


def _none(because: Because) -> NextRung:
    return NextRung(rung=None, because=because, by=None, clean_lots=None, clean_days=None)
