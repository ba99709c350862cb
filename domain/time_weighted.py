"""EWMA and CUSUM: charts that remember, for shifts too small for one point to show.

Run lengths that go with weights and limits are in `domain/run_length.py`.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from domain.arguments import require_count, require_exposure, require_share
from domain.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class EwmaChart(NamedTuple):
    """Exponentially weighted means with their limits; arrays of one length, unit of the points."""

    values: "Floats"
    """Weighted mean up to each point."""
    lower: "Floats"
    """Lower control limit."""
    upper: "Floats"
    """Upper control limit."""

    @property
    def outside(self) -> "NDArray[np.bool_]":
        """Which points lie beyond their limits."""
        return (self.values < self.lower) | (self.values > self.upper)


class CusumChart(NamedTuple):
    """Sums of what exceeds the slack, either way; arrays of one length, in standard deviations."""

    above: "Floats"
    """Sum of excesses upwards, zero or more."""
    below: "Floats"
    """Sum of excesses downwards, zero or more."""
    limit: float
    """Decision interval: a sum beyond it is a signal."""

    @property
    def outside(self) -> "NDArray[np.bool_]":
        """Which points signal."""
        return (self.above > self.limit) | (self.below > self.limit)


class PoissonCusum(NamedTuple):
    """Sums of counts beyond their reference values; arrays of one length (counts)."""

    sums: "Floats"
    """Sum up to each count, zero or more; it starts again after a signal."""
    signals: "NDArray[np.bool_]"
    """Where the sum has reached its limit."""


def ewma_chart(
    values: Sequence[float],
    centre: float,
    sigma: "float | Floats",
    *,
    weight: float = 0.2,
    width: float = 3.0,
) -> EwmaChart:
    """Exponentially weighted moving average with limits that widen over the first points.

    Args:
        values: points in order of time.
        centre: their mean in control.
        sigma: their standard deviation in control, above zero; one for all or one for each.
        weight: weight of the newest point, between 0 and 1.
        width: distance of the limits (standard deviations of the weighted mean).

    Raises:
        InvalidArgument: weight, width or a sigma is outside its domain.

    Source: J. Lucas and M. Saccucci, Exponentially weighted moving average control schemes,
    Technometrics 32 (1990).
    """
    import numpy as np

    require_share("weight", weight)
    require_exposure("width", width)
    points = np.asarray(values, dtype=np.float64)
    spread = np.broadcast_to(np.asarray(sigma, dtype=np.float64), points.shape)
    for one in spread:
        require_exposure("sigma", float(one))
    level, variance = centre, 0.0
    means, errors = np.empty_like(points), np.empty_like(points)
    for place, (point, error) in enumerate(zip(points, spread, strict=True)):
        level = weight * float(point) + (1 - weight) * level
        variance = (weight * float(error)) ** 2 + (1 - weight) ** 2 * variance
        means[place], errors[place] = level, math.sqrt(variance)
    return EwmaChart(means, centre - width * errors, centre + width * errors)


def ewma_limit(centre: float, sigma: float, *, weight: float, width: float) -> float:
    """Upper limit that the weighted mean comes to after many points, in their unit.

    Args:
        centre: mean of a point in control.
        sigma: its standard deviation in control, above zero (for counts the root of the centre).
        weight: weight of the newest point, between 0 and 1.
        width: distance of the limit (standard deviations of the weighted mean).

    Raises:
        InvalidArgument: weight or sigma is outside its domain.
    """
    require_share("weight", weight)
    require_exposure("sigma", sigma)
    return centre + width * sigma * math.sqrt(weight / (2 - weight))


def cusum_chart(
    scores: Sequence[float], *, slack: float = 0.5, limit: float = 5.0, head_start: float = 0.0
) -> CusumChart:
    """Two-sided tabular cumulative sum.

    Args:
        scores: distance of each point from its mean in control (standard deviations).
        slack: what a point may exceed the mean without adding; half the shift to be found.
        limit: decision interval, above zero.
        head_start: value of both sums before the first point, zero or more.

    Raises:
        InvalidArgument: slack or head start is below zero, or the limit is not above it.

    Source: E. Page, Continuous inspection schemes, Biometrika 41 (1954).
    """
    import numpy as np

    require_exposure("limit", limit)
    if slack < 0 or head_start < 0:
        raise InvalidArgument("slack and head start cannot be below zero", next_step="mend them")
    above, below = np.empty(len(scores)), np.empty(len(scores))
    high = low = head_start
    for place, score in enumerate(scores):
        high = max(0.0, high + float(score) - slack)
        low = max(0.0, low - float(score) - slack)
        above[place], below[place] = high, low
    return CusumChart(above, below, limit)


def poisson_reference(expected: float, ratio: float) -> float:
    """Reference value of a Poisson CUSUM: what a count may reach without adding to the sum.

    Args:
        expected: count to be expected in control, above zero.
        ratio: the rate to be found over that in control, above 1.

    Raises:
        InvalidArgument: an argument is outside its domain.

    Source: J. Lucas, Counted data CUSUM's, Technometrics 27 (1985).
    """
    require_exposure("expected count", expected)
    if not 1 < ratio < math.inf:
        raise InvalidArgument(
            f"the ratio to be found must be above 1; got {ratio}", next_step="for example 2"
        )
    return expected * (ratio - 1) / math.log(ratio)


def poisson_cusum(
    counts: Sequence[int], expected: Sequence[float], *, ratio: float = 2.0, limit: float
) -> PoissonCusum:
    """Cumulative sum of counts whose exposure may change, for a raised rate.

    Args:
        counts: events in each period, in order of time.
        expected: events expected in control: the period's exposure times the rate in control.
        ratio: the rate to be found over that in control, above 1.
        limit: sum at which it signals, above zero (events).

    Raises:
        InvalidArgument: an argument is outside its domain.
    """
    import numpy as np

    require_exposure("limit", limit)
    sums, marks, total = np.empty(len(counts)), np.zeros(len(counts), dtype=np.bool_), 0.0
    for place, (count, mean) in enumerate(zip(counts, expected, strict=True)):
        require_count("count", count)
        total = max(0.0, total + count - poisson_reference(mean, ratio))
        sums[place], marks[place] = total, total >= limit
        total = 0.0 if total >= limit else total
    return PoissonCusum(sums, marks)
