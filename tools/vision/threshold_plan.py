"""What is missing for a promise about missed defects, and what to do until it is there."""

from typing import NamedTuple

from domain.conformal import MissGoal, defects_needed
from domain.contract import Contract
from domain.intervals import Interval

SURE = 0.95
"""Confidence of the second promise that is always told, 0 to 1."""


class CollectionPlan(Contract):
    """How many defective parts are there, and how many are missing."""

    have: int
    """Defective parts at hand (count)."""
    needed: int
    """Defective parts that the wanted promise takes, if none of them is missed (count)."""
    more: int
    """Missing ones (count)."""
    needed_on_average: int
    """The same for a promise on average (count)."""
    needed_with_confidence: int
    """The same for a promise with 95 % confidence (count)."""
    reachable: float
    """Smallest share of missed defects that those at hand could promise on average, 0 to 1;
    1: none."""
    steps: tuple[str, ...]
    """What to collect, and how."""
    interim: str
    """What to do until then."""


class Expected(Contract):
    """What a threshold would do, as far as the parts at hand tell."""

    missed: int
    """Defective parts that it passes (count)."""
    good: int
    """Good parts (count)."""
    rejected_good: Interval | None
    """Share of good parts that do not pass (NG or REVIEW), exact interval; null without any."""
    scrapped_good: Interval | None
    """Share of good parts that are rejected outright (NG); null without any."""
    review_good: int
    """Good parts that a person would look at (count)."""
    review_bad: int
    """Defective parts that a person would look at (count)."""
    right_rejects: float | None
    """Share of parts that do not pass that would be defective, at the stated prevalence, 0 to 1;
    null without prevalence or good parts."""


class _Wish(NamedTuple):
    goal: MissGoal
    have: int
    defect: str


def collection_plan(goal: MissGoal, have: int, defect: str | None) -> CollectionPlan:
    """What a promise takes beside what there is.

    Args:
        goal: the wanted promise.
        have: defective parts at hand (count).
        defect: their kind; None: all kinds.
    """
    wish = _Wish(goal, have, defect or "defective part")
    needed = defects_needed(goal)
    more = max(0, needed - have)
    return CollectionPlan(
        have=have,
        needed=needed,
        more=more,
        needed_on_average=defects_needed(MissGoal(goal.alpha)),
        needed_with_confidence=defects_needed(MissGoal(goal.alpha, 1.0 - SURE)),
        reachable=1.0 / (have + 1),
        steps=_steps(wish, more),
        interim=_interim(more),
    )


def _steps(wish: _Wish, more: int) -> tuple[str, ...]:
    if not more:
        return ("keep the pictures: the same parts test the next model version",)
    return (
        f"keep every picture of a confirmed {wish.defect}: {more} more, that neither model nor"
        " recipe was fitted on",
        "one picture of each part, from this camera, light and recipe; repeats count once",
        "have a person look at a random share of what passes, or defects that the camera misses"
        " never enter",
        "put back stored rejects of other shifts and lots, so that they are like those to come",
    )


def _interim(more: int) -> str:
    if not more:
        return "no interim rule is needed"
    return (
        "no score passes a part by itself for this kind: what is not clearly bad goes to REVIEW,"
        " and a person decides"
    )
