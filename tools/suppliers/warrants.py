"""What asks for a SCAR: a danger, a trouble that came again, many rejects, a trend."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from domain.contract import Contract
from domain.intervals import Interval, binomial_interval
from services.hub.snapshot import Snapshot
from services.policy.escalation import TriggerName, escalation
from tools.suppliers.open_scars import OpenScar


class Warrant(Contract):
    """One reason to issue a SCAR."""

    trigger: TriggerName
    """L1: danger. L2: many rejects. L3: a trend."""
    part_id: str | None
    """The part; null: the supplier as a whole."""
    received: int | None
    """Inspected pieces in the window (count)."""
    rejected: int | None
    """Rejected ones among them (count)."""
    share: Interval | None
    """Their share (0 to 1) with its 95 % interval."""
    above: float | None
    """The share above which the rule asks for a SCAR (0 to 1)."""
    window_from: date | None
    """First day of the window."""
    window_to: date | None
    """Last day of the window."""
    open_scar: str | None
    """A SCAR for this part that is open already; null: none."""


def rejects_above(
    snapshot: Snapshot, supplier_id: str, last: date, scars: Sequence[OpenScar]
) -> tuple[Warrant, ...]:
    """Parts of a supplier of which more is rejected than the rule allows."""
    rule = escalation().trigger("L2")
    if rule.share is None or rule.days is None:
        return ()
    after = last - timedelta(days=rule.days)
    rows = snapshot.query("supplier_rejects", supplier_id=supplier_id, after=after, last=last)
    found = []
    for row in rows.dicts():
        received, rejected = int(row["received"]), int(row["rejected"])
        if not 0 < rejected <= received or rejected <= rule.share * received:
            continue
        held = next((one.id for one in scars if one.part_id == row["part_id"]), None)
        found.append(
            Warrant(
                trigger="L2",
                part_id=row["part_id"],
                received=received,
                rejected=rejected,
                share=binomial_interval(rejected, received),
                above=rule.share,
                window_from=after + timedelta(days=1),
                window_to=last,
                open_scar=held,
            )
        )
    return tuple(found)


def trend(scars: Sequence[OpenScar]) -> Warrant:
    """The warrant of a supplier whose scorecard speaks of a trend."""
    return Warrant(
        trigger="L3",
        part_id=None,
        received=None,
        rejected=None,
        share=None,
        above=None,
        window_from=None,
        window_to=None,
        open_scar=scars[0].id if scars else None,
    )


def trigger_of(
    scar: OpenScar, at: datetime, scars: Sequence[OpenScar], warrants: Sequence[Warrant]
) -> TriggerName | None:
    """What asks for more than a reminder when this open SCAR is past due."""
    rules = escalation()
    danger, again = rules.trigger("L1").severity, rules.trigger("L2").days
    if scar.terms is not None and danger is not None and scar.terms.severity >= danger:
        return "L1"
    window = at - timedelta(days=again or 0)
    same = [
        one
        for one in scars
        if one.id != scar.id
        and (one.part_id, one.symptom) == (scar.part_id, scar.symptom)
        and window <= one.since <= at
    ]
    if same or any(one.part_id == scar.part_id for one in warrants):
        return "L2"
    return None
