"""A verdict by an approved threshold while it is valid, and REVIEW in every doubt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.vision.contract import InspectAnswer, Recipe, SeenDefect, Warned
from services.vision.inspecting.records import Box
from services.vision.judging import Standing, judge, threshold_for
from services.vision.scale import Scale
from tests.services.vision.vision_parts import NOW, request, threshold

SCALE = Scale(mm_per_px=0.05, calibration_id="C-1", valid_until=NOW + timedelta(days=30))
DEFECT = SeenDefect(
    kind="open", confidence=0.9, box_px=Box(x=100, y=40, width=20, height=10), area_px=120
)


def raw(score: float, **more: Any) -> InspectAnswer:
    told = {"request_id": "I-1", "serial": "SN-1", "verdict": "REVIEW", "score": score,
            "model": "golden", "model_version": "7"}  # fmt: skip
    return InspectAnswer(**{**told, **more})


def judged(score: float, *, asked: Any = None, raw_more: Any = None, **standing: Any) -> Any:
    told: dict[str, Any] = {"threshold": threshold(), "scale": None, "alarm": "", "now": NOW}
    found = raw(score, **(raw_more or {}))
    return judge(found, asked or request(), Standing(**{**told, **standing}))


@pytest.mark.parametrize(
    ("score", "verdict"),
    [(0.0, "OK"), (0.399, "OK"), (0.4, "REVIEW"), (0.599, "REVIEW"), (0.6, "NG"), (1.0, "NG")],
)
def test_a_score_passes_below_and_is_rejected_above_and_between_a_person_looks(
    score: float, verdict: str
) -> None:
    assert judged(score).verdict == verdict


def test_without_an_approved_threshold_nothing_passes_and_nothing_is_rejected() -> None:
    found = judged(0.0, threshold=None)
    assert (found.verdict, found.threshold_id) == ("REVIEW", None)
    assert [one.code for one in found.warnings] == ["no_threshold"]


@pytest.mark.parametrize(
    ("held", "asked", "model_version"),
    [
        ({}, {}, "8"),
        ({"camera_id": "CAM-1"}, {"camera_id": "CAM-2"}, "7"),
        ({"recipe_id": "M1-2"}, {"recipe": Recipe(model_id="M1", version="3")}, "7"),
        ({"valid_until": "2026-11-20T08:00:00Z"}, {}, "7"),
    ],
    ids=["model", "camera", "recipe", "expired"],
)
def test_a_threshold_of_something_else_or_of_the_past_passes_nothing(
    held: dict[str, Any], asked: dict[str, Any], model_version: str
) -> None:
    found = judged(
        0.0,
        asked=request(**asked),
        raw_more={"model_version": model_version},
        threshold=threshold(**held),
    )
    assert found.verdict == "REVIEW"
    assert [one.code for one in found.warnings] == ["threshold_void"]


def test_the_camera_that_it_was_set_with_keeps_it_valid() -> None:
    found = judged(0.0, asked=request(camera_id="CAM-1"), threshold=threshold(camera_id="CAM-1"))
    assert found.verdict == "OK"


def test_an_alarm_passes_nothing() -> None:
    found = judged(0.0, alarm="golden piece GOLD-1 is NG and was judged OK")
    assert (found.verdict, found.warnings[0].code) == ("REVIEW", "calibration_void")


def test_a_doubt_about_the_picture_passes_nothing_and_a_bad_part_stays_bad() -> None:
    blurred = {"warnings": (Warned(code="blur", text="sharpness 0.3, at least 0.6"),)}
    assert judged(0.0, raw_more=blurred).verdict == "REVIEW"
    assert judged(0.9, raw_more=blurred).verdict == "NG"


def test_a_servers_own_ng_is_not_overruled_by_our_threshold() -> None:
    found = judged(0.0, raw_more={"verdict": "NG"})
    assert (found.verdict, found.warnings[0].code) == ("REVIEW", "server_says_ng")


def test_a_servers_own_ok_passes_nothing_by_itself() -> None:
    assert judged(0.5, raw_more={"verdict": "OK"}).verdict == "REVIEW"
    assert judged(0.0, raw_more={"verdict": "OK"}, threshold=None).verdict == "REVIEW"


def test_a_valid_scale_gives_places_and_areas_in_mm() -> None:
    (one,) = judged(0.9, raw_more={"defects": (DEFECT,)}, scale=SCALE).defects
    assert one.box_mm.model_dump() == pytest.approx({"x": 5, "y": 2, "width": 1, "height": 0.5})
    assert one.area_mm2 == pytest.approx(0.3)


def test_an_expired_scale_says_nothing_in_mm_and_passes_nothing() -> None:
    old = SCALE.model_copy(update={"valid_until": NOW})
    found = judged(0.0, raw_more={"defects": (DEFECT,)}, scale=old)
    assert found.verdict == "REVIEW"
    assert [one.code for one in found.warnings] == ["calibration_expired"]
    assert (found.calibration_id, found.defects[0].box_mm) == (None, None)


def test_a_verdict_holds_until_the_first_of_its_grounds_ends() -> None:
    found = judged(0.0, scale=SCALE)
    assert found.valid_until == SCALE.valid_until < datetime(2027, 2, 20, tzinfo=UTC)
    assert (found.threshold_id, found.calibration_id) == ("V-AAAAAAAAAA", "C-1")


def test_the_threshold_of_the_recipe_comes_before_that_of_the_station() -> None:
    some = [threshold(), threshold(threshold_id="V-BBBBBBBBBB", recipe_id="M1-3")]
    named = request(recipe=Recipe(model_id="M1", version="3"))
    other = request(recipe=Recipe(model_id="M2", version="3"))
    picked = [threshold_for(one, some) for one in (named, other, request())]
    assert [one.threshold_id for one in picked if one] == [
        "V-BBBBBBBBBB", "V-AAAAAAAAAA", "V-AAAAAAAAAA"
    ]  # fmt: skip


def test_a_threshold_of_a_camera_passes_nothing_of_a_camera_that_nobody_names() -> None:
    found = judged(0.0, threshold=threshold(camera_id="CAM-1"))
    assert (found.verdict, found.warnings[0].code) == ("REVIEW", "threshold_void")
    assert "no camera is named" in found.warnings[0].text
