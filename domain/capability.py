"""Capability: the room between specification limits over what the process needs.

An index stands for a process only if that is stable, near normal and seen often enough; whoever
states one asks first. `Cp` and `Cpk` use the spread within subgroups, `Pp` and `Ppk` the overall.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from domain.arguments import require_exposure, require_share
from domain.errors import InvalidArgument
from domain.intervals import Interval, tails

FEWEST_READINGS = 50
"""Readings below which no index is stated (count)."""
FEWEST_FOR_PERCENTILES = 1_000
"""Readings below which the outermost percentiles cannot be taken from the data (count)."""
OUTERMOST = 0.00135
"""Share of a normal process beyond three sigma on one side."""
_STANDARD = NormalDist()


class Limits(NamedTuple):
    """Specification limits in the unit of the readings; one of them may be missing."""

    lower: float | None
    """Lower specification limit."""
    upper: float | None
    """Upper specification limit."""


class Spread(NamedTuple):
    """Where readings lie and how they spread."""

    mean: float
    """Mean (unit of the reading)."""
    sigma: float
    """Standard deviation (the same), above zero."""
    freedom: int
    """Degrees of freedom of `sigma` (count)."""


class Indices(NamedTuple):
    """A pair of indices for one spread (no unit)."""

    both: Interval | None
    """Width of the limits over six sigma (Cp, Pp); none with one limit."""
    nearest: Interval
    """Distance of the mean from the nearer limit over three sigma (Cpk, Ppk)."""
    lower: float | None
    """The same towards the lower limit; none without it."""
    upper: float | None
    """The same towards the upper limit; none without it."""


class Normality(NamedTuple):
    """Whether readings look normal."""

    statistic: float
    """Anderson–Darling statistic, corrected for the number of readings (no unit)."""
    p_value: float
    """Its p-value, mean and sigma being estimated."""
    skewness: float
    """Skewness (no unit; 0: symmetric)."""
    excess_kurtosis: float
    """Kurtosis less that of a normal (no unit)."""

    @property
    def near_normal(self) -> bool:
        """False: beyond chance, and the shape departs by enough to matter for an index."""
        lopsided = abs(self.skewness) > 0.5 or abs(self.excess_kurtosis) > 1
        return self.p_value >= 0.01 or not lopsided


def indices(limits: Limits, spread: Spread, readings: int, *, level: float = 0.95) -> Indices:
    """Capability or performance of a process against its limits.

    Args:
        limits: one or two specification limits, the lower below the upper.
        spread: that within subgroups for Cp and Cpk, the overall for Pp and Ppk.
        readings: readings behind the mean, two or more (count).
        level: confidence level, between 0 and 1.

    Raises:
        InvalidArgument: there is no limit, they are the wrong way round, or nothing spreads.

    Source: A. Bissell, How reliable is your capability index?, Applied Statistics 39 (1990), for
    the interval of Cpk; that of Cp follows from chi-square.
    """
    from scipy.special import chdtri

    _require_limits(limits)
    require_exposure("sigma", spread.sigma)
    require_exposure("degrees of freedom", spread.freedom)
    lower = None if limits.lower is None else (spread.mean - limits.lower) / (3 * spread.sigma)
    upper = None if limits.upper is None else (limits.upper - spread.mean) / (3 * spread.sigma)
    nearest = min(one for one in (lower, upper) if one is not None)
    error = math.sqrt(1 / (9 * readings) + nearest**2 / (2 * spread.freedom))
    reach = _STANDARD.inv_cdf(1 - tails(level).upper) * error
    both = None
    if lower is not None and upper is not None:
        room, tail = (lower + upper) / 2, tails(level)
        low, high = (
            room * math.sqrt(float(chdtri(spread.freedom, share)) / spread.freedom)
            for share in (1 - tail.lower, tail.upper)
        )
        both = Interval(estimate=room, low=low, high=high, level=level)
    around = Interval(estimate=nearest, low=nearest - reach, high=nearest + reach, level=level)
    return Indices(both=both, nearest=around, lower=lower, upper=upper)


def percentile_index(limits: Limits, percentiles: tuple[float, float, float]) -> float:
    """Ppk of readings that are not normal: distances from the median over those of percentiles.

    Args:
        limits: one or two specification limits.
        percentiles: of the readings at 0.135, 50 and 99.865 %, rising, in their unit.

    Raises:
        InvalidArgument: there is no limit, or the percentiles do not rise.

    Source: ISO 22514-2:2017, quantile method.
    """
    _require_limits(limits)
    low, median, high = percentiles
    if not low < median < high:
        raise InvalidArgument(
            f"percentiles {low}, {median}, {high} do not rise", next_step="give more readings"
        )
    sides = []
    if limits.lower is not None:
        sides.append((median - limits.lower) / (median - low))
    if limits.upper is not None:
        sides.append((limits.upper - median) / (high - median))
    return min(sides)


def expected_outside(limits: Limits, spread: Spread) -> float:
    """Share of a normal process beyond its limits, 0 to 1; times a million it is PPM.

    Raises:
        InvalidArgument: there is no limit, or nothing spreads.
    """
    _require_limits(limits)
    require_exposure("sigma", spread.sigma)
    below = above = 0.0
    if limits.lower is not None:
        below = _tail((spread.mean - limits.lower) / spread.sigma)
    if limits.upper is not None:
        above = _tail((limits.upper - spread.mean) / spread.sigma)
    return below + above


def index_of_share(outside: float) -> float:
    """The Ppk at which a normal process with one limit has that share beyond it, 0 to 1.

    Raises:
        InvalidArgument: the share is not between 0 and 1.
    """
    require_share("share", outside)
    return -_STANDARD.inv_cdf(outside) / 3


def normality(values: Sequence[float]) -> Normality:
    """Do readings look normal, mean and sigma being unknown, by Anderson and Darling?

    Args:
        values: eight readings or more, not all equal.

    Raises:
        InvalidArgument: there are fewer, or they are all equal.

    Source: R. D'Agostino and M. Stephens, Goodness-of-Fit Techniques (1986), table 4.9.
    """
    import numpy as np
    from scipy.special import log_ndtr

    count = len(values)
    series = np.sort(np.asarray(values, dtype=np.float64))
    if count < 8 or series[0] == series[-1]:
        raise InvalidArgument(
            "normality needs eight readings that are not all equal", next_step="give more readings"
        )
    scores = (series - series.mean()) / series.std(ddof=1)
    place = np.arange(1, count + 1)
    terms = (2 * place - 1) * (log_ndtr(scores) + log_ndtr(-scores[::-1]))
    statistic = (-count - float(terms.mean())) * (1 + 0.75 / count + 2.25 / count**2)
    unit = (series - series.mean()) / series.std()
    return Normality(
        statistic=statistic,
        p_value=_p_value(statistic),
        skewness=float((unit**3).mean()),
        excess_kurtosis=float((unit**4).mean()) - 3,
    )


def _p_value(a: float) -> float:
    if a < 0.2:
        return 1 - math.exp(-13.436 + 101.14 * a - 223.73 * a**2)
    if a < 0.34:
        return 1 - math.exp(-8.318 + 42.796 * a - 59.938 * a**2)
    if a < 0.6:
        return math.exp(0.9177 - 4.279 * a - 1.38 * a**2)
    # The fitted curve turns up again beyond 153.
    return math.exp(1.2937 - 5.709 * min(a, 150.0) + 0.0186 * min(a, 150.0) ** 2)


def _tail(distance: float) -> float:
    return math.erfc(distance / math.sqrt(2)) / 2


def _require_limits(limits: Limits) -> None:
    if limits.lower is None and limits.upper is None:
        raise InvalidArgument(
            "no specification limit is given", next_step="an index needs one or two limits"
        )
    if None not in limits and not limits.lower < limits.upper:  # type: ignore[operator]
        raise InvalidArgument(
            f"the lower limit {limits.lower} is not below the upper {limits.upper}",
            next_step="mend the characteristic's limits",
        )
