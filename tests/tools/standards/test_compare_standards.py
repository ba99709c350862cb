"""Two standards side by side; what the library does not know is said, too."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Evidence
from tools.runner import run_tool
from tools.standards.compare_standards import compare_standards
from tools.tool import ToolContext

DAY = "2026-11-22"
GAP = ("EN 60335-2-24", "UL 60335-2-24")


@pytest.fixture
def compared(ask: Callable[..., ToolContext]) -> Callable[..., Evidence]:
    context = ask()

    def found(first: str, second: str, **query: Any) -> Evidence:
        asked = {"first": first, "second": second, "as_of": DAY, **query}
        return run_tool(compare_standards, asked, context)

    return found


def rows(found: Evidence) -> dict[tuple[str | None, str | None], dict[str, Any]]:
    def name(side: dict[str, Any] | None) -> str | None:
        return side["item_id"] if side else None

    return {(name(one["before"]), name(one["after"])): one for one in found.result["rows"]}


def test_parts_2_are_compared_with_the_general_parts_that_they_are_read_with(compared) -> None:
    found = compared(*GAP).result
    assert found["category"] == "refrigerator"
    assert (found["first"]["general_part"], found["second"]["general_part"]) == (
        "EN_60335-1",
        "UL_60335-1",
    )
    assert found["second"]["edition"] == "UL 60335-2-24:2017-04-28"
    standards = {one["before"]["method"]["standard"] for one in found["rows"] if one["before"]}
    assert {"IEC_60335-1", "IEC_60335-2-24"} <= standards


def test_two_national_standards_hang_together_by_their_common_base(compared) -> None:
    found = compared(*GAP).result
    assert found["connection"] == "common_base"
    assert {(one["a"], one["b"], one["relation"]) for one in found["links"]} == {
        ("IEC_60335-2-24", "EN_60335-2-24", "MOD"),
        ("IEC_60335-2-24", "UL_60335-2-24", "MOD"),
    }


def test_leakage_of_a_refrigerator_falls_from_the_part_2_value_to_the_national_one(
    compared,
) -> None:
    row = rows(compared(*GAP))["R-13.2", "A-US-LK-STAT"]
    assert (row["before"]["value"], row["after"]["value"]) == (1.5, 0.75)
    assert (row["kind"], row["consequence"]) == ("national_difference", "tightened")
    assert row["confidence"] == "low"


def test_a_law_in_place_of_a_clause_stands_beside_that_clause(compared) -> None:
    row = rows(compared(*GAP))["R-DOOR-IEC", "R-DOOR-US"]
    assert row["after"]["method"]["standard"] == "CFR_16_1750"


def test_items_of_which_only_the_base_row_is_known_are_counted_and_told(compared) -> None:
    found = compared(*GAP)
    unseen = [
        one
        for one in found.result["rows"]
        if any(
            one[side] and one[side]["method"]["relation"] == "MOD" for side in ("before", "after")
        )
    ]
    assert found.result["national_text_unknown"] == len(unseen) > 0
    assert {"not_in_library", "national_text_unknown"} <= {note.code for note in found.warnings}


def test_a_standard_made_on_its_own_shares_no_particular_clause(compared) -> None:
    found = compared("EN 60335-2-7", "UL 2157", category="washing_machine")
    assert found.result["connection"] == "same_subject"
    particular = [
        one
        for one in found.result["rows"]
        if one["before"] and one["before"]["method"]["standard"] == "IEC_60335-2-7"
    ]
    assert particular
    assert {one["consequence"] for one in particular} == {"other_standard"}
    assert {one["other_standard"] for one in particular} == {"UL_2157"}
    assert "same_subject" in {note.code for note in found.warnings}


def test_an_international_standard_is_compared_directly_with_its_adoption(compared) -> None:
    found = compared("IEC 62368-1", "GB 4943.1", category="tv")
    assert found.result["connection"] == "adopted"
    assert found.result["first"]["market"] == "INT"
    assert rows(found)[None, "V-CN-ALT"]["after"]["value"] == 1.48


def test_a_clause_without_a_row_is_said_to_be_missing_on_both_sides(compared) -> None:
    found = compared(*GAP, clause="99.9").result
    assert found["rows"] == []
    assert {one["state"] for one in found["missing"]} == {"not_in_library"}
    assert {one["standard"] for one in found["missing"]} == {"EN_60335-2-24", "UL_60335-2-24"}


def test_a_clause_that_is_asked_for_brings_its_own_rows_only(compared) -> None:
    clauses = [
        side["method"]["clause"]
        for one in compared(*GAP, clause="13.2").result["rows"]
        for side in (one["before"], one["after"])
        if side
    ]
    assert clauses
    assert {one.removesuffix("DV") for one in clauses} == {"13.2"}


def test_an_edition_that_never_was_is_told_and_the_one_in_use_is_compared(compared) -> None:
    found = compared("IEC 60335-2-24:1913", GAP[1])
    assert found.result["first"]["edition_known"] is False
    assert found.result["first"]["edition"] == "IEC 60335-2-24:2020"
    assert "edition_unknown" in {note.code for note in found.warnings}


def test_a_designation_that_the_library_does_not_have_is_refused(compared) -> None:
    with pytest.raises(UnknownName):
        compared("EN 60335-2-24", "UL 99999-9")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("EN 60335-2-24", "DIN EN 60335-2-24"),  # one standard
        ("EN 60335-2-24", "EN 62368-1"),  # no common kind
        ("EN 60335-1", "UL 60335-1"),  # several kinds, none named
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_way_on(compared, first, second) -> None:
    with pytest.raises(InvalidArgument) as refused:
        compared(first, second)
    assert refused.value.next_step
