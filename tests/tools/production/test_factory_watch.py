"""Two small sites: one whose readings move, one whose night shift begins to reject units."""

import csv
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.alarm import Alarm
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.policy.vault import Vault
from tests.conftest import asking
from tools.production.factory_alarms import alarms_of
from tools.production.factory_charts import Watching, charts_of, run_length
from tools.production.factory_days import FactoryDays, Place, ShareDays
from tools.production.factory_watch import factory_watch
from tools.runner import run_tool
from tools.tool import ToolContext

START, DAYS = date(2026, 5, 1), 63
AS_OF = START + timedelta(days=DAYS - 1)
MOVED, REJECTED, SILENT = DAYS - 9, DAYS - 10, DAYS - 5
PER_SHIFT = 3
UNTOLD = "AAA-L1-01-D0"
LINES = {"AAA-L1": "AAA", "BBB-L1": "BBB", "BBB-L2": "BBB"}


def plant() -> dict[str, list[dict[str, Any]]]:
    """AAA-L1 reads higher from MOVED on; BBB-L1 rejects at night from REJECTED on; nobody inspects
    BBB-L2 from SILENT on.
    """
    random = np.random.default_rng(8)
    units, looks, readings = [], [], []
    for line, site in LINES.items():
        for day in range(DAYS):
            for shift, hour in (("D", 8), ("N", 20)):
                for place in range(PER_SHIFT):
                    serial = f"{line}-{day:02}-{shift}{place}"
                    at = datetime(2026, 5, 1, hour, place, tzinfo=UTC) + timedelta(days=day)
                    unit = {"serial": serial, "model_id": "M1", "site_id": site, "line_id": line}
                    units.append({**unit, "shift": shift, "built_at": at})
                    night = line == "BBB-L1" and shift == "N" and day >= REJECTED
                    fails = night or (day % 15 == 0 and place == 0)
                    if not (line == "BBB-L2" and day >= SILENT):
                        looks.append(look(serial, f"{line}-VIS", at, fails))
                    value = random.normal(10 + 2.5 * (line == "AAA-L1" and day >= MOVED), 1)
                    reading = {"serial": serial, "characteristic_id": "CHR-GAP", "value": value}
                    readings.append({**reading, "station_id": f"{line}-ASM", "measured_at": at})
    return {
        "sites": [
            {"site_id": "AAA", "name": "Aston", "region": "EU"},
            {"site_id": "BBB", "name": "Bexley", "region": "NA"},
        ],
        "models": [{"model_id": "M1"}],
        "characteristics": [{"characteristic_id": "CHR-GAP", "unit": "mm", "lsl": 5, "usl": 15}],
        "codes": [
            {"code": "D-SPARK", "kind": "defect", "name": "sparks", "safety_critical": True},
            {"code": "D-DENT", "kind": "defect", "name": "dent", "safety_critical": False},
        ],
        "gauge_studies": bad_gauge(random),
        "units": units,
        "inspections": looks,
        "measurements": readings,
    }


def look(serial: str, station: str, at: datetime, fails: bool) -> dict[str, Any]:
    night = "-N" in serial
    told = "pending" if serial == UNTOLD else "fail" if fails else "pass"
    return {
        "inspection_id": f"I-{serial}",
        "serial": serial,
        "station_id": station,
        "inspected_at": at,
        "method": "vision",
        "result": told,
        "defect_code": ("D-SPARK" if night else "D-DENT") if fails else None,
    }


def bad_gauge(random: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {
            "study_id": "G1",
            "characteristic_id": "CHR-GAP",
            "operator": operator,
            "part_no": f"P{part}",
            "trial": trial,
            "value": 10 + 0.1 * part + random.normal(0, 1),
        }
        for operator in ("X", "Y")
        for part in range(5)
        for trial in range(2)
    ]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, empty_hub) -> Callable[..., ToolContext]:
    folder = tmp_path_factory.mktemp("factories")
    shutil.copytree(empty_hub, folder / "hub")
    hub = Hub(folder / "hub")
    exports = folder / "exports"
    exports.mkdir()
    for table, rows in plant().items():
        with (exports / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    # Thousands of rows: taken in as files, which is far quicker than row by row.
    ingest(hub, exports, Vault.open(folder / "state"), now=datetime(2026, 8, 1, tzinfo=UTC))
    return asking(hub, folder)


QUERY = {"days": DAYS, "watched_days": 14, "budget_per_week": 0.5}


@pytest.fixture(scope="module")
def found(asked) -> Evidence:
    return run_tool(factory_watch, QUERY, asked())


def alarms(evidence: Evidence) -> dict[str, Alarm]:
    return {one["key"]: Alarm.model_validate(one) for one in evidence.result["alarms"]}


def site(evidence: Evidence, name: str) -> dict[str, Any]:
    return next(one for one in evidence.result["sites"] if one["site_id"] == name)


def test_a_mean_that_moved_is_one_alarm_with_its_side_and_its_first_day(found) -> None:
    alarm = alarms(found)["factory/CHR-GAP/AAA/AAA-L1/AAA-L1-ASM"]
    assert (alarm.level, alarm.symptom, alarm.state) == ("line", "CHR-GAP", "confirmed")
    assert alarm.where.direction == "high"
    assert abs((alarm.since - (START + timedelta(days=MOVED))).days) <= 1
    assert alarm.events > alarm.expected
    assert [key for key in alarms(found) if "CHR-GAP/AAA" in key] == [alarm.key]


def test_the_shift_of_a_mean_is_told_in_its_unit(found) -> None:
    (shift,) = found.result["shifts"]
    assert shift["unit"] == "mm"
    assert shift["shift"]["low"] < 2.5 < shift["shift"]["high"]
    assert shift["readings"] == pytest.approx(2 * PER_SHIFT * 9, abs=2 * PER_SHIFT)


def test_rejects_of_one_shift_are_an_alarm_of_that_shift_and_not_of_line_and_site(found) -> None:
    rejects = [one for one in alarms(found).values() if "first_pass" in one.key]
    assert [one.key for one in rejects] == ["factory/first_pass/BBB/BBB-L1/N"]
    (alarm,) = rejects
    assert alarm.since == START + timedelta(days=REJECTED)
    assert alarm.events == 10 * PER_SHIFT
    assert alarm.ratio.low > 1


def test_a_safety_critical_defect_makes_the_alarm_severe_and_comes_first(found) -> None:
    first = Alarm.model_validate(found.result["alarms"][0])
    assert (first.symptom, first.severity) == ("D-SPARK", 4)


def test_the_budget_is_shared_out_over_all_charts(found) -> None:
    result = found.result
    # Inspections: 2 sites, 3 lines, 6 shifts; readings: 3 stations, over both shifts and by each.
    assert result["charts"] == 2 + 3 + 6 + 3 * 3
    assert result["in_control_run_length"] == pytest.approx(7 * 20 / 0.5)


def test_a_line_that_builds_without_inspections_is_named_and_not_a_yield_of_one(found) -> None:
    (gap,) = found.result["gaps"]
    assert (gap["line_id"], gap["missing"]) == ("BBB-L2", "inspections")
    assert gap["built"] == 5 * 2 * PER_SHIFT
    assert gap["last_on"] == str(START + timedelta(days=SILENT - 1))
    assert any(note.code == "not_recorded" for note in found.warnings)


def test_the_digest_of_a_site_counts_its_last_days_by_line_and_shift(found) -> None:
    figures = site(found, "BBB")
    assert figures["output"]["built"] == 7 * 2 * 2 * PER_SHIFT
    nights = {(one["line_id"], one["shift"]): one["output"] for one in figures["shifts"]}
    assert nights["BBB-L1", "N"]["first_pass_yield"]["estimate"] == 0
    assert nights["BBB-L2", "N"]["inspected"] == 2 * PER_SHIFT
    assert figures["defects"][0]["code"] == "D-SPARK"
    assert figures["alarms"] == ["factory/first_pass/BBB/BBB-L1/N"]
    assert figures["name"] == "Bexley"


def test_no_inspection_at_all_is_no_yield_rather_than_a_yield_of_zero(asked) -> None:
    evidence = run_tool(factory_watch, {**QUERY, "digest_days": 3, "lines": ["BBB-L2"]}, asked())
    output = site(evidence, "BBB")["output"]
    assert (output["inspected"], output["first_pass_yield"]["estimate"]) == (0, None)
    assert "not known" in evidence.summary


def test_an_unfit_gauge_is_named_beside_the_alarm_about_its_characteristic(found) -> None:
    assert site(found, "AAA")["gauges_unfit"] == ["CHR-GAP"]
    assert any(note.code == "gauge_unfit" for note in found.warnings)


def test_before_anything_moved_there_is_no_alarm(asked) -> None:
    before = START + timedelta(days=REJECTED - 1)
    evidence = run_tool(factory_watch, {**QUERY, "days": 50}, asked(as_of=before))
    assert evidence.result["alarms"] == []
    assert evidence.result["watched"][1] == str(before)


def test_inspections_without_a_verdict_are_left_out_and_counted(found) -> None:
    left = {one.rule: one.rows for one in found.excluded}
    assert left == {"first inspections without verdict": 1}


def test_a_region_sees_its_own_sites_only(asked) -> None:
    evidence = run_tool(factory_watch, QUERY, asked(regions=("EU",)))
    assert [one["site_id"] for one in evidence.result["sites"]] == ["AAA"]
    assert all(one.where.site_id == "AAA" for one in alarms(evidence).values())


def test_the_summary_says_alarms_budget_and_yield(found) -> None:
    assert len(found.summary) <= 400
    assert "2 factory alarms" in found.summary
    assert "first-pass yield" in found.summary


def test_the_picture_is_of_the_first_alarm_with_its_limit(found) -> None:
    assert found.chart["title"] == "factory/first_pass/BBB/BBB-L1/N"
    assert len(found.chart["data"]["values"]) == 14


def test_unknown_sites_are_named_with_near_ones(asked) -> None:
    with pytest.raises(UnknownName, match="AAB"):
        run_tool(factory_watch, {"sites": ["AAB"]}, asked())


def test_an_empty_hub_is_no_data(ask) -> None:
    with pytest.raises(NoData, match="nothing was built"):
        run_tool(factory_watch, {}, ask())


def test_too_short_a_reference_is_refused(asked) -> None:
    with pytest.raises(InvalidArgument, match="it needs 28"):
        run_tool(factory_watch, {"days": 40, "watched_days": 14}, asked())


def factory(raised: set[str]) -> FactoryDays:
    """A line with three shifts, some of which fail eight times as often in the watched days."""
    day = np.arange(60)
    shifts = {}
    for name in ("A", "B", "C"):
        failed = np.where((day >= 50) & (name in raised), 24, 3)
        shifts[name] = ShareDays(day, np.full(60, 100), np.full(60, 100), failed)
    total = [sum(getattr(one, name) for one in shifts.values()) for name in ShareDays._fields[1:]]
    shares = {Place("S", "L", name): days for name, days in shifts.items()}
    return FactoryDays({**shares, Place("S", "L"): ShareDays(day, *total)}, {}, {})


@pytest.mark.parametrize(
    ("raised", "named"),
    [({"B"}, ["shift"]), ({"A", "C"}, ["shift", "shift"]), ({"A", "B", "C"}, ["line"])],
)
def test_the_narrowest_place_that_explains_all_is_named(raised, named) -> None:
    found = alarms_of(charts_of(factory(raised), Watching(59, 60, 10, 2.0, 0.2)), ())
    assert [one.level for one in found] == named


def test_a_larger_budget_makes_a_shorter_run_length() -> None:
    assert run_length(100, 0.1) == pytest.approx(10 * run_length(100, 1.0))
