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
Place = tuple[str, str]
WEEKS, ONSET = 32, 26
SUNDAY = date(2026, 6, 28)
"""The last day of the world; its weeks begin on Mondays."""
MONDAY = SUNDAY - timedelta(days=WEEKS * 7 - 1)
MODELS = ("TV1", "TV2", "TV3")
PLACES = [(model, country) for model in MODELS for country in ("DE", "US")]


def day(week: int, of_week: int = 2) -> datetime:
    on = MONDAY + timedelta(days=7 * week + of_week)
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def units(name: str, sold: date, count: int) -> list[dict[str, Any]]:
    """Units sold month by month up to a day."""
    return [
        {"serial": f"{name}-{model}-{country}-{i}", "model_id": model, "country": country}
        | {"sold_on": sold - timedelta(days=30 * (i % 12))}
        for model, country in PLACES
        for i in range(count)
    ]


def claims(symptom: str, weeks: range, places: list[Place], each: int) -> list[dict[str, Any]]:
    """So many claims in each week on each model in each market."""
    return [
        {"claim_id": f"{symptom}-{week}-{model}-{country}-{n}-{each}", "model_id": model}
        | {"country": country, "symptom_code": symptom, "reported_at": day(week)}
        for week in weeks
        for model, country in places
        for n in range(each)
    ]


def steady(symptom: str) -> list[dict[str, Any]]:
    return claims(symptom, range(WEEKS), PLACES, 1)


def rising(symptom: str, *places: Place, each: int = 5) -> list[dict[str, Any]]:
    return claims(symptom, range(ONSET, WEEKS), list(places), each)


def pieces(symptom: str, weeks: range, each: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {"feedback_id": f"{symptom}-{week}-{n}-{each}", "received_at": day(week), "country": "DE"}
        | {"channel": "email", "model_id": "TV1", "author_key": f"{symptom}-{week}-{n}-{each}"}
        | {"text": "…"}
        | more
        for week in weeks
        for n in range(each)
    ]


def codes(some: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    return [
        {"feedback_id": one["feedback_id"], "coder": "rules/1"}
        | {"symptom_code": one["feedback_id"].split("-")[0], "severity": 2}
        | {"negated": False, "hypothetical": False}
        | more
        for one in some
    ]


def usual(symptom: str) -> list[dict[str, Any]]:
    return pieces(symptom, range(WEEKS), 1)


def more(symptom: str, **how: Any) -> list[dict[str, Any]]:
    return pieces(symptom, range(ONSET, WEEKS), 6, **how)


def master() -> Rows:
    return {
        "markets": [{"country": "DE", "region": "EU"}, {"country": "US", "region": "NA"}],
        "models": [{"model_id": model, "family": "TV"} for model in MODELS],
        "codes": [{"code": "SMOKE", "kind": "symptom", "safety_critical": True}],
        "units": units("U", date(2025, 6, 2), 12),
    }


def repeated() -> list[dict[str, Any]]:
    """Thirty claims of one unit within a week."""
    many = claims("AGAIN", range(30, 31), [("TV1", "DE")], 30)
    return [one | {"serial": "U-TV1-DE-0"} for one in many]


def world() -> Rows:
    """One hub in which each symptom has a story of its own."""
    hum, app = more("HUM"), more("CHANNEL", channel="app")
    denied, feared = more("DENIED"), more("FEARED")
    loud, copied = more("LOUD", author_key="A-LOUD"), more("COPIED")
    usually = [one for name in STORIES for one in usual(name)]
    others = pieces("OTHER", range(WEEKS), 2)
    told = [*usually, *others, *hum, *app, *loud, *copied]
    return master() | {
        "claims": steady("LOCAL")
        + rising("LOCAL", ("TV2", "DE"))
        + steady("FAMILY")
        + rising("FAMILY", *PLACES, each=3)
        + steady("SMOKE")
        + rising("SMOKE", ("TV1", "DE"), ("TV1", "US"))
        + claims("PARTIAL", range(WEEKS, WEEKS + 1), [("TV1", "DE")], 40)
        + repeated(),
        "feedback": [*told, *denied, *feared],
        "feedback_codes": codes(told)
        + codes(denied, negated=True)
        + codes(feared, hypothetical=True),
        "feedback_links": [
            {"feedback_id": one["feedback_id"], "other_id": "COPIED-25-0-1", "kind": "near"}
            for one in copied
        ],
    }


STORIES = ("HUM", "CHANNEL", "DENIED", "FEARED", "LOUD", "COPIED")
WORLD = world()


def watch(context: ToolContext, **question: Any) -> Evidence:
    return run_tool(emerging_issues, {"weeks": WEEKS} | question, context)


def alarms(evidence: Evidence) -> dict[str, dict[str, Any]]:
    return {one["symptom"]: one for one in evidence.result["alarms"]}


@pytest.fixture
def seen(ask_stocked: Ask) -> Evidence:
    return watch(ask_stocked(as_of=SUNDAY))


def test_what_rose_has_one_alarm_each_and_what_did_not_has_none(seen: Evidence) -> None:
    assert len(seen.result["alarms"]) == 4
    assert set(alarms(seen)) == {"LOCAL", "FAMILY", "SMOKE", "HUM"}


def test_a_rise_of_one_model_in_one_market_is_named_so(seen: Evidence) -> None:
    alarm = alarms(seen)["LOCAL"]
    assert alarm["key"] == "field/LOCAL/TV/TV2/DE"
    assert (alarm["level"], alarm["state"], alarm["severity"]) == ("market", "confirmed", 2)
    assert alarm["where"] == {"model_id": ["TV2"], "country": ["DE"]}


def test_an_alarm_says_since_when_and_how_much(seen: Evidence) -> None:
    alarm = alarms(seen)["LOCAL"]
    assert abs(date.fromisoformat(alarm["since"]) - day(ONSET).date()) <= timedelta(days=7)
    assert alarm["events"] == pytest.approx(36, abs=2)
    assert alarm["expected"] == pytest.approx(6, rel=0.4)
    assert alarm["ratio"]["low"] > 2
    assert date.fromisoformat(alarm["signalled_on"]).weekday() == 6
    assert alarm["chart"][-1] >= alarm["limit"]


def test_a_rise_of_the_whole_family_is_one_alarm_about_the_family(seen: Evidence) -> None:
    alarm = alarms(seen)["FAMILY"]
    assert alarm["key"] == "field/FAMILY/TV"
    assert alarm["where"] == {"model_id": list(MODELS)}


def test_a_rise_of_one_model_everywhere_is_told_of_the_model_gravest_first(seen: Evidence) -> None:
    assert alarms(seen)["SMOKE"]["key"] == "field/SMOKE/TV/TV1"
    assert next(iter(alarms(seen))) == "SMOKE"


def test_the_run_lengths_of_all_cells_add_up_to_the_budget(seen: Evidence) -> None:
    levels = seen.result["levels"]
    assert sum(one["cells"] for one in levels) == seen.result["cells_watched"]
    spent = sum(one["cells"] / one["run_length"] for one in levels)
    assert 0.9 * 0.2 <= spent <= 0.2 + 1e-9


def test_a_unit_that_claims_again_within_30_days_is_one_event(seen: Evidence) -> None:
    excluded = {one.rule: one.rows for one in seen.excluded}
    assert excluded["claims repeated within 30 days"] == 29


def test_feedback_is_watched_where_claims_are_too_few(seen: Evidence) -> None:
    by = {key.split("/")[1]: source for key, source in seen.result["sources"].items()}
    assert by == {"LOCAL": "claims", "FAMILY": "claims", "SMOKE": "claims", "HUM": "feedback"}


def test_a_new_channel_is_left_out_and_named(seen: Evidence) -> None:
    assert seen.result["new_channels"] == ["DE: app"]
    assert "new_channels" in {note.code for note in seen.warnings}


def test_what_was_not_yet_reported_is_not_seen(ask_stocked: Ask) -> None:
    found = watch(ask_stocked(as_of=day(ONSET - 1, 6).date()), weeks=24)
    assert found.result["alarms"] == []
    assert found.result["last"] == day(ONSET - 1, 6).date().isoformat()


def test_only_whole_weeks_count(ask_stocked: Ask) -> None:
    found = watch(ask_stocked(as_of=SUNDAY + timedelta(days=3)))
    assert found.result["last"] == SUNDAY.isoformat()
    assert "PARTIAL" not in alarms(found)


def test_one_market_is_watched_by_itself(ask_stocked: Ask) -> None:
    found = watch(ask_stocked(as_of=SUNDAY), countries=["DE"])
    assert alarms(found)["LOCAL"]["where"]["country"] == ["DE"]
    assert found.result["units_in_service"] == 36


def test_the_same_question_twice_has_the_same_answer(ask_stocked: Ask, seen: Evidence) -> None:
    assert watch(ask_stocked(as_of=SUNDAY)).result_sha256 == seen.result_sha256


def test_an_unknown_model_is_refused(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName):
        watch(ask_stocked(as_of=SUNDAY), models=["TV9"])


def test_four_owners_in_a_country_are_not_shown_to_everybody(hub: Hub, ask: Ask) -> None:
    few = [one for one in master()["units"] if one["serial"].endswith("TV1-DE-0")]
    fill(hub, master() | {"units": few})
    context = ask(as_of=SUNDAY, classes=("public", "internal"))
    with pytest.raises(NotPermitted):
        watch(context, countries=["DE"])


def test_claims_that_grow_with_the_units_in_service_raise_no_alarm(hub: Hub, ask: Ask) -> None:
    grown = master()["units"] + [
        one | {"sold_on": day(20).date()} for one in units("NEW", day(20).date(), 36)
    ]
    more_claims = claims("FLICKER", range(21, WEEKS), PLACES, 3)
    fill(hub, master() | {"units": grown, "claims": steady("FLICKER") + more_claims})
    found = watch(ask(as_of=SUNDAY))
    assert found.result["alarms"] == []
    assert "feedback_not_coded" in {note.code for note in found.warnings}


def test_feedback_that_rises_with_all_other_feedback_is_an_artefact(hub: Hub, ask: Ask) -> None:
    told = usual("HUM") + more("HUM") + pieces("OTHER", range(WEEKS), 2)
    told += pieces("OTHER", range(ONSET, WEEKS), 12)
    fill(hub, master() | {"feedback": told, "feedback_codes": codes(told)})
    found = watch(ask(as_of=SUNDAY))
    assert [one for one in found.result["alarms"] if one["symptom"] == "HUM"] == []
    assert any("/HUM/" in key for key in found.result["reporting_artefacts"])


def test_claims_long_past_their_warranty_do_not_count(hub: Hub, ask: Ask) -> None:
    old = [one | {"serial": "U-TV1-DE-11"} for one in claims("OLD", range(31, 32), PLACES[:1], 1)]
    rows = {
        "units": master()["units"] + units("NEW", date(2026, 5, 25), 12),
        "warranties": [{"model_id": m, "country": c, "months": 12} for m, c in PLACES],
        "claims": old,
    }
    fill(hub, master() | rows)
    excluded = {one.rule: one.rows for one in watch(ask(as_of=SUNDAY)).excluded}
    assert excluded["claims long past warranty"] == 1


def test_a_field_without_units_is_no_data(hub: Hub, ask: Ask) -> None:
    fill(hub, master() | {"units": []})
    with pytest.raises(NoData):
        watch(ask(as_of=SUNDAY))


def test_a_field_without_reports_is_quiet(hub: Hub, ask: Ask) -> None:
    fill(hub, master())
    found = watch(ask(as_of=SUNDAY))
    assert (found.result["alarms"], found.result["cells_watched"]) == ([], 0)
