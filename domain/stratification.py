"""Pooling over strata, so that who got which parts or ran which model does not pose as a cause.

A supplier may look worse only because it serves the harder line (Simpson's paradox). The pooled
ratio compares like with like; the homogeneity test says whether one pooled figure is fair at all.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from domain.contingency import TwoByTwo, logit_interval, require_table
from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.intervals import Interval, log_interval, undetermined
from domain.rates import Incidence, rate_ratio


class RateStratum(NamedTuple):
    """One stratum of a rate comparison."""

    group: Incidence
    """Events and exposure of the group in question."""
    reference: Incidence
    """Events and exposure that it is compared with, in the same units."""


class Homogeneity(Contract):
    """Test of one ratio for all strata."""

    chi_square: float
    """Test statistic (no unit)."""
    degrees_of_freedom: int
    """Informative strata less one."""
    p_value: float
    """Small: the ratio differs by stratum, so report the strata and not the pooled ratio."""


class PooledRatio(Contract):
    """Mantel-Haenszel ratio over strata, beside the crude one and those of the strata."""

    ratio: Interval
    """Pooled ratio with its interval (no unit; 1: no difference within strata)."""
    chi_square: float
    """Mantel-Haenszel statistic of no difference within strata, one degree of freedom."""
    p_value: float
    """Two-sided p-value of no difference within strata."""
    crude: Interval
    """The ratio that ignores the strata."""
    strata: tuple[Interval, ...]
    """The ratio of each stratum, in the order given; without estimate where it says nothing."""
    homogeneity: Homogeneity | None
    """Test of equal ratios; null with fewer than two informative strata or no finite ratio."""


class _Moment(NamedTuple):
    """A count that varies by chance: what was seen, its mean and its variance."""

    seen: float
    mean: float
    variance: float


def mantel_haenszel(strata: Sequence[TwoByTwo], *, level: float = 0.95) -> PooledRatio:
    """Odds ratio pooled over two-by-two tables, with test and homogeneity.

    Estimate of Mantel and Haenszel; interval of Robins, Breslow and Greenland, right both for many
    sparse and for few large strata; the test with continuity correction; homogeneity of Breslow and
    Day with Tarone's correction.

    Args:
        strata: One table per stratum; a table without units on one side adds nothing.
        level: Confidence level, between 0 and 1.

    Raises:
        InvalidArgument: no strata, or a table has more events than units.

    Source: N. Mantel and W. Haenszel, JNCI 22 (1959); J. Robins, N. Breslow and S. Greenland,
    Biometrics 42 (1986); N. Breslow and N. Day, Statistical Methods in Cancer Research I (1980);
    R. Tarone, Biometrika 72 (1985).
    """
    _require_strata(strata)
    for table in strata:
        require_table(table)
    useful = [table for table in strata if table.informative]
    ratio = _pooled_odds_ratio(useful, level)
    test = _null_test([_hypergeometric(table) for table in useful], correction=0.5)
    crude = TwoByTwo(*(sum(column) for column in zip(*strata, strict=True)))
    return PooledRatio(
        ratio=ratio,
        chi_square=test,
        p_value=math.erfc(math.sqrt(test / 2)),
        crude=logit_interval(crude, level),
        strata=tuple(logit_interval(table, level) for table in strata),
        homogeneity=_homogeneity(
            [_at_odds_ratio(table, ratio.estimate) for table in useful if ratio.estimate]
        ),
    )


def mantel_haenszel_rate(strata: Sequence[RateStratum], *, level: float = 0.95) -> PooledRatio:
    """Rate ratio pooled over strata of events with exposure, with test and homogeneity.

    Args:
        strata: One comparison per stratum, for example per month in service.
        level: Confidence level, between 0 and 1.

    Raises:
        InvalidArgument: no strata, a count is not a whole number, or an exposure is not above zero.

    Source: S. Greenland and J. Robins, Biometrics 41 (1985); N. Breslow and N. Day, Statistical
    Methods in Cancer Research II (1987).
    """
    _require_strata(strata)
    by_stratum = tuple(rate_ratio(*stratum, level=level).ratio for stratum in strata)
    useful = [stratum for stratum in strata if stratum.group.events + stratum.reference.events]
    ratio = _pooled_rate_ratio(useful, level)
    test = _null_test([_at_rate_ratio(stratum, 1.0) for stratum in useful], correction=0.0)
    crude = rate_ratio(
        _total([stratum.group for stratum in strata]),
        _total([stratum.reference for stratum in strata]),
        level=level,
    )
    return PooledRatio(
        ratio=ratio,
        chi_square=test,
        p_value=math.erfc(math.sqrt(test / 2)),
        crude=crude.ratio,
        strata=by_stratum,
        homogeneity=_homogeneity(
            [_at_rate_ratio(stratum, ratio.estimate) for stratum in useful if ratio.estimate]
        ),
    )


def _require_strata(strata: Sequence[object]) -> None:
    if not strata:
        raise InvalidArgument("no strata were given", next_step="give at least one stratum")


def _total(incidences: Sequence[Incidence]) -> Incidence:
    return Incidence(sum(one.events for one in incidences), sum(one.exposure for one in incidences))


def _pooled_odds_ratio(strata: Sequence[TwoByTwo], level: float) -> Interval:
    above = below = agree = mixed = disagree = 0.0
    for table in strata:
        n = table.units + table.reference_units
        diagonal = table.events * table.reference_others / n
        other = table.others * table.reference_events / n
        p = (table.events + table.reference_others) / n
        above, below = above + diagonal, below + other
        agree += p * diagonal
        mixed += p * other + (1 - p) * diagonal
        disagree += (1 - p) * other
    if not above or not below:
        return undetermined(level)
    variance = agree / (2 * above**2) + mixed / (2 * above * below) + disagree / (2 * below**2)
    return log_interval(above / below, math.sqrt(variance), level)


def _pooled_rate_ratio(strata: Sequence[RateStratum], level: float) -> Interval:
    above = below = spread = 0.0
    for group, reference in strata:
        exposure = group.exposure + reference.exposure
        above += group.events * reference.exposure / exposure
        below += reference.events * group.exposure / exposure
        share = group.exposure / exposure
        spread += (group.events + reference.events) * share * (1 - share)
    if not above or not below:
        return undetermined(level)
    return log_interval(above / below, math.sqrt(spread / (above * below)), level)


def _null_test(moments: Sequence[_Moment], correction: float) -> float:
    variance = sum(moment.variance for moment in moments)
    if not variance:
        return 0.0
    gap = abs(sum(moment.seen - moment.mean for moment in moments))
    return max(0.0, gap - correction) ** 2 / variance


def _homogeneity(moments: Sequence[_Moment]) -> Homogeneity | None:
    if len(moments) < 2:
        return None
    from scipy.special import chdtrc

    gaps = [moment.seen - moment.mean for moment in moments]
    variances = [moment.variance for moment in moments]
    raw = sum(gap**2 / variance for gap, variance in zip(gaps, variances, strict=True))
    # Tarone: the pooled ratio is not the one of maximum likelihood, so the gaps do not sum to 0.
    statistic = max(0.0, raw - sum(gaps) ** 2 / sum(variances))
    freedom = len(moments) - 1
    return Homogeneity(
        chi_square=statistic,
        degrees_of_freedom=freedom,
        p_value=float(chdtrc(freedom, statistic)),
    )


def _hypergeometric(table: TwoByTwo) -> _Moment:
    """The group's events under equal odds, given the margins."""
    n = table.units + table.reference_units
    share = table.units / n
    events = table.events + table.reference_events
    variance = events * share * (1 - share) * (n - events) / (n - 1)
    return _Moment(table.events, events * share, variance)


def _at_odds_ratio(table: TwoByTwo, ratio: float) -> _Moment:
    """The group's events if the odds ratio is `ratio`, given the margins, for large counts."""
    events = table.events + table.reference_events
    b = table.reference_units - events + ratio * (table.units + events)
    root = math.sqrt(b * b + 4 * (1 - ratio) * ratio * table.units * events)
    # This form of the quadratic's root also holds at ratio 1.
    mean = 2 * ratio * table.units * events / (b + root)
    cells = (mean, table.units - mean, events - mean, table.reference_units - events + mean)
    return _Moment(table.events, mean, 1 / sum(1 / cell for cell in cells))


def _at_rate_ratio(stratum: RateStratum, ratio: float) -> _Moment:
    """The group's events if the rate ratio is `ratio`, given the stratum's events."""
    weighted = ratio * stratum.group.exposure
    share = weighted / (weighted + stratum.reference.exposure)
    events = stratum.group.events + stratum.reference.events
    return _Moment(stratum.group.events, events * share, events * share * (1 - share))
