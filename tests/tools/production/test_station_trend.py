"""One world a question: a score that jumps on the tenth week, with or without its lots."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from domain.errors import NoData, UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import fill
from tools.production.station_trend import station_trend
from tools.production.station_verdict import jump_of
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
START = datetime(2026, 3, 5, 6, tzinfo=UTC)
WEEKS, JUMP, PER_WEEK = 20, 10, 6
RANDOM = np.random.default_rng(70)


def world(raised: Callable[[str, int, bool], bool]) -> dict[str, list[dict[str, Any]]]:
    """Looks at ST-A and ST-B; `raised(station, week, old lot)` says whose scores are 0.3 higher.

    Half of the units of each week have the lot L-OLD, the others one that is new in week 10.
    """
    looks, parts, units = [], [], []
    for station in ("ST-A", "ST-B"):
        for week in range(WEEKS):
            for place in range(PER_WEEK):
                old = place % 2 == 0
                serial = f"{station}-{week:02}-{place}"
                score = 0.2 + 0.3 * raised(station, week, old) + RANDOM.normal(0, 0.05)
                at = START + timedelta(weeks=week, hours=place)
                looks.append(
                    {
                        "inspection_id": f"I-{serial}",
                        "serial": serial,
                        "station_id": station,
                        "inspected_at": at,
                        "method": "vision",
                        "result": "fail" if score > 0.45 else "pass",
                        "score": float(score),
                        "model_version": "v1",
                        "recipe_id": "R2" if station == "ST-A" and week >= JUMP else "R1",
                    }
                )
                lot = "L-OLD" if old else f"L-{'NEW' if week >= JUMP else 'GONE'}"
                parts.append({"serial": serial, "part_id": "P-1", "lot_id": lot})
                units.append(
                    {
                        "serial": serial,
                        "model_id": "M1",
                        "site_id": "QDA",
                        "built_at": at,
                        "country": "JP",
                    }
                )
    return {
        "sites": [{"site_id": "QDA", "region": "APAC"}],
        "models": [{"model_id": "M1"}],
        "units": units,
        "unit_parts": parts,
        "inspections": looks,
    }


def camera(station: str, week: int, old: bool) -> bool:
    return station == "ST-A" and week >= JUMP


def product(station: str, week: int, old: bool) -> bool:
    return week >= JUMP and not old


WORLD = world(camera)


def asked(context: ToolContext, **query: Any) -> Evidence:
    return run_tool(station_trend, {"station_id": "ST-A", **query}, context)


def said(evidence: Evidence) -> dict[str, str]:
    return {one["name"]: one["says"] for one in evidence.result["comparisons"]}


def codes(evidence: Evidence) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_a_jump_in_all_lots_at_one_station_is_the_camera(ask_stocked: Ask) -> None:
    found = asked(ask_stocked())
    assert found.result["verdict"] == "inspection"
    assert found.result["jump_at"].startswith("2026-05-14")
    change = found.result["change"]
    assert change["low"] < 0.3 < change["high"]
    assert said(found)["old_lots"] == "inspection"
    assert said(found)["shared_lots"] == "inspection"
    assert "old lots: they jump too" in found.summary
    assert len(found.summary) <= 400


def test_without_the_same_pieces_a_process_change_stays_a_rival(ask_stocked: Ask) -> None:
    assert "process_rival" in codes(asked(ask_stocked()))


def test_settings_that_changed_at_the_jump_are_named(ask_stocked: Ask) -> None:
    found = asked(ask_stocked())
    assert [(one["kind"], one["value"]) for one in found.result["settings"]] == [
        ("recipe_id", "R1"),
        ("recipe_id", "R2"),
    ]
    assert "settings_changed" in codes(found)


def test_the_station_that_kept_still_shows_no_change(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), station_id="st-b")
    assert (found.result["verdict"], found.result["change"]) == ("no_change", None)


def test_points_stand_beside_those_of_other_stations(ask_stocked: Ask) -> None:
    points = asked(ask_stocked()).result["points"]
    assert sum(point["looks"] for point in points) == WEEKS * PER_WEEK
    assert points[-1]["score"] - points[-1]["score_elsewhere"] > 0.2
    assert points[0]["pass_rate"]["estimate"] == 1.0
    assert points[-1]["pass_rate"]["estimate"] < 1.0


def test_a_jump_that_only_new_lots_show_is_the_product(hub: Hub, ask: Ask) -> None:
    fill(hub, world(product))
    found = asked(ask())
    assert found.result["verdict"] == "product"
    assert said(found)["old_lots"] == "product"
    assert said(found)["other_stations"] == "product"
    assert "not the camera" in found.summary


def test_without_genealogy_one_station_alone_cannot_be_told(hub: Hub, ask: Ask) -> None:
    rows = world(camera) | {"unit_parts": []}
    fill(hub, rows)
    found = asked(ask())
    assert found.result["verdict"] == "undetermined"
    assert "cannot_tell" in codes(found)


def test_the_same_pieces_again_decide_for_the_camera(hub: Hub, ask: Ask) -> None:
    rows = world(camera) | {"unit_parts": []}
    rows["inspections"] += [
        {
            "inspection_id": f"G-{week:02}-{piece}",
            "serial": f"GOLD-{piece}",
            "station_id": "ST-A",
            "inspected_at": START + timedelta(weeks=week, hours=7),
            "method": "vision",
            "result": "pass",
            "score": float(0.1 + 0.3 * (week >= JUMP) + RANDOM.normal(0, 0.02)),
        }
        for week in range(WEEKS)
        for piece in range(3)
    ]
    fill(hub, rows)
    found = asked(ask())
    assert said(found)["reference_pieces"] == "inspection"
    assert found.result["verdict"] == "inspection"
    assert "process_rival" not in codes(found)


def test_a_short_record_is_not_judged(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), last_on="2026-04-10")
    assert (found.result["verdict"], found.result["p_value"]) == ("undetermined", None)
    assert "too few to judge" in found.summary


def test_looks_after_the_as_of_date_are_not_seen(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 5, 10)))
    assert found.result["verdict"] == "no_change"


def cells(*looks: tuple[str, bool, bool, bool, float, int]) -> list[dict[str, Any]]:
    names = ("kind", "here", "after", "lot_told", "mean", "looks")
    return [{**dict(zip(names, one, strict=True)), "variance": 0.01} for one in looks]


HERE = (("units", True, False, False, 0.2, 200), ("units", True, True, False, 0.5, 200))


def test_people_who_clear_more_of_the_rejects_speak_for_the_camera() -> None:
    second = (
        ("second_looks", True, False, False, 0.1, 50),
        ("second_looks", True, True, False, 0.8, 50),
    )
    jump = jump_of(cells(*HERE, *second))
    assert jump is not None
    assert jump.verdict == "inspection"
    fewer = jump_of(cells(*HERE, (*second[0][:4], 0.9, 50), (*second[1][:4], 0.1, 50)))
    assert fewer is not None
    assert fewer.verdict == "product"


def test_comparisons_that_contradict_each_other_leave_it_open() -> None:
    jump = jump_of(
        cells(
            *HERE,
            ("units", True, True, True, 0.5, 100),
            ("units", False, False, False, 0.2, 100),
            ("units", False, True, True, 0.5, 100),
        )
    )
    assert jump is not None
    assert {one.says for one in jump.comparisons} == {"inspection", "product", "undetermined"}
    assert jump.verdict == "undetermined"


def test_other_stations_that_keep_still_do_not_clear_the_product() -> None:
    jump = jump_of(
        cells(
            *HERE,
            ("units", False, False, False, 0.2, 100),
            ("units", False, True, False, 0.2, 100),
        )
    )
    assert jump is not None
    assert jump.verdict == "undetermined"


def test_a_second_method_that_sees_the_units_change_speaks_for_the_product() -> None:
    jump = jump_of(
        cells(
            *HERE,
            ("other_methods", True, False, False, 0.02, 200),
            ("other_methods", True, True, False, 0.3, 200),
        )
    )
    assert jump is not None
    assert jump.verdict == "product"


@pytest.mark.parametrize("query", [{"station_id": "ST-X"}, {"method": "touch"}])
def test_an_unknown_name_is_refused(ask_stocked: Ask, query) -> None:
    with pytest.raises(UnknownName):
        asked(ask_stocked(), **query)


def test_no_look_in_the_window_is_no_data(ask_stocked: Ask) -> None:
    with pytest.raises(NoData, match="no inspection"):
        asked(ask_stocked(), last_on="2020-01-01")


def test_another_region_does_not_know_the_station(ask_stocked: Ask) -> None:
    with pytest.raises((UnknownName, NoData)):
        asked(ask_stocked(regions=("EU",)))
