"""A station's limits for OK, REVIEW and NG: what they promise, and what they cost in good parts.

A part with a score below `ok_below` is OK: at most a share alpha of defects are taken for OK. From
`ng_from` on it is NG: at most a share beta of good parts are rejected outright. Between the two a
person looks: REVIEW. A limit that cannot be promised is not set, and its side goes to REVIEW too.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from domain.arguments import require_share
from domain.conformal import MissGoal, MissThreshold, miss_threshold, overkill_threshold
from domain.contract import Contract
from domain.intervals import Interval, binomial_interval

Verdict = Literal["OK", "REVIEW", "NG"]


class ReviewBand(Contract):
    """Which scores pass, which a person looks at, and which are rejected."""

    ok_below: float | None
    """Scores below are OK; null: nothing is OK without a look."""
    ng_from: float | None
    """Scores from here on are NG; null: nothing is rejected without a look."""
    beta: float
    """Largest share of good parts to be rejected outright, 0 to 1."""
    good_in_review: Interval | None
    """Share of good parts that a person would look at; null: no good parts were given."""
    defects_in_review: Interval | None
    """Share of defects that a person would look at; null: no defects were given."""

    def verdict(self, score: float) -> Verdict:
        """What is done with a part of this score."""
        if self.ng_from is not None and score >= self.ng_from:
            return "NG"
        if self.ok_below is not None and score < self.ok_below:
            return "OK"
        return "REVIEW"


class KindThreshold(Contract):
    """The threshold for one kind of defect."""

    kind: str
    """The kind."""
    found: MissThreshold
    """Its threshold, or why there is none."""


class Calibration(Contract):
    """What the scores of one station, camera, recipe and model allow to be promised."""

    station_id: str
    """The station; the promise holds nowhere else."""
    kinds: tuple[KindThreshold, ...]
    """Threshold by kind of defect, in the order of their names."""
    pooled: MissThreshold
    """Threshold for all defects as one kind: it promises nothing of a rare kind."""
    threshold: float | None
    """The lowest of the kinds' thresholds, which keeps the promise for each; null: one has none."""
    good: int
    """Held-out good parts (count)."""
    overkill: Interval | None
    """Share of good parts at or above `threshold`, exact; null: no threshold or no good parts."""
    prevalence: float
    """Share of parts that are defective, as stated, 0 to 1."""
    precision: Interval | None
    """Share of parts at or above `threshold` that are defective, at that prevalence."""
    band: ReviewBand
    """The limits for OK, REVIEW and NG."""


class Terms(Contract):
    """What a calibration is to promise."""

    alpha: float
    """Largest share of defects that may pass, 0 to 1."""
    delta: float | None = None
    """Probability that the promise about misses fails; null: it holds on average."""
    beta: float = 0.01
    """Largest share of good parts to be rejected outright, 0 to 1."""
    prevalence: float = 0.01
    """Share of parts that are defective, 0 to 1."""
    level: float = 0.95
    """Confidence level of the intervals."""


def calibrate(
    station_id: str,
    defects: Mapping[str, Sequence[float]],
    good: Sequence[float],
    terms: Terms,
) -> Calibration:
    """Limits of a station from held-out scores.

    Args:
        station_id: the station.
        defects: scores of true defects by kind.
        good: scores of good parts; may be empty, then nothing is said of overkill.
        terms: what is to be promised.

    Raises:
        InvalidArgument: no defect at all, a score that is not finite, or a share out of range.
    """
    goal = MissGoal(terms.alpha, terms.delta)
    every = [score for scores in defects.values() for score in scores]
    pooled = miss_threshold(every, goal)
    kinds = tuple(
        KindThreshold(kind=kind, found=miss_threshold(scores, goal))
        for kind, scores in sorted(defects.items())
        if len(scores)
    )
    limits = [one.found.threshold for one in kinds]
    known = [limit for limit in limits if limit is not None]
    threshold = min(known) if len(known) == len(limits) else None
    overkill = misses = None
    if threshold is not None:
        overkill = overkill_at(good, threshold, terms.level)
        misses = _share_below(every, threshold, terms.level)
    return Calibration(
        station_id=station_id,
        kinds=kinds,
        pooled=pooled,
        threshold=threshold,
        good=len(good),
        overkill=overkill,
        prevalence=terms.prevalence,
        precision=precision_at(misses, overkill, terms.prevalence),
        band=review_band(threshold, every, good, terms),
    )


def review_band(
    ok_below: float | None, defects: Sequence[float], good: Sequence[float], terms: Terms
) -> ReviewBand:
    """The band of scores that a person looks at.

    Args:
        ok_below: threshold that keeps the promise about misses; None: there is none.
        defects: scores of defects, for the share of them in the band.
        good: scores of good parts.
        terms: what is to be promised of good parts.
    """
    ng_from = overkill_threshold(good, terms.beta)
    if ng_from is not None and ok_below is not None:
        ng_from = max(ng_from, ok_below)
    band = ReviewBand(
        ok_below=ok_below,
        ng_from=ng_from,
        beta=terms.beta,
        good_in_review=None,
        defects_in_review=None,
    )
    return band.model_copy(
        update={
            "good_in_review": _share_in_review(band, good, terms.level),
            "defects_in_review": _share_in_review(band, defects, terms.level),
        }
    )


def overkill_at(good: Sequence[float], threshold: float, level: float = 0.95) -> Interval | None:
    """Share of good parts at or above a threshold, with its exact interval; None without parts.

    Args:
        good: scores of good parts that neither model nor threshold was fitted on.
        threshold: scores from here on do not pass.
        level: confidence level, between 0 and 1.
    """
    if not len(good):
        return None
    return binomial_interval(sum(score >= threshold for score in good), len(good), level=level)


def precision_at(
    missed: Interval | None, overkill: Interval | None, prevalence: float
) -> Interval | None:
    """Share of the rejected that are defective, where a share `prevalence` of all parts is.

    The interval joins the worst ends of both shares, so that its level is at least twice theirs
    less 1.

    Args:
        missed: share of defects that pass.
        overkill: share of good parts that are rejected.
        prevalence: share of parts that are defective, between 0 and 1.

    Raises:
        InvalidArgument: prevalence is not between 0 and 1.
    """
    require_share("prevalence", prevalence)
    if missed is None or overkill is None or missed.estimate is None or overkill.estimate is None:
        return None
    most_missed = 1.0 if missed.high is None else missed.high
    most_overkill = 1.0 if overkill.high is None else overkill.high
    return Interval(
        estimate=_precision(missed.estimate, overkill.estimate, prevalence),
        low=_precision(most_missed, most_overkill, prevalence) or 0.0,
        high=_precision(missed.low, overkill.low, prevalence),
        level=max(0.0, missed.level + overkill.level - 1),
    )


def _precision(missed: float, overkill: float, prevalence: float) -> float | None:
    caught, wrong = prevalence * (1 - missed), (1 - prevalence) * overkill
    return caught / (caught + wrong) if caught + wrong else None


def _share_below(scores: Sequence[float], threshold: float, level: float) -> Interval:
    return binomial_interval(sum(score < threshold for score in scores), len(scores), level=level)


def _share_in_review(band: ReviewBand, scores: Sequence[float], level: float) -> Interval | None:
    if not len(scores):
        return None
    looked_at = sum(band.verdict(score) == "REVIEW" for score in scores)
    return binomial_interval(looked_at, len(scores), level=level)
