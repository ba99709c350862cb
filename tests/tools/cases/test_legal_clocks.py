from typing import Any

import pytest

from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Evidence
from tools.cases.legal_clocks import legal_clocks
from tools.runner import run_tool

AWARE = "2026-11-20T15:00:00Z"  # a Friday


@pytest.fixture
def clocks_of(ask):
    context = ask()

    def asked(*countries: str, **query: Any) -> Evidence:
        question = {"event": "accident", "aware_at": AWARE, **query, "countries": countries}
        return run_tool(legal_clocks, question, context)

    return asked


def duties(found: Evidence) -> dict[str, dict[str, Any]]:
    return {one["duty_id"]: one for one in found.result["duties"]}


def codes_of(found: Evidence) -> set[str]:
    return {note.code for note in found.warnings}


def test_duties_of_all_countries_stand_in_the_order_in_which_they_fall_due(clocks_of) -> None:
    found = clocks_of("JP", "us", "DE", "CA")
    due = [one["due_at"] for one in found.result["duties"]]
    assert due == sorted(due)
    assert {one["country"] for one in found.result["duties"]} == {"JP", "US", "DE", "CA"}
    assert "Counsel decides" in found.summary


def test_the_american_report_is_due_after_24_hours_also_over_a_weekend(clocks_of) -> None:
    report = duties(clocks_of("US"))["us-cpsc-report"]
    assert report["due_at"] == "2026-11-21T15:00:00Z"
    assert report["due_local"] == "2026-11-21T10:00:00-05:00"
    assert (report["basis"], report["zone"]) == ("law", "America/New_York")


def test_the_american_investigation_has_ten_working_days(clocks_of) -> None:
    end = duties(clocks_of("US"))["us-cpsc-investigation"]
    # Thanksgiving, the 26th, and two weekends are left out
    assert end["due_local"] == "2026-12-08T00:00:00-05:00"


def test_without_undue_delay_is_shown_with_our_own_target_and_says_so(clocks_of) -> None:
    found = duties(clocks_of("DE"))["eu-gpsr-accident"]
    assert found["basis"] == "house_target"
    assert found["limit"].startswith("without undue delay")
    assert found["due_at"] == "2026-11-21T15:00:00Z"


def test_a_country_without_a_rule_is_named_and_never_silently_free_of_duties(clocks_of) -> None:
    found = clocks_of("SA", "DE", "ZA")
    assert found.result["without_rule"] == ["SA", "ZA"]
    assert "no rule in the library for this event in SA, ZA: ask counsel" in found.summary
    alone = clocks_of("SA")
    assert alone.result["duties"] == []
    assert "no_rule" in codes_of(alone)


def test_rules_that_do_not_name_the_event_are_told_from_no_rules(clocks_of) -> None:
    found = clocks_of("AU", event="hazard")
    assert (found.result["without_rule"], found.result["not_for_this_event"]) == ([], ["AU"])
    assert "no_rule_for_event" in codes_of(found)


def test_an_event_abroad_counts_in_australia_and_not_under_article_20(clocks_of) -> None:
    found = duties(clocks_of("AU", "DE", happened_in="CL"))
    assert found["au-accc-injury"]["event_abroad"] == "counts"
    assert found["eu-gpsr-accident"]["event_abroad"] == "does_not_count"
    assert found["eu-gpsr-dangerous-product"]["event_abroad"] == "counts"
    at_home = duties(clocks_of("AU", happened_in="au"))
    assert at_home["au-accc-injury"]["event_abroad"] is None


def test_overdue_is_judged_only_against_a_moment_that_is_given(clocks_of) -> None:
    assert duties(clocks_of("US"))["us-cpsc-report"]["overdue"] is None
    late = clocks_of("US", at="2026-11-22T00:00:00Z")
    assert duties(late)["us-cpsc-report"]["overdue"] is True
    assert duties(late)["us-cpsc-investigation"]["overdue"] is False
    assert "overdue" in codes_of(late)


def test_clocks_of_a_recall_start_with_its_decision(clocks_of) -> None:
    decided = clocks_of("BR", event="recall", decided_at="2026-11-23T12:00:00Z")
    (recall,) = decided.result["duties"]
    assert recall["due_local"] == "2026-11-26T00:00:00-03:00"
    unknown = clocks_of("BR", event="recall")
    assert unknown.result["duties"][0]["started_at"] == AWARE
    assert "decision_unknown" in codes_of(unknown)


def test_a_deadline_over_a_daylight_saving_change_keeps_to_the_authoritys_clock(clocks_of) -> None:
    found = clocks_of("AU", aware_at="2026-10-03T10:00:00+10:00")
    assert found.result["duties"][0]["due_local"] == "2026-10-05T10:00:00+11:00"


def test_what_is_no_country_or_no_order_of_time_is_refused(clocks_of) -> None:
    with pytest.raises(UnknownName, match="country 'Germany'"):
        clocks_of("Germany")
    with pytest.raises(InvalidArgument, match="before the danger was known"):
        clocks_of("BR", event="recall", decided_at="2026-11-01T00:00:00Z")
    with pytest.raises(InvalidArgument, match="aware_at"):
        clocks_of("BR", aware_at="2026-11-20T15:00:00")
    with pytest.raises(InvalidArgument, match="countries"):
        clocks_of()
