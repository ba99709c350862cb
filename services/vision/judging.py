"""From a score to a verdict: by a threshold that people approved, while it is valid, or REVIEW.

A threshold holds for the scores that it was set on. Another model, camera or recipe, an alarm, or
its last day ends the guarantee, and then nothing passes by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.records.vision_threshold import ActivateVisionThreshold
from services.vision.contract import (
    InspectAnswer,
    InspectRequest,
    SeenDefect,
    Verdict,
    Warned,
)
from services.vision.scale import Scale, to_mm

Thresholds = Callable[[str], Sequence[ActivateVisionThreshold]]
"""Thresholds in force at a station."""


class Standing(NamedTuple):
    """What holds at a station when a picture is judged."""

    threshold: ActivateVisionThreshold | None
    """The threshold in force for the recipe; none: none is."""
    scale: Scale | None
    """Size of a pixel; none: not known."""
    alarm: str
    """Why nothing passes there now; empty: nothing stands against it."""
    now: datetime
    """The moment (UTC)."""


def threshold_for(
    asked: InspectRequest, some: Sequence[ActivateVisionThreshold]
) -> ActivateVisionThreshold | None:
    """The threshold of the request's recipe, or the station's for all recipes."""
    recipe = asked.recipe.label if asked.recipe else None
    named = [one for one in some if one.recipe_id is not None and one.recipe_id == recipe]
    general = [one for one in some if one.recipe_id is None]
    return next(iter((*named, *general)), None)


def judge(raw: InspectAnswer, asked: InspectRequest, standing: Standing) -> InspectAnswer:
    """A server's score with a verdict by our threshold.

    Below the threshold it passes, from `reject_from` on it does not, and between the two a person
    looks. Doubts about the picture, and a server that itself says NG, end in REVIEW, never in OK.

    Args:
        raw: score and defects; its verdict is the server's own label.
        asked: what was asked.
        standing: what holds at the station.
    """
    threshold = standing.threshold
    void = tuple(_void(raw, asked, standing))
    expired = standing.scale is not None and standing.scale.valid_until <= standing.now
    scale = None if expired else standing.scale
    warnings = [*raw.warnings, *void]
    if expired:
        warnings.append(Warned(code="calibration_expired", text="the size of a pixel is not valid"
                               " any more: no sizes in mm"))  # fmt: skip
    verdict: Verdict = "REVIEW"
    if threshold is not None and not void:
        verdict = _by_score(raw.score, threshold)
    if verdict == "OK" and raw.verdict == "NG":
        warnings.append(Warned(code="server_says_ng", text="the score passes, and the server says"
                               " NG"))  # fmt: skip
    if verdict == "OK" and warnings:
        verdict = "REVIEW"
    ends = [one.valid_until for one in (threshold, scale) if one is not None]
    return raw.model_copy(
        update={
            "verdict": verdict,
            "threshold": threshold.pass_below if threshold else None,
            "threshold_id": threshold.threshold_id if threshold else None,
            "threshold_model_version": threshold.model_version if threshold else None,
            "calibration_id": scale.calibration_id if scale else None,
            "valid_until": min(ends, default=None),
            "defects": tuple(_measured(one, scale, standing.now) for one in raw.defects),
            "warnings": tuple(warnings),
        }
    )


def void_reasons(
    threshold: ActivateVisionThreshold,
    now: datetime,
    *,
    model_version: str | None,
    camera_id: str | None,
    recipe_id: str | None,
) -> Iterator[str]:
    """Why a threshold does not hold for pictures of this model, camera and recipe; none if it does.

    What is not told is not held against it.
    """
    if now >= threshold.valid_until:
        yield f"it was valid until {threshold.valid_until:%Y-%m-%d}"
    pairs = (
        ("model version", threshold.model_version, model_version),
        ("camera", threshold.camera_id, camera_id),
        ("recipe", threshold.recipe_id, recipe_id),
    )
    for name, held, used in pairs:
        if held is not None and used is not None and held != used:
            yield f"it was set for {name} {held}, and {used} is in use"


def doubted(answer: InspectAnswer, now: datetime) -> InspectAnswer:
    """An answer with a verdict, which is REVIEW where the answer contradicts itself.

    A score of one model version says nothing against a threshold of another, and one that has
    ended or is doubted by its own server passes nothing.
    """
    doubts = tuple(_contradictions(answer, now))
    if not doubts:
        return answer
    return answer.model_copy(update={"verdict": "REVIEW", "warnings": (*answer.warnings, *doubts)})


def _by_score(score: float, threshold: ActivateVisionThreshold) -> Verdict:
    if score < threshold.pass_below:
        return "OK"
    return "NG" if score >= threshold.reject_from else "REVIEW"


def _void(raw: InspectAnswer, asked: InspectRequest, standing: Standing) -> Iterator[Warned]:
    if standing.alarm:
        yield Warned(code="calibration_void", text=standing.alarm)
    if standing.threshold is None:
        yield Warned(code="no_threshold", text="no approved threshold is in force here")
        return
    recipe = asked.recipe.label if asked.recipe else None
    for reason in void_reasons(
        standing.threshold,
        standing.now,
        model_version=raw.model_version,
        camera_id=asked.camera_id,
        recipe_id=recipe,
    ):
        text = f"threshold {standing.threshold.threshold_id} does not hold: {reason}"
        yield Warned(code="threshold_void", text=text)
    if standing.threshold.camera_id is not None and asked.camera_id is None:
        text = f"threshold {standing.threshold.threshold_id} is of camera"
        text += f" {standing.threshold.camera_id}, and no camera is named"
        yield Warned(code="threshold_void", text=text)


def _contradictions(answer: InspectAnswer, now: datetime) -> Iterator[Warned]:
    if answer.verdict != "OK":
        return
    if answer.threshold is None or answer.threshold_id is None:
        yield Warned(code="no_threshold", text="the server says OK and names no threshold")
        return
    if answer.threshold_model_version != answer.model_version:
        text = (
            f"threshold {answer.threshold_id} is of model version"
            f" {answer.threshold_model_version}, the score of {answer.model_version}"
        )
        yield Warned(code="version_skew", text=text)
    if answer.score >= answer.threshold:
        yield Warned(code="contradiction", text="the server says OK above its own threshold")
    if answer.valid_until is not None and answer.valid_until <= now:
        text = f"the server says OK by what held until {answer.valid_until:%Y-%m-%d}"
        yield Warned(code="threshold_void", text=text)
    if answer.warnings:
        yield Warned(code="contradiction", text="the server says OK and doubts it itself")


def _measured(defect: SeenDefect, scale: Scale | None, now: datetime) -> SeenDefect:
    """A defect with its size on the part; without a valid scale nothing is said in mm."""
    box = defect.box_on_part or defect.box_px
    if scale is None or box is None:
        return defect.model_copy(update={"box_mm": None, "area_mm2": None})
    area = None if defect.area_px is None else defect.area_px * scale.mm_per_px**2
    return defect.model_copy(update={"box_mm": to_mm(box, scale, now), "area_mm2": area})
