import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.intervals import binomial_interval
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import Rows, fill
from tools.production.measurement_trend import measurement_trend
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
DAYS = 12


def measured(characteristic: str, day: int, place: int, value: float) -> dict[str, Any]:
    return {
        "serial": f"SN-{day:02}-{place}",
        "characteristic_id": characteristic,
        "station_id": f"ST-{place}",
        "value": value,
        "measured_at": START + timedelta(days=day, hours=9 * place),
    }


def rows() -> Rows:
    """Two units a day for 12 days: one of shift A at QDA, one of shift B at WRO."""
    units = [
        {
            "serial": f"SN-{day:02}-{place}",
            "model_id": f"M{place}",
            "site_id": ("QDA", "WRO")[place],
            "line_id": f"L{place}",
            "shift": "AB"[place],
            "built_at": START + timedelta(days=day),
            "country": ("JP", "DE")[place],
        }
        for day in range(DAYS)
        for place in range(2)
    ]
    readings = []
    for day in range(DAYS):
        for place in range(2):
            side = place - 0.5  # the two readings of a day lie 1 apart, around their mean
            readings.append(measured("CHR-DRIFT", day, place, 10 + 0.5 * day + side))
            readings.append(measured("CHR-STEP", day, place, (5 if day < 6 else 8) + side))
            readings.append(measured("CHR-FLAT", day, place, 3 + side))
    readings += [measured("CHR-HOLE", day, 0, 1.0) for day in (0, 1, 2, 10, 11)]
    readings += [measured("CHR-NAN", 0, 0, math.nan), measured("CHR-NAN", 1, 0, 4.0)]
    signals = [
        {"station_id": "ST-0", "signal": "oven", "at": START + timedelta(hours=h), "value": 200 + h}
        for h in range(10)
    ]
    limits: dict[str, Any] = {"unit": "mm", "lsl": 9.0, "target": 12.0, "usl": 15.0}
    return {
        "sites": [{"site_id": "QDA", "region": "APAC"}, {"site_id": "WRO", "region": "EU"}],
        "markets": [{"country": "DE", "region": "EU"}, {"country": "JP", "region": "APAC"}],
        "models": [{"model_id": "M0"}, {"model_id": "M1"}],
        "characteristics": [
            {"characteristic_id": "CHR-DRIFT", "name": "panel alignment", **limits},
            *({"characteristic_id": f"CHR-{name}"} for name in ("STEP", "FLAT", "HOLE", "NAN")),
            {"characteristic_id": "CHR-NEVER"},
        ],
        "units": units,
        "measurements": readings,
        "signals": signals,
        "loads": [{"load_id": "L-1", "path": "m.csv", "table": "measurements"}],
        "quarantine": [
            {"load_id": "L-1", "file": "m.csv", "line": 3, "table": "measurements", "rule": "unit"}
        ],
    }


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    made = Hub.create(tmp_path_factory.mktemp("trend") / "hub")
    fill(made, rows())
    return made


def trend(context: ToolContext, **query: Any) -> Evidence:
    return run_tool(measurement_trend, query, context)


def codes_of(evidence: Evidence) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_subgroups_have_mean_spread_and_range(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="CHR-DRIFT").result
    first, *_, last = found["subgroups"]
    assert len(found["subgroups"]) == DAYS
    assert (first["subgroup"], first["n"], first["mean"]) == ("2026-03-02", 2, 10.0)
    assert first["s"] == pytest.approx(math.sqrt(0.5), 1e-5)
    assert (last["minimum"], last["maximum"], last["above"]) == (15.0, 16.0, 1)


def test_a_drift_is_told_with_its_slope_and_interval(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="chr-drift")
    slope = found.result["slope_per_day"]
    assert (slope["low"], slope["estimate"], slope["high"]) == (0.5, 0.5, 0.5)
    assert found.result["trend"] == "rising"
    assert "trend rising (0.5 mm/day [0.5, 0.5])" in found.summary
    assert len(found.summary) <= 400


def test_a_jump_is_told_with_its_day(ask: Ask) -> None:
    step = trend(ask(), characteristic_id="CHR-STEP").result["step"]
    assert step["at"] == "2026-03-08T06:00:00Z"
    assert (step["before"], step["after"], step["shown"]) == (5.0, 8.0, True)


def test_a_steady_process_shows_neither(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="CHR-FLAT").result
    assert found["trend"] == "none_shown"
    assert found["step"]["shown"] is False


def test_the_share_outside_the_limits_has_an_exact_interval(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="CHR-DRIFT").result
    assert (found["below"], found["above"], found["overall"]["n"]) == (0, 2, 24)
    exact = binomial_interval(2, 24)
    assert found["out_of_specification"]["high"] == pytest.approx(exact.high, 1e-5)
    assert found["unit"] == "mm"


def test_all_readings_together_are_as_if_taken_at_once(ask: Ask) -> None:
    overall = trend(ask(), characteristic_id="CHR-DRIFT").result["overall"]
    values = [10 + 0.5 * day + side for day in range(DAYS) for side in (-0.5, 0.5)]
    mean = sum(values) / 24
    s = math.sqrt(sum((value - mean) ** 2 for value in values) / 23)
    assert overall["mean"] == pytest.approx(mean, 1e-5)
    assert overall["s"] == pytest.approx(s, 1e-5)


def test_without_limits_nothing_is_in_or_out(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="CHR-FLAT")
    assert found.result["out_of_specification"] is None
    assert "no_limits" in codes_of(found)
    assert "no limits recorded" in found.summary


def test_readings_may_be_narrowed_to_model_site_line_station_and_window(ask: Ask) -> None:
    context = ask()
    for query in (
        {"models": ["M1"]},
        {"sites": ["WRO"]},
        {"lines": ["L1"]},
        {"station_id": "ST-1"},
    ):
        found = trend(context, characteristic_id="CHR-FLAT", **query).result
        assert (found["overall"]["n"], found["overall"]["mean"]) == (DAYS, 3.5)
    window = trend(
        context, characteristic_id="CHR-FLAT", first_on="2026-03-03", last_on="2026-03-04"
    ).result
    assert window["overall"]["n"] == 4


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"subgroup": "shift"}, ["2026-03-02 A", "2026-03-02 B", "2026-03-03 A"]),
        ({"subgroup": "hour"}, ["2026-03-02 06:00", "2026-03-02 15:00", "2026-03-03 06:00"]),
        ({"subgroup": "count", "subgroup_size": 10}, ["0", "1", "2"]),
    ],
)
def test_subgroups_are_by_shift_hour_or_count(
    ask: Ask, query: dict[str, Any], names: list[str]
) -> None:
    found = trend(ask(), characteristic_id="CHR-DRIFT", **query).result
    assert [subgroup["subgroup"] for subgroup in found["subgroups"][:3]] == names
    assert sum(subgroup["n"] for subgroup in found["subgroups"]) == 24


def test_a_stretch_without_readings_is_a_gap(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="CHR-HOLE")
    assert [(gap["from_at"], gap["days"]) for gap in found.result["gaps"]] == [
        ("2026-03-04T06:00:00Z", 8.0)
    ]
    assert "gaps" in codes_of(found)


def test_few_subgroups_leave_the_trend_undetermined(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="CHR-HOLE")
    assert found.result["trend"] == "undetermined"
    assert found.result["slope_per_day"] is None
    assert "few_subgroups" in codes_of(found)


def test_readings_without_a_number_are_left_out_and_counted(ask: Ask) -> None:
    found = trend(ask(), characteristic_id="CHR-NAN")
    assert found.result["overall"]["n"] == 1
    assert {e.rule: e.rows for e in found.excluded} == {
        "readings without a number": 1,
        "quarantined measurements: unit": 1,
    }


def test_a_station_signal_is_followed_too(ask: Ask) -> None:
    found = trend(ask(), station_id="st-0", signal="OVEN", subgroup="hour")
    assert found.result["name"] == "oven of ST-0"
    assert found.result["slope_per_day"]["estimate"] == 24.0  # 1 an hour
    with pytest.raises(UnknownName) as failure:
        trend(ask(), station_id="ST-0", signal="ovn")
    assert failure.value.near == ("oven",)


def test_as_of_hides_later_readings(ask: Ask) -> None:
    found = trend(ask(as_of=date(2026, 3, 4)), characteristic_id="CHR-FLAT").result
    assert found["overall"]["n"] == 6


def test_a_region_sees_readings_of_its_units_only(ask: Ask) -> None:
    found = trend(ask(regions=("EU",)), characteristic_id="CHR-FLAT").result
    assert (found["overall"]["n"], found["overall"]["mean"]) == (DAYS, 3.5)


def test_a_characteristic_never_measured_is_no_data(ask: Ask) -> None:
    with pytest.raises(NoData, match="no reading of CHR-NEVER"):
        trend(ask(), characteristic_id="CHR-NEVER")
    with pytest.raises(UnknownName):
        trend(ask(), characteristic_id="CHR-DRAFT")


def test_a_question_names_one_thing_to_follow(ask: Ask) -> None:
    with pytest.raises(InvalidArgument, match="either a characteristic or a signal"):
        trend(ask())
    with pytest.raises(InvalidArgument, match="either a characteristic or a signal"):
        trend(ask(), characteristic_id="CHR-FLAT", signal="oven", station_id="ST-0")
    with pytest.raises(InvalidArgument, match="a signal belongs to a station"):
        trend(ask(), signal="oven")


def test_the_chart_shows_means_range_and_limits(ask: Ask) -> None:
    chart = trend(ask(), characteristic_id="CHR-DRIFT").chart
    assert chart is not None
    assert len(chart["data"]["values"]) == DAYS
    rules = chart["layer"][2]["data"]["values"]
    assert [rule["limit"] for rule in rules] == ["lsl", "target", "usl"]
    assert chart["layer"][1]["encoding"]["y"]["title"] == "mm"


def test_a_characteristic_that_is_only_measured_is_followed_without_limits(
    tmp_path: Path, ask: Ask
) -> None:
    bare = Hub.create(tmp_path / "bare")
    fill(bare, {name: rows()[name] for name in ("units", "measurements")})
    context = ask()
    context = replace(context, snapshot=bare.snapshot(context.snapshot.scope))
    found = trend(context, characteristic_id="chr-drift")
    assert (found.result["name"], found.result["overall"]["n"]) == ("CHR-DRIFT", 24)
    assert (found.result["lsl"], found.result["unit"]) == (None, None)
    assert "not_described" in codes_of(found)
    with pytest.raises(UnknownName) as failure:
        trend(context, characteristic_id="CHR-DRIFF")
    assert failure.value.near[0] == "CHR-DRIFT"
