"""Rejects jumped: golden pieces, lots, signals and people tell camera, product and pose apart."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import asking
from tests.tools.vision.camera_worlds import DAYS, START
from tools.runner import run_tool
from tools.tool import ToolContext
from tools.vision.camera_or_product import camera_or_product

Ask = Callable[..., ToolContext]
SHORT = {"gap_days": 4, "before_days": 40}
NOW = START + timedelta(days=DAYS - 1)


@pytest.fixture
def found(ask_cameras: Ask) -> Callable[..., Evidence]:
    return lambda station, **more: run_tool(
        camera_or_product, {"station_id": station, **SHORT, **more}, ask_cameras()
    )


@pytest.mark.parametrize(
    ("station", "verdict", "test"),
    [
        ("CAMERA", "system", "renew_golden_and_recheck"),
        ("LOT", "product", "contain_lot"),
        ("POSE", "pose_or_lighting", "reseat_and_relight"),
        ("NULL", "no_jump", "none"),
        ("BARE", "undetermined", "run_golden_samples"),
    ],
)
def test_each_story_has_its_verdict_and_its_test(
    found: Callable[..., Evidence], station: str, verdict: str, test: str
) -> None:
    one = found(station)
    assert (one.result["verdict"], one.result["next_test"]) == (verdict, test)
    assert len(one.summary) <= 400
    assert one.result["test_says"] in one.summary


def test_the_bad_lot_is_named(found: Callable[..., Evidence]) -> None:
    one = found("LOT")
    assert one.result["lot_id"] == "L-BAD"
    assert "Lot L-BAD" in one.summary


def test_what_nobody_looked_at_is_not_ruled_out(found: Callable[..., Evidence]) -> None:
    one = found("BARE")
    assert set(one.result["left"]) == {"system", "product", "pose_or_lighting"}
    codes = {note.code for note in one.warnings}
    assert {"golden_absent", "lots_unknown", "signals_absent"} <= codes


def test_the_day_that_trouble_began_may_be_named(found: Callable[..., Evidence]) -> None:
    since = (NOW - timedelta(days=13)).date().isoformat()
    one = found("POSE", since=since)
    assert (one.result["verdict"], one.result["since"]) == ("pose_or_lighting", since)
    assert "fixed_windows" not in {note.code for note in one.warnings}


def test_a_day_to_come_is_refused(found: Callable[..., Evidence]) -> None:
    with pytest.raises(InvalidArgument, match="began on"):
        found("POSE", since="2030-01-01")


def test_an_unknown_station_and_one_without_cameras_are_told(
    found: Callable[..., Evidence],
) -> None:
    with pytest.raises(UnknownName):
        found("NOWHERE")
    with pytest.raises(NoData):
        found("GAUGE")


def test_the_same_question_makes_the_same_result(cameras: Hub, tmp_path: Path) -> None:
    ask = asking(cameras, tmp_path)
    results = [run_tool(camera_or_product, {"station_id": "LOT"}, ask()) for _ in range(2)]
    assert results[0].result_sha256 == results[1].result_sha256


def test_units_outside_the_askers_regions_are_not_counted(ask_cameras: Ask) -> None:
    with pytest.raises((NoData, UnknownName)):
        run_tool(camera_or_product, {"station_id": "LOT"}, ask_cameras(regions=("EU",)))
