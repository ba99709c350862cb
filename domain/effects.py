"""Did the fix work, or would the rate have fallen anyway? Before and after, beside a control.

Complaints fall by themselves when the season ends. What the untouched control did over the same
months is taken out of what the treated line did, as a ratio of rate ratios.
"""

import math
from typing import NamedTuple

from domain.contract import Contract
from domain.intervals import Interval, log_interval, undetermined
from domain.rates import Incidence, rate_ratio


class BeforeAfter(NamedTuple):
    """Events and exposure of one group in two periods."""

    before: Incidence
    """The period before the change."""
    after: Incidence
    """The period after it, at equal age of the units."""


class DifferenceInDifferences(Contract):
    """The change of the treated group, with and without what the control did (no units)."""

    naive: Interval
    """Treated rate after over before, exact; it credits the season to the fix."""
    control: Interval
    """Control rate after over before, exact."""
    ratio: Interval
    """Naive over control change (1: no effect of its own). Without estimate if one of the four
    counts is zero: the effect is then undetermined, however large the naive change looks."""
    p_value: float
    """Two-sided p-value of no effect; 1 where the ratio is undetermined."""


def difference_in_differences(
    treated: BeforeAfter, control: BeforeAfter, *, level: float = 0.95
) -> DifferenceInDifferences:
    """Compare the change of a treated group with that of an untouched one.

    The log ratio of four independent Poisson rates is taken as normal, its variance as the sum of
    1 / events (delta method). Counts that vary more than Poisson make the interval too narrow, and
    it presumes that both groups would have moved alike without the change.

    Args:
        treated: Events and exposure of the changed line, model or region.
        control: The same of one that was not changed, over the same two periods.
        level: Confidence level, between 0 and 1.

    Raises:
        InvalidArgument: a count is not a whole number, or an exposure is not above zero.

    Source: J. Angrist and J.-S. Pischke, Mostly Harmless Econometrics (2009), chapter 5, for the
    design; K. Rothman and S. Greenland, Modern Epidemiology, for the variance of a log rate.
    """
    naive = rate_ratio(treated.after, treated.before, level=level).ratio
    season = rate_ratio(control.after, control.before, level=level).ratio
    counts = [period.events for group in (treated, control) for period in group]
    if 0 in counts or not naive.estimate or not season.estimate:
        return DifferenceInDifferences(
            naive=naive, control=season, ratio=undetermined(level), p_value=1.0
        )
    estimate = naive.estimate / season.estimate
    error = math.sqrt(sum(1 / count for count in counts))
    return DifferenceInDifferences(
        naive=naive,
        control=season,
        ratio=log_interval(estimate, error, level),
        p_value=math.erfc(abs(math.log(estimate)) / error / math.sqrt(2)),
    )
