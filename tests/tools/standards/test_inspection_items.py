"""Test items of a product in a market: which row stands in which one's place, and what is open."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InvalidArgument, UnknownName
from services.standards.loading import load
from tests.tools.standards.test_product import WORLD as MODELS
from tools.runner import run_tool
from tools.standards.inspection_items import inspection_items
from tools.tool import ToolContext

DAY = "2026-11-22"
WORLD = MODELS
LIBRARY = load()
FRIDGE = {
    "category": "refrigerator",
    "features": ("class_i", "stationary", "r600a"),
    "without": ("radio",),
}
WASHER = {
    "category": "washing_machine",
    "features": ("class_i", "stationary"),
    "without": ("radio", "heater"),
}
TV = {"category": "tv", "features": ("class_ii",), "without": ("radio",)}


@pytest.fixture
def items(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Any]:
    def found(**question: Any) -> Any:
        return run_tool(inspection_items, {"as_of": DAY} | question, ask_stocked())

    return found


def by_id(found: Any) -> dict[str, Any]:
    return {one["item_id"]: one for one in found.result["items"]}


def left_out(found: Any) -> dict[str, tuple[str, str]]:
    return {one["item_id"]: (one["reason"], one["by"]) for one in found.result["left_out"]}


def test_a_row_of_part_2_stands_in_the_place_of_part_1(items):
    found = items(**FRIDGE, market="EU", clause="13.2")
    assert list(by_id(found)) == ["R-13.2"]
    leakage = by_id(found)["R-13.2"]
    assert (leakage["value"], leakage["unit"]) == (1.5, "mA")
    assert leakage["replaces"] == ["A-13.2-STAT-MOT"]
    assert left_out(found) == {"A-13.2-STAT-MOT": ("replaced", "R-13.2")}


def test_a_national_row_stands_before_the_row_of_part_2(items):
    found = items(**FRIDGE, market="US", clause="13.2")
    leakage = by_id(found)["A-US-LK-STAT"]
    assert (leakage["value"], leakage["method"]["basis"]) == (0.75, "national")
    assert set(leakage["replaces"]) == {"A-13.2-STAT-MOT", "R-13.2"}
    assert leakage["confidence"] == "low"


def test_a_national_row_holds_in_its_market_only(items):
    assert "A-US-LK-STAT" not in by_id(items(**WASHER, market="EU"))
    assert by_id(items(**WASHER, market="EU"))["A-13.2-STAT-MOT"]["value"] == 3.5
    assert by_id(items(**WASHER, market="US"))["A-US-LK-STAT"]["value"] == 0.75


def test_an_appliance_for_the_whole_world_keeps_the_higher_column(items):
    wide = by_id(items(**FRIDGE, market="JP", rated_voltage_v=(100, 240)))
    assert wide["A-13.3-REINF-GT150"]["value"] == 3000
    assert wide["A-29.1-IMP230"]["value"] == 2500
    narrow = by_id(items(**FRIDGE, market="JP", rated_voltage_v=(100, 100)))
    assert narrow["A-13.3-REINF-LE150"]["value"] == 2500
    assert narrow["A-29.1-IMP120"]["value"] == 1500


def test_a_tv_of_the_hub_rated_100_to_240_v_keeps_the_transient_of_230_v(items):
    found = items(model_id="65Q8", market="US")
    assert found.result["rating"] == {"low_v": 100.0, "high_v": 240.0, "origin": "product"}
    assert by_id(found)["V-MAINS-TR-230"]["value"] == 2500
    assert left_out(found)["V-MAINS-TR-120"] == ("other_column", "V-MAINS-TR-230")


def test_insulation_governed_by_temporary_overvoltage_does_not_fall_with_the_mains(items):
    low = by_id(items(**TV, market="US", rated_voltage_v=(120, 120)))
    assert low["V-MAINS-TR-120"]["value"] == 1500
    assert low["V-5.4.9-REI"]["value"] == 4.0
    assert "V-5.4.9-REI-120" not in low


def test_a_multiple_of_the_rated_voltage_is_said_in_volts(items):
    found = by_id(items(**WASHER, market="US"))["A-13.1-MOT"]
    assert (found["value"], found["unit"]) == (1.06, "x rated voltage")
    assert found["test_voltage"] == {"low_v": 127.2, "high_v": 127.2}


def test_a_rating_that_was_not_told_is_assumed_and_said(items):
    found = items(**WASHER, market="US")
    assert found.result["rating"]["origin"] == "market_nominal"
    assert "rating_assumed" in {note.code for note in found.warnings}


def test_a_formula_stays_words(items):
    found = items(**FRIDGE, market="EU")
    formulas = {
        one["item_id"]: one for one in found.result["items"] if one["value_kind"] == "words"
    }
    assert {"A-27.5-I", "R-22.110"} <= set(formulas)
    assert all(isinstance(one["value"], str) for one in formulas.values())
    assert all(one["test_voltage"] is None for one in formulas.values())
    assert "read_by_person" in {note.code for note in found.warnings}


def test_what_a_product_lacks_is_left_out_with_the_feature(items):
    found = items(**WASHER, market="EU")
    assert left_out(found)["A-13.2-STAT-HEAT"] == ("feature_absent", "heater")
    assert left_out(found)["X-328-EIRP"] == ("feature_absent", "wifi")


def test_what_nobody_told_is_asked_and_not_planned(items):
    found = items(category="washing_machine", features=("class_i", "stationary"), market="EU")
    undecided = {one["item_id"] for one in found.result["undecided"]}
    assert "A-13.2-STAT-HEAT" in undecided
    assert not undecided & set(by_id(found))
    assert 0 < len(found.result["questions"]) <= 3


def test_a_standard_of_the_market_stands_for_the_one_that_it_adopts(items):
    found = items(**WASHER, market="EU", standard="EN 60335-1", clause="11.8")
    assert found.result["items"]
    for one in found.result["items"]:
        method = one["method"]
        assert (method["standard"], method["adopted_as"]) == ("IEC_60335-1", "EN_60335-1")
        assert method["adopted_edition"].startswith("EN 60335-1:2012")
        assert method["relation"] == "MOD"


def test_items_of_a_standard_that_the_market_answers_otherwise_are_left_out(items):
    reasons = left_out(items(**WASHER, market="US"))
    assert reasons["W-20.103"] == ("other_standard", "UL_2157")
    assert reasons["E-14-CE1"][0] == "other_standard"


def test_a_limit_of_energy_holds_in_its_time_only(items):
    before = items(**FRIDGE, market="EU", as_of="2023-06-01")
    after = items(**FRIDGE, market="EU")
    assert "N-REF-EEI-2021" in by_id(before)
    assert left_out(before)["N-REF-EEI-2024"] == ("not_yet", "2024-03-01")
    assert left_out(after)["N-REF-EEI-2021"] == ("expired", "2024-03-01")


@pytest.mark.parametrize(
    ("clause", "state"), [("99.9", "not_in_library"), ("11.7", "not_for_this_product")]
)
def test_a_clause_without_an_item_is_said_and_nothing_near_is_given(items, clause, state):
    found = items(**TV, market="EU", clause=clause)
    assert found.result["items"] == []
    assert [(one["clause"], one["state"]) for one in found.result["missing"]] == [(clause, state)]
    assert state in {note.code for note in found.warnings}


def test_a_phase_is_a_part_of_the_whole(items):
    whole = by_id(items(**WASHER, market="EU"))
    routine = by_id(items(**WASHER, market="EU", phase="routine"))
    assert set(routine) == {key for key, one in whole.items() if one["phase"] == "routine"}
    assert {one["sample"] for one in routine.values()} == {"every_unit"}


def test_items_are_counted_by_confidence(items):
    found = items(**FRIDGE, market="EU")
    assert sum(found.result["by_confidence"].values()) == len(found.result["items"])
    assert {one["source"] for one in found.result["items"]} <= set(LIBRARY.sources)
    assert found.versions.library == LIBRARY.version


def test_bad_questions_are_refused(items):
    with pytest.raises(InvalidArgument):
        items(category="tv", features=("wifi",), without=("wifi",), market="EU")
    with pytest.raises(InvalidArgument):
        items(description="air conditioner", market="EU")
    with pytest.raises(InvalidArgument):
        items(**TV, market="EU", rated_voltage_v=(240, 100))
    with pytest.raises(UnknownName):
        items(**TV, market="ATLANTIS")
    with pytest.raises(UnknownName):
        items(**TV, market="EU", standard="IEC 99999")
