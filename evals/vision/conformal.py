"""Do calibrated thresholds keep what they promise about missed defects, split after split?"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from domain.conformal import MissGoal, defects_needed, miss_threshold, misses_allowed
from domain.intervals import binomial_interval
from evals.figure import Figure

Floats = NDArray[np.float64]
SPLITS = 1_000
ERRORS = 3
"""Standard errors that a mean or a share over the splits may lie above its bound (count)."""
POPULATION = 200_000
SEED = 20


def figures(splits: int = SPLITS) -> list[Figure]:
    """Known answers, then means and shares over resampled splits."""
    found = [known_answers()]
    for told, scores in POPULATIONS.items():
        found.append(mean_miss_rate(told, scores(), MissGoal(0.02), 200, splits))
        found.append(share_above(told, scores(), MissGoal(0.02, 0.05), 200, splits))
    found.append(mean_miss_rate("smooth", _smooth(), MissGoal(0.02), 49, splits))
    found.append(share_above("smooth", _smooth(), MissGoal(0.02, 0.05), 149, splits))
    return found


def known_answers() -> Figure:
    """Counts that follow from the definitions alone."""
    average, sure, surer = MissGoal(0.02), MissGoal(0.02, 0.05), MissGoal(0.005, 0.05)
    right = [
        defects_needed(average) == 49,
        misses_allowed(48, average) is None,
        misses_allowed(49, average) == 0,
        misses_allowed(200, average) == 3,
        defects_needed(sure) == 149,
        misses_allowed(148, sure) is None,
        defects_needed(surer) == 598,
    ]
    return Figure(
        figure="conformal: known counts (49, 48 infeasible, 200 with 3 misses, 149, 598)",
        value=sum(right) / len(right),
        n=len(right),
        target="= 1",
        met=all(right),
    )


def miss_rates(population: Floats, goal: MissGoal, defects: int, splits: int) -> Floats:
    """True share of defects that pass, by split.

    Args:
        population: scores of all defects there are.
        goal: the promise.
        defects: defects drawn for each calibration (count).
        splits: calibrations (count).
    """
    random = np.random.Generator(np.random.PCG64(SEED))
    rising = np.sort(population)
    rates = np.empty(splits)
    for split in range(splits):
        chosen = rising[random.choice(len(rising), defects, replace=False)]
        threshold = miss_threshold(chosen.tolist(), goal).threshold
        if threshold is None:
            return np.full(splits, np.nan)
        rates[split] = np.searchsorted(rising, threshold, side="left") / len(rising)
    return rates


def mean_miss_rate(
    told: str, population: Floats, goal: MissGoal, defects: int, splits: int
) -> Figure:
    """The mean over splits, which should not exceed alpha but by chance."""
    rates = miss_rates(population, goal, defects, splits)
    return of_mean(f"{told} scores, {defects} defects", rates, goal)


def of_mean(told: str, rates: Floats, goal: MissGoal) -> Figure:
    """The figure of miss rates by split."""
    mean, error = float(rates.mean()), float(rates.std(ddof=1)) / math.sqrt(len(rates))
    return Figure(
        figure=f"conformal, {told}: mean miss rate over splits",
        value=mean,
        n=len(rates),
        low=mean - ERRORS * error,
        high=mean + ERRORS * error,
        target=f"<= {goal.alpha:g} + {ERRORS} s.e.",
        met=mean <= goal.alpha + ERRORS * error,
    )


def share_above(told: str, population: Floats, goal: MissGoal, defects: int, splits: int) -> Figure:
    """Share of splits whose true miss rate is above alpha, which should not exceed delta."""
    rates = miss_rates(population, goal, defects, splits)
    above = int((rates > goal.alpha).sum())
    delta = goal.delta or 0.0
    allowed = delta + ERRORS * math.sqrt(delta * (1 - delta) / splits)
    interval = binomial_interval(above, splits)
    return Figure(
        figure=f"conformal, {told} scores, {defects} defects: splits above alpha",
        value=above / splits,
        n=splits,
        low=interval.low,
        high=interval.high,
        target=f"<= {delta:g} + {ERRORS} s.e.",
        met=above / splits <= allowed,
    )


def _smooth() -> Floats:
    return np.random.Generator(np.random.PCG64(1)).normal(1.6, 1.0, POPULATION)


def _tied() -> Floats:
    """Scores of a server that rounds to one digit."""
    return np.round(_smooth(), 1)


POPULATIONS: dict[str, Callable[[], Floats]] = {"smooth": _smooth, "tied": _tied}
"""Scores of all defects. Without ties the result is the same for every distribution."""
