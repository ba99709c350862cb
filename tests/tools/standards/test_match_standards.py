"""What holds for a product in its markets on a day, what does not, and what is to be asked."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidArgument, NoData, UnknownName
from services.standards.loading import load
from services.standards.records import When
from tests.tools.standards.test_product import WORLD as MODELS
from tools.runner import run_tool
from tools.standards.market_match import Asked, match_market
from tools.standards.match_standards import match_standards
from tools.standards.product import UNKNOWN_KIND, Product
from tools.standards.ratings import Ratings
from tools.tool import ToolContext

DAY = "2026-11-22"
WORLD = MODELS | {
    "units": [
        {"serial": f"U{number}", "model_id": model, "country": country}
        for number, (model, country) in enumerate(
            [("65Q8", "DE"), ("65Q8", "FR"), ("65Q8", "US"), ("65Q8", "AR"), ("RF-440", "GB")]
        )
    ]
}
LIBRARY = load()
FEATURES = sorted(LIBRARY.features)
MARKETS = sorted(LIBRARY.markets)


@pytest.fixture
def match(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Any]:
    def found(**question: Any) -> Any:
        asked = {"as_of": DAY} | question
        return run_tool(match_standards, asked, ask_stocked())

    return found


def holding(found: Any) -> set[str]:
    return {one["scheme"] for market in found.result["markets"] for one in market["applies"]}


def test_without_markets_those_are_judged_where_the_model_is_sold(match) -> None:
    found = match(model_id="65Q8")
    assert [market["market"] for market in found.result["markets"]] == ["EU", "US"]
    assert found.result["markets"][0]["countries"] == ["DE", "FR"]
    assert found.result["not_covered"] == ["AR"]
    assert "not_covered" in {note.code for note in found.warnings}


def test_without_a_model_and_a_market_the_market_is_asked(match) -> None:
    found = match(category="tv", features=("wifi",))
    assert found.result["markets"] == []
    assert found.result["questions"][0]["kind"] == "market"


def test_a_scheme_says_on_what_it_rests_and_what_stands_in_its_place(match) -> None:
    found = match(category="tv", features=("wifi",), markets=("DE",)).result["markets"][0]
    radio = next(one for one in found["applies"] if one["scheme"] == "EU-RED")
    assert radio["because"] == ["radio"]
    assert radio["legal_basis"]
    assert radio["source"] in LIBRARY.sources
    barred = next(one for one in found["does_not_apply"] if one["scheme"] == "EU-LVD")
    assert (barred["why"], barred["features"], barred["instead"]) == (
        "feature_present",
        ["radio"],
        ["EU-RED"],
    )


def test_the_parts_of_a_scheme_that_hold_on_the_day_are_told_apart(match) -> None:
    found = match(category="tv", features=("wifi",), markets=("EU",)).result["markets"][0]
    act = next(one for one in found["applies"] if one["scheme"] == "EU-CRA")
    assert act["in_force"] == "partly_in_force"
    assert [(one["since"], one["in_force"]) for one in act["phases"]] == [
        ("2026-06-11", True),
        ("2026-09-11", True),
        ("2027-12-11", False),
    ]


def test_a_standard_of_a_feature_that_the_product_lacks_is_not_named(match) -> None:
    def standards(*features: str, without: tuple[str, ...] = ()) -> set[str]:
        found = match(category="tv", features=features, without=without, markets=("EU",))
        radio = next(
            one for one in found.result["markets"][0]["applies"] if one["scheme"] == "EU-RED"
        )
        return {one["standard"] for one in radio["standards"]}

    narrow = standards("wifi", without=("wifi_5ghz", "wifi_6ghz"))
    assert "EN_300_328" in narrow
    assert not {"EN_301_893", "EN_303_687", "EN_60335-1"} & narrow
    assert "EN_301_893" in standards("wifi_5ghz")


def test_a_part_two_brings_its_part_one(match) -> None:
    found = match(category="ac_window", without=("radio",), markets=("EU",)).result["markets"][0]
    low_voltage = next(one for one in found["applies"] if one["scheme"] == "EU-LVD")
    assert {"EN_60335-1", "EN_60335-2-40"} <= {one["standard"] for one in low_voltage["standards"]}


def test_what_is_taken_for_granted_is_said_where_it_decides(match) -> None:
    assert match(category="tv", without=("wifi",), markets=("EU",)).result["assumed"] == [
        "tuner_rx"
    ]
    told = match(category="tv", features=("tuner_rx",), without=("wifi",), markets=("EU",))
    assert told.result["assumed"] == []


def test_ways_to_have_radio_are_one_question_and_three_are_asked_at_most(match) -> None:
    found = match(description="air conditioner", markets=("EU", "US")).result
    assert len(found["questions"]) == 3
    assert found["more_questions"] > 0
    assert found["questions"][0]["options"] == ["ac_split", "ac_portable", "ac_window"]
    assert found["questions"][1]["features"] == ["wifi", "bluetooth", "rf_remote"]


def test_facts_below_high_confidence_are_counted(match) -> None:
    found = match(category="tv", features=("wifi",), markets=("EU",))
    assert 0 < found.result["below_high"] < found.result["facts"]
    assert "below_high" in {note.code for note in found.warnings}
    assert found.versions.library == LIBRARY.version


def test_a_day_after_the_review_is_warned_of_and_one_before_the_library_refused(match) -> None:
    later = match(category="tv", markets=("EU",), as_of="2026-12-01")
    assert "after_review" in {note.code for note in later.warnings}
    with pytest.raises(NoData, match="begins on 2020-12-20"):
        match(category="tv", markets=("EU",), as_of="2019-06-01")


def test_bad_questions_are_refused(match) -> None:
    with pytest.raises(UnknownName):
        match(category="tv", markets=("ATLANTIS",))
    with pytest.raises(UnknownName):
        match(model_id="65Q9X", markets=("EU",))
    with pytest.raises(InvalidArgument):
        match(markets=("EU",))
    with pytest.raises(InvalidArgument):
        match(category="tv", features=("wifi",), without=("wifi",), markets=("EU",))


def told(category: str, features: frozenset[str]) -> Product:
    """A product of which everything is known."""
    expanded = LIBRARY.expanded(features)
    absent = set(FEATURES) - expanded
    return Product(
        name=category,
        model_id=None,
        category=category,
        categories=(category,),
        features=tuple(features),
        absent=tuple(sorted(absent)),
        expanded=tuple(sorted(expanded)),
        ratings=Ratings(),
        origin=dict.fromkeys(FEATURES, "given"),
        undecided=(),
        contradictions=(),
    )


def expected(market: str, category: str, features: frozenset[str], day: str) -> set[str]:
    """Which schemes hold, by the words of the library's documentation."""

    def fits(when: When) -> bool:
        kinds = set(when.categories)
        return (
            (category in kinds or ("any" in kinds and category != UNKNOWN_KIND))
            and all(one in features for one in when.all_of)
            and not any(one in features for one in when.none_of)
            and (not when.any_of or any(one in features for one in when.any_of))
        )

    found = set()
    for scheme in LIBRARY.schemes.values():
        whens = scheme.when if isinstance(scheme.when, tuple) else (scheme.when,)
        first = min([scheme.applies_from or "0", *scheme.phase_in])
        in_time = first <= day and (scheme.applies_until is None or day < scheme.applies_until)
        if scheme.market in (market, LIBRARY.markets[market].parent, "INT"):
            found |= {scheme.id} if in_time and any(map(fits, whens)) else set()
    return found


@settings(max_examples=60)
@given(
    market=st.sampled_from(MARKETS),
    category=st.sampled_from(sorted(LIBRARY.categories)),
    features=st.frozensets(st.sampled_from(FEATURES), max_size=8),
    day=st.dates(min_value=date(2021, 1, 1), max_value=date(2029, 12, 31)),
)
def test_of_a_fully_known_product_just_the_schemes_of_the_rule_hold(
    market, category, features, day
):
    product = told(category, features)
    found = match_market(market, (), Asked(product, LIBRARY, day))
    held = {one.scheme for one in (*found.applies, *found.voluntary)}
    assert held == expected(market, category, frozenset(product.expanded), day.isoformat())
    assert found.undecided == ()


@settings(max_examples=60)
@given(
    market=st.sampled_from(MARKETS),
    category=st.sampled_from(sorted(LIBRARY.categories)),
    features=st.frozensets(st.sampled_from(FEATURES), max_size=6),
    hidden=st.frozensets(st.sampled_from(FEATURES), max_size=6),
)
def test_what_is_decided_stays_so_when_the_rest_becomes_known(market, category, features, hidden):
    whole = told(category, features)
    partly = whole.model_copy(
        update={
            "expanded": tuple(one for one in whole.expanded if one not in hidden),
            "absent": tuple(one for one in whole.absent if one not in hidden),
        }
    )
    day = date(2026, 11, 22)
    known = match_market(market, (), Asked(whole, LIBRARY, day))
    less = match_market(market, (), Asked(partly, LIBRARY, day))
    assert {one.scheme for one in less.applies} <= {one.scheme for one in known.applies}
    assert {one.scheme for one in less.does_not_apply} <= {
        one.scheme for one in known.does_not_apply
    }
    assert all(one.hinges for one in less.undecided)
