"""`andon standards` checks the library with the user's rows, searches it, and warns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROW = (
    "standards:\n- {id: HOUSE_1, designation: HS 1, title: Door gaskets, topic: quality,"
    " categories: [refrigerator], features: [], editions: [{ed: '1', ref: HS 1,"
    " published: '2020', status: current}], source: KB, confidence: CONFIDENCE}\n"
)
Andon = Callable[..., Any]


@pytest.fixture
def own(place: Path) -> Callable[[str], None]:
    """Writes the user's own rows."""

    def write(text: str) -> None:
        folder = place / "state" / "standards"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "own.yaml").write_text(text, encoding="utf-8")

    return write


def test_check_counts_the_rows_by_confidence(andon: Andon) -> None:
    ran = andon("standards", "check", "--json")
    assert ran.code == 0
    kinds = ran.json["kinds"]
    assert all(one["rows"] == one["high"] + one["medium"] + one["low"] for one in kinds.values())
    assert sum(one["rows"] for one in kinds.values()) > 700
    assert ran.json["own"] == []


def test_own_rows_are_counted_and_found(andon: Andon, own: Callable[[str], None]) -> None:
    own(ROW.replace("CONFIDENCE", "medium"))
    checked = andon("standards", "check", "--json").json
    assert checked["own"] == ["HOUSE_1"]
    assert checked["kinds"]["standards"]["own"] == 1
    assert "HS 1" in andon("standards", "search", "door gaskets").out


def test_an_own_row_that_is_surer_than_its_source_is_refused(
    andon: Andon, own: Callable[[str], None]
) -> None:
    own(ROW.replace("CONFIDENCE", "high"))
    ran = andon("standards", "check")
    assert ran.code == 2
    assert "HOUSE_1" in ran.err
    assert "own.yaml" in ran.err


def test_check_says_that_the_library_is_sound_to_a_person(andon: Andon) -> None:
    ran = andon("standards")
    assert ran.code == 0
    assert "test_items" in ran.out


def test_search_says_what_is_not_in_the_library(andon: Andon) -> None:
    ran = andon("standards", "search", "EN 99999-1", "--json")
    assert ran.code == 0
    assert ran.json["hits"] == []
    assert [one["asked"] for one in ran.json["not_in_library"]] == ["EN 99999-1"]
    assert "not in the library" in andon("standards", "search", "EN 99999-1").out


@pytest.mark.parametrize("arguments", [("search",), ("search", " "), ("check", "fridge")])
def test_a_text_goes_with_search_only(andon: Andon, arguments: tuple[str, ...]) -> None:
    ran = andon("standards", *arguments)
    assert ran.code == 2
    assert "text" in ran.err


def test_watch_on_a_hub_without_sales_is_no_data(ready: Andon) -> None:
    ran = ready("standards", "watch", "--json")
    assert ran.code == 0
    assert ran.json["code"] == "no_data"


def test_watch_lists_the_changes_that_reach_models(ready: Andon, place: Path) -> None:
    exports = place / "exports"
    assert ready("simulate", "--out", str(exports), "--units", "300", "--seed", "3").code == 0
    assert ready("ingest", str(exports)).code == 0
    ran = ready("standards", "watch", "--since", "2026-01-01", "--as-of", "2026-11-22", "--json")
    assert ran.code == 0
    changes = ran.json["result"]["changes"]
    assert changes
    assert all(one["reached"] or one["may_reach"] for one in changes)
    shown = ready("standards", "watch", "--since", "2026-01-01", "--as-of", "2026-11-22")
    assert all(one["event"] in shown.out for one in changes)
