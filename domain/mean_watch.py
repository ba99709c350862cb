"""A mean that wanders by nature, watched against its own past.

Means of days differ by more than the readings of a day explain, and neighbours resemble each other:
rooms warm up, tools wear, lots change. Limits from the spread within days would alarm all the time.
So the limits hold the wandering too, as the reference shows it, and what the reference leaves
unknown.
"""

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from domain.run_length import ewma_run_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

WEIGHT = 0.2
"""Weight of the newest day in the weighted mean."""
FEWEST_DAYS = 20
"""Days of a reference below which there is no chart (count)."""
LAGS = 15
"""Days over which neighbours may resemble each other (count)."""
AGAIN = 0.05
"""P-value at which points after a signal confirm it by themselves."""
_WIDEST = 8.0


class DailyMeans(NamedTuple):
    """Readings by day, in order of time; arrays of one length."""

    readings: "Places"
    """Readings of each day, one or more (count)."""
    means: "Floats"
    """Their mean (unit of the reading)."""
    squares: "Floats"
    """Sum of their squared distances from it (square of the unit)."""

    def cut(self, some: "slice | Bools") -> "DailyMeans":
        """Some of the days."""
        return DailyMeans(self.readings[some], self.means[some], self.squares[some])


class Apart(NamedTuple):
    """A difference of means, in the unit of the reading."""

    distance: float
    """The difference."""
    error: float
    """Its standard error, wandering and the error of the centre included."""


class Reference(NamedTuple):
    """What a process does when left alone."""

    centre: float
    """Mean (unit of the reading)."""
    within: float
    """Variance of a reading within days (square of the unit)."""
    between: float
    """Variance of the days' true means (the same)."""
    alike: tuple[float, ...]
    """Covariance of days that are 1, 2, … apart (the same), up to the first that is not above 0."""
    error: float
    """Variance of the centre (the same)."""
    freedom: float
    """Degrees of freedom that the variances have (no unit)."""

    def variances(self, readings: "Places") -> "Floats":
        """Variance of the mean of so many readings of a day."""
        return self.between + self.within / readings

    def apart(self, days: DailyMeans) -> "Apart":
        """How far some neighbouring days, one or more, lie from the centre together."""
        weights = 1 / self.variances(days.readings)
        count = len(weights)
        near = math.fsum((count - lag) * one for lag, one in enumerate(self.alike[: count - 1], 1))
        return Apart(
            float(weights @ (days.means - self.centre) / weights.sum()),
            math.sqrt(1 / float(weights.sum()) + 2 * near / count**2 + self.error),
        )


class MeanWatch(NamedTuple):
    """A chart of the watched days; arrays of one length."""

    scores: "Floats"
    """Weighted mean less the centre, in its standard errors."""
    limit: float
    """Score that is a signal, on either side."""
    reference: Reference
    """What it is watched against."""
    first: int | None
    """Position of the first signal; none: no signal."""
    since: int
    """Position, from the first day of the reference on, at which the shift most likely began."""
    p_value: float
    """Bound of the probability of such a score on any watched day, in control."""
    again: bool
    """Whether the days after the signal, by themselves, are off on the same side."""


def watch_means(days: DailyMeans, known: int, *, run_length: float) -> MeanWatch | None:
    """Watch the last points of a series for a shift of the mean, either way.

    An exponentially weighted mean whose limits come from the process's own autocovariance. None if
    the reference is short or its values are all one.

    Args:
        days: the daily means.
        known: days from the first on that are the reference; the others are watched.
        run_length: days to the first signal in control, above 2.

    Source: N. Zhang, A statistical control chart for stationary process data, Technometrics 40
    (1998); limits widened by Student's distribution and by the error of the centre, as for a
    prediction.
    """
    import numpy as np
    from scipy.special import stdtr, stdtrit

    if known < FEWEST_DAYS or known >= len(days.means):
        return None
    reference = reference_of(days.cut(slice(known)))
    if reference is None:
        return None
    scores = _scores(days, known, reference)
    tail = math.erfc(ewma_width(_rounded(run_length)) / math.sqrt(2)) / 2
    limit = -float(stdtrit(reference.freedom, tail))
    signals = np.flatnonzero(abs(scores) >= limit)
    first = int(signals[0]) if len(signals) else None
    farthest = float(abs(scores).max())
    chance = 2 * float(stdtr(reference.freedom, -farthest))
    place = len(scores) - 1 if first is None else first
    side = math.copysign(1.0, float(scores[place]))
    return MeanWatch(
        scores=scores,
        limit=limit,
        reference=reference,
        first=first,
        since=_since(days, known + place, reference, side),
        p_value=min(1.0, len(scores) * chance),
        again=first is not None and _again(days, known + first + 1, reference, side),
    )


def reference_of(days: DailyMeans) -> Reference | None:
    """Mean, variances and covariances of a process left alone; none if it does not vary.

    Source: R. DerSimonian and N. Laird, Meta-analysis in clinical trials, Controlled Clinical
    Trials 7 (1986), for the variance between days; C. Geyer, Practical Markov chain Monte Carlo,
    Statistical Science 7 (1992), for where covariances end.
    """
    count = len(days.means)
    free = int((days.readings - 1).sum())
    within = float(days.squares.sum()) / free if free > 0 else 0.0
    between = _between(days, within)
    if not within + between > 0:
        return None
    weights = 1 / (between + within / days.readings)
    centre = float(weights @ days.means / weights.sum())
    apart = days.means - centre
    alike: list[float] = []
    for lag in range(1, min(LAGS, count // 4) + 1):
        pairs = weights[lag:] * weights[:-lag]
        found = float(pairs @ (apart[lag:] * apart[:-lag]) / pairs.sum())
        if found <= 0:
            break
        alike.append(found)
    whole = float(count / weights.sum())
    near = min(0.95, alike[0] / whole) if alike else 0.0
    return Reference(
        centre=centre,
        within=within,
        between=between,
        alike=tuple(alike),
        error=(whole + 2 * math.fsum(alike)) / count,
        freedom=max(4.0, (count - 1) * (1 - near**2) / (1 + near**2)),
    )


def _between(days: DailyMeans, within: float) -> float:
    """Variance of the days' true means, by moments."""
    if not within > 0:
        return float(days.means.var(ddof=1))
    weights = days.readings / within
    total = float(weights.sum())
    centre = float(weights @ days.means) / total
    found = float(weights @ (days.means - centre) ** 2) - (len(weights) - 1)
    return max(0.0, found / (total - float(weights @ weights) / total))


@cache
def ewma_width(run_length: float) -> float:
    """Width of the limits of an exponentially weighted mean for a run length in control (days).

    Args:
        run_length: days to the first signal of independent normal points, above 2.
    """
    low, high = 0.5, _WIDEST
    for _ in range(24):
        middle = (low + high) / 2
        if ewma_run_length(weight=WEIGHT, width=middle) < run_length:
            low = middle
        else:
            high = middle
    return high


def _rounded(run_length: float) -> float:
    """The run length to two digits, upwards, so that widths are found once."""
    step = 10.0 ** (math.floor(math.log10(run_length)) - 1)
    return math.ceil(run_length / step) * step


def _scores(days: DailyMeans, known: int, reference: Reference) -> "Floats":
    """Weighted means of the watched days in their standard errors."""
    import numpy as np

    count = len(days.means)
    back = np.arange(known, count)[:, None] - np.arange(count)[None, :]
    shares = np.where(back >= 0, WEIGHT * (1 - WEIGHT) ** np.maximum(back, 0), 0.0)
    variances = shares**2 @ reference.variances(days.readings)
    for lag, covariance in enumerate(reference.alike, start=1):
        variances += 2 * covariance * (shares[:, lag:] * shares[:, :-lag]).sum(axis=1)
    levels = shares @ (days.means - reference.centre)
    return np.asarray(levels / np.sqrt(variances + reference.error))


def _since(days: DailyMeans, last: int, reference: Reference, side: float) -> int:
    """The day from which a shift up to `last` is most likely.

    Source: T. Samuel, J. Pignatiello and J. Calvin, Identifying the time of a step change with
    X-bar control charts, Quality Engineering 10 (1998).
    """
    import numpy as np

    weights = 1 / reference.variances(days.readings[: last + 1])
    apart = side * weights * (days.means[: last + 1] - reference.centre)
    sums, sizes = np.cumsum(apart[::-1]), np.cumsum(weights[::-1])
    gains = np.where(sums > 0, sums**2 / sizes, 0.0)
    return last - int(np.argmax(gains))


def _again(days: DailyMeans, start: int, reference: Reference, side: float) -> bool:
    """The days from `start` on, by themselves, lie off on that side once in twenty or less."""
    if start >= len(days.means):
        return False
    later = reference.apart(days.cut(slice(start, None)))
    return math.erfc(side * later.distance / later.error / math.sqrt(2)) / 2 <= AGAIN
