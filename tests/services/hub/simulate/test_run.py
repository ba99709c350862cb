"""Plans, folders, repeatability, blocks, and rows made wrong."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.errors import BadArgument
from services.hub.simulate import WORLDS, Plan, simulate
from services.hub.simulate.factory import make_block
from services.hub.simulate.setting import make_setting

Make = Callable[[Plan], Any]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = Plan(units=500, seed=4)
    simulate(plan, tmp_path / "first")
    simulate(plan, tmp_path / "second")
    assert _bytes(tmp_path / "first") == _bytes(tmp_path / "second")


def test_another_seed_changes_the_structure() -> None:
    chosen = {make_setting(Plan(seed=seed)).scenario.symptom for seed in range(12)}
    assert len(chosen) > 1


def test_formats_hold_the_same_rows(make: Make) -> None:
    worlds = [make(Plan(units=500, format=kind)) for kind in ("csv", "parquet", "jsonl")]
    for table in ("units", "measurements", "claims", "feedback", "inspections"):
        rows = [world.rows(f"SELECT * FROM {table} ORDER BY ALL") for world in worlds]
        assert rows[0] == rows[1] == rows[2]


def test_a_block_does_not_depend_on_the_blocks_before_it() -> None:
    setting = make_setting(Plan(units=120_000))
    alone = make_block(setting, 2)
    make_block(setting, 1)
    again = make_block(setting, 2)
    assert alone.serial.tolist() == again.serial.tolist()
    assert np.array_equal(alone.lots, again.lots)


def test_many_units_become_folders_of_parts(make: Make) -> None:
    world = make(Plan(units=50_100, format="parquet", exposed_failures=60))
    assert [p.name for p in sorted((world.folder / "units").iterdir())] == [
        "part-0001.parquet",
        "part-0002.parquet",
    ]
    assert (world.folder / "sites.parquet").is_file()
    assert world.count("SELECT count(DISTINCT serial) FROM units") == 50_100
    cause = world.truth.causes[0]
    found = world.units(cause.condition, world.truth.symptom)
    assert found == (cause.exposed_units, cause.exposed_failures)


def test_progress_is_told_block_by_block(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    simulate(Plan(units=400), tmp_path / "out", lambda *step: told.append(step))
    assert told == [("units", 400, 400)]


def test_the_end_moves_everything(make: Make) -> None:
    world = make(Plan(units=400, end=date(2025, 6, 30), format="parquet"))
    assert world.one("SELECT max(built_at)::DATE FROM units") < date(2025, 6, 30)
    assert world.one("SELECT max(effective_at)::DATE FROM process_changes") <= date(2025, 6, 30)
    assert (
        world.count(
            "SELECT count(*) FROM units JOIN models USING (model_id) WHERE built_at < launched_on"
        )
        == 0
    )


def test_hyphens_in_the_name_of_a_world_are_fine() -> None:
    assert Plan(world="Fix-Works").world in WORLDS


def test_an_unknown_world_is_answered_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="unknown world 'utopia'") as caught:
        simulate(Plan(world="utopia"), tmp_path / "out")
    assert "supplier_lot_window" in caught.value.next_step
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": -5},
        {"units": "many"},
        {"rate_ratio": 0.0},
        {"exposed_failures": -1},
        {"dirt": 2},
        {"seed": -1},
        {"format": "xlsx"},
    ],
)
def test_bad_numbers_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadArgument, match=next(iter(wrong))):
        Plan(**wrong)


def test_more_failures_than_the_units_can_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="cannot hold"):
        simulate(Plan(units=300, exposed_failures=200), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(BadArgument, match="not empty"):
        simulate(Plan(units=300), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadArgument, match="cannot use"):
        simulate(Plan(units=300), tmp_path / "file")


def test_dirt_is_counted(make: Make) -> None:
    world = make(Plan(units=2_000, dirt=0.05, format="parquet"))
    dirt = world.truth.dirt
    assert world.count("SELECT count(*) FROM claims WHERE country = 'ZZ'") == dirt["claims.country"]
    assert (
        world.count("SELECT count(*) FROM measurements WHERE characteristic_id = 'CHR-NONE'")
        == dirt["measurements.characteristic_id"]
        > 0
    )
    assert (
        world.count("SELECT count(*) FROM feedback WHERE rating > 10")
        == dirt["feedback.rating"]
        > 0
    )
