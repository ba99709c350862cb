"""Events that exposure explains: units in service by age, and the season of their market.

Sales grow, so the mix of ages changes from week to week; air conditioners fail when they run. Both
move counts although no product has changed, and a watch that ignores them is a calendar.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

AGE_EDGES = (0, 4, 8, 13, 26, 39, 52, 78, 104, 156)
"""First weeks in service of the ages over which the rate is taken as even."""
AGE_EVENTS = 8.0
"""Weight with which the rate of an age is drawn to that of all ages (events)."""
SEASON_SPREAD = 0.6
"""Standard deviation of a season's two weights (log rate) before any event was seen."""
GAIN_SPREAD = 0.4
"""Standard deviation of a market's share in the season of its family, round 1."""
OTHER_SIDE = 0.1
"""Share of the events expected in the other hemisphere from which on less than a year will do."""
WEEKS_OF_YEAR = 365.25 / 7
_ROUNDS = 12


class Harmonic(NamedTuple):
    """Yearly rhythm of log rates, opposite in the two hemispheres, one for each group."""

    weights: "Floats"
    """Weights of cosine and sine, groups by 2."""
    level: "Floats"
    """Events over those expected beside the season, by group."""


def age_band(weeks: "Ints") -> "Ints":
    """Which age band so many weeks in service fall into; below zero counts as the first."""
    import numpy as np

    return np.asarray(np.searchsorted(AGE_EDGES, np.maximum(weeks, 0), side="right") - 1)


def exposure_by_age(sold: "Floats", first: int, cover: "Ints", weeks: int) -> "Floats":
    """Unit-weeks in service under warranty, by place, age band and calendar week.

    Args:
        sold: units sold, places by weeks of sale.
        first: week of the first column of `sold`; calendar weeks begin at 0.
        cover: weeks of warranty of each place.
        weeks: calendar weeks (count).

    Returns:
        Places by age bands by weeks; a unit counts half in the week of its sale.

    Source: N. Keiding, Statistical inference in the Lexis diagram, Phil. Trans. A 332 (1990).
    """
    import numpy as np

    places, columns = sold.shape
    exposure = np.zeros((places, len(AGE_EDGES), weeks))
    oldest = weeks - 1 - first
    for age in range(oldest + 1):
        source = np.arange(weeks) - age - first
        known = (source >= 0) & (source < columns)
        if not known.any():
            continue
        units = sold[:, source[known]] * (cover >= age)[:, None]
        band = int(age_band(np.array([age]))[0])
        exposure[:, band, known] += units * (0.5 if age == 0 else 1.0)
    return exposure


def rates_by_age(events: "Floats", exposure: "Floats") -> "Floats":
    """Events per unit-week by age, each drawn to the rate of all ages; groups by age bands.

    Args:
        events: events, groups by age bands (count).
        exposure: unit-weeks, the same.

    Returns:
        Rates; 0 for a group without events, or without exposure.
    """
    import numpy as np

    seen, due = events.sum(axis=1, keepdims=True), exposure.sum(axis=1, keepdims=True)
    mean = np.divide(seen, due, out=np.zeros_like(seen), where=due > 0)
    return np.asarray(
        np.divide(
            mean * (events + AGE_EVENTS),
            mean * exposure + AGE_EVENTS,
            out=np.zeros_like(events),
            where=(mean > 0) & (due > 0),
        )
    )


def waves(first_day: int, weeks: int) -> "Floats":
    """Cosine and sine of the year at the middle of each week; 2 by weeks.

    Args:
        first_day: first day of the first week (days since 1970-01-01).
        weeks: how many (count).
    """
    import numpy as np

    angle = 2 * np.pi * ((first_day + 3.5) / 7 + np.arange(weeks)) / WEEKS_OF_YEAR
    return np.stack([np.cos(angle), np.sin(angle)])


def season_known(expected: "Floats") -> "Bools":
    """Whether a season can be told from a rise: over a year, or by the other hemisphere.

    Args:
        expected: events expected without season: groups by hemispheres by weeks (count).
    """
    import numpy as np

    by_side = expected.sum(axis=2)
    total = by_side.sum(axis=1)
    share = np.divide(by_side.min(axis=1), total, out=np.zeros_like(total), where=total > 0)
    return np.asarray((expected.shape[2] >= int(WEEKS_OF_YEAR)) | (share >= OTHER_SIDE))


def harmonic(events: "Floats", expected: "Floats", wave: "Floats") -> Harmonic:
    """The yearly rhythm of each group that its events speak for; few events draw it to none.

    Args:
        events: groups by hemispheres (north, south) by weeks (count).
        expected: events expected without season, the same.
        wave: cosine and sine by weeks.

    Source: Poisson regression with known exposure (P. McCullagh and J. Nelder, Generalized Linear
    Models, 1989), with a normal prior on the two weights.
    """
    import numpy as np

    side = np.array([1.0, -1.0])
    design = (wave[:, None, :] * side[None, :, None]).reshape(2, -1)
    seen, due = (one.reshape(len(one), design.shape[1]) for one in (events, expected))
    weights = np.zeros((len(seen), 2))
    level = np.ones(len(seen))
    ridge = np.eye(2) / SEASON_SPREAD**2
    for _ in range(_ROUNDS):
        shape = due * np.exp(weights @ design)
        total = shape.sum(axis=1)
        level = np.divide(seen.sum(axis=1), total, out=np.ones_like(total), where=total > 0)
        mean = shape * level[:, None]
        centre = np.divide(
            mean @ design.T, mean.sum(axis=1)[:, None], out=np.zeros_like(weights),
            where=mean.sum(axis=1)[:, None] > 0,
        )  # fmt: skip
        slope = (seen - mean) @ design.T - weights @ ridge
        spread = np.einsum("gn,an,bn->gab", mean, design, design)
        spread -= mean.sum(axis=1)[:, None, None] * centre[:, :, None] * centre[:, None, :]
        step = np.linalg.solve(spread + ridge, slope[:, :, None])[:, :, 0]
        weights = weights + np.clip(step, -0.5, 0.5)
    return Harmonic(weights, level)


def market_gains(events: "Floats", expected: "Floats", rhythm: "Floats") -> "Floats":
    """How far each market follows the season of its hemisphere: 1 fully, 0 not at all.

    Args:
        events: groups by markets by weeks (count).
        expected: events expected without season, the same.
        rhythm: log rate of the season, the same.

    Returns:
        One value a market, drawn to 1 where few events speak.
    """
    import numpy as np

    gain = np.ones(events.shape[1])
    weight = 1 / GAIN_SPREAD**2
    for _ in range(_ROUNDS):
        mean = expected * np.exp(rhythm * gain[None, :, None])
        slope = ((events - mean) * rhythm).sum(axis=(0, 2)) - weight * (gain - 1)
        spread = (mean * rhythm**2).sum(axis=(0, 2)) + weight
        gain = np.clip(gain + np.clip(slope / spread, -0.3, 0.3), 0.0, 1.5)
    return np.asarray(gain)
