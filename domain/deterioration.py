"""Is a supplier getting worse? What was delivered lately against what it delivered before.

Rejects come by lots, delays by consignments, and months differ: so whole deliveries change places
in the test, never pieces, and a past whose months differ by more than chance makes it more careful.
"""

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidArgument
from domain.intervals import Interval, tails
from domain.rates import Incidence
from domain.stratification import RateStratum, mantel_haenszel_rate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DRAWS = 4_999
"""Most draws of a test (count)."""
FEWEST_DRAWS = 999
WORK = 10_000_000
"""Keys drawn for one test (count): long histories get fewer draws."""
FEWEST_BLOCKS = 6
"""Months of the past below which nothing is said of how they differ (count)."""
_SEED = 20_260
_EXTREME = 1e-12


class Course(NamedTuple):
    """What was delivered, one element a delivery; arrays of one length."""

    recent: "Bools"
    """Whether it belongs to the time that is judged; the others are the reference."""
    stratum: "Ints"
    """What it is compared within, such as its part."""
    block: "Ints"
    """Month, or another stretch of time whose deliveries may share their fate."""
    events: "Floats"
    """What went wrong: rejected pieces, or 1 for a late consignment; or a measured departure."""
    size: "Floats"
    """Out of how much: delivered pieces, or 1."""


class Worsening(NamedTuple):
    """How strongly the recent deliveries are worse than those before."""

    p_value: float
    """One-sided p-value of no change for the worse, 0 to 1."""
    spread: float
    """Variance of months of the past over that of deliveries mixed at random; 1: no more."""
    recent: int
    """Recent deliveries in strata that have a past (count)."""
    reference: int
    """Deliveries that they are compared with (count)."""


def worsening(course: Course) -> Worsening | None:
    """Test whether recent deliveries are worse than earlier ones of the same stratum.

    The sum of excesses of recent deliveries over the mean of their stratum is compared with what it
    is when deliveries of a stratum change places at random. That is exact whatever the spread
    between lots; the result is then drawn toward one half by the spread between months of the past,
    told from the steps between them so that a trend is not taken for spread.

    Args:
        course: the deliveries.

    Returns:
        None if no stratum has both recent and earlier deliveries.

    Raises:
        InvalidArgument: a size is not above zero.

    Source: E. Pitman, Significance tests which may be applied to samples from any populations, JRSS
    Supplement 4 (1937); the spread as in D. Laney, Quality Engineering 14 (2002).
    """
    import numpy as np

    if not bool((course.size > 0).all()):
        raise InvalidArgument("a delivery of nothing cannot be judged", next_step="leave it out")
    both = np.intersect1d(course.stratum[course.recent], course.stratum[~course.recent])
    kept = np.isin(course.stratum, both)
    if not kept.any():
        return None
    course = Course._make(column[kept] for column in course)
    excess = _excess(course)
    recent = int(course.recent.sum())
    spread = _spread(course, excess)
    p_value = _careful(_permuted(course, excess), spread)
    return Worsening(p_value, spread, recent, len(excess) - recent)


def change(course: Course, spread: float, *, level: float) -> Interval:
    """Rate of recent deliveries over that of earlier ones of the same stratum, with its interval.

    Args:
        course: the deliveries, whose events are counts.
        spread: of months, as `worsening` found it.
        level: confidence level, between 0 and 1.

    Returns:
        The ratio pooled over strata, its interval widened by the spread of deliveries and months.

    Raises:
        InvalidArgument: no stratum has both recent and earlier deliveries.

    Source: S. Greenland and J. Robins, Biometrics 41 (1985), with the dispersion of P. McCullagh
    and J. Nelder, Generalized Linear Models (1989).
    """
    import numpy as np

    both = np.intersect1d(course.stratum[course.recent], course.stratum[~course.recent])
    strata = [
        RateStratum(
            _incidence(course, (course.stratum == one) & course.recent),
            _incidence(course, (course.stratum == one) & ~course.recent),
        )
        for one in both.tolist()
    ]
    pooled = mantel_haenszel_rate(strata, level=level).ratio
    return _times(pooled, spread * _clumping(course, _excess(course)))


def upper_share(course: Course, spread: float, *, level: float) -> float:
    """Upper bound of the recent share of events, 0 to 1, for two-sided intervals of that level.

    The exact bound for as many fewer events and trials as deliveries and months spread wider.

    Raises:
        InvalidArgument: the level is not between 0 and 1.
    """
    from scipy.special import betaincinv

    wider = spread * _clumping(course, _excess(course))
    events = float(course.events[course.recent].sum()) / wider
    others = float(course.size[course.recent].sum()) / wider - events
    if others <= 0:
        return 1.0
    return 1 - float(betaincinv(others, events + 1, tails(level).upper))


def _incidence(course: Course, inside: "Bools") -> Incidence:
    return Incidence(int(course.events[inside].sum()), float(course.size[inside].sum()))


def holm(p_values: list[float]) -> list[float]:
    """P-values adjusted for each other; the chance of even one false finding is held.

    Raises:
        InvalidArgument: a p-value is outside 0 to 1.

    Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal
    of Statistics 6 (1979).
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise InvalidArgument("p-values lie between 0 and 1")
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted


def _excess(course: Course) -> "Floats":
    """Events of each delivery less those of its stratum's mean rate."""
    import numpy as np

    _, place = np.unique(course.stratum, return_inverse=True)
    rate = np.bincount(place, course.events) / np.bincount(place, course.size)
    return np.asarray(course.events - course.size * rate[place], dtype=np.float64)


def _permuted(course: Course, excess: "Floats") -> float:
    import numpy as np

    random = np.random.Generator(np.random.PCG64(_SEED))
    draws = int(np.clip(WORK // len(excess), FEWEST_DRAWS, DRAWS))
    drawn = np.zeros(draws)
    for stratum in np.unique(course.stratum):
        inside = course.stratum == stratum
        values, taken = excess[inside], int(course.recent[inside].sum())
        keys = random.random((draws, len(values)), dtype=np.float32)
        chosen = np.argpartition(keys, taken - 1, axis=1)[:, :taken]
        drawn += values[chosen].sum(axis=1)
    seen = float(excess[course.recent].sum())
    scale = float(np.abs(excess).sum())
    larger = int((drawn >= seen - 1e-9 * scale).sum())
    return (1 + larger) / (draws + 1)


def _spread(course: Course, excess: "Floats") -> float:
    """Variance of past months, by their steps, over what deliveries mixed at random give.

    Less the standard error that it has without spread, so that few months do not pose as one.
    """
    import numpy as np

    past = excess[~course.recent] - excess[~course.recent].mean()
    _, place = np.unique(course.block[~course.recent], return_inverse=True)
    counts = np.bincount(place)
    variance = float(past.var(ddof=1)) if len(past) > 1 else 0.0
    if len(counts) < FEWEST_BLOCKS or variance <= 0:
        return 1.0
    scores = np.bincount(place, past) / np.sqrt(counts * variance * (1 - counts / len(past)))
    seen = float((np.diff(scores) ** 2).mean()) / 2
    return max(1.0, seen - math.sqrt(3 / (len(counts) - 1)))


def _careful(p_value: float, spread: float) -> float:
    normal = NormalDist()
    if p_value >= 0.5 or spread == 1.0:
        return p_value
    score = normal.inv_cdf(1 - max(p_value, _EXTREME)) / math.sqrt(spread)
    return 1 - normal.cdf(score)


def _times(interval: Interval, spread: float) -> Interval:
    """A ratio whose interval is as many times wider, by logarithms, as the root of the spread."""
    if not interval.estimate or interval.high is None:
        return interval
    root = math.sqrt(spread)
    low = interval.estimate * (interval.low / interval.estimate) ** root
    high = interval.estimate * (interval.high / interval.estimate) ** root
    return interval.model_copy(update={"low": low, "high": high})


def _clumping(course: Course, excess: "Floats") -> float:
    """Variance of deliveries over that of independent events, 1 or more."""
    import numpy as np

    _, place = np.unique(course.stratum, return_inverse=True)
    rate = np.bincount(place, course.events) / np.bincount(place, course.size)
    expected = course.size * rate[place]
    some = expected > 0
    degrees = int(some.sum()) - len(rate)
    if degrees < 1:
        return 1.0
    return max(1.0, float((excess[some] ** 2 / expected[some]).sum()) / degrees)
