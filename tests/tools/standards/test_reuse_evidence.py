"""What a CB report is worth in a market: by edition, by differences, by who has to test."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidArgument, NoData, UnknownName
from services.standards.loading import load
from tests.tools.standards.test_product import WORLD as MODELS
from tools.runner import run_tool
from tools.standards.edition_bases import BASES
from tools.standards.reuse_evidence import reuse_evidence
from tools.tool import ToolContext

DAY = "2026-11-22"
WORLD = MODELS
LIBRARY = load()
TV = {"category": "tv", "features": ("wifi", "tuner_rx")}
WASHER = {
    "category": "washing_machine",
    "features": ("class_i", "stationary"),
    "without": ("radio",),
}
FRIDGE = {"category": "refrigerator", "features": ("r600a",), "without": ("radio",)}


@pytest.fixture
def reuse(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Any]:
    def found(**question: Any) -> Any:
        return run_tool(reuse_evidence, {"as_of": DAY} | question, ask_stocked())

    return found


def row(found: Any, scheme: str, standard: str = "") -> dict[str, Any]:
    """The row of a scheme, of the standard whose edition begins so."""
    return next(
        one
        for market in found.result["markets"]
        for one in market["rows"]
        if one["scheme"] == scheme and one["standard"].startswith(standard)
    )


def verdict(one: dict[str, Any]) -> tuple[str, str]:
    return one["worth"], one["reason"]


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("2014", ("reuse", "differences_in_report")),
        ("2018", ("delta", "newer_edition")),
        ("2023", ("delta", "newer_edition")),
    ],
)
def test_in_the_eu_the_edition_counts_on_which_the_cited_one_rests(reuse, edition, expected):
    found = reuse(**TV, markets=("DE",), report=f"IEC 62368-1:{edition}", differences=("EU",))
    safety = row(found, "EU-RED", "EN 62368-1:2014")
    assert verdict(safety) == expected
    assert (safety["relation"], safety["recognition"]) == ("MOD", "MR-CB")


def test_an_edition_accepted_in_transition_is_the_one_that_is_named(reuse):
    found = reuse(**TV, markets=("US", "SG"), report="IEC 62368-1:2018", differences=("US", "SG"))
    assert row(found, "US-NRTL")["standard"].startswith("UL 62368-1 3rd")
    assert verdict(row(found, "US-NRTL")) == ("reuse", "differences_in_report")
    assert row(found, "SG-SAFETY")["standard"] == "IEC 62368-1:2018"
    assert verdict(row(found, "SG-SAFETY")) == ("reuse", "same_edition")


@pytest.mark.parametrize("market", ["US", "SG", "GB", "CN"])
def test_differences_that_are_not_declared_have_to_be_tested(reuse, market):
    found = reuse(**WASHER | FRIDGE, markets=(market,), report="IEC 60335-1:2010+A1+A2")
    worths = [one["worth"] for one in found.result["markets"][0]["rows"]]
    assert "reuse" not in worths
    assert "differences" in found.result["questions"]


def test_differences_of_the_region_are_not_those_of_saudi_arabia(reuse):
    def saudi(*differences: str) -> Any:
        found = reuse(
            **WASHER, markets=("SA",), report="IEC 60335-2-7:2019 with IEC 60335-1:2020",
            differences=differences,
        )  # fmt: skip
        return row(found, "SA-SABER")

    assert verdict(saudi("GCC")) == ("delta", "national_differences")
    assert verdict(saudi("SA")) == ("reuse", "differences_in_report")
    assert saudi("SA")["recognition"] == "MR-SASO-IECEE"
    assert saudi("SA")["conditions"]


def test_in_saudi_arabia_an_older_edition_is_no_plain_reuse(reuse):
    found = reuse(**TV, markets=("SA",), report="IEC 62368-1:2014", differences=("SA",))
    assert verdict(row(found, "SA-SABER")) == ("delta", "newer_edition")


@pytest.mark.parametrize("market", ["IN", "EAEU"])
def test_where_the_countrys_laboratories_report_all_is_tested_again(reuse, market):
    found = reuse(**WASHER, markets=(market,), report="IEC 60335-2-7:2019 with IEC 60335-1:2020",
                  differences=(market,))  # fmt: skip
    held = found.result["markets"][0]
    rows = [one for one in held["rows"] if one["reason"] == "tested_in_country"]
    assert rows
    assert {one["worth"] for one in rows} == {"full"}
    assert not [one for one in held["rows"] if one["worth"] == "reuse"]
    assert held["not_reused"]


def test_indias_laboratories_test_for_a_scheme_that_the_arrangement_does_not_name(reuse):
    found = reuse(
        category="small_appliance", without=("radio",), markets=("IN",),
        report="IEC 60335-1:2020", differences=("IN",),
    )  # fmt: skip
    assert verdict(row(found, "IN-QCO-HCSEA")) == ("full", "tested_in_country")


def test_china_tests_its_differences_itself(reuse):
    found = reuse(**TV, markets=("CN",), report="IEC 62368-1:2018", differences=("CN",))
    safety = row(found, "CN-CCC", "GB 4943.1")
    assert verdict(safety) == ("delta", "tested_in_country")
    assert safety["recognition"] == "MR-CN-CB"
    assert row(found, "CN-CCC", "GB/T 9254.1")["reason"] == "not_in_scope"


def test_an_unrelated_standard_is_tested_in_full_with_what_the_library_says_of_it(reuse):
    found = reuse(**WASHER, markets=("US",), report="IEC 60335-2-7:2019", differences=("US",))
    listed = row(found, "US-NRTL", "UL 2157")
    assert verdict(listed) == ("full", "other_standard")
    assert (listed["relation"], listed["recognition"]) == ("RELATED", None)
    assert listed["delta"]


def test_the_american_part_two_follows_an_older_edition(reuse):
    def listed(report: str) -> Any:
        found = reuse(**FRIDGE, markets=("US",), report=report, differences=("US",))
        return verdict(row(found, "US-NRTL", "UL 60335-2-24"))

    assert listed("IEC 60335-2-24:2010+A1+A2") == ("reuse", "differences_in_report")
    assert listed("IEC 60335-2-24:2020") == ("delta", "newer_edition")


def test_part_1_has_an_edition_of_its_own(reuse):
    alone = reuse(**WASHER, markets=("EU",), report="IEC 60335-2-7:2019", differences=("EU",))
    assert verdict(row(alone, "EU-LVD", "EN 60335-1")) == ("undecided", "edition_not_told")
    assert verdict(row(alone, "EU-LVD", "EN 60335-2-7")) == ("delta", "newer_edition")
    assert alone.result["questions"] == ["edition"]
    both = reuse(
        **WASHER, markets=("EU",), differences=("EU",),
        report="IEC 60335-2-7:2019 with IEC 60335-1:2010+A1:2013+A2:2016",
    )  # fmt: skip
    assert verdict(row(both, "EU-LVD", "EN 60335-1")) == ("reuse", "differences_in_report")
    assert both.result["questions"] == []


def test_a_withdrawn_edition_counts_only_where_the_target_still_rests_on_it(reuse):
    old = "IEC 60335-1:2001+A1:2004+A2:2006"
    found = reuse(**WASHER, markets=("BR", "EU"), report=old, differences=("BR", "EU"))
    assert verdict(row(found, "EU-LVD", "EN 60335-1")) == ("full", "edition_over")
    brazil = row(found, "BR-INMETRO-SAFETY")
    assert verdict(brazil) == ("reuse", "same_edition")
    assert brazil["confidence"] == "low"


def test_an_edition_that_never_existed_is_undecided_and_not_asked_for_again(reuse):
    found = reuse(**TV, markets=("US", "SA"), report="IEC 62368-1:2019", differences=("US", "SA"))
    for scheme in ("US-NRTL", "SA-SABER"):
        assert verdict(row(found, scheme)) == ("undecided", "edition_unknown")
    assert found.result["report_edition"] is None
    assert found.result["questions"] == []
    assert "edition_unknown" in {note.code for note in found.warnings}


def test_a_target_whose_base_the_library_does_not_know_is_undecided(reuse):
    found = reuse(**TV, markets=("KR",), report="IEC 62368-1:2018", differences=("KR",))
    assert verdict(row(found, "KR-KC-SAFETY")) == ("undecided", "edition_unknown")


def test_a_market_without_recognition_is_undecided(reuse):
    found = reuse(**TV, markets=("TW",), report="IEC 62368-1:2018", differences=("TW",))
    safety = row(found, "TW-BSMI", "CNS 15598-1")
    assert verdict(safety) == ("undecided", "no_recognition")
    assert safety["recognition"] is None


def test_a_scheme_without_standards_is_no_formality_where_it_asks_for_tests(reuse):
    found = reuse(**TV, markets=("AE",), report="IEC 62368-1:2023", differences=("AE",))
    held = found.result["markets"][0]
    assert verdict(row(found, "AE-ECAS")) == ("undecided", "no_recognition")
    assert verdict(row(found, "AE-TDRA")) == ("full", "not_in_scope")
    assert held["formalities"] == []


def test_canada_takes_what_is_in_common_with_the_united_states(reuse):
    found = reuse(**TV, markets=("CA",), report="IEC 62368-1:2023", differences=("CA",))
    assert verdict(row(found, "CA-SAFETY")) == ("reuse", "differences_in_report")


def test_a_report_that_is_not_told_is_assumed_and_its_edition_asked(reuse):
    found = reuse(**TV, markets=("EU",))
    assert found.result["report_assumed"]
    assert found.result["report_standards"] == ["IEC 62368-1"]
    assert found.result["questions"] == ["edition", "differences"]
    assert verdict(row(found, "EU-RED", "EN 62368-1")) == ("undecided", "edition_not_told")
    assert {"no_guarantee", "report_assumed"} <= {note.code for note in found.warnings}


def test_no_report_stands_for_marks_inspections_and_radio(reuse):
    found = reuse(**TV, markets=("CN",), report="IEC 62368-1:2018", differences=("CN",))
    held = found.result["markets"][0]
    assert "CCC" in held["marks"]
    assert held["inspections"]
    assert {one["reason"] for one in held["rows"] if one["topic"] == "radio"} == {"not_in_scope"}


def test_bad_questions_are_refused(reuse):
    with pytest.raises(InvalidArgument):
        reuse(**TV)
    with pytest.raises(UnknownName):
        reuse(**TV, markets=("ATLANTIS",))
    with pytest.raises(UnknownName):
        reuse(**TV, markets=("EU",), report="IEC 99999:2018")
    with pytest.raises(InvalidArgument):
        reuse(**TV, markets=("EU",), report="EN IEC 62368-1:2020")
    with pytest.raises(NoData):
        reuse(**TV, markets=("EU",), as_of="2019-06-01")


def test_every_base_that_is_named_is_an_edition_of_a_related_standard():
    for standard, editions in BASES.items():
        own = {one.ed for one in LIBRARY.standards[standard].editions}
        bases = {
            edition.ed
            for one in LIBRARY.equivalences.values()
            if one.b.partition("_")[2] == standard.partition("_")[2] or one.b == standard
            for edition in LIBRARY.standards[one.a].editions
        }
        assert set(editions) <= own, standard
        assert {base for found in editions.values() for base in found} <= bases, standard


EDITIONS = [
    edition.ref
    for standard in ("IEC_62368-1", "IEC_60335-1", "IEC_60335-2-7")
    for edition in LIBRARY.standards[standard].editions
]
MARKETS = sorted(set(LIBRARY.markets) - {"INT"})
RANK = {"full": 0, "undecided": 1, "delta": 2, "reuse": 3}


@settings(max_examples=25, deadline=None)
@given(
    product=st.sampled_from([TV, WASHER, FRIDGE]),
    report=st.sampled_from(EDITIONS),
    market=st.sampled_from(MARKETS),
)
def test_declared_differences_never_make_a_report_worth_less(ask_stocked, product, report, market):
    context = ask_stocked()
    asked = {"as_of": DAY, "markets": (market,), "report": report} | product
    without = run_tool(reuse_evidence, asked, context).result["markets"][0]["rows"]
    declared = asked | {"differences": (market,)}
    having = run_tool(reuse_evidence, declared, context).result["markets"][0]["rows"]
    assert [one["scheme"] for one in without] == [one["scheme"] for one in having]
    assert all(one["worth"] != "reuse" for one in without)
    assert all(
        RANK[more["worth"]] >= RANK[less["worth"]]
        for less, more in zip(without, having, strict=True)
    )
