"""Does a series drift, or did it jump? Judged by ranks, so that a stray value does not decide.

Both methods take the points as independent: points that hang together over time make slope
intervals too narrow and steps too certain.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.arguments import require_share
from domain.errors import InvalidArgument
from domain.intervals import Interval

FEWEST_POINTS = 3


class StepChange(NamedTuple):
    """The place at which a series is most likely to have jumped."""

    position: int
    """Index of the first point after the step (from 0)."""
    before: float
    """Median of the points before it, in their unit."""
    after: float
    """Median of the points from it on, in their unit."""
    p_value: float
    """Approximate two-sided p-value of no change at all; a slow drift makes it small too."""


def robust_slope(at: Sequence[float], values: Sequence[float], *, level: float = 0.95) -> Interval:
    """Median of the slopes between all pairs of points, with its rank interval (Theil–Sen).

    Args:
        at: where the points stand, such as days; at least two different ones.
        values: their values; one for each place, three or more.
        level: confidence level, between 0 and 1.

    Returns:
        The slope in units of value per unit of place.

    Raises:
        InvalidArgument: lengths differ, there are fewer than three points, or all stand at one
            place.

    Source: P. Sen, Estimates of the regression coefficient based on Kendall's tau, Journal of the
    American Statistical Association 63 (1968).
    """
    from scipy.stats import theilslopes

    require_share("level", level)
    _require_points(values)
    if len(at) != len(values) or len(set(at)) < 2:
        raise InvalidArgument(
            f"{len(values)} values stand at {len(set(at))} different of {len(at)} places",
            next_step="give one place a value, and at least two different places",
        )
    found = theilslopes(values, at, alpha=level)
    return Interval(
        estimate=float(found.slope),
        low=float(found.low_slope),
        high=float(found.high_slope),
        level=level,
    )


def step_change(values: Sequence[float]) -> StepChange:
    """The most likely step in a series, by the test of Pettitt.

    Args:
        values: the series in order of time, three points or more.

    Returns:
        The place, the medians before and after, and the approximate p-value, which is too large
        rather than too small for fewer than about 20 points.

    Raises:
        InvalidArgument: there are fewer than three points.

    Source: A. Pettitt, A non-parametric approach to the change-point problem, Applied Statistics 28
    (1979).
    """
    import numpy as np
    from scipy.stats import rankdata

    _require_points(values)
    series = np.asarray(values, dtype=np.float64)
    size = len(series)
    place = np.arange(1, size)
    excess = np.abs(2 * np.cumsum(rankdata(series))[:-1] - place * (size + 1))
    position = int(np.argmax(excess)) + 1
    p_value = 2 * np.exp(-6 * float(excess.max()) ** 2 / (size**3 + size**2))
    return StepChange(
        position=position,
        before=float(np.median(series[:position])),
        after=float(np.median(series[position:])),
        p_value=min(1.0, float(p_value)),
    )


def _require_points(values: Sequence[float]) -> None:
    if len(values) < FEWEST_POINTS:
        raise InvalidArgument(
            f"{len(values)} points are too few for a trend",
            next_step=f"give {FEWEST_POINTS} or more, for example with shorter subgroups",
        )
