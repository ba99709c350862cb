"""Where along an order is the rate raised? Scans over lots, days and measured values.

The best of many windows is raised by chance too, so its likelihood ratio is judged against the best
windows of data in which the same failures fall anywhere.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_EULER = 0.5772156649015329
FEWEST = 2
"""Events inside below which nothing is said (count)."""


class Gain(NamedTuple):
    """The most likely place of a raised rate."""

    first: int
    """Index of its first cell."""
    last: int
    """Index of its last cell."""
    gain: float
    """Log likelihood ratio against one rate everywhere (nats)."""
    score: float
    """By what it was chosen: the gain or, of a window, one that weighs short and long alike."""


class Extreme(NamedTuple):
    """How the best of a search behaves by chance: a Gumbel distribution of the largest score."""

    location: float
    """Most frequent largest score."""
    scale: float
    """Its spread."""

    def tail(self, score: float) -> float:
        """Probability that chance alone gives a best score as large as this."""
        return -math.expm1(-math.exp(min(50.0, -(score - self.location) / self.scale)))


def raised_gain(events: "Floats", expected: "Floats", total: float, fewest: int = 2) -> "Floats":
    """Log likelihood ratio (nats) of a raised rate inside against one rate everywhere.

    Args:
        events: events inside, any shape.
        expected: events expected inside if one rate held everywhere; they add up to `total`.
        total: all events.
        fewest: fewest events inside of which anything is said.

    Returns:
        The ratio; 0 where the rate is not raised, or fewer events fall inside.

    Source: M. Kulldorff, A spatial scan statistic, Communications in Statistics 26 (1997).
    """
    import numpy as np

    outside = np.maximum(total - events, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = events * np.log(events / expected)
        outer = np.where(outside > 0, outside * np.log(outside / (total - expected)), 0.0)
    raised = (events >= fewest) & (events > expected) & (expected > 0) & (expected < total)
    return np.where(raised, inner + outer, 0.0)


def best_window(events: "Floats", expected: "Floats", total: float) -> Gain:
    """The run of neighbouring cells whose rate is most raised.

    There are far more short windows than long ones: about as many as the whole holds of them. The
    logarithm of that number is taken off the gain, so that short and long ones compete fairly.

    Args:
        events: events by cell, in order.
        expected: events expected by cell.
        total: all events, those outside the cells included.

    The window given is made of the cells that belong to more than half of all windows, weighed by
    their likelihood: the best window itself tends to fit chance at its ends.

    Source: G. Walther, Optimal and fast detection of spatial clusters with scan statistics, Annals
    of Statistics 38 (2010), for letting short and long windows compete.
    """
    import numpy as np

    gains, fines = _window_gains(events[None, :], expected, total)
    score = float(_scores(gains, fines)[0].max())
    starts, stops = _windows(len(expected))
    likely = np.where(gains[0] > 0, np.exp(gains[0] - gains[0].max()), 0.0)
    steps = np.bincount(starts, likely, len(expected) + 1)
    steps -= np.bincount(stops, likely, len(expected) + 1)
    inside = np.flatnonzero(np.cumsum(steps)[:-1] >= likely.sum() / 2)
    if not len(inside):
        inside = np.arange(starts[likely.argmax()], stops[likely.argmax()])
    first, last = int(inside[0]), int(inside[-1])
    there = slice(first, last + 1)
    gain = raised_gain(events[there].sum(), expected[there].sum(), total)
    return Gain(first, last, float(gain), score)


def best_windows_by_chance(draws: "Floats", expected: "Floats", total: float) -> "Floats":
    """The largest window score of each row of events drawn by chance."""
    import numpy as np

    return np.concatenate(
        [_scores(*_window_gains(rows, expected, total)).max(axis=1) for rows in _slices(draws)]
    )


def extreme(scores: "Floats") -> Extreme:
    """The Gumbel distribution with the mean and spread of these largest scores."""
    scale = max(float(scores.std()) * math.sqrt(6) / math.pi, 0.02)
    return Extreme(float(scores.mean()) - _EULER * scale, scale)


def _slices(draws: "Floats") -> "list[Floats]":
    rows = max(1, 4_000_000 // max(1, draws.shape[1] ** 2))
    return [draws[start : start + rows] for start in range(0, len(draws), rows)]


def _windows(cells: int) -> "tuple[Ints, Ints]":
    import numpy as np

    starts, stops = np.triu_indices(cells)
    return starts, stops + 1


def _window_gains(rows: "Floats", expected: "Floats", total: float) -> "tuple[Floats, Floats]":
    """Gain of every window, and the fine that it pays for being short.

    The same as `raised_gain`, with the logarithms of whole counts looked up: there are millions.
    """
    import numpy as np

    starts, stops = _windows(len(expected))
    counts = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    counts = counts.astype(np.int32)
    seen = counts[:, stops] - counts[:, starts]
    due = np.concatenate([[0.0], np.cumsum(expected)])
    inside = np.clip(due[stops] - due[starts], 1e-9, total - 1e-9)
    count = np.arange(int(total) + 1, dtype=np.float64)
    entropy = count * np.log(np.maximum(count, 1.0))
    both = entropy + entropy[::-1]
    slope = np.log(total - inside) - np.log(inside)
    gains = both[seen] + seen * slope - total * np.log(total - inside)
    gains[(seen < FEWEST) | (seen <= inside)] = 0.0
    return gains, -np.log(np.clip(inside / total, 1e-9, 1.0))


def _scores(gains: "Floats", fines: "Floats") -> "Floats":
    import numpy as np

    return np.where(gains > 0, gains - fines, -20.0)
