"""Failures and time in service of groups of units, whole and within strata."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from domain.contract import Contract
from domain.errors import NoData
from domain.intervals import Interval, poisson_interval
from domain.rates import Incidence
from domain.stratification import PooledRatio, RateStratum, mantel_haenszel_rate
from tools.causes.cohort import Cohort
from tools.causes.weigh import LEAST_EXPOSURE, Ground, tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

StratumName = Literal["model_id", "family", "site_id", "line_id", "shift", "country"]
YEAR = 365.25
MOST_STRATA = 40


class GroupRate(Contract):
    """Failures of one group."""

    units: int
    """Units at risk (count)."""
    failures: int
    """Units with a claim of the symptom (count)."""
    unit_years: float | None
    """Time in service (unit-years); null: units have no sale dates and count once."""
    per_1000_unit_years: Interval | None
    """Failures per 1,000 unit-years with exact interval; null where there are no times."""
    expected: float
    """Failures expected by age, family and season alone (count)."""


class Stratum(Contract):
    """One stratum of a comparison."""

    stratum: str
    """Its values, for example `MTY`."""
    failures: int
    """Failures of the group (count)."""
    expected: float
    """Failures expected of the group (count)."""
    reference_failures: int
    """Failures of the units compared with (count)."""
    reference_expected: float
    """Failures expected of these (count)."""
    ratio: Interval
    """Ratio in the stratum, exact."""


class Stratified(Contract):
    """A comparison within strata, pooled after Mantel and Haenszel."""

    ratio: Interval
    """Pooled ratio (1: no difference within strata)."""
    p_value: float
    """Two-sided p-value of no difference within strata."""
    homogeneity_p: float | None
    """Small: the ratio differs by stratum, so read the strata; null with fewer than two."""
    strata: tuple[Stratum, ...]
    """Strata in which both groups have time in service, at most 40."""


def group_rate(cohort: Cohort, mask: "Bools", timed: bool) -> GroupRate:
    """Failures and time of the units of a mask.

    Raises:
        NoData: they have no time in service.
    """
    found = tally(Ground(cohort.failed, cohort.expected), mask)
    years = float((cohort.service.days * cohort.weight)[mask].sum()) / YEAR
    if years <= 0:
        raise NoData(
            "no unit of a group has time in service",
            holds="a rate without exposure is unknown, not zero",
            next_step="check the condition with `trace_lot` or `describe_hub`",
        )
    rate = poisson_interval(found.events, years / 1000)
    return GroupRate(
        units=cohort.count(mask),
        failures=found.events,
        unit_years=short(years) if timed else None,
        per_1000_unit_years=rounded(rate) if timed else None,
        expected=short(found.exposure),
    )


def stratified(
    cohort: Cohort, group: "Bools", reference: "Bools", names: tuple[StratumName, ...]
) -> Stratified | None:
    """The groups compared within strata; none if no stratum holds both."""
    ground = Ground(cohort.failed, cohort.expected)
    pairs: dict[str, RateStratum] = {}
    for label, inside in _strata(cohort, names):
        mine, theirs = tally(ground, group & inside), tally(ground, reference & inside)
        if min(mine.exposure, theirs.exposure) > LEAST_EXPOSURE:
            pairs[label] = RateStratum(mine, theirs)
    if not pairs:
        return None
    pooled = mantel_haenszel_rate(list(pairs.values()))
    return Stratified(
        ratio=rounded(pooled.ratio),
        p_value=short(pooled.p_value),
        homogeneity_p=short(pooled.homogeneity.p_value) if pooled.homogeneity else None,
        strata=_shown(pairs, pooled),
    )


def _strata(cohort: Cohort, names: tuple[StratumName, ...]) -> list[tuple[str, "Bools"]]:
    found: list[tuple[str, Bools]] = [("", np.ones(len(cohort.failed), dtype=np.bool_))]
    for name in names:
        levels = cohort.factors[name]
        found = [
            (f"{label}, {level}" if label else level, inside & (levels.codes == code))
            for label, inside in found
            for code, level in enumerate(levels.names)
        ]
    return found


def _shown(pairs: dict[str, RateStratum], pooled: PooledRatio) -> tuple[Stratum, ...]:
    rows = [
        Stratum(
            stratum=label,
            failures=pair.group.events,
            expected=short(pair.group.exposure),
            reference_failures=pair.reference.events,
            reference_expected=short(pair.reference.exposure),
            ratio=rounded(ratio),
        )
        for (label, pair), ratio in zip(pairs.items(), pooled.strata, strict=True)
    ]
    return tuple(rows[:MOST_STRATA])


def incidence(cohort: Cohort, mask: "Bools") -> Incidence:
    """Failures and expected failures of the units of a mask."""
    return tally(Ground(cohort.failed, cohort.expected), mask)


def rounded(interval: Interval) -> Interval:
    """An interval to six significant digits, so that a re-run is identical."""
    return Interval(
        estimate=None if interval.estimate is None else short(interval.estimate),
        low=short(interval.low),
        high=None if interval.high is None else short(interval.high),
        level=interval.level,
    )


def short(value: float) -> float:
    """A figure to six significant digits."""
    return float(f"{value:.6g}")
