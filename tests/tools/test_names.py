from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from domain.errors import UnknownName
from services.hub.hub import Hub
from tests.conftest import Rows, fill
from tools.names import near, resolve
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
WORLD: Rows = {
    "sites": [
        {"site_id": "QDA", "name": "Qingdao", "country": "CN", "region": "APAC"},
        {"site_id": "WRO", "name": "Wroclaw", "country": "PL", "region": "EU"},
    ],
    "markets": [{"country": "DE", "region": "EU"}, {"country": "JP", "region": "APAC"}],
    "models": [
        {"model_id": "65Q8", "family": "TV", "name": "Quantum 65"},
        {"model_id": "55Q7", "family": "TV", "name": "Quantum 55"},
        {"model_id": "RF-440", "family": "RF", "name": "Fresh 440"},
    ],
    "suppliers": [
        {"supplier_id": "S-1", "name": "Nordwerk"},
        {"supplier_id": "S-2", "name": "Nordwerk"},
    ],
    "units": [
        {
            "serial": "SN-0001",
            "model_id": "65Q8",
            "site_id": "QDA",
            "line_id": "L1",
            "built_at": datetime(2026, 1, 5, tzinfo=UTC),
            "country": "DE",
        }
    ],
}


def test_upper_and_lower_case_do_not_matter(ask_stocked: Ask) -> None:
    assert resolve(ask_stocked(), "model", ["rf-440", "65q8"]) == ["RF-440", "65Q8"]
    assert resolve(ask_stocked(), "serial", ["sn-0001"]) == ["SN-0001"]
    assert resolve(ask_stocked(), "line", ["l1"]) == ["L1"]


def test_a_name_stands_for_its_identifier(ask_stocked: Ask) -> None:
    assert resolve(ask_stocked(), "site", ["wroclaw", "WRO"]) == ["WRO"]


def test_a_name_that_two_suppliers_bear_gives_both(ask_stocked: Ask) -> None:
    assert resolve(ask_stocked(), "supplier", ["Nordwerk"]) == ["S-1", "S-2"]


def test_an_identifier_as_stored_wins_over_one_in_other_case(hub: Hub, ask: Ask) -> None:
    fill(hub, {"part_lots": [{"lot_id": "a7"}, {"lot_id": "A7"}]})
    assert resolve(ask(), "lot", ["A7"]) == ["A7"]
    assert resolve(ask(), "lot", ["a7", "A7"]) == ["a7", "A7"]


def test_an_unknown_name_is_refused_with_the_near_ones(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName) as caught:
        resolve(ask_stocked(), "model", ["RF-44O"])
    assert caught.value.near[0] == "RF-440"
    assert "RF-440" in caught.value.next_step


def test_nothing_asked_is_nothing_found(hub: Hub, ask: Ask) -> None:
    assert resolve(ask(), "model", []) == []


def test_an_empty_hub_knows_no_name_and_offers_none(hub: Hub, ask: Ask) -> None:
    assert near(ask(), "serial", "SN-0001") == ()
    with pytest.raises(UnknownName, match="unknown serial 'SN-0001'"):
        resolve(ask(), "serial", ["SN-0001"])


def test_a_country_with_sales_is_known_without_a_market_row(hub: Hub, ask: Ask) -> None:
    fill(hub, {"units": WORLD["units"]})
    assert resolve(ask(), "country", ["de"]) == ["DE"]


def test_names_outside_the_scope_are_unknown_and_not_offered(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName) as caught:
        resolve(ask_stocked(regions=("EU",)), "country", ["JP"])
    assert "JP" not in caught.value.near


def test_what_only_the_facts_bear_is_known_too(hub: Hub, ask: Ask) -> None:
    received = datetime(2026, 1, 2, tzinfo=UTC)
    lot = {"lot_id": "A7", "part_id": "P-1", "supplier_id": "S-8", "received_at": received}
    fill(
        hub,
        {
            "units": WORLD["units"],
            "part_lots": [lot],
            "deliveries": [{"delivery_id": "D-1", "supplier_id": "S-9"}],
            "measurements": [
                {"serial": "SN-0001", "characteristic_id": "C1", "measured_at": received}
            ],
        },
    )
    assert resolve(ask(), "model", ["65q8"]) == ["65Q8"]
    assert resolve(ask(), "site", ["qda"]) == ["QDA"]
    assert resolve(ask(), "supplier", ["s-8", "S-9"]) == ["S-8", "S-9"]
    assert resolve(ask(), "part", ["p-1"]) == ["P-1"]
    assert resolve(ask(), "characteristic", ["c1"]) == ["C1"]
    with pytest.raises(UnknownName):
        resolve(ask(suppliers=("S-8",)), "supplier", ["S-9"])
