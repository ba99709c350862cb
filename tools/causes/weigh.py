"""Two candidates against each other: which one still stands when the other is taken into account?

A rival that only travels with the cause has no raised rate of its own within units of equal
standing towards the cause (stratification after Mantel and Haenszel).
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.rates import Incidence, RateRatio, rate_ratio
from domain.stratification import PooledRatio, RateStratum, mantel_haenszel_rate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

STANDS = 0.05
"""P-value up to which a rate counts as raised of its own beside another candidate."""
REST_RAISED = 0.10
"""P-value up to which the rest of a wider candidate counts as raised too."""
PART_DIFFERS = 0.002
"""P-value up to which a part stands out of a wider candidate that is raised as a whole."""
NESTED = 0.95
"""Share of one candidate's exposure inside the other from which it counts as part of it."""
LEAST_EXPOSURE = 1e-9

Outcome = Literal["first", "second", "both", "neither"]


class Ground(NamedTuple):
    """What two candidates are weighed on."""

    failed: "Bools"
    """Whether each unit failed."""
    expected: "Floats"
    """Failures expected of each unit."""


class Weighed(NamedTuple):
    """Two candidates beside each other."""

    outcome: Outcome
    """Which one stands when the other is taken into account."""
    first: PooledRatio | None
    """Ratio of the first within strata of the second; none if they leave nothing to compare."""
    second: PooledRatio | None
    """Ratio of the second within strata of the first."""


def tally(ground: Ground, mask: "Bools") -> Incidence:
    """Failures and expected failures of some units."""
    return Incidence(int(ground.failed[mask].sum()), float(ground.expected[mask].sum()))


def crude(ground: Ground, mask: "Bools") -> RateRatio:
    """Rate of the units of a mask over that of all others, exact."""
    return rate_ratio(_safe(tally(ground, mask)), _safe(tally(ground, ~mask)))


def raised_p(group: Incidence, reference: Incidence) -> float:
    """One-sided exact p-value of a raised rate."""
    if group.exposure <= LEAST_EXPOSURE or reference.exposure <= LEAST_EXPOSURE:
        return 1.0
    found = rate_ratio(group, reference)
    raised = group.events * reference.exposure > reference.events * group.exposure
    return found.p_value / 2 if raised else 1 - found.p_value / 2


def overlap(ground: Ground, one: "Bools", other: "Bools") -> float:
    """Exposure that two candidates share over that of both together, 0 to 1 (Jaccard)."""
    both = float(ground.expected[one & other].sum())
    either = float(ground.expected[one | other].sum())
    return both / either if either > 0 else 0.0


def weigh(ground: Ground, first: "Bools", second: "Bools") -> Weighed:
    """Weigh two candidates.

    Of two that lie within each other, the part is preferred unless the rest of the wider one is
    raised as well; otherwise each is judged within strata of the other.
    """
    ratios = adjusted(ground, first, second), adjusted(ground, second, first)
    if inside(ground, first, second) >= NESTED:
        part = _part_stands(ground, first, second)
        return Weighed("first" if part else "second", *ratios)
    if inside(ground, second, first) >= NESTED:
        part = _part_stands(ground, second, first)
        return Weighed("second" if part else "first", *ratios)
    stands = tuple(_stands(ratio) for ratio in ratios)
    outcomes: dict[tuple[bool, ...], Outcome] = {
        (True, True): "both",
        (True, False): "first",
        (False, True): "second",
        (False, False): "neither",
    }
    return Weighed(outcomes[stands], *ratios)


def adjusted(ground: Ground, mask: "Bools", given: "Bools") -> PooledRatio | None:
    """Ratio of a candidate pooled over units that meet another one and units that do not."""
    strata = []
    for part in (given, ~given):
        group, reference = tally(ground, mask & part), tally(ground, ~mask & part)
        if group.exposure > LEAST_EXPOSURE and reference.exposure > LEAST_EXPOSURE:
            strata.append(RateStratum(group, reference))
    return mantel_haenszel_rate(strata) if strata else None


def inside(ground: Ground, part: "Bools", whole: "Bools") -> float:
    """Share of one candidate's exposure that lies within another."""
    due = float(ground.expected[part].sum())
    return float(ground.expected[part & whole].sum()) / due if due > 0 else 0.0


def _part_stands(ground: Ground, part: "Bools", whole: "Bools") -> bool:
    rest = tally(ground, whole & ~part)
    if raised_p(rest, tally(ground, ~whole & ~part)) > REST_RAISED:
        return True
    return raised_p(tally(ground, part), rest) < PART_DIFFERS


def _stands(ratio: PooledRatio | None) -> bool:
    if ratio is None or ratio.ratio.estimate is None:
        return False
    return ratio.ratio.estimate > 1 and ratio.p_value <= STANDS


def _safe(incidence: Incidence) -> Incidence:
    return Incidence(incidence.events, max(incidence.exposure, LEAST_EXPOSURE))
