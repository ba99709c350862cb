"""Whom a change of the rules reaches, and that each of its stages is warned of once."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument, NoData, UnknownName
from services.standards.loading import load
from tests.tools.standards.test_product import WORLD as MODELS
from tools.runner import run_tool
from tools.standards.compliance_warnings import WarningsQuery, compliance_warnings, stages_of_run
from tools.standards.warning_stages import due_on, stage_at, stages_between, stages_of
from tools.tool import ToolContext

LIBRARY = load()
EVENTS = [LIBRARY.change_events[name] for name in sorted(LIBRARY.change_events)]
DAYS = st.dates(min_value=date(2020, 12, 20), max_value=date(2030, 1, 1))
SOLD = [
    ("65Q8", "DE"),
    ("65Q8", "US"),
    ("AC-120X", "DE"),
    ("AC-120X", "AR"),
    ("RF-440", "FR"),
    ("AC-OLD", "IT"),
    ("AC-OLD", "US"),
]
WORLD = MODELS | {
    "units": [
        {"serial": f"U{number}", "model_id": model, "country": country}
        for number, (model, country) in enumerate(SOLD)
    ]
}


@pytest.fixture
def warned(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Any]:
    def found(**question: Any) -> Any:
        asked = {"as_of": "2026-11-22"} | question
        return run_tool(compliance_warnings, asked, ask_stocked())

    return found


def change(found: Any, event: str) -> dict[str, Any]:
    return next(one for one in found.result["changes"] if one["event"] == event)


def models(rows: list[dict[str, Any]]) -> set[str]:
    return {row["model_id"] for row in rows}


def test_a_change_names_the_models_that_it_reaches_where_they_are_sold(warned) -> None:
    found = change(warned(), "CE28")
    reached = found["reached"]
    assert [(one["model_id"], one["market"], one["countries"]) for one in reached] == [
        ("AC-120X", "EU", ["DE"])
    ]
    assert reached[0]["schemes"] == ["EU-FGAS"]
    assert found["days_left"] == (date(2029, 1, 1) - date(2026, 11, 22)).days


def test_a_model_without_the_deciding_feature_stands_apart_with_it(warned) -> None:
    found = warned()
    apart = change(found, "CE28")["may_reach"]
    assert models(apart) == {"AC-OLD"}
    assert set(apart[0]["unknown"]) >= {"category", "hfc"}
    assert "feature_unknown" in {note.code for note in found.warnings}


def test_a_radio_product_is_not_reached_by_a_change_of_the_emc_list(warned) -> None:
    found = warned(since="2022-05-03", as_of="2022-05-04")
    assert models(change(found, "CE19")["reached"]) == {"RF-440"}


def test_a_model_that_no_change_reaches_is_said_to_be_unaffected(warned) -> None:
    found = warned(models=("RF-440",), markets=("FR",), since="2027-12-10", as_of="2027-12-11")
    assert found.result["unaffected"] == ["RF-440"]
    assert found.result["warnings"] == []


def test_a_stage_is_warned_of_on_its_day_only(warned) -> None:
    def stages(since: str, as_of: str) -> list[tuple[str, str]]:
        rows = warned(since=since, as_of=as_of).result["warnings"]
        return [(row["event"], row["stage"]) for row in rows if row["event"] == "CE05"]

    assert stages("2026-10-24", "2026-10-25") == [("CE05", "days_90")]
    assert stages("2026-10-25", "2026-10-26") == []
    assert stages("2027-01-22", "2027-01-23") == [("CE05", "due")]


def test_a_change_that_is_new_in_the_library_is_published_whatever_its_date(warned) -> None:
    known = [name for name in LIBRARY.change_events if name != "CE16"]
    day = {"since": "2026-11-21", "as_of": "2026-11-22"}
    rows = warned(known=tuple(known), **day).result["warnings"]
    assert [(row["event"], row["stage"]) for row in rows] == [("CE16", "publication")]
    assert warned(known=tuple(LIBRARY.change_events), **day).result["warnings"] == []
    assert warned(**day).result["events_known"] == sorted(LIBRARY.change_events)


def test_an_old_review_is_called_stale_after_90_days(warned) -> None:
    review = date.fromisoformat(LIBRARY.reviewed_on)
    fresh = warned(as_of=(review + timedelta(90)).isoformat())
    stale = warned(as_of=(review + timedelta(91)).isoformat())
    assert not fresh.result["stale"]
    assert stale.result["stale"]
    assert "stale_source" in {note.code for note in stale.warnings}


def test_countries_that_the_library_lacks_are_named(warned) -> None:
    assert warned().result["not_covered"] == ["AR"]


def test_bad_questions_are_refused(warned) -> None:
    with pytest.raises(InvalidArgument):
        warned(since="2026-12-01")
    with pytest.raises(UnknownName):
        warned(models=("NOPE-1",))
    with pytest.raises(UnknownName):
        warned(markets=("ATLANTIS",))
    with pytest.raises(NoData):
        warned(models=("WM-900",))
    with pytest.raises(NoData):
        warned(as_of="2019-01-01", since="2018-01-01")


@given(days=st.lists(DAYS, min_size=2, max_size=6))
def test_runs_that_follow_each_other_warn_of_just_what_one_run_would(days: list[date]) -> None:
    days.sort()
    for event in EVENTS:
        whole = stages_between(event, days[0], days[-1])
        parts = [
            one for since, until in pairwise(days) for one in stages_between(event, since, until)
        ]
        assert tuple(parts) == whole


@given(day=DAYS, event=st.sampled_from(EVENTS))
def test_the_stage_at_a_day_is_the_last_that_was_reached(day: date, event: Any) -> None:
    reached = [one.stage for one in stages_of(event) if one.on <= day]
    assert stage_at(event, day) == (reached[-1] if reached else None)
    assert all(one.on <= due_on(event) for one in stages_of(event))


@given(since=DAYS, days=st.integers(0, 800), event=st.sampled_from(EVENTS))
def test_a_new_change_is_published_once(since: date, days: int, event: Any) -> None:
    query = WarningsQuery(known=())
    found = stages_of_run(event, query, (since, since + timedelta(days)))
    assert [one.stage for one in found].count("publication") == 1
