"""Candidates that always go together: no data of this kind can tell lot from line from week.

If one lot went into all units of one line in one stretch of days, and nowhere else, whatever is
said of the lot is said of the line. Then the answer is the test that would separate them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.records.cause import Condition
from tools.causes.cohort import Cohort
from tools.causes.factors import change_condition
from tools.causes.levels import OTHER
from tools.causes.narrow import Narrowed
from tools.causes.population import day
from tools.causes.screen import Candidate, Screened
from tools.causes.weigh import Ground, overlap, tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

SAME = 0.9
"""Share of common exposure from which two descriptions are one for the data."""
MAIN_PART = 0.5
"""Share of a cause's excess that an alias must carry."""
NEAR_DAYS = 10
KINDS = {
    "lots": "material", "supplier": "material", "place": "place", "build": "place",
    "change": "place", "measurement": "measurement", "product": "product",
}  # fmt: skip


class Alias(NamedTuple):
    """Another description of the same units."""

    condition: Condition
    """What it says that they have in common."""
    mask: "Bools"
    """The units that meet it."""
    kind: str
    """material, place, measurement or product."""


def aliases_of(
    cohort: Cohort, ground: Ground, found: Narrowed, winner: Candidate, screened: Screened
) -> tuple[Alias, ...]:
    """Descriptions of another kind that cover the units of a cause, up to a few percent."""
    kind = _kind(winner)
    aliases: list[Alias] = []
    for lot in _sole_lots(cohort, ground, found.mask):
        box = _box(cohort, lot.mask)
        if box is not None and overlap(ground, box.mask, lot.mask) >= SAME:
            aliases.append(box if kind == "material" else lot)
            break
    for candidate in screened.candidates:
        other = _kind(candidate)
        new = other != kind and other not in {alias.kind for alias in aliases}
        if new and overlap(ground, candidate.mask, found.mask) >= SAME:
            aliases.append(Alias(candidate.condition, candidate.mask, other))
    return tuple(aliases)


def _kind(candidate: Candidate) -> str:
    """A supplier's parts at one site are a matter of the place as much as of the part."""
    if candidate.factor.group == "supplier" and " by " in candidate.factor.name:
        return "place"
    return KINDS[candidate.factor.group]


def _sole_lots(cohort: Cohort, ground: Ground, mask: "Bools") -> Iterator[Alias]:
    """Single lots in which most of a cause's excess lies."""
    whole = tally(ground, mask)
    excess = whole.events - whole.exposure
    for part_id, taken in cohort.parts.items():
        known = mask & (taken.codes >= 0)
        due = np.bincount(taken.codes[known], ground.expected[known], len(taken.names))
        seen = np.bincount(taken.codes[known & ground.failed], minlength=len(taken.names))
        for code in np.flatnonzero(seen - due >= MAIN_PART * excess).tolist():
            if taken.names[code] == OTHER:
                continue
            lots = cohort.lots[part_id]
            received = lots.received[code]
            condition = Condition(
                supplier_id=lots.supplier[code],
                part_id=part_id,
                lot_ids=(taken.names[code],),
                received_from=None if received is None else day(received),
                received_to=None if received is None else day(received),
            )
            yield Alias(condition, taken.codes == code, "material")


def _box(cohort: Cohort, mask: "Bools") -> Alias | None:
    """The one line and the days of build that hold all units of a mask, with a change near."""
    line = cohort.factors["line_id"]
    codes = np.unique(line.codes[mask])
    if len(codes) != 1 or codes[0] < 0:
        return None
    first, last = int(cohort.built[mask].min()), int(cohort.built[mask].max())
    inside = (line.codes == codes[0]) & (cohort.built >= first) & (cohort.built <= last)
    site = cohort.factors["site_id"]
    at = int(site.codes[mask][0])
    name = line.names[int(codes[0])]
    condition = Condition(
        site_id=site.names[at] if at >= 0 else None,
        line_id=name,
        built_from=day(first),
        built_to=day(last),
    )
    near = [
        change
        for change in cohort.changes
        if change.line_id == name and abs(change.day - first) <= NEAR_DAYS
    ]
    if len(near) == 1:
        known = change_condition(near[0]).model_dump(exclude={"built_from"})
        condition = condition.model_copy(update=known)
    return Alias(condition, inside, "place")
