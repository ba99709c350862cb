"""Limits of a Poisson CUSUM by the count to be expected, for one stated run length in control.

Exposure changes from week to week, and with it the count to be expected. A limit for each mean,
taken from the next larger tabled one, keeps the run length at or above what was stated.
"""

import math
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from domain.arguments import require_exposure
from domain.errors import InvalidArgument
from domain.run_length import poisson_cusum_run_length
from domain.time_weighted import poisson_reference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_REFERENCES = (
    *(Fraction(1, below) for below in (20, 16, 13, 10, 8, 6, 5, 4, 3)),
    *(Fraction(*pair) for pair in ((2, 5), (1, 2), (2, 3), (4, 5), (1, 1), (5, 4), (3, 2))),
    *(Fraction(*pair) for pair in ((2, 1), (5, 2))),
    *(Fraction(whole) for whole in (3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 70, 100)),
)
"""Reference values at which the run length is exact: the chain needs a fraction of small terms."""
_DIGITS = 2


class DecisionLimits(NamedTuple):
    """A limit for each mean; arrays of one length, rising."""

    means: "Floats"
    """Counts expected in a period (count)."""
    limits: "Floats"
    """Sum at which the chart signals (events)."""
    ratio: float
    """Rate to be found over that in control."""
    run_length: float
    """Periods until a false signal, on average, at least."""

    def at(self, means: "Floats") -> "Floats":
        """The limit of the next larger tabled mean; above the table, that of the largest."""
        import numpy as np

        places = np.searchsorted(self.means, means)
        return np.asarray(self.limits[np.minimum(places, len(self.limits) - 1)])


def decision_limits(ratio: float, run_length: float) -> DecisionLimits:
    """Limits by mean so that a chart in control signals at most once in `run_length` periods.

    Args:
        ratio: the rate to be found over that in control, above 1.
        run_length: periods until a false signal, on average, above 1; it is rounded up to two
            digits.

    Returns:
        Limits that never fall as the mean rises: where the exact one would, the larger is kept.
        Smaller means than the first are served by its limit, which is more than they need.

    Raises:
        InvalidArgument: an argument is outside its domain.

    Source: D. Brook and D. Evans, Biometrika 59 (1972), for the run length; D. Hawkins and D.
    Olwell, Cumulative Sum Charts and Charting for Quality Improvement (1998), for limits by mean.
    """
    require_exposure("run length", run_length)
    if run_length <= 1:
        raise InvalidArgument("the run length must be above 1", next_step="for example 1000")
    poisson_reference(1.0, ratio)
    return _table(ratio, _rounded_up(run_length))


@lru_cache(maxsize=32)
def _table(ratio: float, run_length: float) -> DecisionLimits:
    import numpy as np

    means, limits, highest = [], [], 0.0
    for reference in _REFERENCES:
        mean = float(reference) / poisson_reference(1.0, ratio)
        highest = max(highest, _limit(mean, reference, run_length))
        means.append(mean)
        limits.append(highest)
    return DecisionLimits(np.array(means), np.array(limits), ratio, run_length)


def _limit(mean: float, reference: Fraction, run_length: float) -> float:
    """The smallest limit on the chart's own lattice that holds the run length."""
    steps = reference.denominator

    def holds(height: int) -> bool:
        found = poisson_cusum_run_length(mean, reference=float(reference), limit=height / steps)
        return found >= run_length

    low, high = 0, steps
    while not holds(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high / steps


def _rounded_up(value: float) -> float:
    size = 10.0 ** (math.floor(math.log10(value)) - _DIGITS + 1)
    return math.ceil(value / size - 1e-9) * size
