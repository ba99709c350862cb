"""The library is read whole, an overlay lies over it, and what is wrong is named."""

from pathlib import Path
from typing import Any

import pytest

from domain.errors import BadArgument
from services.standards.checking import facts_by_kind
from services.standards.loading import load
from tests.services.standards.rows import STANDARD, overlay


def test_the_shipped_library_is_sound_and_says_when_it_was_reviewed() -> None:
    library = load()
    assert library.reviewed_on == "2026-11-22"
    assert len(library.version) == 12
    assert not library.overlaid


def test_every_source_that_is_shipped_is_used() -> None:
    library = load()
    used = {fact.source for facts in facts_by_kind(library).values() for fact in facts.values()}
    assert set(library.sources) == used


def test_values_stay_numbers_and_dates_stay_text() -> None:
    library = load()
    assert library.test_items["A-13.3-REINF-GT150"].value == 3000
    assert library.standards["GB_4706.1"].editions[-1].effective == "2026-08-01"
    assert library.markets["JP"].hz == (50, 60)


@pytest.mark.parametrize("country", ["DE", "fr", "IT", "ES", "PL", "PT", "NO", "EU"])
def test_countries_of_the_economic_area_are_the_market_eu(country: str) -> None:
    market = load().market_of(country)
    assert market is not None
    assert market.id == "EU"


@pytest.mark.parametrize("country", ["AR", "CL", "EG", "CH", "RU"])
def test_a_country_that_the_library_does_not_cover_is_no_market(country: str) -> None:
    assert load().market_of(country) is None


def test_a_country_with_rules_of_its_own_is_not_taken_for_its_union() -> None:
    saudi = load().market_of("SA")
    assert saudi is not None
    assert (saudi.id, saudi.parent) == ("SA", "GCC")


def test_an_own_row_is_added_and_marked(tmp_path: Path) -> None:
    library = load(overlay(tmp_path, standards=[STANDARD]))
    assert library.standards["HOUSE_1"].designation == "HS 1"
    assert library.overlaid == {"HOUSE_1"}
    assert library.version != load().version


def test_an_own_row_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    row = STANDARD | {"id": "ISO_817", "designation": "ISO 817"}
    library = load(overlay(tmp_path, standards=[row]))
    assert library.standards["ISO_817"].topic == "quality"
    assert len(library.standards) == len(load().standards)


def test_an_overlay_that_changes_is_read_again(tmp_path: Path) -> None:
    before = load(overlay(tmp_path, standards=[STANDARD]))
    assert load(tmp_path) is before
    after = load(overlay(tmp_path, standards=[STANDARD | {"designation": "HS 2"}]))
    assert after.standards["HOUSE_1"].designation == "HS 2"


def test_an_empty_overlay_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path).version == load().version


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown topic": ({"topic": "gardening"}, "gardening"),
    "unknown category": ({"categories": ["boat"]}, "boat"),
    "unknown market": ({"markets": ["XX"]}, "XX"),
    "unknown source": ({"source": "HEARSAY"}, "HEARSAY"),
    "unknown successor": ({"replaced_by": ["NOWHERE"]}, "NOWHERE"),
    "one-sided successor": ({"replaced_by": ["ISO_817"]}, "ISO_817"),
    "more sure than its source": ({"confidence": "high"}, "confidence"),
    "no edition": ({"editions": []}, "editions"),
    "unknown field": ({"colour": "red"}, "colour"),
    "a day that is none": (
        {"editions": [STANDARD["editions"][0] | {"withdrawn": "2021-02-30"}]},  # type: ignore[index]
        "2021-02-30",
    ),
    "an edition twice": ({"editions": [*STANDARD["editions"]] * 2}, "twice"),  # type: ignore[misc]
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_row_is_named_with_its_file_and_field(case: str, tmp_path: Path) -> None:
    change, named = WRONG[case]
    with pytest.raises(BadArgument, match="HOUSE_1") as raised:
        load(overlay(tmp_path, standards=[STANDARD | change]))
    assert named in raised.value.message
    assert raised.value.where == ("own.yaml", 2)


def test_an_own_source_lets_a_row_be_sure(tmp_path: Path) -> None:
    source = {"id": "OURS", "kind": "lab", "title": "Report 1", "address": "archive"}
    row = STANDARD | {"source": "OURS", "confidence": "high"}
    library = load(overlay(tmp_path, sources=[source], standards=[row]))
    assert library.standards["HOUSE_1"].confidence == "high"


def test_a_limit_says_how_it_is_read(tmp_path: Path) -> None:
    item = load().test_items["A-13.3-REINF-GT150"].model_dump(mode="json", exclude_none=True)
    item |= {"id": "OWN", "role": "limit"}
    item.pop("op", None)
    with pytest.raises(BadArgument, match="op"):
        load(overlay(tmp_path, test_items=[item]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("standards: [", "YAML"),
        ("- a\n- b\n", "mapping"),
        ("standards: 5\n", "list"),
        ("standards: [5]\n", "mapping"),
        ("standarts:\n- {id: X}\n", "standarts"),
        ("standards: &a [*a]\n", "YAML"),
        ("reviewed_on: soon\n", "soon"),
        ("standards:\n- {id: X}\n- {id: X}\n", "second"),
    ],
)
def test_a_malformed_file_is_a_clear_error(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadArgument, match=said) as raised:
        load(tmp_path)
    assert raised.value.where is not None
    assert raised.value.where[0] in ("own.yaml", "vocab.yaml")


def test_a_file_that_is_no_text_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"\xff\xfe\x00standards")
    with pytest.raises(BadArgument, match="UTF-8"):
        load(tmp_path)


def test_bare_no_and_on_are_words(tmp_path: Path) -> None:
    lines = "features:\n- {id: on, name: no}\n- {id: off, name: y, implies: [on]}\n"
    (tmp_path / "own.yaml").write_text(lines, encoding="utf-8")
    library = load(tmp_path)
    assert library.features["on"].name == "no"
    assert library.expanded(["off"]) == {"on", "off"}
