"""Open SCARs: what is late by whose calendar, and which rung comes next; nothing is entered."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from memory.bundle import Memory
from tests.tools.suppliers.conftest import NOW, OLGA, Desk

LETTER = {"language": "de", "subject": "Stufe", "text": "Bitte prüfen."}


def due(desk: Desk, supplier: str, started_at: str, **more: Any) -> dict[str, str]:
    asked = {
        "supplier": supplier,
        "severity": 2,
        "started_at": started_at,
        "policy": "working_days",
    }
    found = desk.ask("scar_clock", **{**asked, "at": "2027-12-31T00:00:00Z", **more}).result
    (scar,) = found["scars"]
    return {one["step"]: one["due_local"] for one in scar["steps"]}


def test_two_working_days_in_germany_pass_over_a_weekend(desk: Desk) -> None:
    assert due(desk, "S-1", "2026-11-20T09:00:00+01:00")["D3"] == "2026-11-25T00:00:00+01:00"


def test_a_saturday_that_china_works_to_make_up_for_a_holiday_counts(desk: Desk) -> None:
    # 2026-02-28 is a Saturday on which work is made up for the spring festival.
    assert due(desk, "S-2", "2026-02-26T09:00:00+08:00")["D3"] == "2026-03-01T00:00:00+08:00"


def test_a_holiday_in_brazil_does_not_count(desk: Desk) -> None:
    # 2026-09-07, a Monday, is Independence Day.
    assert due(desk, "S-3", "2026-09-04T09:00:00-03:00")["D3"] == "2026-09-10T00:00:00-03:00"


def test_a_pause_puts_a_step_off_and_one_without_end_stops_the_clock(desk: Desk) -> None:
    start = "2026-11-20T09:00:00+01:00"
    week = [{"start": "2026-11-23T00:00:00+01:00", "end": "2026-11-28T00:00:00+01:00"}]
    assert due(desk, "S-1", start, pauses=week)["D3"] > "2026-11-30"
    endless = [{"start": "2026-11-21T00:00:00+01:00"}]
    assert set(due(desk, "S-1", start, pauses=endless).values()) == {None}


def test_sets_of_limits_differ_and_each_says_where_it_is_from(desk: Desk) -> None:
    asked = {"supplier": "S-1", "severity": 4, "started_at": "2026-11-02T08:00:00+01:00"}
    steps = {}
    for policy in desk.ask("scar_clock").result["policies"]:
        (scar,) = desk.ask("scar_clock", **asked, policy=policy).result["scars"]
        assert scar["source"]
        steps[policy] = [(one["step"], one["due_at"]) for one in scar["steps"]]
    assert len({tuple(one) for one in steps.values()}) == len(steps) >= 3
    with pytest.raises(UnknownName, match="someday"):
        desk.ask("scar_clock", **asked, policy="someday")


def test_an_open_scar_is_late_from_its_due_moment_on(desk: Desk) -> None:
    made = desk.issued()
    on_time = desk.at(NOW + timedelta(hours=24)).ask("scar_clock", supplier="S-1").result
    assert (on_time["open"], on_time["past_due"]) == (1, 0)
    assert on_time["scars"][0]["next"] == {
        "rung": None, "because": "not_late", "by": None, "clean_lots": None, "clean_days": None
    }  # fmt: skip
    late = desk.at(NOW + timedelta(hours=25)).ask("scar_clock", supplier="S-1").result
    (scar,) = late["scars"]
    assert (scar["scar_id"], scar["past_due"], scar["days_late"]) == (made, ["D3"], 0)
    later = desk.at(NOW + timedelta(days=20)).ask("scar_clock").result["scars"][0]
    assert (later["past_due"], later["days_late"]) == (["D3", "D4", "D5"], 19)
    assert (later["policy"], later["zone"], later["severity"]) == ("house", "Europe/Berlin", 3)
    assert later["last_contact"]["proposal_id"] == made


def test_an_answer_ends_the_lateness_of_its_step(desk: Desk) -> None:
    made = desk.issued()
    asked = desk.at(NOW + timedelta(days=3))
    for hours, stands, rest in ((20, "answered", []), (30, "answered_late", [])):
        told = {"D3": (NOW + timedelta(hours=hours)).isoformat()}
        (scar,) = asked.ask("scar_clock", scar_id=made, answered=told).result["scars"]
        assert (scar["steps"][0]["standing"], scar["past_due"]) == (stands, rest)


def test_many_rejects_climb_at_once_and_few_are_reminded_first(desk: Desk) -> None:
    desk.issued()  # 12 of 500 rejected: more than the rule allows
    soon = desk.at(NOW + timedelta(days=2)).ask("scar_clock", supplier="S-1").result
    assert (soon["scars"][0]["trigger"], soon["scars"][0]["next"]["rung"]) == ("L2", "csl1")
    assert soon["warrants"][0]["open_scar"] == soon["scars"][0]["scar_id"]
    desk.issued(supplier="S-3", part="P-PSU", symptom="SCRATCH", severity=2)
    later = desk.at(NOW + timedelta(days=10))
    (scar,) = later.ask("scar_clock", supplier="S-3").result["scars"]
    assert (scar["trigger"], scar["next"]["rung"]) == (None, "reminder")
    made = later.ask("draft_message", supplier="S-3", reason="reminder").result
    later.approve(made["proposal"]["proposal_id"], NOW + timedelta(days=10))
    (scar,) = later.ask("scar_clock", supplier="S-3").result["scars"]
    assert scar["last_contact"]["reason"] == "reminder"
    assert (scar["next"]["rung"], scar["next"]["because"]) == (None, "held")
    (scar,) = desk.at(NOW + timedelta(days=20)).ask("scar_clock", supplier="S-3").result["scars"]
    assert (scar["next"]["rung"], scar["next"]["clean_lots"]) == ("csl1", 5)


def test_from_a_level_in_force_the_ladder_goes_one_rung_up(desk: Desk) -> None:
    desk.issued(severity=5)
    for level, days, rung in ((1, 2, None), (2, 60, "csl3"), (3, 120, "new_business_hold")):
        _enter(desk, level)
        (scar,) = desk.at(NOW + timedelta(days=days)).ask("scar_clock").result["scars"]
        assert (scar["in_force"], scar["next"]["rung"]) == (f"csl{level}", rung)


def _enter(desk: Desk, level: int) -> None:
    payload = {"supplier_id": "S-1", "part_id": "P-HINGE", "level": level, "letter": LETTER,
               "exit_criteria": f"{level} lots"}  # fmt: skip
    made = desk.ask("propose_action", kind="enter_controlled_shipping", payload=payload).result
    desk.approve(made["proposal_id"])
    assert desk.approve(made["proposal_id"], who=OLGA)


def test_rejects_ask_for_a_scar_where_none_is_open(desk: Desk) -> None:
    found = desk.ask("scar_clock", supplier="S-1").result
    assert (found["open"], found["scars"]) == (0, [])
    (asks,) = found["warrants"]
    assert (asks["trigger"], asks["part_id"], asks["rejected"]) == ("L2", "P-HINGE", 12)
    assert asks["share"]["low"] < 0.024 < asks["share"]["high"]
    assert asks["open_scar"] is None
    assert desk.ask("scar_clock", supplier="S-3").result["warrants"] == []
    worse = desk.ask("scar_clock", supplier="S-3", deteriorating=True).result["warrants"]
    assert [one["trigger"] for one in worse] == ["L3"]


def test_a_scar_of_a_supplier_that_the_asker_may_not_see_is_not_there(desk: Desk, seen) -> None:
    made = desk.issued()
    narrow = seen(suppliers=("S-3",))
    memory = Memory(narrow.memory.evidence, desk.context.memory.casebook)
    other = Desk(type(narrow)(narrow.principal, narrow.snapshot, narrow.services, memory, "R"),
                 desk.acting)  # fmt: skip
    assert other.ask("scar_clock").result["open"] == 0
    with pytest.raises(UnknownName):
        other.ask("scar_clock", scar_id=made)


@pytest.mark.parametrize(
    ("question", "error", "says"),
    [
        ({"supplier": "S-99"}, UnknownName, "S-99"),
        ({"scar_id": "P-NOWHERE"}, UnknownName, "P-NOWHERE"),
        ({"severity": 3}, InvalidArgument, "started_at"),
        ({"severity": 3, "started_at": "2026-11-20T08:00:00Z", "at": "2026-11-19T08:00:00Z"},
         InvalidArgument, "before the clock starts"),
        ({"answered": {"D3": "2026-11-20T08:00:00Z"}}, InvalidArgument, "one SCAR"),
        ({"severity": 6, "started_at": "2026-11-20T08:00:00Z"}, InvalidArgument, "severity"),
        ({"severity": 3, "started_at": "2026-11-20T08:00:00"}, InvalidArgument, "started_at"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_says_why(
    desk: Desk, question: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        desk.ask("scar_clock", **question)


def test_without_a_ledger_open_scars_are_not_said_to_be_none(seen) -> None:
    context = seen()
    with pytest.raises(NotPermitted):
        Desk(context, None).ask("scar_clock")  # type: ignore[arg-type]


def test_the_supplier_without_country_has_every_day_counted_and_that_is_said(desk: Desk) -> None:
    asked = {"severity": 1, "started_at": "2026-11-20T09:00:00Z", "policy": "working_days"}
    found = desk.ask("scar_clock", **asked)
    assert "country_unknown" in {one.code for one in found.warnings}
    third = datetime(2026, 11, 23, tzinfo=UTC)
    assert datetime.fromisoformat(found.result["scars"][0]["steps"][0]["due_at"]) == third
