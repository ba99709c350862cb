"""Every factor tested at once: which one goes with failures beyond what chance would show?

The best of a factor's candidates is judged by the best of the same factor when the same failures
fall on units by expectation alone; over factors the false discovery rate is held.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.records.cause import Condition
from domain.scan import (
    Gain,
    best_window,
    best_windows_by_chance,
    extreme,
    raised_gain,
)
from domain.screening import benjamini_hochberg
from tools.causes.cohort import Cohort
from tools.causes.factor import Factor, Group, members
from tools.causes.factors import factors_of
from tools.causes.weigh import Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

DRAWS = 199
SEED = 20_260_101
WORTH_DRAWING = 2.5
"""A best gain below this (nats) is not told from chance, and chance need not be drawn."""
SHARES: dict[Group, float] = {
    "lots": 0.25, "supplier": 0.20, "place": 0.15, "change": 0.15,
    "build": 0.05, "measurement": 0.15, "product": 0.05,
}  # fmt: skip
"""Share of the error probability by group: most where causes mostly are found."""
CLAIMED_SHARE = 0.8
"""Share of a group's error probability that goes to the part that most claims name."""
MOST_PER_FACTOR = 2
FEWEST_IN_THRESHOLD = 3
MOST_TRIED = 30
"""Thresholds of one characteristic count as so many independent ones at most."""


class Candidate(NamedTuple):
    """One condition that the failures may have in common."""

    condition: Condition
    """What the units have in common."""
    factor: Factor
    """The factor that it is a level, window or threshold of."""
    place: Gain
    """Its cells, and how much better a raised rate there explains the failures (nats)."""
    mask: "Bools"
    """The units that meet it."""
    search_p: float
    """P-value of so large a gain anywhere in the factor."""
    q_value: float
    """The same after Benjamini-Hochberg over all factors, weighted."""


class Screened(NamedTuple):
    """The outcome of one screening."""

    candidates: tuple[Candidate, ...]
    """Best first."""
    tested: int
    """Candidates weighed (count): cells, windows, thresholds, sets."""
    factors: tuple[Factor, ...]
    """Factors screened."""


def screen(cohort: Cohort, expected: "Floats", claimed_part: str | None) -> Screened:
    """Test every factor of a cohort against an expectation.

    Args:
        cohort: units at risk.
        expected: failures expected of each unit; they add up to the failures.
        claimed_part: part that most claims name; its factors get a larger share of the error.
    """
    factors = factors_of(cohort)
    draws = _draws(cohort, expected)
    found: list[tuple[Factor, list[Gain], list[float]]] = []
    for factor in factors:
        places = _best(factor, cohort, expected)
        found.append((factor, places, _by_chance(factor, places, expected, draws)))
    best = [min(ps, default=1.0) for _, _, ps in found]
    weights = _weights(factors, claimed_part)
    scaled = [min(1.0, p / w) for p, w in zip(best, weights, strict=True)]
    adjusted = benjamini_hochberg(scaled).adjusted
    candidates = [
        Candidate(
            factor.describe(gain.first, gain.last),
            factor,
            gain,
            members(factor, gain.first, gain.last),
            p,
            max(float(q), min(1.0, p / weight / len(factors))),
        )
        for (factor, places, ps), q, weight in zip(found, adjusted, weights, strict=True)
        for gain, p in zip(places, ps, strict=True)
    ]
    order = dict(zip([f.name for f in factors], weights, strict=True))
    candidates.sort(key=lambda c: (c.search_p / order[c.factor.name], -c.place.gain, c.factor.name))
    return Screened(tuple(candidates), sum(map(_size, factors)), tuple(factors))


def best_place(factor: Factor, failed: "Bools", expected: "Floats") -> Gain:
    """The most raised cell, window, threshold or set of a factor."""
    scale = float(failed.sum()) / max(float(expected.sum()), 1e-9)
    return _ranked(factor, *_tables(factor, failed, expected * scale), float(failed.sum()))[0]


def candidates_within(
    factors: list[Factor], ground: Ground, mask: "Bools"
) -> Iterator[tuple[Factor, Gain, int]]:
    """The best of each factor among some units only, with the number of candidates tried."""
    for factor in factors:
        inner = factor._replace(codes=np.where(mask, factor.codes, -1))
        place = best_place(inner, ground.failed & mask, ground.expected * mask)
        if place.gain > 0:
            used = len(np.unique(inner.codes[inner.codes >= 0]))
            yield factor, place, max(1, min(used, _size(factor), MOST_TRIED))


def _best(factor: Factor, cohort: Cohort, expected: "Floats") -> list[Gain]:
    events, due = _tables(factor, cohort.failed, expected)
    return _ranked(factor, events, due, float(cohort.failures))


def _ranked(factor: Factor, events: "Floats", due: "Floats", total: float) -> list[Gain]:
    if factor.search == "window":
        return [best_window(events, due, total)]
    gains = _gains(factor, events[None, :], due, total)[0]
    top = np.argsort(-gains, kind="stable")[:MOST_PER_FACTOR].tolist()
    if factor.search in ("low", "high"):
        top = top[:1]
    return [_gain_at(factor, place, float(gains[place])) for place in top]


def _gain_at(factor: Factor, place: int, gain: float) -> Gain:
    if factor.search == "low":
        return Gain(0, place, gain, gain)
    if factor.search == "high":
        return Gain(place, factor.cells - 1, gain, gain)
    return Gain(place, place, gain, gain)


def _tables(factor: Factor, failed: "Bools", expected: "Floats") -> tuple["Floats", "Floats"]:
    known = factor.codes >= 0
    events = np.bincount(factor.codes[known & failed], minlength=factor.cells)
    return events.astype(np.float64), _due(factor, expected)


def _due(factor: Factor, expected: "Floats") -> "Floats":
    known = factor.codes >= 0
    found = np.bincount(factor.codes[known], expected[known], minlength=factor.cells)
    return found.astype(np.float64)


def _gains(factor: Factor, rows: "Floats", due: "Floats", total: float) -> "Floats":
    """Gain of every candidate of a factor that is no window; rows of events by cell."""
    if factor.sets is not None:
        sets = factor.sets.astype(np.float64).T
        return raised_gain(rows @ sets, due @ sets, total)
    if factor.search == "low":
        seen, due = np.cumsum(rows, axis=1), np.cumsum(due)
        gains = raised_gain(seen, due, total, FEWEST_IN_THRESHOLD)
        gains[:, -1] = 0.0
        return gains
    if factor.search == "high":
        seen = np.cumsum(rows[:, ::-1], axis=1)[:, ::-1]
        gains = raised_gain(seen, np.cumsum(due[::-1])[::-1], total, FEWEST_IN_THRESHOLD)
        gains[:, 0] = 0.0
        return gains
    return raised_gain(rows, due, total)


def _draws(cohort: Cohort, expected: "Floats") -> "Ints":
    """Failed units drawn by expectation alone, draws by failures."""
    random = np.random.Generator(np.random.PCG64(SEED))
    edges = np.cumsum(expected)
    places = random.random((DRAWS, cohort.failures)) * edges[-1]
    found = np.searchsorted(edges, places).astype(np.int64)
    return np.asarray(np.minimum(found, len(expected) - 1))


def _by_chance(
    factor: Factor, places: list[Gain], expected: "Floats", draws: "Ints"
) -> list[float]:
    """P-values of a factor's best candidates over its own search."""
    if not places or places[0].gain < WORTH_DRAWING:
        return [1.0] * len(places)
    rows = _drawn_tables(factor, draws)
    due = _due(factor, expected)
    total = float(draws.shape[1])
    if factor.search == "window":
        largest = best_windows_by_chance(rows, due, total)
    else:
        largest = _gains(factor, rows, due, total).max(axis=1)
    chance = extreme(largest)
    return [chance.tail(place.score) for place in places]


def _drawn_tables(factor: Factor, draws: "Ints") -> "Floats":
    codes = factor.codes[draws]
    row = np.broadcast_to(np.arange(len(draws))[:, None], codes.shape)
    known = codes >= 0
    flat = row[known] * factor.cells + codes[known]
    table = np.bincount(flat, minlength=len(draws) * factor.cells)
    return table.reshape(len(draws), factor.cells).astype(np.float64)


def _weights(factors: Sequence[Factor], claimed_part: str | None) -> list[float]:
    """Weight of each factor, mean 1: by group, and within it the claimed part more."""
    kinds = [(f.group, bool(claimed_part) and f.part_id == claimed_part) for f in factors]
    sums: defaultdict[tuple[Group, bool], float] = defaultdict(float)
    for factor, kind in zip(factors, kinds, strict=True):
        sums[kind] += factor.left
    weights = []
    for factor, (group, mine) in zip(factors, kinds, strict=True):
        both = sums[group, True] and sums[group, False]
        share = (CLAIMED_SHARE if mine else 1 - CLAIMED_SHARE) if both else 1.0
        weights.append(SHARES[group] * share * factor.left / sums[group, mine])
    total = sum(weights)
    return [weight * len(factors) / total for weight in weights]


def _size(factor: Factor) -> int:
    if factor.sets is not None:
        return len(factor.sets)
    return factor.cells * (factor.cells + 1) // 2 if factor.search == "window" else factor.cells
