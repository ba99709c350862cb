"""Two stations: ST-A lets 6 of 40 units with an early claim through, ST-B 1 of 40."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import NoData, UnknownName
from domain.intervals import binomial_interval
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import fill
from tools.production.missed_defects import missed_defects
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
BUILT = datetime(2026, 1, 5, 6, tzinfo=UTC)
SOLD = date(2026, 2, 1)


def unit(station: str, place: int, **values: Any) -> dict[str, Any]:
    country = "JP" if station == "ST-A" else "DE"
    return {
        "serial": f"{station}-{place:02}",
        "model_id": f"M-{station[-1]}",
        "site_id": "QDA",
        "built_at": BUILT,
        "sold_on": SOLD,
        "country": country,
    } | values


def look(station: str, place: int, result: str | None, after: int = 0, **values: Any) -> dict:
    return {
        "inspection_id": f"I-{station}-{place:02}-{after}-{values.get('method', 'vision')}",
        "serial": f"{station}-{place:02}",
        "station_id": station,
        "inspected_at": BUILT + timedelta(minutes=after),
        "method": "vision",
        "result": result,
        "model_version": "v1" if station == "ST-A" else "v2",
    } | values


def claim(serial: str, days: int, symptom: str = "FLICKER", **values: Any) -> dict[str, Any]:
    return {
        "claim_id": f"C-{serial}-{days}-{symptom}",
        "serial": serial,
        "reported_at": datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=days),
        "symptom_code": symptom,
        "country": "JP" if serial.startswith("ST-A") else "DE",
        "no_fault_found": False,
    } | values


def rows() -> dict[str, list[dict[str, Any]]]:
    stations = ("ST-A", "ST-B")
    units = [unit(station, place) for station in stations for place in range(50)]
    units[41] |= {"sold_on": None}
    units[42] |= {"sold_on": date(2026, 5, 30)}
    looks = [look(station, place, "pass") for station in stations for place in range(40)]
    looks += [look("ST-A", 41, "OK"), look("ST-A", 42, "ok"), look("ST-A", 43, "unclear")]
    # Unit 40 fails and passes when repaired: its last verdict counts.
    looks += [look("ST-A", 40, "fail"), look("ST-A", 40, "pass", after=60)]
    # Five rejects, four looked at again by a person, who clears three.
    looks += [look("ST-A", place, "NG") for place in range(44, 49)]
    looks += [
        look(
            "ST-A", place, "pass" if place < 47 else "fail", after=5, method="person",
            operator_override=place < 47,
        )
        for place in range(44, 48)
    ]  # fmt: skip
    claims = [claim(f"ST-A-{place:02}", 30) for place in range(6)]
    claims += [claim("ST-A-00", 40, "NO_POWER"), claim("ST-B-00", 80)]
    claims += [claim("ST-A-07", 10, no_fault_found=True), claim("ST-A-08", 91)]
    claims += [claim("ST-B-49", 119)]
    return {
        "sites": [{"site_id": "QDA", "region": "APAC"}],
        "markets": [{"country": "DE", "region": "EU"}, {"country": "JP", "region": "APAC"}],
        "models": [{"model_id": "M-A", "family": "TV"}, {"model_id": "M-B", "family": "AC"}],
        "codes": [{"code": "FLICKER", "kind": "symptom", "name": "flickers", "family": "TV"}],
        "units": units,
        "inspections": looks,
        "claims": claims,
    }


WORLD = rows()


def asked(context: ToolContext, **query: Any) -> Evidence:
    return run_tool(missed_defects, query, context)


def group(evidence: Evidence, **wanted: Any) -> dict[str, Any]:
    return next(row for row in evidence.result["rows"] if row["group"] == wanted)


def test_early_claims_are_counted_over_units_that_passed(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), by=["station_id", "method"])
    row = group(found, station_id="ST-A", method="vision")
    # 40 passed, one passed after repair; the unsold and the young one are not followed.
    assert (row["passed"], row["followed"], row["missed"]) == (43, 41, 6)
    truth = binomial_interval(6, 41)
    assert row["missed_per_1000"]["low"] == pytest.approx(1000 * truth.low, rel=1e-5)
    assert row["missed_per_1000"]["high"] == pytest.approx(1000 * truth.high, rel=1e-5)


def test_the_first_row_has_most_early_claims(ask_stocked: Ask) -> None:
    found = asked(ask_stocked())
    assert [row["group"]["station_id"] for row in found.result["rows"]] == ["ST-A", "ST-B"]
    assert "most at ST-A" in found.summary
    assert len(found.summary) <= 400


def test_a_station_is_compared_with_the_others(ask_stocked: Ask) -> None:
    row = group(asked(ask_stocked(), by=["model_version"]), model_version="v2")
    assert (row["missed"], row["followed"]) == (1, 40)
    assert row["odds_ratio"]["estimate"] < 1
    assert row["than_others"] == "none_shown"
    alone = asked(ask_stocked(), stations=["st-b"]).result["rows"][0]
    assert (alone["odds_ratio"], alone["than_others"]) == (None, "undetermined")


def test_rejects_that_a_person_cleared_are_overkill(ask_stocked: Ask) -> None:
    row = group(
        asked(ask_stocked(), by=["station_id", "method"]), station_id="ST-A", method="vision"
    )
    assert (row["rejected"], row["examined"], row["overkill"]) == (5, 4, 3)
    assert row["overkill_share"]["estimate"] == 0.75


def test_rejects_that_nobody_examined_say_nothing_of_overkill(ask_stocked: Ask) -> None:
    found = asked(ask_stocked())
    assert group(found, station_id="ST-B")["overkill_share"] is None
    assert "not_examined" in {note.code for note in found.warnings}


def test_a_longer_time_takes_more_claims_in(ask_stocked: Ask) -> None:
    row = group(
        asked(ask_stocked(), within_days=100, by=["station_id", "method"]),
        station_id="ST-A",
        method="vision",
    )
    assert row["missed"] == 7


def test_symptoms_narrow_what_counts(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), symptoms=["NO_POWER"])
    assert group(found, station_id="ST-A")["missed"] == 1
    assert "all_symptoms" not in {note.code for note in found.warnings}


def test_symptoms_are_listed_with_the_units_that_had_them(ask_stocked: Ask) -> None:
    symptoms = asked(ask_stocked()).result["symptoms"]
    assert [(one["symptom_code"], one["name"], one["units"]) for one in symptoms] == [
        ("FLICKER", "flickers", 7),
        ("NO_POWER", None, 1),
    ]


def test_small_counts_of_a_symptom_are_hidden_from_most(ask_stocked: Ask) -> None:
    symptoms = asked(ask_stocked(classes=("public", "internal"))).result["symptoms"]
    assert [one["units"] for one in symptoms] == [7, None]


def test_what_was_left_out_is_counted(ask_stocked: Ask) -> None:
    left = {one.rule: one.rows for one in asked(ask_stocked()).excluded}
    assert left == {
        "passes of units without sale date": 1,
        "passes of units too young": 1,
        "passes with claims without fault only": 1,
    }


def test_a_region_sees_claims_of_its_own_markets_only(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(regions=("EU",)))
    assert [row["group"]["station_id"] for row in found.result["rows"]] == ["ST-B"]
    assert found.result["rows"][0]["missed"] == 1


def test_on_an_earlier_day_no_unit_has_been_watched_long_enough(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 3, 31)))
    assert {row["followed"] for row in found.result["rows"]} == {0}
    assert found.result["rows"][0]["missed_per_1000"] is None
    assert "No passed unit" in found.summary


@pytest.mark.parametrize(
    "query", [{"stations": ["ST-X"]}, {"symptoms": ["FLOCKER"]}, {"models": ["M9"]}]
)
def test_an_unknown_name_is_refused(ask_stocked: Ask, query) -> None:
    with pytest.raises(UnknownName):
        asked(ask_stocked(), **query)


def test_no_inspection_is_no_data(ask_stocked: Ask) -> None:
    with pytest.raises(NoData, match="no inspection"):
        asked(ask_stocked(), last_on="2020-01-01")


def test_without_claims_on_record_nothing_is_called_good(hub: Hub, ask: Ask) -> None:
    fill(hub, {"inspections": [look("ST-A", 0, "pass")], "units": [unit("ST-A", 0)]})
    with pytest.raises(NoData, match="claims"):
        asked(ask())


def test_an_empty_hub_is_no_data(ask: Ask) -> None:
    with pytest.raises(NoData):
        asked(ask())
