"""A share of failing units that rises on the first watched day, at lines of different output.

The simulated factories plant no rise of failures, so days are drawn here: shares of days differ by
more than chance, as they do in factories.
"""

import math
from statistics import median
from typing import NamedTuple

import numpy as np

from domain.share_watch import watch_shares
from evals.figure import Figure, share

OUTPUTS = (20, 100, 500)
"""Units inspected a day (count)."""
IN_CONTROL, RAISED = 0.025, 0.075
"""Share of units that fail, before and after."""
ALIKE = 0.002
"""Correlation of the fates of two units of a day."""
KNOWN, WATCHED = 76, 14
RUN_LENGTH = 7 * 334 / 0.2
"""Of each of the 334 charts of a simulated factory, at its budget (days)."""
RATIO = 2.0


class Rise(NamedTuple):
    """One line, with and without the rise."""

    found: int | None
    """Days to the signal; none: not within the watched days."""
    oracle: int | None
    """The same of a sum that knows share and spread of the days before."""
    false: bool
    """Whether it signals without the rise."""


def figures(lines: int, first_seed: int) -> list[Figure]:
    """Figures for each output, over so many lines."""
    found: list[Figure] = []
    false: list[bool] = []
    for units in OUTPUTS:
        rises = [rise(units, first_seed + number) for number in range(lines)]
        found += _of_output(units, rises)
        false += [one.false for one in rises]
    name = f"failures as before: false signal of a line in {WATCHED} days"
    return [*found, share(name, false, at_most=WATCHED / RUN_LENGTH)]


def rise(units: int, seed: int) -> Rise:
    """One line of so many units a day."""
    random = np.random.Generator(np.random.PCG64(seed))
    trials = np.full(KNOWN + WATCHED, units)
    before = np.full(KNOWN + WATCHED, IN_CONTROL)
    after = np.where(np.arange(KNOWN + WATCHED) < KNOWN, IN_CONTROL, RAISED)
    raised, quiet = (
        random.binomial(trials, random.beta(p * (1 / ALIKE - 1), (1 - p) * (1 / ALIKE - 1)))
        for p in (after, before)
    )
    found = watch_shares(raised, trials, KNOWN, run_length=RUN_LENGTH, ratio=RATIO)
    null = watch_shares(quiet, trials, KNOWN, run_length=RUN_LENGTH, ratio=RATIO)
    return Rise(
        None if found is None else found.first,
        _oracle(raised[KNOWN:].tolist(), units),
        null is not None and null.first is not None,
    )


def _oracle(events: list[int], units: int) -> int | None:
    spread, total = 1 + (units - 1) * ALIKE, 0.0
    for day, event in enumerate(events):
        gain = event * math.log(RATIO) - units * math.log1p(IN_CONTROL * (RATIO - 1))
        total = max(0.0, total + gain / spread)
        if total >= math.log(RUN_LENGTH):
            return day
    return None


def _of_output(units: int, rises: list[Rise]) -> list[Figure]:
    name = f"failures tripled, {units} units a day"
    days = [one.found for one in rises if one.found is not None]
    told = [one.oracle for one in rises if one.oracle is not None]
    return [
        share(f"{name}: found within {WATCHED} days", [one.found is not None for one in rises]),
        share(f"{name}: found by the oracle", [one.oracle is not None for one in rises]),
        _median(f"{name}: days to the signal, where found", days),
        _median(f"{name}: days to the oracle's signal, where found", told),
    ]


def _median(text: str, days: list[int]) -> Figure:
    if not days:
        return Figure(figure=text, value=0, n=0, skipped="none was found")
    low, high = np.quantile(days, [0.1, 0.9]).tolist()
    return Figure(figure=text, value=median(days), n=len(days), low=low, high=high)
