"""Whether a threshold may be proposed, and the exact payload that people would approve."""

import hashlib
import math
from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, NamedTuple

from domain.conformal import MissThreshold, overkill_threshold
from domain.contract import Contract
from domain.records.vision_threshold import ActivateVisionThreshold
from memory.evidence import canonical_json
from tools.vision.scored_parts import ScoredParts

WhyNot = Literal[
    "infeasible",
    "no_scores",
    "station_missing",
    "model_version_missing",
    "passes_not_looked_at",
]
ID_CHARACTERS = 10


class ThresholdActivation(Contract):
    """Whether a threshold may be proposed."""

    allowed: bool
    """Whether the payload may be proposed."""
    why_not: tuple[WhyNot, ...]
    """What stands against it: too few defects, no scores, no station or model version named, or
    passes that nobody looked at, so that missed defects are not among the scores."""
    payload: ActivateVisionThreshold | None
    """Exactly what to propose as `activate_vision_threshold`; null: nothing may be proposed."""


class Limits(NamedTuple):
    """The two ends of the review band, in the unit of the score."""

    pass_below: float
    reject_from: float


class Wanted(NamedTuple):
    """What the threshold would be for."""

    station_id: str | None
    recipe_id: str | None
    camera_id: str | None
    model_version: str | None
    defect: str | None
    confidence: float | None
    valid_until: datetime


def limits_of(
    threshold: MissThreshold | None, parts: ScoredParts, most_rejected: float
) -> Limits | None:
    """The review band: from the promise's threshold up to where few good parts lie.

    Without enough good parts nothing is rejected without a person's look, except scores above all
    that were seen.

    Args:
        threshold: the promise's threshold.
        parts: scores by truth.
        most_rejected: largest share of good parts rejected outright, 0 to 1.
    """
    if threshold is None or threshold.threshold is None:
        return None
    low = threshold.threshold
    clear = overkill_threshold(parts.good, most_rejected) if parts.good else None
    if clear is None:
        clear = math.nextafter(max(low, *parts.good, *parts.bad), math.inf)
    return Limits(low, max(low, clear))


def activation_of(
    wanted: Wanted, threshold: MissThreshold | None, limits: Limits | None, parts: ScoredParts
) -> ThresholdActivation:
    """Whether the threshold may be proposed, and as what."""
    against = tuple(_against(wanted, threshold, parts))
    payload = None
    if not against and threshold is not None and limits is not None:
        payload = _payload(wanted, threshold, limits, parts)
    return ThresholdActivation(allowed=payload is not None, why_not=against, payload=payload)


def _against(
    wanted: Wanted, threshold: MissThreshold | None, parts: ScoredParts
) -> Iterator[WhyNot]:
    if threshold is None:
        yield "no_scores"
    elif threshold.threshold is None:
        yield "infeasible"
    if wanted.station_id is None:
        yield "station_missing"
    if wanted.model_version is None:
        yield "model_version_missing"
    if parts.passes > parts.passes_looked_at:
        yield "passes_not_looked_at"


def _payload(
    wanted: Wanted, threshold: MissThreshold, limits: Limits, parts: ScoredParts
) -> ActivateVisionThreshold:
    told: dict[str, Any] = {
        "station_id": wanted.station_id,
        "recipe_id": wanted.recipe_id,
        "camera_id": wanted.camera_id,
        "model_version": wanted.model_version,
        "pass_below": limits.pass_below,
        "reject_from": limits.reject_from,
        "most_missed": threshold.alpha,
        "confidence": wanted.confidence,
        "defect_kind": wanted.defect,
        "defects": threshold.defects,
        "missed": threshold.misses,
        "good": len(parts.good),
        "rejected_good": sum(score >= limits.pass_below for score in parts.good),
        "source": parts.source,
        "valid_until": wanted.valid_until.isoformat(),
    }
    digest = hashlib.sha256(canonical_json(told).encode()).digest()
    name = f"V-{b32encode(digest).decode()[:ID_CHARACTERS]}"
    return ActivateVisionThreshold.model_validate({**told, "threshold_id": name})
