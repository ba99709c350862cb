"""Rates against each other and against expectation: is it raised, by how much, how sure are we?

Given the sum of two Poisson counts, the first is binomial. Everything exact here follows from that,
so no normal approximation has to hold for the handful of failures that a field signal starts with.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.arguments import require_count, require_exposure
from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.intervals import Interval, finite, poisson_interval, tails

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Numbers = Sequence[float] | FloatArray | NDArray[np.int64]

Method = Literal["central", "minlike"]
"""Two-sided p-value: twice the smaller tail, or all outcomes no more likely than the one seen."""


class Incidence(NamedTuple):
    """Events counted over an exposure."""

    events: int
    """Events seen (count)."""
    exposure: float
    """What they are counted over, above zero: units, unit-months, hours."""


class RateRatio(Contract):
    """The rate of a group over the rate of its reference."""

    ratio: Interval
    """Rate ratio with its exact central interval (no unit; 1: equal rates)."""
    p_value: float
    """Two-sided p-value of equal rates."""
    method: Method
    """How the two tails are joined in the p-value. With `minlike` it can fall below 1 - level while
    the interval still covers 1; with `central` both always agree."""


class RateRatios(NamedTuple):
    """Many rate ratios at once; all fields are float arrays of one length."""

    estimate: "FloatArray"
    """Rate ratio; infinite without reference events, NaN without any events."""
    low: "FloatArray"
    """Lower bound of the exact central interval."""
    high: "FloatArray"
    """Upper bound of the exact central interval; infinite when nothing bounds it."""
    p_value: "FloatArray"
    """Two-sided central p-value of equal rates."""


class StandardisedRatio(Contract):
    """Observed events over those that a baseline leads one to expect (SMR)."""

    observed: int
    """Events seen (count)."""
    expected: float
    """Events expected: exposure times baseline rate, summed over the strata (count)."""
    ratio: Interval
    """Observed over expected with its exact interval (no unit; 1: as expected)."""
    p_value: float
    """One-sided p-value: probability of at least `observed` events if the baseline holds."""


def rate_ratio(
    group: Incidence,
    reference: Incidence,
    *,
    method: Method = "central",
    level: float = 0.95,
) -> RateRatio:
    """Compare two Poisson rates exactly, given the sum of their events.

    Args:
        group: Events and exposure of the group in question.
        reference: Events and exposure that it is compared with, in the same units.
        method: How the p-value joins its tails; the interval is always the central one.
        level: Confidence level, between 0 and 1.

    Returns:
        The ratio. No events in the reference: no estimate and no upper bound, yet a lower one. No
        events at all: nothing is known, p = 1.

    Raises:
        InvalidArgument: a count is not a whole number, or an exposure is not above zero.

    Source: E. Przyborowski and H. Wilenski, Biometrika 31 (1940), for the conditional test;
    M. Fay, Two-sided exact tests and matching confidence intervals for discrete data, R Journal 2
    (2010), for the two methods.
    """
    many = rate_ratios(
        [group.events], [group.exposure], [reference.events], [reference.exposure], level=level
    )
    return RateRatio(
        ratio=Interval(
            estimate=finite(many.estimate[0]),
            low=float(many.low[0]),
            high=finite(many.high[0]),
            level=level,
        ),
        p_value=float(many.p_value[0]) if method == "central" else _minlike(group, reference),
        method=method,
    )


def rate_ratios(
    events: "Numbers",
    exposure: "Numbers",
    reference_events: "Numbers",
    reference_exposure: "Numbers",
    level: float = 0.95,
) -> RateRatios:
    """Compare many pairs of Poisson rates exactly; arguments are arrays of one length.

    `rate_ratio` says what is computed, here always with the central method.

    Raises:
        InvalidArgument: lengths differ, a count is not a whole number, or an exposure is not above
            zero.
    """
    import numpy as np
    from scipy.special import betaincinv

    tail = tails(level).lower
    x, y = _counts("events", events), _counts("reference_events", reference_events)
    at, ref = _exposures("exposure", exposure), _exposures("reference_exposure", reference_exposure)
    if len({len(x), len(y), len(at), len(ref)}) > 1:
        raise InvalidArgument(
            f"lengths differ: {len(x)}, {len(at)}, {len(y)}, {len(ref)}",
            next_step="give one entry per comparison in all four arrays",
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = ref / at
        estimate = x / y * scale
        low_share = np.where(x > 0, betaincinv(np.maximum(x, 1), y + 1, tail), 0.0)
        # The reference's share, not 1 minus the group's, so that swapping inverts exactly.
        high_share = np.where(y > 0, betaincinv(np.maximum(y, 1), x + 1, tail), 0.0)
        low = low_share / (1 - low_share) * scale
        high = (1 - high_share) / high_share * scale
    share, rest = at / (at + ref), ref / (at + ref)
    p_value = np.minimum(1.0, 2 * np.minimum(_upper_tail(x, y, share), _upper_tail(y, x, rest)))
    return RateRatios(estimate, low, high, p_value)


def standardised_ratio(observed: int, expected: float, *, level: float = 0.95) -> StandardisedRatio:
    """Standardised ratio (SMR) of observed to expected events with exact Poisson interval.

    The expectation counts as known; estimate it from far more data than it is compared with.

    Args:
        observed: Events seen, zero or more.
        expected: Events expected, above zero.
        level: Confidence level, between 0 and 1.

    Raises:
        InvalidArgument: an argument is outside its domain.

    Source: N. Breslow and N. Day, Statistical Methods in Cancer Research II (1987), chapter 2.
    """
    from scipy.special import gammainc

    require_count("observed", observed)
    require_exposure("expected", expected)
    return StandardisedRatio(
        observed=int(observed),
        expected=expected,
        ratio=poisson_interval(observed, expected, level=level),
        p_value=float(gammainc(observed, expected)) if observed else 1.0,
    )


def _minlike(group: Incidence, reference: Incidence) -> float:
    events = group.events + reference.events
    if not events:
        return 1.0
    from scipy.stats import binomtest

    share = group.exposure / (group.exposure + reference.exposure)
    return float(binomtest(int(group.events), int(events), share).pvalue)


def _upper_tail(x: "FloatArray", others: "FloatArray", share: "FloatArray") -> "FloatArray":
    import numpy as np
    from scipy.special import betainc

    tail = betainc(np.maximum(x, 1), others + 1, share)
    return np.asarray(np.where(x > 0, tail, 1.0), dtype=np.float64)


def _counts(name: str, values: "Numbers") -> "FloatArray":
    import numpy as np

    array = np.asarray(values, dtype=np.float64)
    bad = array[~((array >= 0) & (array % 1 == 0))]
    if bad.size:
        require_count(name, float(bad[0]))
    return array


def _exposures(name: str, values: "Numbers") -> "FloatArray":
    import numpy as np

    array = np.asarray(values, dtype=np.float64)
    bad = array[~((array > 0) & (array < np.inf))]
    if bad.size:
        require_exposure(name, float(bad[0]))
    return array
