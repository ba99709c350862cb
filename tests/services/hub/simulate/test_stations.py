"""Worlds of a camera station: their rows, their pictures, and what tells one story from another."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.hub.simulate import Plan, simulate
from services.hub.simulate.setting import make_setting
from services.hub.simulate.stations.story import LOT_FIRST, LOT_LAST, story_of
from services.hub.simulate.timeline import DAY
from services.vision.inspecting.pictures import read_picture

Make = Callable[[Plan], Any]
STORIES = {
    "station_camera": "system",
    "station_lot": "product",
    "station_pose": "pose_or_lighting",
    "station_null": "no_jump",
}
LATE = "inspected_at >= TIMESTAMP '2026-11-04'"
"""Days on which every story has its full strength."""


def of(make: Make, world: str) -> Any:
    return make(Plan(world=world, units=2_000, format="parquet"))


def misjudged(world: Any, where: str) -> float:
    return world.one(
        "SELECT avg((result <> 'as_expected')::INT) FROM inspections WHERE method = 'golden' "
        f"AND station_id = '{world.truth.station.station_id}' AND {where}"
    )


def signal(world: Any, name: str, station_id: str) -> float:
    return world.one(
        f"SELECT avg(value) FROM signals WHERE signal = '{name}' AND station_id = '{station_id}' "
        "AND \"at\" >= TIMESTAMP '2026-11-04'"
    )


@pytest.mark.parametrize("name", STORIES)
def test_the_truth_names_the_station_and_the_right_answer(make: Make, name: str) -> None:
    station = of(make, name).truth.station
    assert station.verdict == STORIES[name]
    assert station.station_id in station.watched
    assert len(station.watched) == 2
    assert (station.first is None) == (name == "station_null")
    assert (station.lot_id is not None) == (name == "station_lot")


def test_other_worlds_say_nothing_of_stations(make: Make) -> None:
    world = make(Plan(world="null", units=2_000, format="parquet"))
    written = json.loads((world.folder / "truth.json").read_text(encoding="utf-8"))
    assert "station" not in written
    assert not (world.folder / "pictures").exists()
    assert world.count("SELECT count(*) FROM inspections WHERE method = 'golden'") == 0


@pytest.mark.parametrize("name", STORIES)
def test_golden_samples_are_looked_at_each_shift_and_are_units_that_nobody_buys(
    make: Make, name: str
) -> None:
    world = of(make, name)
    looks = world.rows(
        "SELECT station_id, count(*), count(DISTINCT serial), count(DISTINCT inspected_at::DATE) "
        "FROM inspections WHERE method = 'golden' GROUP BY ALL ORDER BY ALL"
    )
    assert [row[:3] for row in looks] == [(one, 2880, 24) for one in world.truth.station.watched]
    assert all(row[3] in (120, 121) for row in looks)
    units = world.rows(
        "SELECT count(*), count(country), count(sold_on), count(shift) FROM units "
        "WHERE serial LIKE 'GOLD-%'"
    )
    assert units == [(48, 0, 0, 0)]
    assert (
        world.count(
            "SELECT count(*) FROM inspections i JOIN units u USING (serial) "
            "WHERE method = 'golden' AND inspected_at <= built_at"
        )
        == 0
    )


@pytest.mark.parametrize("name", STORIES)
def test_a_score_from_the_threshold_on_is_a_reject_and_a_person_looks_again(
    make: Make, name: str
) -> None:
    world = of(make, name)
    watched = ", ".join(repr(one) for one in world.truth.station.watched)
    assert (
        world.count(
            f"SELECT count(*) FROM inspections WHERE method = 'vision' AND station_id IN ({watched}"
            ") AND (score >= 0.5) <> (result = 'fail')"
        )
        == 0
    )
    rejects, looked_at = world.rows(
        "SELECT count(*) FILTER (method = 'vision' AND result = 'fail'), "
        f"count(*) FILTER (method = 'person') FROM inspections WHERE station_id IN ({watched})"
    )[0]
    assert rejects == looked_at > 0


@pytest.mark.parametrize("name", STORIES)
def test_pictures_are_those_that_the_rows_and_the_truth_name(make: Make, name: str) -> None:
    world = of(make, name)
    named = dict(
        world.rows("SELECT image_uri, image_sha256 FROM inspections WHERE image_uri IS NOT NULL")
    )
    told = {one.image_uri: one for one in world.truth.station.pictures}
    assert named.keys() == told.keys()
    assert len(named) > 32
    for uri, digest in named.items():
        content = (world.folder / uri).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
    template = read_picture((world.folder / "pictures" / "template.png").read_bytes())
    assert template.grey.shape == (240, 320)
    bad = [one for one in told.values() if "-NG-" in one.serial]
    good = [one for one in told.values() if "-OK-" in one.serial]
    assert all(one.flaws for one in bad)
    assert not any(one.flaws for one in good)


def test_only_a_failing_camera_misjudges_golden_samples(make: Make) -> None:
    for name in STORIES:
        world = of(make, name)
        assert misjudged(world, "inspected_at < TIMESTAMP '2026-10-08'") < 0.01
        late = misjudged(world, LATE)
        assert late > 0.2 if name == "station_camera" else late < 0.01


@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("station_camera", {"brightness": 89.6, "sharpness": 0.55, "pose_shift": 0.6}),
        ("station_pose", {"brightness": 134.4, "sharpness": 1.0, "pose_shift": 6.6}),
        ("station_lot", {"brightness": 128.0, "sharpness": 1.0, "pose_shift": 0.6}),
        ("station_null", {"brightness": 128.0, "sharpness": 1.0, "pose_shift": 0.6}),
    ],
)
def test_signals_move_at_the_story_s_station_alone(
    make: Make, name: str, moved: dict[str, float]
) -> None:
    world = of(make, name)
    station = world.truth.station
    (other,) = set(station.watched) - {station.station_id}
    for signal_name, value in moved.items():
        here = signal(world, signal_name, station.station_id)
        assert here == pytest.approx(value, rel=0.05, abs=0.12)
    assert signal(world, "brightness", other) == pytest.approx(128, rel=0.01)


def test_a_bad_lot_is_rejected_at_both_stations_and_people_confirm_it(make: Make) -> None:
    world = make(Plan(world="station_lot", units=9_000, format="parquet"))
    station = world.truth.station
    shares = world.rows(
        "SELECT i.station_id, avg((result = 'fail')::INT) FROM inspections i "
        "JOIN unit_parts p USING (serial) WHERE method = 'vision' AND p.lot_id = ? GROUP BY ALL",
        station.lot_id,
    )
    assert {row[0] for row in shares} == set(station.watched)
    assert all(0.25 < row[1] < 0.75 for row in shares)
    overruled = world.one(
        "SELECT avg(operator_override::INT) FROM inspections i JOIN unit_parts p USING (serial) "
        "WHERE method = 'person' AND p.lot_id = ?",
        station.lot_id,
    )
    assert overruled < 0.2


def test_a_bad_lot_comes_into_use_late_whatever_the_seed() -> None:
    for seed in range(25):
        setting = make_setting(Plan(world="station_lot", seed=seed, units=400))
        story = story_of(setting)
        assert story is not None
        ago = setting.calendar.end - story.first // DAY
        assert LOT_LAST <= ago <= LOT_FIRST


def test_the_same_plan_draws_the_same_pictures(tmp_path: Path) -> None:
    plan = Plan(world="station_pose", units=300)
    for name in ("first", "second"):
        simulate(plan, tmp_path / name)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("first", "second")
    )
    assert first == second
