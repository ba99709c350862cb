"""From a screening to causes: the best description, its rivals, its confirmation, and the next one.

One cause is taken at a time; what it explains is put into the expectation, and the rest is screened
again.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.records.cause import Condition
from tools.causes.aliases import Alias, aliases_of
from tools.causes.cohort import Cohort
from tools.causes.factor import members
from tools.causes.factors import factors_of
from tools.causes.narrow import Narrowed, at_home, narrowed
from tools.causes.population import Population
from tools.causes.screen import Candidate, Screened, screen
from tools.causes.search import best_place
from tools.causes.weigh import (
    NESTED,
    Ground,
    Weighed,
    crude,
    inside,
    overlap,
    raised_p,
    tally,
    weigh,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MOST_CAUSES = 3
FAMILY_ERROR = 0.05
"""Probability, where nothing is to be found, that the screening finds something all the same."""
RIVAL_P = 0.01
"""A candidate with a search p-value up to this is weighed against the cause."""
CLOSE = 3.0
"""Descriptions worth at most so much less than the best (nats) are weighed against it."""
FIXED = ("cells", "sets")
SAME_STORY = 0.2
"""Common exposure from which a weaker candidate may be the better description of the strongest."""
MAINLY = 0.5
"""Share of one of the two inside the other from which the same holds."""
FOLDS = 3


class Cause(NamedTuple):
    """One cause with everything that speaks for and against it."""

    condition: Condition
    """What the affected units have in common."""
    mask: "Bools"
    """The units that meet it."""
    origin: Candidate
    """The candidate that it grew from."""
    ground: Ground
    """Failures, and the expectation that causes found before are part of."""
    hold_out_p: float
    """One-sided p-value on units that had no part in choosing the window or threshold."""
    aliases: tuple[Alias, ...]
    """Descriptions that the data cannot tell from it."""


class Explanation(NamedTuple):
    """Causes, and the screening that they came from."""

    causes: tuple[Cause, ...]
    """Causes found, the strongest first."""
    screened: Screened
    """The first screening: every candidate."""


def explain(cohort: Cohort, population: Population) -> Explanation:
    """Screen, describe and confirm causes one after the other."""
    expected = cohort.expected
    first: Screened | None = None
    causes: list[Cause] = []
    factors = factors_of(cohort)
    for _ in range(MOST_CAUSES):
        screened = screen(cohort, factors, expected, population.claimed_part)
        first = first or screened
        cause = _strongest(cohort, Ground(cohort.failed, expected), screened)
        if cause is None or _told_before(cause, causes):
            break
        causes.append(cause)
        expected = _absorbed(cohort, expected, cause.mask)
    assert first is not None
    return Explanation(tuple(causes), first)


def rivals_of(cause: Cause, screened: Screened) -> list[tuple[Candidate, Weighed]]:
    """Candidates that stand out by themselves, weighed against a cause."""
    return [
        (candidate, weigh(cause.ground, cause.mask, candidate.mask))
        for candidate in screened.candidates
        if candidate.search_p <= RIVAL_P
    ]


def _told_before(cause: Cause, causes: list[Cause]) -> bool:
    """Whether a cause is mostly one of those found, in other words."""
    return any(
        max(inside(cause.ground, one.mask, cause.mask), inside(cause.ground, cause.mask, one.mask))
        >= MAINLY
        for one in causes
    )


def _strongest(cohort: Cohort, ground: Ground, screened: Screened) -> Cause | None:
    survivors = [c for c in screened.candidates if c.q_value <= FAMILY_ERROR]
    if not survivors:
        return None
    winner = _champion(ground, survivors, screened)
    factors = list(screened.factors)
    found = narrowed(cohort, ground, Narrowed(winner.condition, winner.mask), factors)
    found = at_home(cohort, ground, found)
    return Cause(
        condition=found.condition,
        mask=found.mask,
        origin=winner,
        ground=ground,
        hold_out_p=_hold_out(cohort, ground, winner, found.mask),
        aliases=aliases_of(cohort, ground, found, winner, screened),
    )


def _champion(ground: Ground, survivors: list[Candidate], screened: Screened) -> Candidate:
    """The description for which most speaks, of those that tell the same story.

    Its evidence is an average over all that its factor could have said (a marginal likelihood): a
    window among thousands must explain more than one of six sites.
    """
    first = survivors[0]
    rivals = survivors + [
        candidate
        for candidate in screened.candidates
        if candidate.search_p <= RIVAL_P
        and candidate.q_value > FAMILY_ERROR
        and _same_story(ground, candidate, first)
    ]
    rivals.sort(key=lambda one: (-one.worth, one.factor.name))
    return _nested(ground, [one for one in rivals if one.worth >= rivals[0].worth - CLOSE])


def _same_story(ground: Ground, one: Candidate, first: Candidate) -> bool:
    if overlap(ground, one.mask, first.mask) >= SAME_STORY:
        return True
    return max(inside(ground, first.mask, one.mask), inside(ground, one.mask, first.mask)) >= MAINLY


def _nested(ground: Ground, near: list[Candidate]) -> Candidate:
    """The best, or a part of it or a wider one where the units that set them apart say so.

    Only among candidates that needed no search: an end point that was chosen to fit leaves a rest
    that looks sound.
    """
    best, *others = near
    if best.factor.search not in FIXED:
        return best
    for rival in (one for one in others if one.factor.search in FIXED):
        lies = max(inside(ground, best.mask, rival.mask), inside(ground, rival.mask, best.mask))
        same = overlap(ground, best.mask, rival.mask) >= NESTED
        if lies >= NESTED and not same and weigh(ground, best.mask, rival.mask).outcome == "second":
            return rival
    return best


def _hold_out(cohort: Cohort, ground: Ground, winner: Candidate, mask: "Bools") -> float:
    """Choose window or threshold on two thirds of the units, count in the other; then add up."""
    inner = np.zeros(len(mask), dtype=np.bool_)
    for fold in range(FOLDS):
        test = cohort.fold == fold
        if winner.factor.search in ("window", "low", "high"):
            place = best_place(winner.factor, ground.failed & ~test, ground.expected * ~test)
            chosen = members(winner.factor, place.first, place.last)
            if winner.mask.sum() > mask.sum():  # further facts were added to the winner
                chosen = chosen & (mask | ~winner.mask)
        else:
            chosen = mask
        inner |= test & chosen
    return raised_p(tally(ground, inner), tally(ground, ~inner))


def _absorbed(cohort: Cohort, expected: "Floats", mask: "Bools") -> "Floats":
    """The expectation with a cause in it, brought back to the failures of each family."""
    from domain.persontime import scaled_to_family

    ratio = crude(Ground(cohort.failed, expected), mask).ratio.estimate
    raised = expected * np.where(mask, ratio if ratio is not None else 1e6, 1.0)
    return scaled_to_family(raised, cohort.service)
