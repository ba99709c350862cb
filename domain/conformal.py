"""Where to set the limit of a score so that few defects pass, with a promise that data can keep.

A score rises with badness and a part below the threshold passes. The promise needs held-out defects
of the same kind, camera, light, recipe and model as those to come: a change of any voids it.
Without defects there is no promise. A threshold "fitted" on good parts alone (the lowest of their
scores, say) says nothing of misses, and rejects nearly everything.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from domain.arguments import require_count, require_share
from domain.contract import Contract
from domain.errors import InvalidArgument

Promise = Literal["on_average", "with_confidence"]
"""On average over sets of defects like this one, or for this one with a stated confidence."""


class MissGoal(NamedTuple):
    """How many defects may pass, and how sure that must be."""

    alpha: float
    """Largest share of defects that may pass, 0 to 1."""
    delta: float | None = None
    """Probability that the promise fails, 0 to 1; None: it holds on average only."""

    @property
    def promise(self) -> Promise:
        """The kind of promise."""
        return "on_average" if self.delta is None else "with_confidence"


class MissThreshold(Contract):
    """The threshold that keeps a promise about misses, or why there is none."""

    promise: Promise
    """What kind of promise it is."""
    alpha: float
    """Largest share of defects that may pass, 0 to 1."""
    delta: float | None
    """Probability that the promise fails; null: it holds on average."""
    threshold: float | None
    """Scores from here on do not pass (unit of the score); null: infeasible."""
    defects: int
    """Held-out defects that it rests on (count)."""
    misses: int | None
    """Those of them below the threshold (count); null: infeasible."""
    needed: int
    """Defects below which no threshold keeps the promise, none of them missed (count)."""

    @property
    def infeasible(self) -> str | None:
        """Why there is no threshold; None: there is one."""
        if self.threshold is not None:
            return None
        return f"infeasible: need >= {self.needed} defects, have {self.defects}"


def misses_allowed(defects: int, goal: MissGoal) -> int | None:
    """Most of the held-out defects that may lie below the threshold; None: not even none may.

    On average, (misses + 1) / (defects + 1) must not exceed alpha. With confidence, so few misses
    must have probability delta or less if the true share were alpha.

    Args:
        defects: held-out defects, zero or more.
        goal: the promise.

    Raises:
        InvalidArgument: no count, or alpha or delta is not between 0 and 1.

    Source: A. Angelopoulos, S. Bates, A. Fisch, L. Lei and T. Schuster, Conformal risk control,
    ICLR 2024. A. Angelopoulos, S. Bates, E. Candès, M. Jordan and L. Lei, Learn then test, Annals
    of Applied Statistics 19 (2025), with the exact binomial tail; for one threshold that is the
    tolerance limit of S. Wilks, Annals of Mathematical Statistics 12 (1941).
    """
    require_count("defects", defects)
    _require_goal(goal)
    if goal.delta is None:
        allowed = math.floor(_exact(goal.alpha) * (defects + 1)) - 1
        return allowed if allowed >= 0 else None
    return _most_with_confidence(defects, goal.alpha, goal.delta)


def defects_needed(goal: MissGoal) -> int:
    """Defects that must all lie above the threshold before the promise can be made (count).

    Args:
        goal: the promise.

    Returns:
        49 for 2 % on average; 149 for 2 % and 598 for 0.5 % at 95 % confidence.

    Raises:
        InvalidArgument: alpha or delta is not between 0 and 1.
    """
    _require_goal(goal)
    if goal.delta is None:
        return math.ceil(1 / _exact(goal.alpha)) - 1
    guess = max(1, math.ceil(math.log(goal.delta) / math.log1p(-goal.alpha)) - 1)
    while _log_tail_of_none(guess, goal.alpha) > math.log(goal.delta):
        guess += 1
    return guess


def miss_threshold(scores: Sequence[float], goal: MissGoal) -> MissThreshold:
    """The largest threshold that keeps the promise.

    Args:
        scores: scores of true defects that neither model nor recipe was fitted on.
        goal: the promise.

    Returns:
        The threshold; without one if there are too few defects, which is an answer.

    Raises:
        InvalidArgument: no score at all, one that is not finite, or a goal out of range.
    """
    needed = defects_needed(goal)
    rising = _sorted(scores, "defects")
    if not rising:
        raise InvalidArgument(
            "a validation set without a defect cannot set a limit for misses",
            holds="no threshold was set; the lowest score of good parts would reject nearly all",
            next_step=f"collect at least {needed} defects that the model has not seen",
        )
    allowed = misses_allowed(len(rising), goal)
    threshold = None if allowed is None else rising[allowed]
    return MissThreshold(
        promise=goal.promise,
        alpha=goal.alpha,
        delta=goal.delta,
        threshold=threshold,
        defects=len(rising),
        misses=None if threshold is None else sum(score < threshold for score in rising),
        needed=needed,
    )


def overkill_threshold(good: Sequence[float], beta: float) -> float | None:
    """The smallest threshold from which at most a share `beta` of good parts is rejected.

    On average over sets of good parts like this one; None if there are too few of them.

    Args:
        good: scores of good parts that the model was not fitted on.
        beta: largest share of good parts to be rejected outright, between 0 and 1.

    Raises:
        InvalidArgument: a score is not finite, or beta is not between 0 and 1.
    """
    require_share("beta", beta)
    falling = _sorted(good, "good parts")[::-1]
    allowed = math.floor(_exact(beta) * (len(falling) + 1)) - 1
    return None if allowed < 0 else math.nextafter(falling[allowed], math.inf)


def _most_with_confidence(defects: int, alpha: float, delta: float) -> int | None:
    """Largest k with P(at most k of the defects are missed) <= delta at a true share of alpha."""
    from scipy.special import bdtr

    if _log_tail_of_none(defects, alpha) > math.log(delta):
        return None
    low, high = 0, defects
    while high - low > 1:
        middle = (low + high) // 2
        if float(bdtr(middle, defects, alpha)) <= delta:
            low = middle
        else:
            high = middle
    return low


def _log_tail_of_none(defects: int, alpha: float) -> float:
    return defects * math.log1p(-alpha)


def _exact(share: float) -> Fraction:
    """The share as it is written, because 0.29 times 100 is less than 29 in binary."""
    return Fraction(str(share))


def _require_goal(goal: MissGoal) -> None:
    require_share("alpha", goal.alpha)
    if goal.delta is not None:
        require_share("delta", goal.delta)


def _sorted(scores: Sequence[float], of_what: str) -> list[float]:
    plain = [float(score) for score in scores]
    if not all(math.isfinite(score) for score in plain):
        raise InvalidArgument(
            f"a score of the {of_what} is not a finite number",
            next_step="leave out pictures that gave no score, and say how many they are",
        )
    return sorted(plain)
