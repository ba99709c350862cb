"""From one market's test parameters to another's, and when a recipe may be proposed."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from services.standards.loading import load
from tests.tools.standards.test_product import WORLD as MODELS
from tools.runner import run_tool
from tools.standards.switch_test_parameters import switch_test_parameters
from tools.tool import ToolContext

DAY = "2026-11-22"
WORLD = MODELS | {"units": [{"serial": "U1", "model_id": "RF-440", "line_id": "L-7"}]}
LIBRARY = load()
WASHER = {
    "category": "washing_machine",
    "features": ("class_i", "stationary"),
    "without": ("radio", "heater"),
}
FRIDGE = {
    "category": "refrigerator",
    "features": ("class_i", "stationary", "r600a"),
    "without": ("radio",),
}
EU_US = {"market_from": "DE", "market_to": "US"}


@pytest.fixture
def switch(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Any]:
    def found(**question: Any) -> Any:
        return run_tool(switch_test_parameters, {"as_of": DAY} | question, ask_stocked())

    return found


def change(found: Any, before: str | None, after: str | None) -> dict[str, Any]:
    return next(one for one in found.result["differences"] if sides(one) == (before, after))


def sides(one: dict[str, Any]) -> tuple[str | None, str | None]:
    return tuple(side["item_id"] if side else None for side in (one["before"], one["after"]))


def test_leakage_of_a_stationary_class_i_washing_machine_is_tightened(switch):
    found = change(switch(**WASHER, **EU_US), "A-13.2-STAT-MOT", "A-US-LK-STAT")
    assert (found["before"]["value"], found["after"]["value"]) == (3.5, 0.75)
    assert (found["kind"], found["consequence"]) == ("national_difference", "tightened")
    assert found["ratio"] == pytest.approx(0.75 / 3.5, abs=1e-6)
    assert (found["family"], found["confidence"]) == ("PS-LEAK-STAT", "medium")


def test_the_way_back_is_relaxed(switch):
    found = switch(**WASHER, market_from="US", market_to="EU")
    assert change(found, "A-US-LK-STAT", "A-13.2-STAT-MOT")["consequence"] == "relaxed"


def test_a_multiple_stays_and_the_volts_follow_the_supply(switch):
    found = change(switch(**WASHER, **EU_US), "A-13.1-MOT", "A-13.1-MOT")
    assert (found["kind"], found["consequence"]) == ("scales_with_voltage", "set_supply")
    assert found["before"]["value"] == found["after"]["value"] == 1.06
    assert found["before"]["test_voltage"]["high_v"] == pytest.approx(1.06 * 230)
    assert found["after"]["test_voltage"]["high_v"] == pytest.approx(1.06 * 120)
    assert found["ratio"] == pytest.approx(120 / 230, abs=1e-6)


def test_the_rated_voltage_moves_values_to_another_column(switch):
    found = switch(**WASHER, **EU_US)
    strength = change(found, "A-13.3-REINF-GT150", "A-13.3-REINF-LE150")
    assert (strength["kind"], strength["before"]["value"], strength["after"]["value"]) == (
        "table_column",
        3000,
        2500,
    )
    impulse = change(found, "A-29.1-IMP230", "A-29.1-IMP120")
    assert (impulse["before"]["value"], impulse["after"]["value"]) == (2500, 1500)
    basic = change(found, "A-13.3-BASIC-GT150", "A-13.3-BASIC-LE150")
    assert (basic["kind"], basic["consequence"]) == ("same", "keep")


def test_rated_100_to_240_v_the_higher_column_stays_everywhere(switch):
    wide = (100, 240)
    found = switch(**WASHER, **EU_US, rated_voltage_from_v=wide, rated_voltage_to_v=wide)
    for item, value in (("A-13.3-REINF-GT150", 3000), ("A-29.1-IMP230", 2500)):
        kept = change(found, item, item)
        assert (kept["kind"], kept["after"]["value"]) == ("same", value)
    assert not {"table_column", "scales_with_voltage"} & set(found.result["by_kind"])
    tv = switch(model_id="65Q8", **EU_US)
    assert change(tv, "V-MAINS-TR-230", "V-MAINS-TR-230")["after"]["value"] == 2500


def test_figures_of_energy_do_not_convert(switch):
    found = switch(**FRIDGE, market_from="EU", market_to="CN")
    energy = change(found, "N-REF-EEI-2024", "N-REF-CN")
    assert (energy["kind"], energy["consequence"]) == ("retest", "retest_new_metric")
    assert energy["ratio"] is None
    assert energy["family"] == "PS-ENERGY-REF"


def test_harmonics_have_no_equivalent_in_the_united_states(switch):
    found = change(switch(**WASHER, **EU_US), "E-HARM-A", None)
    assert (found["kind"], found["consequence"]) == ("retest", "no_equivalent")


def test_an_unrelated_standard_is_named_and_its_tests_are_done_anew(switch):
    found = change(switch(**WASHER, **EU_US), "W-20.103", None)
    assert (found["kind"], found["consequence"], found["other_standard"]) == (
        "retest",
        "other_standard",
        "UL_2157",
    )


def test_the_station_needs_supply_frequency_plug_and_a_variant(switch):
    found = switch(**WASHER, **EU_US)
    assert found.result["fixture"]["needs"] == [
        "supply_voltage",
        "supply_frequency",
        "plug",
        "rated_variant",
    ]
    assert "rating_assumed" in {note.code for note in found.warnings}


def test_what_a_change_rests_on_decides_its_confidence(switch):
    rank = {"low": 0, "medium": 1, "high": 2}
    found = switch(**FRIDGE, **EU_US)
    for one in found.result["differences"]:
        parts = [side["confidence"] for side in (one["before"], one["after"]) if side]
        parts += [LIBRARY.switches[one["family"]].confidence] if one["family"] else []
        assert rank[one["confidence"]] <= min(rank[part] for part in parts)
    changed = [one["confidence"] for one in found.result["differences"] if one["kind"] != "same"]
    assert found.result["confidence"] == min(changed, key=rank.__getitem__)


def test_below_high_confidence_nothing_may_be_proposed_without_a_person(switch):
    found = switch(model_id="RF-440", **EU_US, line_id="L-7").result["activation"]
    assert (found["allowed"], found["payload"], found["accepted_by"]) == (False, None, None)
    assert "below_high_confidence" in found["why_not"]


def test_whoever_asks_may_accept_in_their_own_name_and_it_is_written_down(switch):
    found = switch(model_id="RF-440", **EU_US, line_id="l-7", accepted_by="tester")
    activation = found.result["activation"]
    payload = activation["payload"]
    assert activation["allowed"]
    assert (payload["model_id"], payload["country"], payload["line_id"]) == ("RF-440", "US", "L-7")
    assert "tester" in payload["differences"][0]
    assert all(code in payload["differences"][0] for code in activation["why_not"])
    changed = [one for one in found.result["differences"] if one["kind"] != "same"]
    assert len(payload["differences"]) == len(changed) + 1


def test_nobody_accepts_in_somebody_elses_name(switch):
    with pytest.raises(NotPermitted):
        switch(model_id="RF-440", **EU_US, line_id="L-7", accepted_by="boss")


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"model_id": "RF-440"}, "line_missing"),
        (FRIDGE | {"line_id": "L-7"}, "model_missing"),
    ],
)
def test_no_acceptance_stands_in_for_a_model_or_a_line(switch, question, code):
    found = switch(**question, **EU_US, accepted_by="tester").result["activation"]
    assert code in found["why_not"]
    assert (found["allowed"], found["payload"]) == (False, None)


@pytest.mark.parametrize("market", ["EU", "FR", "de"])
def test_one_market_is_no_switch(switch, market):
    with pytest.raises(InvalidArgument):
        switch(**WASHER, market_from="DE", market_to=market)


def test_bad_questions_are_refused(switch):
    with pytest.raises(UnknownName):
        switch(**WASHER, market_from="EU", market_to="ATLANTIS")
    with pytest.raises(UnknownName):
        switch(model_id="RF-440", **EU_US, line_id="L-99")
    with pytest.raises(InvalidArgument):
        switch(category="tv", features=("wifi",), without=("wifi",), **EU_US)


MARKETS = sorted(set(LIBRARY.markets) - {"INT"})
KINDS = ["washing_machine", "refrigerator", "ac_split", "ac_window", "tv"]


@settings(max_examples=20, deadline=None)
@given(
    markets=st.lists(st.sampled_from(MARKETS), min_size=2, max_size=2, unique=True),
    category=st.sampled_from(KINDS),
    features=st.frozensets(st.sampled_from(["class_i", "stationary", "wifi", "r32"])),
)
def test_the_way_back_has_the_same_pairs_the_other_way_round(
    ask_stocked, markets, category, features
):
    def pairs(before: str, after: str) -> list[tuple[str, str]]:
        asked = {"category": category, "features": tuple(features), "as_of": DAY}
        asked |= {"market_from": before, "market_to": after}
        found = run_tool(switch_test_parameters, asked, ask_stocked()).result["differences"]
        return [sides(one) for one in found if one["before"] and one["after"]]

    there, back = pairs(*markets), pairs(*reversed(markets))
    assert sorted(there) == sorted((after, before) for before, after in back)
