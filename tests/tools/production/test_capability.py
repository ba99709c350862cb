"""Stations whose readings are drawn with a seed, so that what is true of them is known."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from tools.production.capability import capability
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
RANDOM = np.random.default_rng(12)


def readings(name: str, station: str, values: Any, prefix: str = "SN") -> list[dict[str, Any]]:
    return [
        {
            "serial": f"{prefix}-{station}-{place:04}",
            "characteristic_id": name,
            "station_id": station,
            "value": round(float(value), 6),
            "measured_at": START + timedelta(minutes=10 * place),
        }
        for place, value in enumerate(values)
    ]


def units(station: str, count: int, site: str, country: str) -> list[dict[str, Any]]:
    return [
        {
            "serial": f"SN-{station}-{place:04}",
            "model_id": "M1",
            "site_id": site,
            "built_at": START,
            "country": country,
        }
        for place in range(count)
    ]


def study(name: str, gauge: float, missing: int = 0) -> list[dict[str, Any]]:
    true = RANDOM.normal(0, 0.05, 10)
    rows = [
        {
            "study_id": f"MSA-{name}",
            "characteristic_id": name,
            "gauge_id": "G-1",
            "operator": operator,
            "part_no": str(part),
            "trial": trial,
            "value": float(true[part] + RANDOM.normal(0, gauge)),
        }
        for operator in "ABC"
        for part in range(10)
        for trial in range(3)
    ]
    return rows[: len(rows) - missing]


def limited(name: str, lsl: float | None = -0.2, usl: float | None = 0.2) -> dict[str, Any]:
    return {"characteristic_id": name, "name": "panel", "unit": "mm", "lsl": lsl, "usl": usl}


normal = RANDOM.normal
SHORT = normal(0.03, 0.05, 40)
WORLD = {
    "sites": [{"site_id": "QDA", "region": "APAC"}, {"site_id": "WRO", "region": "EU"}],
    "markets": [{"country": "DE", "region": "EU"}, {"country": "JP", "region": "APAC"}],
    "models": [{"model_id": "M1"}],
    "characteristics": [
        limited("CHR-GOOD"),
        limited("CHR-JUMP"),
        limited("CHR-SKEW", None, 12.0),
        limited("CHR-SHORT"),
        limited("CHR-FLAT"),
        limited("CHR-OPEN", None, None),
        limited("CHR-TURNED", 1.0, -1.0),
        limited("CHR-NEVER"),
        limited("CHR-NOISY"),
    ],
    "units": units("ST-A", 5, "QDA", "JP") + units("ST-B", 200, "WRO", "DE"),
    "measurements": [
        *readings("CHR-GOOD", "ST-A", normal(0.0, 0.03, 200)),
        *readings("CHR-GOOD", "ST-B", normal(0.03, 0.05, 200)),
        *readings("CHR-JUMP", "ST-A", np.repeat([0.0, 0.06], 100) + normal(0, 0.03, 200)),
        *readings("CHR-SKEW", "ST-A", RANDOM.exponential(1.0, 1000)),
        *readings("CHR-SHORT", "ST-A", SHORT),
        *readings("CHR-FLAT", "ST-A", np.full(60, 0.1)),
        *readings("CHR-NOISY", "ST-A", normal(0.05, 0.08, 200)),
        *readings("CHR-OPEN", "ST-A", normal(0, 1, 60)),
        {**readings("CHR-GOOD", "ST-A", [0.0], "NAN")[0], "value": float("nan")},
    ],
    "gauge_studies": [
        *study("CHR-GOOD", 0.002),
        *study("CHR-NOISY", 0.04),
        *study("CHR-JUMP", 0.002, missing=1),
    ],
    "loads": [{"load_id": "L-1", "path": "m.csv", "table": "measurements"}],
    "quarantine": [
        {"load_id": "L-1", "file": "m.csv", "line": 3, "table": "measurements", "rule": "unit"}
    ],
}


def asked(context: ToolContext, name: str, **query: Any) -> Evidence:
    return run_tool(capability, {"characteristic_id": name, **query}, context)


def station(evidence: Evidence, name: str) -> dict[str, Any]:
    return next(one for one in evidence.result["stations"] if one["station_id"] == name)


def codes(evidence: Evidence) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_a_stable_process_has_cpk_with_an_interval_around_the_truth(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), "chr-good")
    good, poor = station(found, "ST-A"), station(found, "ST-B")
    assert (good["stability"], good["headline"], good["verdict"]) == ("stable", "cpk", "capable")
    assert good["cpk"]["low"] < 0.2 / 0.09 < good["cpk"]["high"]
    assert poor["cpk"]["low"] < 0.17 / 0.15 < poor["cpk"]["high"]
    assert poor["cp"]["estimate"] > poor["cpk"]["estimate"]
    assert poor["expected_ppm"] == pytest.approx(339, rel=1.5)
    assert found.result["stations"][0] == poor
    assert found.result["verdict"] == "not_capable"
    assert "Gauge fit" in found.summary
    assert len(found.summary) <= 400


def test_an_unstable_process_has_ppk_only(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), "CHR-JUMP")
    only = station(found, "ST-A")
    assert (only["stability"], only["headline"]) == ("unstable", "ppk")
    assert only["cp"] is only["cpk"] is None
    assert only["sigma_overall"] > 1.2 * only["sigma_within"]
    assert only["index"] == only["ppk"]
    assert "unstable" in codes(found)
    assert "Unstable: ST-A" in found.summary


def test_a_shape_that_is_not_normal_is_judged_by_what_lies_outside(ask_stocked: Ask) -> None:
    only = station(asked(ask_stocked(), "CHR-SKEW"), "ST-A")
    assert only["near_normal"] is False
    assert only["headline"] == "ppk_share"
    assert only["ppk"] is only["cpk"] is only["expected_ppm"] is None
    # The true percentiles of an exponential: ln 2 and -ln 0.00135.
    assert only["ppk_percentile"] == pytest.approx((12 - 0.693) / (6.608 - 0.693), rel=0.25)
    assert only["outside"]["estimate"] == 0
    assert only["index"]["estimate"] is None
    assert 0.8 < only["index"]["low"] < 1.0
    assert only["verdict"] == "undetermined"


def test_fewer_than_fifty_readings_have_no_index(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), "CHR-SHORT")
    only = station(found, "ST-A")
    assert (only["headline"], only["index"], only["verdict"]) == ("none", None, "undetermined")
    assert only["stability"] == "undetermined"
    assert only["mean"] == pytest.approx(SHORT.mean(), rel=1e-4)
    assert "few_readings" in codes(found)
    assert "40 readings: an index needs 50" in only["reasons"]


def test_readings_that_are_all_equal_have_no_index(ask_stocked: Ask) -> None:
    only = station(asked(ask_stocked(), "CHR-FLAT"), "ST-A")
    assert only["headline"] == "none"
    assert only["reasons"][0].startswith("all readings are equal")


def test_an_unfit_gauge_keeps_the_process_from_being_blamed(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), "CHR-NOISY")
    (studied,) = found.result["gauge_studies"]
    assert studied["gauge_share"] > 0.3
    assert (found.result["gauge"], found.result["verdict"]) == ("unfit", "undetermined")
    assert station(found, "ST-A")["cpk"]["high"] < 1.33
    assert "gauge_unfit" in codes(found)


def test_a_gauge_study_with_a_missing_trial_is_unknown_and_says_why(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), "CHR-JUMP")
    (studied,) = found.result["gauge_studies"]
    assert studied["verdict"] == "unknown"
    assert "operator C measured part 9 2 times" in studied["reason"]
    assert "gauge_unknown" in codes(found)


def test_without_a_gauge_study_the_gauge_is_unknown(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), "CHR-SKEW")
    assert found.result["gauge"] == "unknown"
    assert "no gauge study is recorded" in " ".join(note.text for note in found.warnings)


def test_a_higher_demand_changes_the_verdict_and_not_the_index(ask_stocked: Ask) -> None:
    one = asked(ask_stocked(), "CHR-GOOD", stations=["st-a"])
    other = asked(ask_stocked(), "CHR-GOOD", stations=["ST-A"], required=3)
    assert (one.result["verdict"], other.result["verdict"]) == ("capable", "not_capable")
    assert one.result["stations"][0]["cpk"] == other.result["stations"][0]["cpk"]


def test_left_out_readings_are_counted(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), "CHR-GOOD")
    assert {(one.rule, one.rows) for one in found.excluded} == {
        ("readings without a number", 1),
        ("quarantined measurements: unit", 1),
    }


@pytest.mark.parametrize("name", ["CHR-OPEN", "CHR-TURNED"])
def test_without_sound_limits_there_is_no_capability(ask_stocked: Ask, name) -> None:
    with pytest.raises(NoData, match="limit"):
        asked(ask_stocked(), name)


def test_nothing_measured_is_no_data(ask_stocked: Ask) -> None:
    with pytest.raises(NoData, match="no reading"):
        asked(ask_stocked(), "CHR-NEVER")
    with pytest.raises(NoData, match="no reading"):
        asked(ask_stocked(), "CHR-GOOD", last_on="2020-01-01")


@pytest.mark.parametrize(
    "query",
    [
        {"name": "CHR-GOD"},
        {"name": "CHR-GOOD", "models": ["M9"]},
        {"name": "CHR-GOOD", "stations": ["ST-X"]},
    ],
)
def test_an_unknown_name_is_refused(ask_stocked: Ask, query) -> None:
    with pytest.raises(UnknownName):
        asked(ask_stocked(), **query)


def test_a_level_outside_its_bounds_is_refused(ask_stocked: Ask) -> None:
    with pytest.raises(InvalidArgument, match="level"):
        asked(ask_stocked(), "CHR-GOOD", level=1.0)


def test_a_region_sees_its_own_stations_only(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(regions=("EU",)), "CHR-GOOD")
    assert [one["station_id"] for one in found.result["stations"]] == ["ST-B"]


def test_readings_after_the_as_of_date_are_not_seen(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 3, 2)), "CHR-GOOD")
    # Every ten minutes from six o'clock to midnight.
    assert [one["readings"] for one in found.result["stations"]] == [108, 108]


def test_an_empty_hub_knows_no_characteristic(ask: Ask) -> None:
    with pytest.raises(UnknownName):
        asked(ask(), "CHR-GOOD")
