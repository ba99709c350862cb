"""The candidates of a factor: what each holds, how strongly they speak, and which is best.

Whatever the kind of search, a candidate is a set of cells with failures seen and expected.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.scan import (
    Gain,
    likely_tail,
    likely_window,
    log_evidence,
    raised_gain,
    tails_of,
    windows_of,
)
from tools.causes.factor import Factor
from tools.causes.weigh import Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MOST_PER_FACTOR = 2
MOST_TRIED = 30
"""Thresholds of one characteristic count as so many independent ones at most."""


class Places(NamedTuple):
    """Candidates of a factor, for one or many rows of data."""

    events: "Floats"
    """Failures inside; rows by candidates."""
    expected: "Floats"
    """Failures expected inside."""
    weights: "Floats"
    """Weight of each candidate; they add up to 1."""


def places_of(factor: Factor, rows: "Floats", due: "Floats") -> Places:
    """The candidates that stand for a factor's search.

    Levels weigh half alike and half by the units that they hold: small lots are many, and a large
    one must not drown among them.

    Args:
        factor: the factor.
        rows: failures by cell, one row for each data set.
        due: failures expected by cell.
    """
    if factor.sets is not None:
        sets = factor.sets.astype(np.float64).T
        return Places(rows @ sets, due @ sets, _even(sets.shape[1]))
    if factor.search == "window":
        starts, stops, weights = windows_of(factor.cells)
        seen = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
        sums = np.concatenate([[0.0], np.cumsum(due)])
        return Places(seen[:, stops] - seen[:, starts], sums[stops] - sums[starts], weights)
    if factor.search == "cells":
        return Places(rows, due, (_even(len(due)) + due / max(float(due.sum()), 1e-300)) / 2)
    if factor.search == "high":
        rows, due = rows[:, ::-1], due[::-1]
    at = tails_of(due)
    weights = _even(len(at))
    if factor.edge is not None:
        at, weights = np.append(at, factor.edge), np.append(weights / 2, 0.5)
    return Places(np.cumsum(rows, axis=1)[:, at], np.cumsum(due)[at], weights)


def evidence(places: Places, total: float) -> "Floats":
    """Log of the average likelihood ratio of a factor's candidates, a value a row (nats)."""
    return log_evidence(places.events, places.expected, places.weights, total)


def evidence_of_rest(places: Places, best: list[Gain], total: float) -> float:
    """The evidence that remains of one row when better cells or sets are taken out (nats)."""
    weights = places.weights.copy()
    weights[[one.first for one in best]] = 0.0
    rest = log_evidence(places.events[:1], places.expected, weights, total)
    return float(rest[0])


def best_places(factor: Factor, events: "Floats", due: "Floats", total: float) -> list[Gain]:
    """The most raised cells or sets of a factor, or its window or threshold; best first."""
    if factor.search == "window":
        return [likely_window(events, due, total)]
    if factor.search == "low":
        return [likely_tail(events, due, total, factor.edge)]
    if factor.search == "high":
        found = likely_tail(events[::-1], due[::-1], total, factor.edge)
        return [Gain(factor.cells - 1 - found.last, factor.cells - 1, found.gain)]
    if factor.sets is not None:
        sets = factor.sets.astype(np.float64).T
        events, due = events @ sets, due @ sets
    gains = raised_gain(events, due, total)
    top = np.argsort(-gains, kind="stable")[:MOST_PER_FACTOR].tolist()
    return [Gain(place, place, float(gains[place])) for place in top]


def best_place(factor: Factor, failed: "Bools", expected: "Floats") -> Gain:
    """The most raised cell, window, threshold or set of a factor."""
    total = float(failed.sum())
    scale = total / max(float(expected.sum()), 1e-9)
    return best_places(factor, *by_cell(factor, failed, expected * scale), total)[0]


def candidates_within(
    factors: list[Factor], ground: Ground, mask: "Bools"
) -> Iterator[tuple[Factor, Gain, int]]:
    """The best of each factor among some units only, with the number of candidates tried."""
    for factor in factors:
        inner = factor._replace(codes=np.where(mask, factor.codes, -1))
        place = best_place(inner, ground.failed & mask, ground.expected * mask)
        if place.gain > 0:
            used = len(np.unique(inner.codes[inner.codes >= 0]))
            yield factor, place, max(1, min(used, candidates(factor), MOST_TRIED))


def by_cell(factor: Factor, failed: "Bools", expected: "Floats") -> "tuple[Floats, Floats]":
    """Failures, and failures expected, of each cell of a factor."""
    codes = factor.codes + 1
    seen = np.bincount(codes[failed], minlength=factor.cells + 1)[1:]
    due = np.bincount(codes, expected, minlength=factor.cells + 1)[1:]
    return seen.astype(np.float64), due.astype(np.float64)


def candidates(factor: Factor) -> int:
    """Cells, windows, thresholds or sets of a factor (count)."""
    if factor.sets is not None:
        return len(factor.sets)
    return factor.cells * (factor.cells + 1) // 2 if factor.search == "window" else factor.cells


def _even(count: int) -> "Floats":
    return np.full(count, 1 / max(count, 1))
