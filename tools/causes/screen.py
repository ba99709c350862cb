"""Every factor tested at once: which one goes with failures beyond what chance would show?

The same failures are drawn onto units by expectation alone, many times; each time the best of all
factors is noted. A factor stands out if its evidence is beyond the best that chance reaches, so
factors that overlap are not counted twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.records.cause import Condition
from domain.resampling import Chance, chance_of, chance_of_best
from domain.scan import Gain
from tools.causes.cohort import Cohort
from tools.causes.factor import Factor, Group, members
from tools.causes.search import (
    best_places,
    by_cell,
    candidates,
    evidence,
    evidence_of_rest,
    places_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

DRAWS = 199
SEED = 20_260_101
SHARES: dict[Group, float] = {
    "lots": 0.25, "supplier": 0.20, "change": 0.20, "place": 0.18, "build": 0.08,
    "measurement": 0.05, "product": 0.04,
}  # fmt: skip
"""Share of the error probability by group: most where causes mostly are found."""
LEFT_SHARE = 0.4
"""Share of the measurements where one of them left its usual range: there one looks first."""
CLAIMED_SHARE = 0.8
"""Share of a group's error probability that goes to the part that most claims name."""


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
    """P-value of so strong evidence anywhere in the factor."""
    q_value: float
    """P-value of so strong evidence, weighted, in any factor."""
    worth: float
    """Its weighted evidence: how much speaks for it before and after the failures (nats)."""


class Screened(NamedTuple):
    """The outcome of one screening."""

    candidates: tuple[Candidate, ...]
    """Best first."""
    tested: int
    """Candidates weighed (count): cells, windows, thresholds, sets."""
    factors: tuple[Factor, ...]
    """Factors screened."""


class _Tested(NamedTuple):
    """The best places of a factor, with the evidence of the first and of what it leaves."""

    places: list[Gain]
    evidence: list[float]
    by_chance: "Floats"


def screen(
    cohort: Cohort, factors: list[Factor], expected: "Floats", claimed_part: str | None
) -> Screened:
    """Test every factor of a cohort against an expectation.

    Args:
        cohort: units at risk.
        factors: what to test, for example all `factors_of` the cohort.
        expected: failures expected of each unit; they add up to the failures.
        claimed_part: part that most claims name; its factors get a larger share of the error.
    """
    if not factors:
        return Screened((), 0, ())
    draws = _draws(cohort, expected)
    tested = [_tested(factor, cohort.failed, expected, draws) for factor in factors]
    weights = np.log(_weights(factors, claimed_part))
    drawn = np.stack([one.by_chance for one in tested]) + weights[:, None]
    best = chance_of_best(drawn)
    found = [
        candidate
        for factor, one, weight in zip(factors, tested, weights.tolist(), strict=True)
        for candidate in _candidates(factor, one, weight, best)
    ]
    found.sort(key=lambda one: (one.q_value, -one.place.gain, one.factor.name))
    return Screened(tuple(found), sum(map(candidates, factors)), tuple(factors))


def _tested(factor: Factor, failed: "Bools", expected: "Floats", draws: "Ints") -> _Tested:
    events, due = by_cell(factor, failed, expected)
    total = float(failed.sum())
    best = best_places(factor, events, due, total)
    rows = np.concatenate([events[None, :], _drawn(factor, draws)])
    places = places_of(factor, rows, due)
    values = evidence(places, total)
    seen = [float(values[0])]
    if len(best) > 1:
        seen += [evidence_of_rest(places, best[:1], total)]
    return _Tested(best, seen, values[1:])


def _candidates(factor: Factor, tested: _Tested, weight: float, best: Chance) -> list[Candidate]:
    alone = chance_of(tested.by_chance)
    return [
        Candidate(
            factor.describe(place.first, place.last),
            factor,
            place,
            members(factor, place.first, place.last),
            alone.p_value(seen) if place.gain > 0 else 1.0,
            best.p_value(seen + weight) if place.gain > 0 else 1.0,
            seen + weight,
        )
        for place, seen in zip(tested.places, tested.evidence, strict=True)
    ]


def _draws(cohort: Cohort, expected: "Floats") -> "Ints":
    """Failed units drawn by expectation alone, draws by failures."""
    random = np.random.Generator(np.random.PCG64(SEED))
    edges = np.cumsum(expected)
    places = random.random((DRAWS, cohort.failures)) * edges[-1]
    found = np.searchsorted(edges, places).astype(np.int64)
    return np.asarray(np.minimum(found, len(expected) - 1))


def _drawn(factor: Factor, draws: "Ints") -> "Floats":
    """Failures drawn, by draw and cell."""
    codes = factor.codes[draws]
    row = np.broadcast_to(np.arange(len(draws))[:, None], codes.shape)
    known = codes >= 0
    flat = row[known] * factor.cells + codes[known]
    table = np.bincount(flat, minlength=len(draws) * factor.cells)
    return table.reshape(len(draws), factor.cells).astype(np.float64)


def _weights(factors: Sequence[Factor], claimed_part: str | None) -> "Floats":
    """Share of each factor in the error: by group, and within it the claimed part more."""
    kinds = [(one.group, bool(claimed_part) and one.part_id == claimed_part) for one in factors]
    sums: defaultdict[tuple[Group, bool], float] = defaultdict(float)
    for factor, kind in zip(factors, kinds, strict=True):
        sums[kind] += factor.weight
    shares = _shares(factors)
    weights = []
    for factor, (group, mine) in zip(factors, kinds, strict=True):
        both = sums[group, True] and sums[group, False]
        share = (CLAIMED_SHARE if mine else 1 - CLAIMED_SHARE) if both else 1.0
        weights.append(shares[group] * share * factor.weight / sums[group, mine])
    found = np.array(weights)
    return np.asarray(found / found.sum())


def _shares(factors: Sequence[Factor]) -> dict[Group, float]:
    """Shares of the groups; measurements get more the farther one left its usual range."""
    left = max((one.left for one in factors if one.group == "measurement"), default=0.0)
    base = SHARES["measurement"]
    measured = base + (LEFT_SHARE - base) * left
    rest = (1 - measured) / (1 - base)
    return {g: measured if g == "measurement" else s * rest for g, s in SHARES.items()}
