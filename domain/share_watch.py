"""A share of failing units watched against its own past, by sums of likelihood ratios.

Few units fail, days differ in output, and units of a day share their fate. So the sum takes any
number of units a day, its limit holds for any of them, and events count less where days differ by
more than chance.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

from domain.arguments import require_exposure
from domain.autocorrelation import autocorrelation_limit, lag_one_autocorrelation
from domain.count_charts import extra_spread, p_chart
from domain.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

CAUTION = 0.8
"""Confidence with which the share in control lies below the one that the chart assumes."""
FEWEST_EVENTS = 1.0
"""Expected events of a sample from which days are compared with each other (count)."""
FEWEST_SAMPLES = 8
"""Samples below which nothing is said of extra spread (count)."""
AGAIN = 0.05
"""P-value at which points after a signal confirm it by themselves."""


class ShareWatch(NamedTuple):
    """A chart of the watched days; arrays of one length."""

    sums: "Floats"
    """Sum of log likelihood ratios up to each day, zero or more."""
    limit: float
    """Sum that is a signal: the logarithm of the run length."""
    spread: float
    """Variance of the counts of a day over that by chance (no unit; 1: chance alone)."""
    share: float
    """Share of the reference, 0 to 1."""
    assumed: float
    """Share that the chart assumes in control: an upper bound of the former."""
    first: int | None
    """Position of the first signal; none: no signal."""
    since: int
    """Position at which the excess begins: after the last zero before the signal, or the end."""
    p_value: float
    """Bound of the probability of such a sum on any watched day, in control."""
    again: bool
    """Whether the days after the signal, by themselves, show the excess too."""


def watch_shares(
    events: "Counts", trials: "Counts", known: int, *, run_length: float, ratio: float = 2.0
) -> ShareWatch | None:
    """Watch the last points of a series for a raised share; none if the reference has no trial.

    The sum signals at the logarithm of `run_length`, which in control takes at least that many days
    on average whatever the numbers of units are.

    Args:
        events: failing units by day, at most its trials.
        trials: units by day, one or more.
        known: days from the first on that are the reference; the others are watched.
        run_length: days to the first signal in control, above 1.
        ratio: odds to be found over those in control, above 1.

    Raises:
        InvalidArgument: ratio or run length is not above 1, or a day has more events than trials.

    Source: G. Lorden, Procedures for reacting to a change in distribution, Annals of Mathematical
    Statistics 42 (1971), for the bound; D. Laney, Quality Engineering 14 (2002), for the spread.
    """
    import numpy as np

    if not (ratio > 1 and run_length > 1):
        raise InvalidArgument("ratio and run length must be above 1", next_step="for example 2")
    if (events > trials).any():
        raise InvalidArgument("more units fail than there are", next_step="mend the counts")
    seen, over = int(events[:known].sum()), int(trials[:known].sum())
    if over == 0 or known == len(events):
        return None
    spread = spread_of_days(events[:known], trials[:known])
    assumed = _upper(seen / spread, over / spread)
    gains = (events * math.log(ratio) - trials * math.log1p(assumed * (ratio - 1))) / spread
    sums, starts = _sums(gains[known:])
    limit = math.log(run_length)
    signals = np.flatnonzero(sums >= limit)
    first = int(signals[0]) if len(signals) else None
    return ShareWatch(
        sums=sums,
        limit=limit,
        spread=spread,
        share=seen / over,
        assumed=assumed,
        first=first,
        since=starts[-1 if first is None else first],
        p_value=min(1.0, len(sums) * math.exp(-float(sums.max()))),
        again=first is not None
        and _again(events[known + first + 1 :], trials[known + first + 1 :], assumed, spread),
    )


def spread_of_days(events: "Counts", trials: "Counts") -> float:
    """Variance of daily counts over that by chance, 1 or more (no unit).

    The larger of Laney's, between neighbours, and Pearson's, over all; more where neighbours are
    alike beyond chance. Neighbouring days are joined until an event is to be expected, because a
    day without any tells nothing of spread.

    Args:
        events: failing units by day.
        trials: units by day, one or more.
    """
    share = float(events.sum() / trials.sum())
    if not 0 < share < 1:
        return 1.0
    counts, sizes = _joined(events, trials, FEWEST_EVENTS / share)
    if len(counts) < FEWEST_SAMPLES:
        return 1.0
    chart = p_chart(counts, sizes)
    overall = float((chart.scores**2).sum() / (len(counts) - 1))
    near = lag_one_autocorrelation(chart.scores.tolist()) or 0.0
    # Neighbours alike: what a sum of days varies by, as for a first-order autoregression.
    lasting = (1 + near) / (1 - near) if near > autocorrelation_limit(len(counts)) else 1.0
    return max(1.0, extra_spread(chart) ** 2, overall) * lasting


def _joined(events: "Counts", trials: "Counts", size: float) -> tuple[list[int], list[int]]:
    counts, sizes = [0], [0]
    for event, trial in zip(events.tolist(), trials.tolist(), strict=True):
        if sizes[-1] >= size:
            counts.append(0)
            sizes.append(0)
        counts[-1] += event
        sizes[-1] += trial
    if sizes[-1] < size and len(sizes) > 1:
        last, most = counts.pop(), sizes.pop()
        counts[-1] += last
        sizes[-1] += most
    return counts, sizes


def _upper(seen: float, over: float) -> float:
    """Upper bound of a share of which little is known; at most one half of what is missing to 1."""
    from scipy.special import gammaincinv

    require_exposure("trials", over)
    bound = float(gammaincinv(seen + 1, CAUTION)) / over
    return min(bound, (seen / over + 1) / 2)


def _sums(gains: "Floats") -> tuple["Floats", list[int]]:
    """The sum up to each point, and where its rise began."""
    import numpy as np

    sums, starts, total, start = np.empty(len(gains)), [], 0.0, 0
    for place, gain in enumerate(gains):
        if total == 0.0:
            start = place
        total = max(0.0, total + float(gain))
        sums[place] = total
        starts.append(start)
    return sums, starts


def _again(events: "Counts", trials: "Counts", share: float, spread: float) -> bool:
    """As many events of later days, by themselves, once in twenty in control or less."""
    from scipy.special import gammainc

    seen = int(events.sum())
    expected = float(trials.sum()) * share
    return seen > 0 and float(gammainc(seen / spread, expected / spread)) <= AGAIN
