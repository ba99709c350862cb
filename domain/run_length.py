"""How many points a chart takes on average until it signals: rarely in control, soon out of it.

All are exact to about four digits: no simulation, and no table that somebody might have misread.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.arguments import require_exposure, require_share
from domain.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_NODES = 60
_STEPS = 20
_MOST_STATES = 2_000


def shewhart_run_length(shift: float = 0.0, *, width: float = 3.0) -> float:
    """Points until one lies beyond limits that are `width` sigmas from the centre.

    Args:
        shift: distance of the mean from the centre (standard deviations of a point).
        width: distance of the limits (the same).
    """
    return 1 / (_below(shift - width) + _below(-shift - width))


def ewma_run_length(shift: float = 0.0, *, weight: float = 0.2, width: float = 3.0) -> float:
    """Points until an EWMA with settled limits signals.

    Args:
        shift: distance of the mean from the centre (standard deviations of a point).
        weight: weight of the newest point, between 0 and 1.
        width: distance of the limits (standard deviations of the weighted mean).

    Raises:
        InvalidArgument: weight or width is outside its domain.

    Source: S. Crowder, A simple method for studying run-length distributions of exponentially
    weighted moving average charts, Technometrics 29 (1987).
    """
    import numpy as np

    require_share("weight", weight)
    require_exposure("width", width)
    reach = width * math.sqrt(weight / (2 - weight))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    at, area = nodes * reach, weights * reach

    def kernel(start: "Floats", end: "Floats") -> "Floats":
        return _density((end - (1 - weight) * start) / weight - shift) / weight

    lengths = np.linalg.solve(
        np.eye(_NODES) - kernel(at[:, None], at[None, :]) * area, np.ones(_NODES)
    )
    return float(1 + (kernel(np.zeros(1), at) * area) @ lengths)


def cusum_run_length(
    shift: float = 0.0, *, slack: float = 0.5, limit: float = 5.0, head_start: float = 0.0
) -> float:
    """Points until a two-sided CUSUM signals.

    Args:
        shift: distance of the mean from the centre (standard deviations of a point).
        slack: slack of the chart, above zero (the same).
        limit: decision interval, above zero (the same).
        head_start: value of both sums at the start, zero or more.

    Raises:
        InvalidArgument: slack or limit is not above zero, or the head start not below the limit.

    Source: J. Lucas and R. Crosier, Fast initial response for CUSUM quality-control schemes,
    Technometrics 24 (1982).
    """
    require_exposure("slack", slack)
    require_exposure("limit", limit)
    if not 0 <= head_start < limit:
        raise InvalidArgument("the head start must lie from 0 to the limit", next_step="mend it")
    up, down = (_one_sided(sign * shift - slack, limit) for sign in (1, -1))
    joint = up(0.0) + down(0.0)
    return (up(head_start) * down(0.0) + up(0.0) * down(head_start) - up(0.0) * down(0.0)) / joint


def _one_sided(drift: float, limit: float) -> Callable[[float], float]:
    """Run length of an upper sum by where it starts, its steps having mean `drift` and sigma 1."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    at, area = (nodes + 1) * limit / 2, weights * limit / 2
    size = _NODES + 1
    matrix = np.eye(size)
    matrix[:_NODES, :_NODES] -= _density(at[None, :] - at[:, None] - drift) * area
    matrix[:_NODES, _NODES] -= [_below(-start - drift) for start in at]
    matrix[_NODES, :_NODES] -= _density(at - drift) * area
    matrix[_NODES, _NODES] -= _below(-drift)
    lengths = np.linalg.solve(matrix, np.ones(size))

    def length(start: float) -> float:
        within = float((_density(at - start - drift) * area) @ lengths[:_NODES])
        return 1 + _below(-start - drift) * float(lengths[_NODES]) + within

    return length


def poisson_cusum_run_length(mean: float, *, reference: float, limit: float) -> float:
    """Periods until a Poisson CUSUM signals, its sum having reached the limit.

    Args:
        mean: events in a period, above zero.
        reference: reference value, above zero; taken to the nearest fraction of at most twentieths,
            which makes the sum a chain of few states.
        limit: sum at which it signals, above zero, taken likewise.

    Raises:
        InvalidArgument: an argument is not above zero, or the limit is too large for the fraction.

    Source: D. Brook and D. Evans, An approach to the probability distribution of CUSUM run length,
    Biometrika 59 (1972).
    """
    import numpy as np
    from scipy.special import gammaln

    for name, value in (("mean", mean), ("reference", reference), ("limit", limit)):
        require_exposure(name, value)
    slack = Fraction(reference).limit_denominator(_STEPS)
    steps = slack.denominator
    states = math.ceil(Fraction(limit).limit_denominator(_STEPS) * steps)
    if states > _MOST_STATES:
        raise InvalidArgument(
            f"{states} states are too many", next_step="give a rounder reference or a lower limit"
        )
    down = slack.numerator
    most = (states + down) // steps + 1
    counts = np.arange(most + 1)
    chance = np.exp(counts * math.log(mean) - mean - gammaln(counts + 1))
    chain = np.zeros((states, states))
    start = np.arange(states)
    for count, probability in enumerate(chance):
        end = np.maximum(0, start + count * steps - down)
        kept = end < states
        np.add.at(chain, (start[kept], end[kept]), probability)
    return float(np.linalg.solve(np.eye(states) - chain, np.ones(states))[0])


def _below(score: float) -> float:
    return math.erfc(-score / math.sqrt(2)) / 2


def _density(scores: "Floats") -> "Floats":
    import numpy as np

    return np.asarray(np.exp(-(scores**2) / 2) / math.sqrt(2 * math.pi))
