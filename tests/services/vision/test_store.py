"""What an embedded server keeps survives a restart, and damage is told."""

import hashlib
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidArgument, ServiceUnavailable, UnknownName
from services.vision.contract import Recipe
from services.vision.golden_log import GoldenCheck
from services.vision.scale import Scale
from services.vision.store import FittedRecipe, VisionStore
from tests.services.vision.vision_parts import NOW

RECIPE = Recipe(model_id="M1", market="DE", version="3")


@pytest.fixture
def store(tmp_path: Path) -> VisionStore:
    return VisionStore(tmp_path / "vision")


def fitted(content: bytes, recipe: Recipe | None = None, station_id: str = "ST-A") -> FittedRecipe:
    return FittedRecipe(
        station_id=station_id,
        recipe=recipe,
        method="golden",
        sha256=hashlib.sha256(content).hexdigest(),
        samples=1,
        fitted_at=NOW,
    )


def check(serial: str, verdict: str, *, passed: bool, key: str = "I-1") -> GoldenCheck:
    told: dict[str, Any] = {"key": key, "at": NOW, "station_id": "ST-A", "serial": serial,
                            "expected": "NG", "score": 0.5, "model_version": "7"}  # fmt: skip
    return GoldenCheck(**told, verdict=verdict, passed=passed)


def test_what_is_kept_is_there_after_a_restart(store: VisionStore) -> None:
    scale = Scale(mm_per_px=0.05, calibration_id="C-1", valid_until=NOW)
    store.put_recipe(fitted(b"one", RECIPE), b"one")
    store.put_scale("ST-A", "CAM-1", scale)
    again = VisionStore(store.folder)
    assert again.stations() == ["ST-A"]
    assert again.content(again.recipe_for("ST-A", RECIPE).sha256) == b"one"
    assert again.scale("ST-A", "CAM-1") == scale
    assert again.scale("ST-A", "CAM-2") is None


def test_a_recipe_that_is_fitted_again_takes_the_place_of_the_old_one(store: VisionStore) -> None:
    store.put_recipe(fitted(b"one", RECIPE), b"one")
    store.put_recipe(fitted(b"two", RECIPE), b"two")
    assert len(store.station("ST-A").recipes) == 1
    assert store.recipe_for("ST-A", RECIPE).sha256 == fitted(b"two").sha256


def test_the_only_recipe_serves_a_picture_that_names_none(store: VisionStore) -> None:
    store.put_recipe(fitted(b"one", RECIPE), b"one")
    assert store.recipe_for("ST-A", None).recipe == RECIPE


def test_a_recipe_that_was_not_fitted_is_not_guessed(store: VisionStore) -> None:
    store.put_recipe(fitted(b"one", RECIPE), b"one")
    other = RECIPE.model_copy(update={"version": "4"})
    with pytest.raises(UnknownName, match="M1-DE-4"):
        store.recipe_for("ST-A", other)


def test_a_station_that_nobody_fitted_is_unknown(store: VisionStore) -> None:
    with pytest.raises(UnknownName, match="vision station"):
        store.recipe_for("ST-X", None)


@pytest.mark.parametrize("station_id", ["../../evil", "a/b", ".hidden", "线 1"])
def test_a_station_with_an_odd_name_stays_in_its_folder(
    store: VisionStore, station_id: str
) -> None:
    store.put_recipe(fitted(b"one", station_id=station_id[:20].replace("线", "X")), b"one")
    outside = [p for p in store.folder.parent.rglob("*") if store.folder not in (p, *p.parents)]
    assert outside == []


def test_a_model_that_was_changed_on_disk_is_not_used(store: VisionStore) -> None:
    one = fitted(b"one")
    store.put_recipe(one, b"one")
    (store.folder / "models" / one.sha256).write_bytes(b"other")
    with pytest.raises(ServiceUnavailable, match="gone or damaged"):
        store.content(one.sha256)


def test_a_damaged_file_of_a_station_is_told(store: VisionStore) -> None:
    store.put_recipe(fitted(b"one"), b"one")
    (store.folder / "stations" / "ST-A.json").write_text("{", encoding="utf-8")
    with pytest.raises(ServiceUnavailable, match="ST-A"):
        store.station("ST-A")


def test_a_golden_piece_that_was_misjudged_raises_the_alarm_until_it_is_judged_rightly(
    store: VisionStore,
) -> None:
    store.put_check(check("GOLD-1", "NG", passed=True, key="I-1"))
    assert store.alarm("ST-A") == ""
    store.put_check(check("GOLD-1", "OK", passed=False, key="I-2"))
    assert store.alarm("ST-A") == "golden piece GOLD-1 is NG and was judged OK"
    store.put_check(check("GOLD-2", "NG", passed=True, key="I-3"))
    assert store.alarm("ST-A") != ""
    store.put_check(check("GOLD-1", "REVIEW", passed=True, key="I-4"))
    assert store.alarm("ST-A") == ""


def test_the_same_look_at_a_golden_piece_counts_once(store: VisionStore) -> None:
    for _ in range(3):
        store.put_check(check("GOLD-1", "NG", passed=True))
    assert len(store.checks("ST-A")) == 1


def test_a_line_that_was_cut_off_by_a_crash_loses_that_look_only(store: VisionStore) -> None:
    store.put_check(check("GOLD-1", "NG", passed=True))
    with (store.folder / "golden" / "ST-A.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"key": "I-2", "at"\n')
    store.put_check(check("GOLD-2", "NG", passed=True, key="I-3"))
    assert [one.serial for one in store.checks("ST-A")] == ["GOLD-1", "GOLD-2"]


@pytest.mark.parametrize("ref", ["heat:../../stations/ST-A", "heat:", "heat:" + "g" * 64])
def test_only_heat_maps_are_handed_out(store: VisionStore, ref: str) -> None:
    store.put_recipe(fitted(b"one"), b"one")
    with pytest.raises(UnknownName, match="heat map"):
        store.heat(ref)


def test_a_repeated_look_counts_when_it_was_last_taken(store: VisionStore) -> None:
    store.put_check(check("GOLD-1", "NG", passed=True, key="I-1"))
    store.put_check(check("GOLD-1", "NG", passed=True, key="I-2"))
    store.put_check(check("GOLD-1", "OK", passed=False, key="I-1"))
    assert "GOLD-1" in store.alarm("ST-A")
    assert [one.key for one in store.checks("ST-A")] == ["I-2", "I-1"]


def test_an_alarm_outlives_any_number_of_other_looks(
    store: VisionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.vision.store._NEWEST_CHECKS", 3)
    store.put_check(check("GOLD-1", "OK", passed=False, key="I-0"))
    for n in range(1, 6):
        store.put_check(check("GOLD-2", "NG", passed=True, key=f"I-{n}"))
    assert len(store.checks("ST-A")) == 3
    assert "GOLD-1" in store.alarm("ST-A")


def test_what_follows_a_cut_off_line_is_not_lost_with_it(store: VisionStore) -> None:
    path = store.folder / "golden" / "ST-A.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b'\xff{"key": "I-2", "at"')
    store.put_check(check("GOLD-1", "OK", passed=False))
    assert "GOLD-1" in VisionStore(store.folder).alarm("ST-A")


def test_looks_that_another_process_writes_are_seen(store: VisionStore) -> None:
    assert store.alarm("ST-A") == ""
    VisionStore(store.folder).put_check(check("GOLD-1", "OK", passed=False, key="I-1"))
    assert "GOLD-1" in store.alarm("ST-A")
    VisionStore(store.folder).put_check(check("GOLD-1", "NG", passed=True, key="I-2"))
    assert store.alarm("ST-A") == ""


def test_two_processes_on_one_store_lose_nothing_of_each_other(store: VisionStore) -> None:
    fork = multiprocessing.get_context("fork")
    both = [fork.Process(target=_scales, args=(store.folder, name)) for name in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0, 0]
    assert len(store.station("ST-A").scales) == 2 * SCALES


def test_a_store_that_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    store = VisionStore(tmp_path / "taken")
    with pytest.raises(ServiceUnavailable, match="cannot be written"):
        store.put_recipe(fitted(b"one"), b"one")
    with pytest.raises(ServiceUnavailable, match="cannot be written"):
        store.put_check(check("GOLD-1", "NG", passed=True))
    (tmp_path / "held" / "golden" / "ST-A.jsonl").mkdir(parents=True)
    with pytest.raises(ServiceUnavailable, match="golden pieces"):
        VisionStore(tmp_path / "held").alarm("ST-A")


def test_a_name_that_no_file_can_bear_is_refused(store: VisionStore) -> None:
    with pytest.raises(InvalidArgument, match="name"):
        store.station("钢" * 100)


SCALES = 40


def _scales(folder: Path, name: str) -> None:
    scale = Scale(mm_per_px=0.05, calibration_id="C-1", valid_until=NOW)
    for n in range(SCALES):
        VisionStore(folder).put_scale("ST-A", f"{name}-{n}", scale)
