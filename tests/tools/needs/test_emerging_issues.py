from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import NoData, NotPermitted, UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import Rows, fill
from tools.needs.emerging_issues import emerging_issues
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
SUNDAY = date(2026, 6, 28)
"""The last day of the worlds; 52 weeks before it begin on a Monday."""
MONDAY = SUNDAY - timedelta(days=52 * 7 - 1)
ONSET = 46
MODELS, COUNTRIES = ("TV1", "TV2", "TV3"), ("DE", "US")
EVERYWHERE = [(model, country) for model in MODELS for country in COUNTRIES]


def day(week: int, of_week: int = 2) -> datetime:
    on = MONDAY + timedelta(days=7 * week + of_week)
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def units(sold: date, count: int = 60, name: str = "U") -> list[dict[str, Any]]:
    return [
        {"serial": f"{name}-{model}-{country}-{i}", "model_id": model, "country": country}
        | {"sold_on": sold}
        for model, country in EVERYWHERE
        for i in range(count)
    ]


def claim(number: int, week: int, place: tuple[str, str], **more: Any) -> dict[str, Any]:
    model, country = place
    return {
        "claim_id": f"C-{week}-{model}-{country}-{number}",
        "serial": f"U-{model}-{country}-{(7 * week + number) % 60}",
        "model_id": model,
        "country": country,
        "symptom_code": "FLICKER",
        "reported_at": day(week),
    } | more


def steady(each: int = 1, first: int = 0, last: int = 51) -> list[dict[str, Any]]:
    """As many claims on every model in every market in every week."""
    return [
        claim(n, week, place)
        for week in range(first, last + 1)
        for place in EVERYWHERE
        for n in range(each)
    ]


def rise(*places: tuple[str, str], more: int = 5) -> list[dict[str, Any]]:
    """Further claims from the onset on."""
    return [
        claim(100 + n, week, place)
        for week in range(ONSET, 52)
        for place in places
        for n in range(more)
    ]


def world(claims: list[dict[str, Any]], **more: list[dict[str, Any]]) -> Rows:
    return {
        "markets": [{"country": "DE", "region": "EU"}, {"country": "US", "region": "NA"}],
        "models": [{"model_id": model, "family": "TV"} for model in MODELS],
        "codes": [{"code": "FLICKER", "kind": "symptom", "safety_critical": False}],
        "units": units(date(2024, 6, 1)),
        "claims": claims,
    } | more


def watch(context: ToolContext, **question: Any) -> Evidence:
    return run_tool(emerging_issues, question, context)


def keys(evidence: Evidence) -> list[str]:
    return [alarm["key"] for alarm in evidence.result["alarms"]]


def test_a_steady_field_raises_no_alarm_and_says_what_was_watched(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady()))
    found = watch(ask(as_of=SUNDAY))
    assert keys(found) == []
    assert found.result["cells_watched"] == 1 + 3 + 6
    assert found.result["budget_per_week"] == 0.2
    lengths = {one["level"]: one["run_length"] for one in found.result["levels"]}
    assert lengths == {"family": 15.0, "model": 45.0, "market": 90.0}
    assert sum(one["cells"] / one["run_length"] for one in found.result["levels"]) <= 0.2 + 1e-9


def test_a_rise_of_one_model_in_one_market_is_one_alarm_that_names_it(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady() + rise(("TV2", "DE"))))
    found = watch(ask(as_of=SUNDAY))
    assert keys(found) == ["field/FLICKER/TV/TV2/DE"]
    (alarm,) = found.result["alarms"]
    assert (alarm["level"], alarm["state"], alarm["severity"]) == ("market", "confirmed", 2)
    assert alarm["where"] == {"model_id": ["TV2"], "country": ["DE"]}
    assert abs(date.fromisoformat(alarm["since"]) - day(ONSET).date()) <= timedelta(days=7)
    assert alarm["events"] == pytest.approx(36, abs=2)
    assert alarm["expected"] == pytest.approx(6, rel=0.35)
    assert alarm["ratio"]["low"] > 2
    assert found.result["sources"] == {"field/FLICKER/TV/TV2/DE": "claims"}


def test_a_rise_of_the_whole_family_is_one_alarm_about_the_family(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady() + rise(*EVERYWHERE, more=3)))
    found = watch(ask(as_of=SUNDAY))
    assert keys(found) == ["field/FLICKER/TV"]
    assert found.result["alarms"][0]["where"] == {"model_id": list(MODELS)}


def test_a_rise_of_one_model_everywhere_is_told_of_the_model(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady() + rise(("TV1", "DE"), ("TV1", "US"))))
    assert keys(watch(ask(as_of=SUNDAY))) == ["field/FLICKER/TV/TV1"]


def test_claims_that_grow_with_the_units_in_service_raise_no_alarm(hub: Hub, ask: Ask) -> None:
    more = units(day(40).date(), 180, "NEW")
    grown = [
        claim(100 + n, week, place, serial=f"NEW-{place[0]}-{place[1]}-{3 * (week - 41) + n}")
        for week in range(41, 52)
        for place in EVERYWHERE
        for n in range(3)
    ]
    fill(hub, world(steady() + grown, units=units(date(2024, 6, 1)) + more))
    assert keys(watch(ask(as_of=SUNDAY))) == []


def test_what_was_not_yet_reported_is_not_seen(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady() + rise(("TV2", "DE"))))
    found = watch(ask(as_of=day(ONSET - 1, 6).date()))
    assert keys(found) == []
    assert found.result["last"] == day(ONSET - 1, 6).date().isoformat()


def test_only_whole_weeks_count(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady() + [claim(200 + n, 52, ("TV1", "DE")) for n in range(40)]))
    found = watch(ask(as_of=SUNDAY + timedelta(days=3)))
    assert found.result["last"] == SUNDAY.isoformat()
    assert keys(found) == []


def test_a_unit_that_claims_again_within_30_days_is_one_event(hub: Hub, ask: Ask) -> None:
    again = [claim(300 + n, 50, ("TV1", "DE"), serial="U-TV1-DE-59") for n in range(30)]
    fill(hub, world(steady() + again))
    found = watch(ask(as_of=SUNDAY))
    assert keys(found) == []
    excluded = {one.rule: one.rows for one in found.excluded}
    assert excluded["claims_repeated_within_30_days"] == 29


def piece(number: int, week: int, **more: Any) -> dict[str, Any]:
    return {
        "feedback_id": f"F-{week}-{number}",
        "received_at": day(week),
        "country": "DE",
        "channel": "email",
        "model_id": "TV1",
        "author_key": f"A-{week}-{number}",
        "text": "it hums",
    } | more


def code(row: dict[str, Any], symptom: str = "HUM", **more: Any) -> dict[str, Any]:
    coded = {"feedback_id": row["feedback_id"], "coder": "rules/1", "symptom_code": symptom}
    return coded | {"severity": 2, "negated": False, "hypothetical": False} | more


def feedback_world(rising: list[dict[str, Any]], **coding: Any) -> Rows:
    """No claims of humming, but people write about it: one a week, and what rises."""
    pieces = [piece(0, week) for week in range(52)]
    others = [piece(500 + n, week) for week in range(52) for n in range(4)]
    return world(
        steady(),
        feedback=pieces + others + rising,
        feedback_codes=[code(one) for one in pieces]
        + [code(one, "OTHER") for one in others]
        + [code(one, **coding) for one in rising],
    )


RISING = [piece(100 + n, week) for week in range(ONSET, 52) for n in range(6)]


def test_feedback_is_watched_where_claims_are_too_few(hub: Hub, ask: Ask) -> None:
    fill(hub, feedback_world(RISING))
    found = watch(ask(as_of=SUNDAY))
    (alarm,) = found.result["alarms"]
    assert alarm["symptom"] == "HUM"
    assert found.result["sources"] == {alarm["key"]: "feedback"}


@pytest.mark.parametrize("coding", [{"negated": True}, {"hypothetical": True}, {"symptom": "NONE"}])
def test_feedback_that_denies_fears_or_tells_nothing_does_not_count(
    hub: Hub, ask: Ask, coding: dict[str, Any]
) -> None:
    fill(hub, feedback_world(RISING, **coding))
    assert keys(watch(ask(as_of=SUNDAY))) == []


def test_forty_posts_of_one_author_are_one_voice(hub: Hub, ask: Ask) -> None:
    fill(hub, feedback_world([one | {"author_key": "A-LOUD"} for one in RISING]))
    assert keys(watch(ask(as_of=SUNDAY))) == []


def test_a_copy_of_an_older_piece_does_not_count(hub: Hub, ask: Ask) -> None:
    links = [
        {"feedback_id": one["feedback_id"], "other_id": "F-45-0", "kind": "near"} for one in RISING
    ]
    fill(hub, feedback_world(RISING) | {"feedback_links": links})
    assert keys(watch(ask(as_of=SUNDAY))) == []


def test_a_new_channel_is_left_out_and_named(hub: Hub, ask: Ask) -> None:
    fill(hub, feedback_world([one | {"channel": "app"} for one in RISING]))
    found = watch(ask(as_of=SUNDAY))
    assert keys(found) == []
    assert found.result["new_channels"] == ["DE: app"]
    assert "new_channels" in {note.code for note in found.warnings}


def test_feedback_that_rises_with_all_other_feedback_is_an_artefact(hub: Hub, ask: Ask) -> None:
    rows = feedback_world(RISING)
    asked = [piece(900 + n, week) for week in range(ONSET, 52) for n in range(26)]
    rows["feedback"] = rows["feedback"] + asked
    rows["feedback_codes"] = rows["feedback_codes"] + [code(one, "OTHER") for one in asked]
    fill(hub, rows)
    found = watch(ask(as_of=SUNDAY))
    assert keys(found) == []
    assert found.result["reporting_artefacts"]


def test_without_coded_feedback_the_watch_says_so(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady()))
    assert "feedback_not_coded" in {note.code for note in watch(ask(as_of=SUNDAY)).warnings}


def test_claims_long_past_their_warranty_do_not_count(hub: Hub, ask: Ask) -> None:
    warranties = [{"model_id": m, "country": c, "months": 12} for m, c in EVERYWHERE]
    fill(hub, world(steady(), warranties=warranties) | {"units": units(date(2024, 1, 1))
         + units(date(2026, 1, 1), 60, "NEW")})  # fmt: skip
    found = watch(ask(as_of=SUNDAY))
    assert {one.rule: one.rows for one in found.excluded}["claims_long_past_warranty"] > 0


def test_a_field_without_units_is_no_data(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady(), units=[]))
    with pytest.raises(NoData):
        watch(ask(as_of=SUNDAY))


def test_an_unknown_model_is_refused_with_near_ones(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady()))
    with pytest.raises(UnknownName):
        watch(ask(as_of=SUNDAY), models=["TV9"])


def test_four_owners_in_a_country_are_not_watched_for_everybody(hub: Hub, ask: Ask) -> None:
    few = [one for one in units(date(2024, 6, 1), 1) if one["model_id"] == "TV1"]
    fill(hub, world(steady(), units=few))
    with pytest.raises(NotPermitted):
        watch(ask(as_of=SUNDAY, classes=("public", "internal")), countries=["DE"])


def test_the_same_question_twice_has_the_same_answer(hub: Hub, ask: Ask) -> None:
    fill(hub, world(steady() + rise(("TV2", "DE"))))
    first, second = (watch(ask(as_of=SUNDAY)) for _ in range(2))
    assert first.result_sha256 == second.result_sha256
