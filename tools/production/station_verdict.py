"""Camera or product? A jump at one station is the inspection's only if the same lots deny it.

Comparisons from the tables each speak for one side or stay silent: reference pieces that were
inspected again and again, lots that were in use before the jump or are in use elsewhere, people who
looked at the rejects again, and other methods that looked at the same units.
"""

import math
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

from domain.contract import Contract
from domain.intervals import Interval

StationVerdict = Literal["inspection", "product", "undetermined", "no_change"]
Speaks = Literal["inspection", "product", "undetermined"]
Name = Literal[
    "reference_pieces",
    "old_lots",
    "shared_lots",
    "other_stations",
    "second_looks",
    "other_methods",
]
FEWEST_LOOKS = 20
"""Looks on each side of a comparison below which it stays silent (count)."""
SURE = 0.99
"""Confidence of the intervals that decide."""
MATTERS = 0.5
"""Share of the jump that a comparison must show, or rule out, to speak (0 to 1)."""


class Comparison(Contract):
    """One comparison across the jump; values in the unit of the measure."""

    name: Name
    """reference_pieces: the same pieces again at this station. old_lots: units here after the jump
    from lots that were all in use before. shared_lots: units elsewhere from lots in use here after
    the jump. other_stations: all units elsewhere. second_looks: share of rejects that a person
    passed. other_methods: share of the same units that failed another method."""
    says: Speaks
    """Which side it speaks for; undetermined: too few looks, or in between."""
    change: Interval | None
    """Change of the mean (or share) across the jump, with its 99 % interval; null without looks."""
    before: int
    """Looks before the jump (count)."""
    after: int
    """Looks after it (count)."""
    because: str
    """The same in words."""


class _Cell(NamedTuple):
    looks: int
    mean: float
    variance: float


class Jump(NamedTuple):
    """The change that is to be explained."""

    change: Interval
    """Change of the mean at the station, with its 99 % interval (unit of the measure)."""
    comparisons: tuple[Comparison, ...]
    """What speaks for either side."""
    verdict: StationVerdict
    """Which side it is."""


def jump_of(rows: list[dict[str, Any]]) -> Jump | None:
    """Weigh the rows of the query `looks_by_lot`; none if a side of the jump is empty."""
    before, after = _pooled(rows, here=True, after=False), _pooled(rows, here=True, after=True)
    change = _change(before, after)
    if before is None or after is None or change is None:
        return None
    elsewhere = _pooled(rows, here=False, after=False)
    old = _pooled(rows, here=True, after=True, told=True)
    shared = _pooled(rows, here=False, after=True, told=True)
    others = _pooled(rows, here=False, after=True)
    comparisons = (
        _compared("reference_pieces", _sides(rows, "reference"), change, moved="inspection"),
        _compared("old_lots", (before, old), change, moved="inspection"),
        _compared("shared_lots", (elsewhere, shared), change, moved="product"),
        _compared("other_stations", (elsewhere, others), change, moved="product"),
        _second_looks(_sides(rows, "second_looks")),
        _other_methods(_sides(rows, "other_methods")),
    )
    return Jump(change, comparisons, _verdict(change, comparisons))


def _verdict(change: Interval, comparisons: tuple[Comparison, ...]) -> StationVerdict:
    if change.low <= 0 and (change.high is None or change.high >= 0):
        return "no_change"
    # Other stations without a jump do not clear the product: they may have other lots.
    said = {
        one.says
        for one in comparisons
        if not (one.name == "other_stations" and one.says == "inspection")
    } - {"undetermined"}
    if len(said) != 1:
        return "undetermined"
    return "inspection" if said == {"inspection"} else "product"


def _compared(
    name: Name,
    sides: tuple[_Cell | None, _Cell | None],
    jump: Interval,
    moved: Literal["inspection", "product"],
) -> Comparison:
    says: Speaks = "undetermined"
    because = "too few looks before or after"
    change = _told(sides)
    if change is not None:
        shares = _shares(change, jump)
        if shares[0] > 0 and shares[1] > MATTERS:
            says, because = moved, "they jump too"
        elif shares[1] < MATTERS:
            says, because = ("product" if moved == "inspection" else "inspection"), "they stay"
        else:
            because = "their change may be none or as large"
    return _comparison(name, sides, says, because)


def _shares(change: Interval, jump: Interval) -> tuple[float, float]:
    """The interval of a change as shares of the jump, in its direction."""
    whole = jump.estimate or 0.0
    ends = sorted(
        end / whole for end in (change.low, change.low if change.high is None else change.high)
    )
    return ends[0], ends[1]


def _second_looks(sides: tuple[_Cell | None, _Cell | None]) -> Comparison:
    """Do people clear more of the rejects, or fewer?"""
    change = _told(sides)
    says: Speaks = "undetermined"
    because = "people clear about as many of the rejects, or too few were looked at again"
    if change is not None and change.low > 0:
        says, because = "inspection", "people clear more of the rejects"
    elif change is not None and change.high is not None and change.high < 0:
        says, because = "product", "people confirm more of the rejects"
    return _comparison("second_looks", sides, says, because)


def _other_methods(sides: tuple[_Cell | None, _Cell | None]) -> Comparison:
    """Do the same units fail another method more, or less? It may not see the fault: no vote."""
    change = _told(sides)
    moved = change is not None and (change.low > 0 or (change.high or 0.0) < 0)
    if moved:
        because = "another method sees the same units change"
        return _comparison("other_methods", sides, "product", because)
    because = "another method sees no change, or cannot"
    return _comparison("other_methods", sides, "undetermined", because)


def _told(sides: tuple[_Cell | None, _Cell | None]) -> Interval | None:
    enough = all(side is not None and side.looks >= FEWEST_LOOKS for side in sides)
    return _change(*sides) if enough else None


def _comparison(
    name: Name, sides: tuple[_Cell | None, _Cell | None], says: Speaks, because: str
) -> Comparison:
    before, after = (side.looks if side else 0 for side in sides)
    return Comparison(
        name=name,
        says=says,
        change=_change(*sides),
        before=before,
        after=after,
        because=because,
    )


def _sides(rows: list[dict[str, Any]], kind: str) -> tuple[_Cell | None, _Cell | None]:
    """Looks of one kind before and after the jump."""
    before, after = (
        _cell([row for row in rows if row["kind"] == kind and row["after"] == late])
        for late in (False, True)
    )
    return before, after


def _pooled(
    rows: list[dict[str, Any]], *, here: bool, after: bool, told: bool | None = None
) -> _Cell | None:
    return _cell(
        [
            row
            for row in rows
            if row["kind"] == "units"
            and (row["here"], row["after"]) == (here, after)
            and (told is None or row["lot_told"] == told)
        ]
    )


def _cell(rows: list[dict[str, Any]]) -> _Cell | None:
    looks = sum(row["looks"] for row in rows)
    if not looks:
        return None
    mean = math.fsum(row["looks"] * row["mean"] for row in rows) / looks
    squares = math.fsum(
        (row["looks"] - 1) * row["variance"] + row["looks"] * (row["mean"] - mean) ** 2
        for row in rows
    )
    return _Cell(looks, mean, squares / max(1, looks - 1))


def _change(before: _Cell | None, after: _Cell | None) -> Interval | None:
    """Difference of two means with its large-sample interval."""
    if before is None or after is None:
        return None
    error = math.sqrt(before.variance / before.looks + after.variance / after.looks)
    reach = NormalDist().inv_cdf((1 + SURE) / 2) * error
    change = after.mean - before.mean
    ends = (float(f"{end:.6g}") for end in (change, change - reach, change + reach))
    estimate, low, high = ends
    return Interval(estimate=estimate, low=low, high=high, level=SURE)
