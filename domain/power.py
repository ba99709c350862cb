"""Will there be enough failures to tell whether a fix worked? Asked before anybody looks.

A verdict that comes too early is `undetermined`, and nothing has been learnt by waiting. The power
of `judge_fix` says on which day a fix of the size asked for would be seen, and a useless one too.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from domain.arguments import require_exposure, require_share
from domain.intervals import tails
from domain.verification import Z

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Holds = Callable[[FloatArray], NDArray[np.bool_]]

NODES = {1: 31, 3: 9}
"""Points of the quadrature along each count that is averaged over, by how many counts there are."""
HALVINGS = 26
NONE = 0.5
"""A count below this stands for none."""


class Prospect(NamedTuple):
    """A group as it will stand on the day of judging, if its rate stays as it was."""

    rate: float
    """Failures per unit of exposure, above zero."""
    before: float
    """Exposure of the units built before the change, above zero."""
    after: float
    """Exposure of those built after it, above zero."""


class FixPower(NamedTuple):
    """How a judgement will probably come out (probabilities, 0 to 1)."""

    shown: float
    """A fix that achieves exactly what was asked for is judged effective: the power."""
    refuted: float
    """A fix that does nothing is judged not effective; at most 1 less `mistaken`."""
    mistaken: float
    """A fix that does nothing is judged effective."""


class _Counts(NamedTuple):
    """All counts but that of the treated after the change, as points with weights."""

    before: "FloatArray"
    """Treated before."""
    control: "tuple[FloatArray, FloatArray] | None"
    """Control before and after."""
    weight: "FloatArray"
    """Weights; they add up to the probability that there is a ratio at all."""


class _Limits(NamedTuple):
    """Counts of the treated after the change at which the judgement turns; one a point."""

    fell: "FloatArray"
    """Up to this many, the interval lies below 1."""
    not_raised: "FloatArray"
    """Up to this many, the interval reaches down to the ratio asked for."""


def fix_power(
    treated: Prospect,
    control: Prospect | None,
    *,
    wanted_ratio: float = 0.6,
    level: float = 0.95,
) -> FixPower:
    """Power of `judge_fix`, from what is expected on the day of judging.

    Counts are Poisson. For each set of the other counts the count after the change is sought at
    which the judgement turns, and its probability is averaged over them, by quadrature on the
    square roots of the counts, which are about normal. Steps from count to count are smoothed over,
    so that more exposure does not lower the power. Beside simulation with ten or more expected
    failures in each group the error is below .05, and below .02 where the power is above .9.

    Args:
        treated: the group that is changed.
        control: one that is not, with a rate of its own; none: judged without a control.
        wanted_ratio: rate after over before that is asked for, between 0 and 1.
        level: confidence level of the judgement, between 0 and 1.

    Raises:
        InvalidArgument: a rate or an exposure is not above zero, or a share not between 0 and 1.

    Source: K. Gu, H. Ng, M. Tang and W. Schucany, Testing the ratio of two Poisson rates,
    Biometrical Journal 50 (2008), for the power of such tests; F. Anscombe, Biometrika 35 (1948),
    for the square root of a count.
    """
    from scipy.special import gammaincc

    require_share("wanted_ratio", wanted_ratio)
    for group in (treated, control) if control else (treated,):
        for name, value in group._asdict().items():
            require_exposure(name, value)
    due = treated.rate * treated.after
    counts = _counts(treated, control)
    limits = _limits(treated, control, counts, wanted_ratio, tails(level).upper)
    none = math.inf if control is None else 0.0

    def up_to(limit: "FloatArray", mean: float) -> float:
        """Chance of as many or fewer; with a control none at all is no ratio."""
        chance = gammaincc(limit + 0.5, mean) - math.exp(-mean - none)
        return float((counts.weight * chance.clip(0, 1)).sum())

    beyond = 1 - gammaincc(limits.fell.clip(limits.not_raised) + 0.5, due)
    return FixPower(
        shown=up_to(limits.fell, due * wanted_ratio),
        refuted=float((counts.weight * beyond).sum()),
        mistaken=up_to(limits.fell, due),
    )


def first_day(power: Callable[[int], float], wanted: float, *, first: int, last: int) -> int | None:
    """The first day from `first` to `last` on which the power reaches what is wanted; none if none.

    Args:
        power: power on a day; it may not fall as days pass.
        wanted: power wanted, between 0 and 1.
        first: first day that is possible.
        last: last day that is looked at.
    """
    require_share("wanted", wanted)
    if first > last or power(last) < wanted:
        return None
    low, high = first - 1, last
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= wanted else (middle, high)
    return high


def _counts(treated: Prospect, control: Prospect | None) -> _Counts:
    import numpy as np
    from numpy.polynomial.hermite_e import hermegauss

    means = [treated.rate * treated.before]
    if control is not None:
        means += [control.rate * control.before, control.rate * control.after]
    point, weight = hermegauss(NODES[len(means)])
    axes = [np.maximum((math.sqrt(mean) + point / 2) ** 2 - 0.25, 0) for mean in means]
    grid = [axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")]
    shares = np.meshgrid(*[weight / weight.sum()] * len(means), indexing="ij")
    chance = np.prod([share.ravel() for share in shares], axis=0)
    chance = np.where(np.min(grid, axis=0) < NONE, 0.0, chance)
    known = [np.maximum(counts, NONE) for counts in grid]
    return _Counts(known[0], (known[1], known[2]) if control else None, chance)


def _limits(
    treated: Prospect, control: Prospect | None, counts: _Counts, wanted_ratio: float, tail: float
) -> _Limits:
    due = treated.rate * treated.after
    most = due + 12 * math.sqrt(due) + 30
    if control is None or counts.control is None:
        fell, not_raised = _exact(treated, counts.before, wanted_ratio, tail)
    else:
        fell, not_raised = _beside(treated, control, counts, wanted_ratio)
    size = len(counts.before)
    return _Limits(_largest(fell, most, size), _largest(not_raised, most, size))


def _exact(
    treated: Prospect, before: "FloatArray", wanted_ratio: float, tail: float
) -> "tuple[Holds, Holds]":
    """The exact conditional interval lies below 1; it reaches down to the ratio asked for."""
    from scipy.special import betainc

    scale = treated.before / treated.after
    return (
        lambda after: betainc(before, after + 1, scale / (1 + scale)) < tail,
        lambda after: betainc(after, before + 1, wanted_ratio / (wanted_ratio + scale)) >= tail,
    )


def _beside(
    treated: Prospect, control: Prospect, counts: _Counts, wanted_ratio: float
) -> "tuple[Holds, Holds]":
    """The same of the interval of the ratio of ratios, normal on the log scale."""
    import numpy as np

    assert counts.control is not None
    before, after = counts.control
    others = np.log(after * control.before / before / control.after)
    others += np.log(counts.before * treated.after / treated.before)
    variance = 1 / counts.before + 1 / before + 1 / after

    def ends(count: "FloatArray") -> "tuple[FloatArray, FloatArray]":
        half = Z * np.sqrt(1 / count + variance)
        return np.log(count) - others - half, np.log(count) - others + half

    return (
        lambda count: np.asarray(ends(count)[1] < 0),
        lambda count: np.asarray(ends(count)[0] <= math.log(wanted_ratio)),
    )


def _largest(holds: "Holds", most: float, size: int) -> "FloatArray":
    """The largest real count of which something holds that then ceases to hold; -0.5 if none."""
    import numpy as np

    low, high = np.full(size, -0.5), np.full(size, most)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        held = holds(np.maximum(middle, 1e-9))
        low, high = np.where(held, middle, low), np.where(held, high, middle)
    return low
