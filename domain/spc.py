"""Shewhart control charts: what a process does when left alone, and what that does not explain.

Limits always come from a stated baseline of the process itself. Specification limits say what is
wanted, not what the process does, and never enter here.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ChartKind = Literal[
    "individuals",
    "moving_range",
    "xbar",
    "range",
    "deviation",
    "p",
    "p_prime",
    "np",
    "c",
    "u",
    "u_prime",
    "g",
    "t",
]
WIDTH = 3.0
"""Distance of the limits from the centre (standard deviations of the point)."""
ALL = slice(None)
_REACH, _NODES = 8.5, 240


class Sample(NamedTuple):
    """One subgroup of readings."""

    n: int
    """Readings (count)."""
    mean: float
    """Mean (unit of the reading)."""
    s: float
    """Standard deviation (unit of the reading); 0 for one reading."""
    span: float
    """Largest less smallest reading (unit of the reading)."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "Sample":
        """The sample that these readings make; one or more."""
        mean = math.fsum(values) / len(values)
        squares = math.fsum((value - mean) ** 2 for value in values)
        s = math.sqrt(squares / (len(values) - 1)) if len(values) > 1 else 0.0
        return cls(len(values), mean, s, max(values) - min(values))


class ControlChart(NamedTuple):
    """Points with their centre and limits; arrays of one length."""

    kind: ChartKind
    """Which chart."""
    values: "Floats"
    """What is plotted, in its unit."""
    centre: "Floats"
    """Where each point lies in control; the median for charts of rare events."""
    sigma: "Floats"
    """Standard deviation of each point in control; NaN where it does not tell how far is far."""
    lower: "Floats"
    """Lower control limit of each point; -inf: none."""
    upper: "Floats"
    """Upper control limit of each point."""

    @property
    def outside(self) -> "NDArray[np.bool_]":
        """Which points lie beyond their limits."""
        return (self.values < self.lower) | (self.values > self.upper)

    @property
    def scores(self) -> "Floats":
        """Distance of each point from its centre in its standard deviations."""
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            scores = (self.values - self.centre) / self.sigma
        return np.where(self.values == self.centre, 0.0, scores)


class SpanConstants(NamedTuple):
    """Mean and standard deviation of the range of n standard normal readings."""

    d2: float
    """Mean (standard deviations of a reading)."""
    d3: float
    """Standard deviation (the same)."""


@cache
def span_constants(n: int) -> SpanConstants:
    """The constants d2 and d3 of the range of `n` readings, computed, two or more.

    Raises:
        InvalidArgument: there are fewer than two readings.

    Source: L. Tippett, On the extreme individuals and the range of samples taken from a normal
    population, Biometrika 17 (1925).
    """
    import numpy as np
    from scipy.special import ndtr

    require_readings(n, 2)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    x, w = nodes * _REACH, weights * _REACH
    below = ndtr(x)
    d2 = float(w @ (1 - below**n - ndtr(-x) ** n))
    # The second moment, over the triangle low <= high that is mapped to a square.
    share = (nodes + 1) / 2
    high = x[:, None] + (_REACH - x[:, None]) * share[None, :]
    area = w[:, None] * (_REACH - x[:, None]) * weights[None, :] / 2
    over, under = ndtr(high), below[:, None]
    density = 1 - over**n - ndtr(-x)[:, None] ** n + (over - under) ** n
    second = 2 * float((area * density).sum())
    return SpanConstants(d2, math.sqrt(second - d2**2))


@cache
def c4(n: int) -> float:
    """Mean of the standard deviation of `n` standard normal readings, two or more.

    Raises:
        InvalidArgument: there are fewer than two readings.

    Source: W. Shewhart, Economic Control of Quality of Manufactured Product (1931).
    """
    require_readings(n, 2)
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


def individuals_charts(
    values: Sequence[float], baseline: slice = ALL
) -> tuple[ControlChart, ControlChart]:
    """Single readings, and the moving range of two neighbours, in order of time.

    Args:
        values: readings; two or more in the baseline.
        baseline: the points whose moving ranges set the limits.

    Returns:
        The chart of the readings and that of their moving ranges, which has one point fewer.

    Raises:
        InvalidArgument: the baseline holds fewer than two readings.
    """
    import numpy as np

    series = np.asarray(values, dtype=np.float64)
    known = series[baseline]
    require_readings(len(known), 2)
    moving = np.abs(np.diff(known)).mean()
    constants = span_constants(2)
    place = symmetric_chart("individuals", series, known.mean(), moving / constants.d2, -math.inf)
    ranges = np.abs(np.diff(series))
    spread = symmetric_chart(
        "moving_range", ranges, moving, moving * constants.d3 / constants.d2, 0
    )
    return place, spread


def subgroup_charts(
    samples: Sequence[Sample],
    baseline: slice = ALL,
    *,
    spread: Literal["range", "deviation"] = "deviation",
) -> tuple[ControlChart, ControlChart]:
    """Means of subgroups, and their spread by range or by standard deviation.

    Args:
        samples: subgroups of two readings or more, in order of time; sizes may differ.
        baseline: the subgroups that set the limits.
        spread: by which the process sigma is estimated and the second chart drawn.

    Returns:
        The chart of the means and that of the spread.

    Raises:
        InvalidArgument: the baseline is empty or a subgroup holds fewer than two readings.

    Source: D. Montgomery, Introduction to Statistical Quality Control, 7th edition (2013), ch. 6.
    """
    import numpy as np

    known = samples[baseline]
    require_readings(len(known), 1)
    sigma = sigma_within(known, spread)
    sizes = np.array([sample.n for sample in samples])
    means = np.array([sample.mean for sample in samples])
    weights = np.array([sample.n for sample in known])
    centre = float(weights @ np.array([sample.mean for sample in known]) / weights.sum())
    place = symmetric_chart("xbar", means, centre, sigma / np.sqrt(sizes), -math.inf)
    if spread == "range":
        constants = [span_constants(sample.n) for sample in samples]
        middle = sigma * np.array([one.d2 for one in constants])
        width = sigma * np.array([one.d3 for one in constants])
        spans = np.array([sample.span for sample in samples])
        return place, symmetric_chart("range", spans, middle, width, 0)
    middle = sigma * np.array([c4(sample.n) for sample in samples])
    width = np.sqrt(sigma**2 - middle**2)
    deviations = np.array([sample.s for sample in samples])
    return place, symmetric_chart("deviation", deviations, middle, width, 0)


def sigma_within(
    samples: Sequence[Sample], by: Literal["range", "deviation", "pooled"] = "pooled"
) -> float:
    """Standard deviation of single readings within subgroups (unit of the reading).

    Args:
        samples: subgroups of two readings or more.
        by: mean of the ranges over d2, mean of the standard deviations over c4, or the root of the
            pooled variance.

    Raises:
        InvalidArgument: there is no subgroup, or one holds fewer than two readings.
    """
    for sample in samples:
        require_readings(sample.n, 2)
    require_readings(len(samples), 1)
    if by == "range":
        each = [sample.span / span_constants(sample.n).d2 for sample in samples]
        return math.fsum(each) / len(each)
    if by == "deviation":
        return math.fsum(sample.s / c4(sample.n) for sample in samples) / len(samples)
    squares = math.fsum((sample.n - 1) * sample.s**2 for sample in samples)
    return math.sqrt(squares / sum(sample.n - 1 for sample in samples))


def symmetric_chart(
    kind: ChartKind,
    values: "Floats",
    centre: "float | Floats",
    sigma: "float | Floats",
    floor: float,
) -> ControlChart:
    """A chart whose limits lie three standard deviations either side, none below `floor`.

    Args:
        kind: which chart.
        values: the points, in their unit.
        centre: where they lie in control, one for all or one for each.
        sigma: their standard deviation in control, likewise.
        floor: the smallest possible value; -inf: none.
    """
    import numpy as np

    middle = np.broadcast_to(np.asarray(centre, dtype=np.float64), values.shape)
    width = np.broadcast_to(np.asarray(sigma, dtype=np.float64), values.shape)
    return ControlChart(
        kind=kind,
        values=values,
        centre=middle,
        sigma=width,
        lower=np.maximum(middle - WIDTH * width, floor),
        upper=middle + WIDTH * width,
    )


def require_readings(found: int, fewest: int) -> None:
    """Demand enough readings or samples to set limits.

    Raises:
        InvalidArgument: there are fewer than `fewest`.
    """
    if found < fewest:
        raise InvalidArgument(
            f"limits need {fewest} or more readings or samples in the baseline; it holds {found}",
            next_step="widen the baseline",
        )
