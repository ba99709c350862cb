"""Narrower than the factor at hand: which further fact must hold for the rate to be raised?

Inside the units of a candidate every factor is tried once more; a fact is added only if the rest of
the candidate fails at the ordinary rate.
"""

from typing import TYPE_CHECKING, NamedTuple

from domain.rates import Incidence
from domain.records.cause import Condition, Threshold
from domain.scan import Gain
from tools.causes.cohort import Cohort
from tools.causes.factor import Factor, members
from tools.causes.search import candidates_within
from tools.causes.weigh import REST_RAISED, Ground, raised_p, tally

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

ADDED = 0.01
"""Error probability, over all facts tried, with which one is added."""
MOST_ADDED = 2
FEWEST_FAILURES = 5
HOME = 0.9
"""Share of failures and of exposure on one line from which a measured cause names the line."""
SEARCHED = ("place", "product", "supplier", "measurement", "change")


class Narrowed(NamedTuple):
    """A condition with the units that meet it."""

    condition: Condition
    mask: "Bools"


def narrowed(cohort: Cohort, ground: Ground, start: Narrowed, factors: list[Factor]) -> Narrowed:
    """The condition with the further facts that it needs."""
    found = start
    for _ in range(MOST_ADDED):
        better = _one_more(cohort, ground, found, factors)
        if better is None:
            break
        found = better
    return found


def at_home(cohort: Cohort, ground: Ground, found: Narrowed) -> Narrowed:
    """A measured cause with the line to which it is confined, if it is."""
    condition = found.condition
    if condition.characteristic_id is None or condition.line_id is not None:
        return found
    line, site = cohort.factors["line_id"], cohort.factors["site_id"]
    total = tally(ground, found.mask)
    for code, name in enumerate(line.names):
        mask = found.mask & (line.codes == code)
        here = tally(ground, mask)
        if here.events >= HOME * total.events and here.exposure >= HOME * total.exposure:
            at = site.codes[mask]
            where = {"line_id": name}
            if len(at) and at[0] >= 0 and condition.site_id is None:
                where["site_id"] = site.names[int(at[0])]
            return Narrowed(condition.model_copy(update=where), mask)
    return found


def _one_more(
    cohort: Cohort, ground: Ground, found: Narrowed, factors: list[Factor]
) -> Narrowed | None:
    total = tally(ground, found.mask)
    if total.events < 2 * FEWEST_FAILURES:
        return None
    outside = tally(ground, ~found.mask)
    best: tuple[float, Narrowed] | None = None
    tried = [factor for factor in factors if _fits(factor, found.condition)]
    for factor, place, tests in candidates_within(tried, ground, found.mask):
        mask = found.mask & members(factor, place.first, place.last)
        part = tally(ground, mask)
        rest = Incidence(total.events - part.events, total.exposure - part.exposure)
        if part.events < FEWEST_FAILURES or rest.exposure < 1e-6:
            continue
        p = raised_p(part, rest) * tests * len(tried)
        if p > ADDED or raised_p(rest, outside) <= REST_RAISED:
            continue
        condition = _joined(found.condition, factor, place)
        if condition is not None and (best is None or p < best[0]):
            best = (p, Narrowed(condition, mask))
    return best[1] if best else None


def _fits(factor: Factor, condition: Condition) -> bool:
    if factor.group not in SEARCHED or " by " in factor.name:
        return False
    if factor.group == "supplier":
        return condition.supplier_id is None and condition.part_id is None
    if factor.group == "change":
        return condition.built_from is None
    keys = {"site_id", "line_id", "shift", "model_id", "country"} & {factor.name}
    return all(getattr(condition, key) is None for key in keys)


def _joined(condition: Condition, factor: Factor, place: Gain) -> Condition | None:
    """Both conditions as one; none if a key would have to hold two values."""
    more = factor.describe(place.first, place.last)
    if more.characteristic_id and condition.characteristic_id:
        if more.characteristic_id == condition.characteristic_id:
            return None
        extra = Threshold.model_validate(more.model_dump())
        return condition.model_copy(update={"also": (*(condition.also or ()), extra)})
    added = {key: getattr(more, key) for key in more.model_dump()}
    clash = [k for k in added if getattr(condition, k) not in (None, added[k])]
    return None if clash else condition.model_copy(update=added)
