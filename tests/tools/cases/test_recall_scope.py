import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import asking, fill
from tests.tools.cases.suspect_plant import world
from tools.cases.recall_scope import recall_scope
from tools.production.trace_lot import trace_lot
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
WORLD = world()
LOT = {"lot_ids": ["L1"]}
BOTH = {"supplier_id": "S-1", "part_id": "P-PSU"}
STAFF = ("public", "internal", "confidential")


def scope(context: ToolContext, **condition: Any) -> Evidence:
    return run_tool(recall_scope, {"condition": condition}, context)


def counts(found: Evidence) -> tuple[int, int]:
    return found.result["units"], found.result["possible"]


def codes_of(found: Evidence) -> set[str]:
    return {note.code for note in found.warnings}


def test_a_lot_reaches_units_in_each_state_and_country(ask_stocked: Ask) -> None:
    found = scope(ask_stocked(), **LOT).result
    assert {one["state"]: one["units"] for one in found["by_state"]} == {
        "stock": 1,
        "in_transit": 2,
        "sold": 8,
        "not_recorded": 1,
    }
    states = ("country", "units", "stock", "in_transit", "sold", "not_recorded")
    assert [tuple(row[name] for name in states) for row in found["by_country"]] == [
        ("DE", 9, 0, 0, 8, 1),
        ("JP", 3, 1, 2, 0, 0),
    ]
    assert [(row["model_id"], row["units"]) for row in found["by_model"]] == [
        ("65Q8", 9),
        ("43E5", 3),
        ("OLD", 0),
    ]
    assert found["by_model"][0]["first_built"] == "2026-03-02T00:00:00Z"
    assert (found["first_received"], found["last_received"]) == ("2026-02-01", "2026-02-01")


def test_units_without_genealogy_may_belong_unless_a_record_rules_them_out(
    ask_stocked: Ask,
) -> None:
    found = scope(ask_stocked(), **LOT)
    # NOT-TRACED and NO-GENEALOGY; not BUILT-BEFORE, OTHER-LOT, NO-SUCH-PART or UNKNOWN-LOT
    assert counts(found) == (12, 2)
    assert found.result["at_most"] == 14
    assert "possible_units" in codes_of(found)
    assert "2 more cannot be ruled out" in found.summary


def test_a_lot_of_unknown_supplier_makes_its_units_possible(ask_stocked: Ask) -> None:
    found = scope(ask_stocked(), supplier_id="S-1", received_to="2026-02-04")
    assert counts(found) == (12, 3)
    assert found.result["lots"] == 2
    assert "uncertain_lots" in codes_of(found)


def test_keys_of_a_condition_hold_together(ask_stocked: Ask) -> None:
    context = ask_stocked()
    assert counts(scope(context, **LOT, model_id=["43e5"])) == (3, 0)
    assert counts(scope(context, **LOT, country=["JP"])) == (3, 0)
    assert counts(scope(context, **LOT, line_id="WRO-1")) == (6, 2)
    assert counts(scope(context, built_from="2026-03-02", built_to="2026-03-04")) == (3, 0)
    assert counts(scope(context, site_id="WRO", shift="A", model_id=["WM1"])) == (1, 0)


def test_a_unit_whose_line_is_not_recorded_is_possible_on_any_line(ask_stocked: Ask) -> None:
    assert counts(scope(ask_stocked(), line_id="WRO-2", model_id=["43E5"])) == (2, 1)


def test_measured_values_attributes_and_changes_tell_units_apart(ask_stocked: Ask) -> None:
    context = ask_stocked()
    low = {"characteristic_id": "TORQUE", "direction": "low", "threshold": 1.25}
    assert counts(scope(context, **LOT, **low)) == (3, 8)  # 3 low, 3 high, 6 + 2 not measured
    firmware = {"attribute": {"name": "firmware", "value": "4.1"}}
    assert counts(scope(context, **LOT, **firmware)) == (3, 8)
    assert counts(scope(context, **LOT, change_id="C-1")) == (1, 2)


def test_loose_pieces_are_received_less_refused_less_built_in(ask_stocked: Ask) -> None:
    found = scope(ask_stocked(), **LOT)
    (lot,) = found.result["loose_lots"]
    assert (lot["quantity"], lot["rejected_quantity"], lot["built_in"]) == (20, 1, 12)
    assert (lot["pieces_left"], found.result["loose_pieces"]) == (7, 7)
    assert "7 pieces of 1 lots in no unit" in found.summary


def test_a_lot_in_no_genealogy_has_no_known_whereabouts_but_possible_units(hub, ask: Ask) -> None:
    built = datetime(2026, 3, 2, tzinfo=UTC)
    fill(
        hub,
        {
            "units": [{"serial": "U1", "model_id": "M", "built_at": built}],
            "part_lots": [{"lot_id": "L1", "part_id": "P"}],
        },
    )
    found = scope(ask(), **LOT)
    assert counts(found) == (0, 1)
    assert {"no_genealogy", "possible_units", "loose_unknown"} <= codes_of(found)
    assert found.result["loose_pieces"] is None


def test_a_unit_built_before_its_lot_came_in_is_counted_and_said(hub, ask: Ask) -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    fill(
        hub,
        {
            "units": [{"serial": "U1", "model_id": "M", "built_at": early}],
            "part_lots": [{"lot_id": "L1", "part_id": "P", "received_at": late, "quantity": 0}],
            "unit_parts": [{"serial": "U1", "part_id": "P", "lot_id": "L1"}],
        },
    )
    found = scope(ask(), **LOT)
    assert counts(found) == (1, 0)
    assert {"built_before_receipt", "more_units_than_pieces"} <= codes_of(found)


def test_small_numbers_sold_in_a_country_are_hidden_and_stock_is_not(ask_stocked: Ask) -> None:
    found = scope(ask_stocked(classes=STAFF), **BOTH)
    shown = {row["country"]: (row["units"], row["sold"]) for row in found.result["by_country"]}
    assert shown == {"DE": (None, None), "FR": (None, None), "JP": (3, 0)}
    assert {row["country"]: row["stock"] for row in found.result["by_country"]}["JP"] == 1
    assert found.result["units"] == 15
    assert "small_cells" in codes_of(found)
    assert "small_cells" not in codes_of(scope(ask_stocked(), **BOTH))


def test_a_total_that_would_tell_a_small_number_is_hidden_too(ask_stocked: Ask) -> None:
    found = scope(ask_stocked(classes=STAFF), lot_ids=["L2"])
    assert (found.result["units"], found.result["at_most"]) == (None, None)
    assert [one["units"] for one in found.result["by_state"]] == [0, 0, None, 0]
    assert all(row["sold"] is None for row in found.result["by_model"])
    assert "few sold" in found.summary


def test_a_region_sees_its_units_and_is_told_that_there_may_be_more(ask_stocked: Ask) -> None:
    found = scope(ask_stocked(regions=("APAC",)), **LOT)
    assert counts(found)[0] == 3
    (lot,) = found.result["loose_lots"]
    assert (lot["built_in"], lot["pieces_left"]) == (None, None)
    assert "regions_limited" in codes_of(found)


def test_as_of_hides_what_was_not_known_yet(ask_stocked: Ask) -> None:
    early = scope(ask_stocked(as_of=date(2026, 3, 22)), **LOT).result
    assert {one["state"]: one["units"] for one in early["by_state"]}["stock"] == 11
    assert early["units"] == 12


def test_rejected_rows_that_would_have_counted_are_told(ask_stocked: Ask) -> None:
    found = scope(ask_stocked(), **LOT)
    assert [(e.rule, e.rows) for e in found.excluded] == [("quarantined unit_parts: key", 1)]


def test_an_unknown_lot_is_named_with_near_ones(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName, match="unknown lot 'LL1'") as caught:
        scope(ask_stocked(), lot_ids=["LL1"])
    assert "L1" in caught.value.near
    with pytest.raises(UnknownName, match="lot 'L1'"):
        scope(ask_stocked(suppliers=("S-2",)), **LOT)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({}, "would name every unit"),
        ({"station_id": "ST-1"}, "no fact of a unit"),
        ({"lot_ids": ["L1"], "channel": "phone"}, "no fact of a unit"),
        ({"characteristic_id": "TORQUE", "direction": "unstable"}, "threshold"),
        ({"threshold": 1.0, "direction": "low"}, "characteristic_id"),
    ],
)
def test_a_condition_that_names_no_units_is_refused(ask_stocked: Ask, condition, says) -> None:
    with pytest.raises(InvalidArgument, match=says):
        scope(ask_stocked(), **condition)


def test_names_of_changes_and_attributes_are_checked_too(ask_stocked: Ask) -> None:
    context = ask_stocked()
    with pytest.raises(UnknownName, match="change 'C-9'"):
        scope(context, change_id="C-9")
    with pytest.raises(UnknownName, match="attribute 'software'"):
        scope(context, attribute={"name": "software", "value": "4.1"})
    with pytest.raises(UnknownName, match=r"value of firmware '9\.9'"):
        scope(context, attribute={"name": "firmware", "value": "9.9"})


def test_nothing_recorded_is_no_data_and_not_zero(ask_stocked: Ask) -> None:
    with pytest.raises(NoData, match="no lot"):
        scope(ask_stocked(), part_id="P-PSU", received_to="2020-01-01")
    with pytest.raises(NoData, match="no unit"):
        scope(ask_stocked(), built_from="2030-01-01")


PIECES = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from(["P0", "P1"]), st.integers(0, 3)),
    min_size=1,
    max_size=30,
    unique_by=lambda piece: piece[:2],
)
STATES = st.lists(st.sampled_from(["stock", "in_transit", "sold", None]), min_size=12, max_size=12)


@settings(max_examples=3, deadline=None, database=None, phases=[Phase.generate])
@given(PIECES, STATES)
def test_the_units_of_a_lot_are_those_that_a_trace_gives_and_the_sum_of_states(
    pieces: list[tuple[int, str, int]], states: list[str | None]
) -> None:
    built = datetime(2026, 3, 2, tzinfo=UTC)
    lots = sorted({(f"{part}-{lot}", part) for _, part, lot in pieces})
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub.create(Path(folder) / "hub")
        fill(
            hub,
            {
                "units": [
                    {"serial": f"U{i}", "model_id": f"M{i % 2}", "built_at": built}
                    for i in range(12)
                ],
                "part_lots": [{"lot_id": lot, "part_id": part} for lot, part in lots],
                "unit_parts": [
                    {"serial": f"U{unit}", "part_id": part, "lot_id": f"{part}-{lot}"}
                    for unit, part, lot in pieces
                ],
                "shipments": [
                    {"shipment_id": f"T{i}", "serial": f"U{i}", "at": built, "status": state}
                    for i, state in enumerate(states)
                    if state
                ],
            },
        )
        context = asking(hub, Path(folder))()
        for lot, part in lots[:4]:
            found = scope(context, lot_ids=[lot]).result
            traced = run_tool(trace_lot, {"lot_ids": [lot], "direction": "forward"}, context)
            for rows in (found["by_state"], found["by_country"], found["by_model"]):
                assert sum(row["units"] for row in rows) == found["units"]
                assert sum(row["possible"] for row in rows) == found["possible"]
            assert found["units"] == traced.result["forward"]["units"]
            told = {unit for unit, other, _ in pieces if other == part}
            assert found["possible"] <= 12 - len(told)
