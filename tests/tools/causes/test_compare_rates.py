from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from services.hub.hub import Hub
from tests.conftest import fill
from tests.tools.causes.plants import AS_OF, LATEST, MASTER, START, Row, failure, unit
from tools.causes.compare_rates import compare_rates
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def simpson() -> dict[str, list[Row]]:
    """S-1 serves the bad site: worse in all, no worse within each site.

    QDA: S-1 18 of 90, S-2 2 of 10. WRO: S-1 1 of 20, S-2 4 of 80.
    """
    units, parts, claims = [], [], []
    for site, supplier, size, failing in (
        ("QDA", "S-1", 90, 18),
        ("QDA", "S-2", 10, 2),
        ("WRO", "S-1", 20, 1),
        ("WRO", "S-2", 80, 4),
    ):
        for number in range(size):
            serial = f"{site}{supplier}{number:03}"
            built = START + timedelta(hours=number)
            units.append(unit(serial, built, site_id=site, line_id=f"{site}-L1"))
            parts.append({"serial": serial, "part_id": "P-1", "lot_id": f"LT-{supplier}"})
            if number < failing:
                claims.append(failure(serial, built))
    lots = [
        {"lot_id": f"LT-{one}", "part_id": "P-1", "supplier_id": one, "received_at": START}
        for one in ("S-1", "S-2")
    ]
    return {
        **MASTER,
        "units": units,
        "unit_parts": parts,
        "part_lots": lots,
        "claims": [*claims, LATEST],
    }


WORLD = simpson()


def compare(context: ToolContext, **query: Any) -> Any:
    return run_tool(compare_rates, {"symptom": "FLICKER", **query}, context)


def test_a_supplier_that_serves_the_bad_site_is_no_worse_within_sites(ask_stocked: Ask) -> None:
    found = compare(
        ask_stocked(as_of=AS_OF),
        condition={"supplier_id": "S-1", "part_id": "P-1"},
        against={"supplier_id": "S-2", "part_id": "P-1"},
        within=["site_id"],
    )
    result = found.result
    assert (result["group"]["failures"], result["reference"]["failures"]) == (19, 6)
    assert result["ratio"]["estimate"] == pytest.approx((19 / 110) / (6 / 90), rel=0.1)
    assert result["ratio"]["low"] > 0.9
    assert result["pooled"]["ratio"]["estimate"] == pytest.approx(1.0, abs=0.1)
    assert [row["stratum"] for row in result["pooled"]["strata"]] == ["QDA", "WRO"]
    assert result["verdict"] == "no_difference_shown"
    assert len(found.summary) <= 400


def test_the_site_itself_is_worse_whoever_delivers(ask_stocked: Ask) -> None:
    result = compare(
        ask_stocked(as_of=AS_OF), condition={"site_id": "qda"}, within=["shift"]
    ).result
    assert (result["group"]["units"], result["group"]["failures"]) == (100, 20)
    assert result["ratio"]["estimate"] == pytest.approx(4.0, rel=0.1)
    assert result["verdict"] == "raised"


def test_rates_carry_time_in_service_up_to_the_failure(ask_stocked: Ask) -> None:
    group = compare(ask_stocked(as_of=AS_OF), condition={"site_id": "WRO"}).result["group"]
    assert group["unit_years"] == pytest.approx(100 * 1.25, rel=0.1)
    rate = group["per_1000_unit_years"]["estimate"]
    assert rate == pytest.approx(1000 * 5 / group["unit_years"], rel=1e-4)


def test_a_later_day_is_not_seen_from_an_earlier_one(ask_stocked: Ask) -> None:
    with pytest.raises(NoData):
        compare(ask_stocked(as_of=START.date() + timedelta(days=30)), condition={"site_id": "QDA"})


def test_units_of_other_regions_are_not_counted(hub: Hub, ask: Ask) -> None:
    rows = simpson()
    rows["units"][0]["country"] = "JP"
    fill(hub, rows)
    result = compare(ask(as_of=AS_OF, regions=("EU",)), condition={"site_id": "WRO"}).result
    everything = result["group"]["units"] + result["reference"]["units"]
    assert everything < 200


def test_a_group_without_units_is_no_data_and_not_zero(hub: Hub, ask: Ask) -> None:
    rows = simpson()
    rows["suppliers"] = [*rows["suppliers"], {"supplier_id": "S-3"}]
    fill(hub, rows)
    with pytest.raises(NoData, match="time in service"):
        compare(ask(as_of=AS_OF), condition={"supplier_id": "S-3"})


def test_names_are_looked_up_and_empty_conditions_refused(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName, match="S-9"):
        compare(ask_stocked(as_of=AS_OF), condition={"supplier_id": "S-9"})
    with pytest.raises(UnknownName, match="ECN-1"):
        compare(ask_stocked(as_of=AS_OF), condition={"change_id": "ECN-1"})
    with pytest.raises(InvalidArgument, match="says nothing"):
        compare(ask_stocked(as_of=AS_OF), condition={})
    same = {"site_id": "QDA"}
    with pytest.raises(InvalidArgument, match="against"):
        compare(ask_stocked(as_of=AS_OF), condition=same, against=same)


def test_an_empty_hub_knows_no_symptom(ask: Ask) -> None:
    with pytest.raises(UnknownName):
        compare(ask(), condition={"site_id": "QDA"})
