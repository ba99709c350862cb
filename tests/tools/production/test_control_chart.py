"""Stations that keep still, jump, drift or hang together, drawn with a seed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from tools.production.control_chart import control_chart
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
START = datetime(2026, 3, 2, tzinfo=UTC)
RANDOM = np.random.default_rng(40)
normal = RANDOM.normal


def readings(name: str, station: str, values: Any) -> list[dict[str, Any]]:
    return [
        {
            "serial": f"SN-{place:04}",
            "characteristic_id": name,
            "station_id": station,
            "value": float(value),
            "measured_at": START + timedelta(hours=place),
        }
        for place, value in enumerate(values)
    ]


def weeks() -> list[dict[str, Any]]:
    """Inspections of 30 weeks: 1 or 2 of 40 units fail each week, from the 21st on 8 of them."""
    rows = []
    for week in range(30):
        for unit in range(40):
            failed = unit < (8 if week >= 20 else 1 + week % 2)
            rows.append(
                {
                    "inspection_id": f"I-{week:02}-{unit:03}",
                    "serial": f"SN-{unit:04}",
                    "station_id": "ST-V",
                    "inspected_at": START + timedelta(weeks=week, minutes=unit),
                    "method": "vision",
                    "result": "fail" if failed else "pass",
                }
            )
    return rows


wander = np.zeros(200)
for place in range(1, 200):
    wander[place] = 0.95 * wander[place - 1] + normal()
WORLD = {
    "sites": [{"site_id": "QDA", "region": "APAC"}],
    "markets": [{"country": "JP", "region": "APAC"}],
    "models": [{"model_id": "M1"}],
    "characteristics": [
        {"characteristic_id": name, "name": "torque", "unit": "N.m"}
        for name in ("CHR-T", "CHR-FEW", "CHR-FLAT", "CHR-WANDER", "CHR-NEVER", "CHR-FINE")
    ],
    "units": [
        {
            "serial": f"SN-{place:04}",
            "model_id": "M1",
            "site_id": "QDA",
            "built_at": START,
            "country": "JP",
        }
        for place in range(40)
    ],
    "measurements": [
        *readings("CHR-T", "ST-STILL", normal(10, 1, 300)),
        *readings("CHR-T", "ST-JUMP", np.repeat([10, 12], 150) + normal(0, 1, 300)),
        *readings("CHR-FEW", "ST-STILL", [1, 2, 1, 2, 9]),
        *readings("CHR-FLAT", "ST-STILL", [1.0] * 50),
        *readings("CHR-WANDER", "ST-STILL", wander),
        *readings("CHR-FINE", "ST-STILL", np.repeat([10, 10.9], 150) + normal(0, 1, 300)),
    ],
    "signals": [
        {"station_id": "ST-O", "signal": "oven", "at": START + timedelta(hours=h), "value": v}
        for h, v in enumerate([*normal(200, 1, 60), *normal(206, 1, 30)])
    ],
    "inspections": weeks(),
}


def asked(context: ToolContext, **query: Any) -> Evidence:
    return run_tool(control_chart, query, context)


def chart(evidence: Evidence, process: str) -> dict[str, Any]:
    return next(one for one in evidence.result["charts"] if one["process"] == process)


def codes(evidence: Evidence) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_the_station_that_jumped_is_told_from_the_one_that_kept_still(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), characteristic_id="CHR-T")
    assert found.result["stability"] == "unstable"
    assert found.result["shown"] == "ST-JUMP"
    assert chart(found, "ST-STILL")["stability"] == "stable"
    assert chart(found, "ST-JUMP")["step_p_value"] < 1e-6
    assert "1 of 2 stations unstable" in found.summary
    assert len(found.summary) <= 400
    assert found.chart is not None


def test_limits_come_from_the_named_baseline(ask_stocked: Ask) -> None:
    query = {"characteristic_id": "CHR-T", "stations": ["ST-JUMP"]}
    found = asked(ask_stocked(), **query, baseline_to="2026-03-07", subgroup_size=5)
    (only,) = found.result["charts"]
    assert only["centre"] == pytest.approx(10, abs=0.3)
    assert only["baseline_points"] == 29
    assert only["sigma"] == pytest.approx(1 / 5**0.5, rel=0.2)
    marked = [point for point in found.result["points"] if point["rules"]]
    assert len(marked) >= 25
    assert all(point["upper"] == marked[0]["upper"] for point in found.result["points"])
    assert "baseline_assumed" not in codes(found)
    assert "baseline_assumed" in codes(asked(ask_stocked(), **query))


def test_a_baseline_that_is_too_short_is_refused(ask_stocked: Ask) -> None:
    with pytest.raises(InvalidArgument, match="holds 5 points"):
        asked(ask_stocked(), characteristic_id="CHR-T", baseline_to="2026-03-02", subgroup_size=5)


@pytest.mark.parametrize(("kind", "length"), [("ewma", 370), ("cusum", 465.4)])
def test_charts_that_remember_find_a_small_shift(ask_stocked: Ask, kind, length) -> None:
    query = {"characteristic_id": "CHR-FINE", "baseline_to": "2026-03-07"}
    found = asked(ask_stocked(), **query, chart=kind)
    (only,) = found.result["charts"]
    assert only["chart"] == kind
    assert only["stability"] == "unstable"
    assert only["in_control_run_length"] == pytest.approx(length, rel=0.01)
    assert only["first_signal_at"] > "2026-03-08"


def test_each_set_of_rules_has_its_own_run_length(ask_stocked: Ask) -> None:
    lengths = {
        rules: chart(asked(ask_stocked(), characteristic_id="CHR-T", rules=rules), "ST-STILL")[
            "in_control_run_length"
        ]
        for rules in ("western_electric", "nelson", "limits_only")
    }
    assert lengths == {"western_electric": 91.8, "nelson": 75.5, "limits_only": 370.4}


def test_points_that_hang_together_are_warned_of(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), characteristic_id="CHR-WANDER")
    assert found.result["charts"][0]["autocorrelation"] > 0.5
    assert "autocorrelation" in codes(found)


def test_few_readings_are_charted_one_by_one_and_judged_undetermined(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), characteristic_id="CHR-FEW")
    (only,) = found.result["charts"]
    assert (only["chart"], only["points"], only["stability"]) == ("individuals", 5, "undetermined")
    assert found.result["points"][4]["value"] == 9
    # Moving ranges 1, 1, 1, 7 around a mean of 3.
    assert only["sigma"] == pytest.approx(2.5 / 1.128379, rel=1e-5)
    assert "few_points" in codes(found)


def test_a_signal_is_charted_like_a_characteristic(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), signal="oven")
    assert found.result["charts"][0]["process"] == "ST-O"
    assert found.result["stability"] == "unstable"


def test_a_share_is_charted_by_week_against_its_baseline(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), metric="inspection_fail_rate", baseline_to="2026-07-19")
    (only,) = found.result["charts"]
    assert only["chart"] == "p"
    assert only["baseline_points"] == 20
    assert only["centre"] == pytest.approx(0.0375)
    assert found.result["points"][0]["upper"] == pytest.approx(0.0375 + 3 * 0.030039, rel=1e-3)
    assert only["first_signal_at"] == "2026-W30"
    assert only["stability"] == "unstable"
    assert "few_events" in codes(found)


def test_rows_of_a_metric_can_be_narrowed(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName):
        asked(ask_stocked(), metric="inspection_fail_rate", where={"station_id": ["ST-9"]})


@pytest.mark.parametrize(
    "query", [{}, {"characteristic_id": "CHR-T", "signal": "oven"}, {"metric": "units_built"}]
)
def test_one_thing_with_a_chart_must_be_named(ask_stocked: Ask, query) -> None:
    with pytest.raises(InvalidArgument):
        asked(ask_stocked(), **query)


@pytest.mark.parametrize("name", ["CHR-FLAT", "CHR-NEVER"])
def test_what_does_not_vary_has_no_chart(ask_stocked: Ask, name) -> None:
    with pytest.raises(NoData):
        asked(ask_stocked(), characteristic_id=name)


@pytest.mark.parametrize(
    "query", [{"characteristic_id": "CHR-X"}, {"signal": "oben"}, {"metric": "fail_rate"}]
)
def test_an_unknown_name_is_refused(ask_stocked: Ask, query) -> None:
    with pytest.raises(UnknownName):
        asked(ask_stocked(), **query)


def test_another_region_sees_no_chart_of_these_units(ask_stocked: Ask) -> None:
    with pytest.raises((NoData, UnknownName)):
        asked(ask_stocked(regions=("EU",)), characteristic_id="CHR-T")


def test_points_after_the_as_of_date_are_not_seen(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 3, 7)), characteristic_id="CHR-T")
    assert found.result["stability"] == "stable"


def test_an_empty_hub_has_nothing_to_chart(ask: Ask) -> None:
    with pytest.raises(UnknownName):
        asked(ask(), characteristic_id="CHR-T")
