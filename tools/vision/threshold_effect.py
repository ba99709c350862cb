"""What a threshold would do with the parts at hand: overkill, review, right rejects."""

from domain.intervals import Interval, binomial_interval
from tools.vision.scored_parts import ScoredParts
from tools.vision.threshold_activation import Limits
from tools.vision.threshold_plan import Expected


def expected_of(limits: Limits, parts: ScoredParts, prevalence: float | None) -> Expected:
    """Counts of the parts at hand on either side of the limits.

    Args:
        limits: the threshold and the foot of NG.
        parts: scores by truth.
        prevalence: share of parts that are defective, 0 to 1; None: not stated.
    """
    low, high = limits.pass_below, limits.reject_from
    held = sum(score >= low for score in parts.good)
    scrapped = sum(score >= high for score in parts.good)
    missed = sum(score < low for score in parts.bad)
    return Expected(
        missed=missed,
        good=len(parts.good),
        rejected_good=_share(held, len(parts.good)),
        scrapped_good=_share(scrapped, len(parts.good)),
        review_good=held - scrapped,
        review_bad=sum(low <= score < high for score in parts.bad),
        right_rejects=_right(prevalence, parts, held, missed),
    )


def _share(events: int, trials: int) -> Interval | None:
    return binomial_interval(events, trials) if trials else None


def _right(prevalence: float | None, parts: ScoredParts, held: int, missed: int) -> float | None:
    """Bayes: caught defects over all that do not pass."""
    if prevalence is None or not parts.good:
        return None
    caught = prevalence * (1.0 - missed / len(parts.bad))
    false = (1.0 - prevalence) * held / len(parts.good)
    return caught / (caught + false) if caught + false else None
