"""Standards are found by words or by name, and an unknown name stays unknown."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import NoData
from domain.records.evidence import Evidence
from tools.registry import named
from tools.runner import run_tool


@pytest.fixture
def find(ask: Callable[..., Any]) -> Callable[..., Evidence]:
    """Asks for standards."""

    def asked(text: str, **more: Any) -> Evidence:
        return run_tool(named("search_standards"), {"text": text, **more}, ask())

    return asked


def found(evidence: Evidence) -> list[str]:
    return [one["standard"] for one in evidence.result["standards"]]


def test_a_subject_in_words_finds_its_standards(find: Callable[..., Evidence]) -> None:
    assert "IEC_60704" in found(find("Geräusch von Waschmaschinen"))


def test_only_standards_of_the_market_and_international_ones_are_given(
    find: Callable[..., Evidence], library: Any
) -> None:
    evidence = find("refrigerator energy", markets=["CN"], most=20)
    places = [set(library.standards[one].markets) for one in found(evidence)]
    assert {"CN"} in places
    assert all(not place or "CN" in place for place in places)


def test_no_more_are_given_than_asked_for(find: Callable[..., Evidence]) -> None:
    assert len(found(find("refrigerator", most=3))) == 3


def test_an_unknown_designation_is_said_and_nothing_stands_in_for_it(
    find: Callable[..., Evidence],
) -> None:
    evidence = find("EN 99999-1")
    assert found(evidence) == []
    assert [one["asked"] for one in evidence.result["not_in_library"]] == ["EN 99999-1"]
    assert {note.code for note in evidence.warnings} == {"not_in_library"}


def test_a_known_designation_is_found_by_name_with_its_schemes(
    find: Callable[..., Evidence], library: Any
) -> None:
    first = find("iec62368-1").result["standards"][0]
    assert (first["standard"], first["by"], first["score"]) == ("IEC_62368-1", "designation", 1)
    serving = [one.id for one in library.schemes.values() if "IEC_62368-1" in one.standards]
    assert first["schemes"] == serving


def test_words_that_nothing_is_about_are_no_data(find: Callable[..., Evidence]) -> None:
    with pytest.raises(NoData):
        find("xyzzy qwrt")


def test_a_country_that_is_not_covered_is_said(find: Callable[..., Evidence]) -> None:
    assert find("refrigerator", markets=["AR"]).result["markets_not_covered"] == ["AR"]
