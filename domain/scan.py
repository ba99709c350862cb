"""Where along an order is the rate raised, and how strongly do the data speak for it?

A raised rate may lie in any of many windows or beyond any of many values. The likelihood ratio
averaged over them says how strong the evidence is; the best of them says where.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

RATIOS = (1.5, 2.5, 5.0, 12.0, 50.0)
"""Rate ratios over which evidence is averaged."""
FEWEST = 2
"""Events inside below which nothing is said (count)."""
GROWTH = 1.3
"""Each length of window searched is so many times the one before."""
STEPS = 5
"""Windows of one length start at every fifth of it."""
LONGEST = 0.7
"""Longest window searched, as a share of all cells."""
TAILS = 40
"""Thresholds searched, evenly spread over the logarithm of the share beyond them."""
SMALLEST_TAIL, LARGEST_TAIL = 0.0005, 0.5


class Gain(NamedTuple):
    """The most likely place of a raised rate."""

    first: int
    """Index of its first cell."""
    last: int
    """Index of its last cell."""
    gain: float
    """Log likelihood ratio against one rate everywhere (nats)."""


class Windows(NamedTuple):
    """Windows that stand for all windows of a row of cells."""

    starts: "Ints"
    """First cell of each."""
    stops: "Ints"
    """Cell after the last of each."""
    weights: "Floats"
    """Weight of each; every length weighs the same, and all add up to 1."""


def raised_gain(events: "Floats", expected: "Floats", total: float) -> "Floats":
    """Log likelihood ratio (nats) of a raised rate inside against one rate everywhere.

    Args:
        events: events inside, any shape.
        expected: events expected inside if one rate held everywhere; they add up to `total`.
        total: all events.

    Returns:
        The ratio; 0 where the rate is not raised, or fewer than 2 events fall inside.

    Source: M. Kulldorff, A spatial scan statistic, Communications in Statistics 26 (1997).
    """
    import numpy as np

    outside = np.maximum(total - events, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = events * np.log(events / expected)
        outer = np.where(outside > 0, outside * np.log(outside / (total - expected)), 0.0)
    raised = (events >= FEWEST) & (events > expected) & (expected > 0) & (expected < total)
    return np.where(raised, inner + outer, 0.0)


def log_evidence(events: "Floats", expected: "Floats", weights: "Floats", total: float) -> "Floats":
    """Log of the average likelihood ratio of a raised rate in one of several places.

    Args:
        events: events inside each place; rows of data by places.
        expected: events expected inside each if one rate held everywhere.
        weights: weight of each place; they add up to 1 or less.
        total: all events of a row, the same for every row.

    Returns:
        One value a row (nats): 0 if the data speak neither for nor against a raised rate.

    Source: H. P. Chan and G. Walther, Detection with the scan and the average likelihood ratio,
    Statistica Sinica 23 (2013).
    """
    import numpy as np

    kept = (expected > 0) & (expected < total) & (weights > 0)
    inside, each = events[:, kept], np.log(weights[kept] / len(RATIOS))
    found = np.full(len(events), -np.inf)
    for ratio in RATIOS if kept.any() else ():
        fine = total * np.log1p((ratio - 1) * expected[kept] / total) - each
        gains = inside * np.log(ratio) - fine
        top = gains.max(axis=1, keepdims=True)
        summed = top[:, 0] + np.log(np.exp(gains - top).sum(axis=1))
        found = np.logaddexp(found, summed)
    return np.asarray(found)


def windows_of(cells: int) -> Windows:
    """Windows of all lengths, long ones at wider steps: each window has one nearly like it.

    Source: G. Walther, Optimal and fast detection of spatial clusters with scan statistics, Annals
    of Statistics 38 (2010).
    """
    import numpy as np

    starts: list[Ints] = []
    stops: list[Ints] = []
    length, longest = 1, max(1, int(LONGEST * cells))
    while length <= longest:
        first = np.arange(0, cells - length + 1, max(1, length // STEPS))
        starts.append(first)
        stops.append(first + length)
        length = max(length + 1, round(length * GROWTH))
    weights = [np.full(len(one), 1 / len(one) / len(starts)) for one in starts]
    return Windows(np.concatenate(starts), np.concatenate(stops), np.concatenate(weights))


def tails_of(expected: "Floats") -> "Ints":
    """Cells at which thresholds are searched, from the far end on: few units beyond, then more.

    Args:
        expected: events expected by cell, the farthest cell first.
    """
    import numpy as np

    share = np.cumsum(expected) / max(float(expected.sum()), 1e-300)
    wanted = np.geomspace(SMALLEST_TAIL, LARGEST_TAIL, TAILS)
    return np.unique(np.minimum(np.searchsorted(share, wanted), max(0, len(share) - 2)))


def likely_window(events: "Floats", expected: "Floats", total: float) -> Gain:
    """The run of neighbouring cells in which the rate is most likely raised.

    It is made of the cells that belong to more than half of all windows, weighed by their
    likelihood: the single best window tends to fit chance at its ends.

    Args:
        events: events by cell, in order.
        expected: events expected by cell.
        total: all events, those outside the cells included.
    """
    import numpy as np

    cells = len(expected)
    starts, stops = np.triu_indices(cells)
    stops = stops + 1
    sums = [np.concatenate([[0.0], np.cumsum(one)]) for one in (events, expected)]
    inside, due = (one[stops] - one[starts] for one in sums)
    short = stops - starts <= max(1, int(LONGEST * cells))
    likely = _likelihood(inside, due, np.where(short, 1 / (stops - starts), 0.0), total)
    steps = np.bincount(starts, likely, cells + 1) - np.bincount(stops, likely, cells + 1)
    shared = np.flatnonzero(np.cumsum(steps)[:-1] >= likely.sum() / 2)
    if not len(shared):
        shared = np.arange(starts[likely.argmax()], stops[likely.argmax()])
    first, last = int(shared[0]), int(shared[-1])
    there = slice(first, last + 1)
    gain = raised_gain(events[there].sum(), expected[there].sum(), total)
    return Gain(first, last, float(gain))


def likely_tail(
    events: "Floats", expected: "Floats", total: float, edge: int | None = None
) -> Gain:
    """The cells from the far end on in which the rate is most likely raised.

    The threshold is the middle one of all, weighed by their likelihood.

    Args:
        events: events by cell, the farthest cell first.
        expected: events expected by cell.
        total: all events, those outside the cells included.
        edge: the threshold that suggests itself without the events; it weighs as much as all
            others together.
    """
    import numpy as np

    seen, due = np.cumsum(events), np.cumsum(expected)
    share = np.clip(due / max(float(due[-1]), 1e-300), SMALLEST_TAIL, LARGEST_TAIL)
    weights = np.diff(np.log(share), prepend=np.log(SMALLEST_TAIL))
    weights[-1] = 0.0
    if edge is not None:
        weights[edge] += weights.sum()
    likely = np.cumsum(_likelihood(seen, due, weights, total))
    last = int(np.searchsorted(likely, likely[-1] / 2))
    return Gain(0, last, float(raised_gain(seen[last], due[last], total)))


def _likelihood(events: "Floats", expected: "Floats", weights: "Floats", total: float) -> "Floats":
    """Weight of each place after the events were seen; the largest is about 1."""
    import numpy as np

    due = np.clip(expected, 1e-9, total * (1 - 1e-9))
    gains = np.full(len(due), -np.inf)
    for ratio in RATIOS:
        one = events * np.log(ratio) - total * np.log1p((ratio - 1) * due / total)
        gains = np.logaddexp(gains, one)
    found: Floats = weights * np.exp(gains - gains.max())
    return found
