"""The health of a camera station: sound, to be watched, or not to be relied on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import NoData, UnknownName
from domain.records.evidence import Evidence
from services.vision.scale import Scale
from services.vision.service import Vision
from services.vision.settings import default_settings
from services.vision.store import VisionStore
from tests.services.vision.vision_parts import threshold
from tests.tools.vision.camera_worlds import DAYS, START
from tools.runner import run_tool
from tools.tool import ToolContext
from tools.vision.vision_station_status import vision_station_status

Ask = Callable[..., ToolContext]
SHORT = {"now_days": 7, "gap_days": 9, "before_days": 40}
LAST = START + timedelta(days=DAYS - 1)


def status(context: ToolContext, station: str, **more: Any) -> Evidence:
    return run_tool(vision_station_status, {"station_id": station, **SHORT, **more}, context)


@pytest.mark.parametrize(
    ("station", "health", "said"),
    [
        ("CAMERA", "stop", "golden pieces are misjudged"),
        ("LOT", "watch", "rejects rose"),
        ("POSE", "watch", "pose_shift moved"),
        ("NULL", "sound", ""),
        ("BARE", "watch", "nobody looked at golden pieces"),
    ],
)
def test_each_story_shows(ask_cameras: Ask, station: str, health: str, said: str) -> None:
    one = status(ask_cameras(), station)
    assert one.result["health"] == health
    assert any(reason.startswith(said) for reason in one.result["reasons"]) or not said
    assert len(one.summary) <= 400


def test_golden_pieces_are_counted_with_their_interval(ask_cameras: Ask) -> None:
    golden = status(ask_cameras(), "CAMERA").result["golden"]
    assert (golden["state"], golden["looks"], golden["pieces"]) == ("misjudged", 14, 3)
    assert golden["misjudged"]["estimate"] == pytest.approx(10 / 14)
    absent = status(ask_cameras(), "BARE").result["golden"]
    assert (absent["state"], absent["misjudged"]) == ("absent", None)


def test_rejects_that_people_find_good_are_told(ask_cameras: Ask) -> None:
    pose, lot = (status(ask_cameras(), one).result for one in ("POSE", "LOT"))
    assert pose["overruled"]["estimate"] == 1.0
    assert lot["overruled"]["estimate"] == 0.0


def test_models_and_recipes_in_use_are_named(ask_cameras: Ask) -> None:
    one = status(ask_cameras(), "NULL")
    (used,) = one.result["in_use"]
    assert (used["model_version"], used["recipe_id"]) == ("g-1", "R1")
    assert one.versions.vision_model == "g-1"


def with_vision(context: ToolContext, folder: Path, *held: Any) -> ToolContext:
    vision = Vision(
        default_settings(None), VisionStore(folder), lambda _: list(held), lambda: LAST, {}.get
    )
    return replace(context, services=replace(context.services, open_vision=lambda: vision))


@pytest.mark.parametrize(
    ("more", "void"),
    [
        ({"model_version": "g-1"}, ()),
        ({"model_version": "g-0"}, ("it was set for model version g-0, and g-1 is in use",)),
        ({"model_version": "g-1", "recipe_id": "R0"},
         ("it was set for recipe R0, and R1 is in use",)),
        ({"model_version": "g-1", "valid_until": "2026-07-01T00:00:00Z"},
         ("it was valid until 2026-07-01",)),
    ],
)  # fmt: skip
def test_a_threshold_of_something_else_does_not_hold(
    ask_cameras: Ask, tmp_path: Path, more: dict[str, Any], void: tuple[str, ...]
) -> None:
    context = with_vision(ask_cameras(), tmp_path, threshold(station_id="NULL", **more))
    one = status(context, "NULL")
    assert tuple(one.result["threshold_void"]) == void
    assert one.result["health"] == ("stop" if void else "sound")
    assert one.result["setup"]["threshold"]["threshold_id"] == "V-AAAAAAAAAA"


def test_a_scale_that_has_ended_is_told(ask_cameras: Ask, tmp_path: Path) -> None:
    context = with_vision(ask_cameras(), tmp_path)
    ended = Scale(mm_per_px=0.1, calibration_id="S-1", valid_until=LAST - timedelta(days=1))
    context.services.vision.store.put_scale("NULL", None, ended)
    one = status(context, "NULL")
    assert one.result["setup"]["scale_expired"]
    assert (one.result["health"], one.result["setup"]["mm_per_px"]) == ("watch", 0.1)
    assert "no_threshold" in {note.code for note in one.warnings}


def test_an_unknown_station_and_one_without_cameras_are_told(ask_cameras: Ask) -> None:
    with pytest.raises(UnknownName):
        status(ask_cameras(), "NOWHERE")
    with pytest.raises(NoData):
        status(ask_cameras(), "GAUGE")
