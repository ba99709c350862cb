"""Two lines of even pace, one of which gets a fix: when will its effect be known?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from evals.effects.worlds import question_of
from services.hub.hub import Hub
from tests.conftest import EVERYTHING, fill
from tests.tools.causes.conftest import Plant
from tests.tools.causes.plants import LATEST, MASTER, START, Row, failure, unit
from tools.causes.plan_effect_check import plan_effect_check
from tools.causes.verify_effect import verify_effect
from tools.runner import run_tool, validated
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
CUT_IN = START + timedelta(days=300)
TODAY = CUT_IN.date()
JUDGED = date(2026, 11, 1)


def _plant(days: int, *, per_day: int = 2, each: int = 3) -> dict[str, list[Row]]:
    """Units of two lines on each day; one in `each` fails, at ages spread over five months."""
    units, claims = [], []
    for line in ("L1", "L2"):
        for number in range(days * per_day):
            serial = f"{line}-{number:05}"
            built = START + timedelta(days=number // per_day)
            units.append(unit(serial, built, line_id=line))
            if number % each == 0:
                claims.append(failure(serial, built, after=5 + number // each * 37 % 150))
    change = {"change_id": "ECN-7", "effective_at": CUT_IN.replace(hour=0), "kind": "method"}
    return {**MASTER, "units": units, "claims": [*claims, LATEST], "process_changes": [change]}


WORLD = _plant(500)


def plan(context: ToolContext, **query: Any) -> Any:
    asked = {
        "symptom": "FLICKER",
        "treated": {"line_id": "L1"},
        "control": {"line_id": "L2"},
        "change_id": "ECN-7",
        "before_days": 200,
        "minimum_effect": 0.5,
        **query,
    }
    evidence = run_tool(plan_effect_check, asked, context)
    assert len(evidence.summary) <= 400
    return evidence


def codes_of(evidence: Any) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_the_plan_names_the_first_day_with_the_wanted_power(ask_stocked: Ask) -> None:
    found = plan(ask_stocked(as_of=TODAY)).result
    assert found["feasible"]
    assert found["judge_on"] == found["enough_on"] > TODAY.isoformat()
    assert found["power"] >= 0.8
    day_before = (date.fromisoformat(found["judge_on"]) - timedelta(days=1)).isoformat()
    assert plan(ask_stocked(as_of=TODAY), judge_on=day_before).result["power"] < 0.8
    powers = [one["power"] for one in found["power_by_date"]]
    assert powers == sorted(powers)


def test_what_the_plan_expects_is_what_comes(ask_stocked: Ask) -> None:
    planned = plan(ask_stocked(as_of=TODAY), judge_on=JUDGED.isoformat())
    expected = next(
        one for one in planned.result["power_by_date"] if one["on"] == JUDGED.isoformat()
    )
    seen = run_tool(verify_effect, planned.result["query"], ask_stocked(as_of=JUDGED)).result
    for arm in ("treated_before", "treated_after", "control_before", "control_after"):
        assert expected[arm] == pytest.approx(seen[arm]["failures"], rel=0.25), arm
    assert planned.result["treated_per_day"] == pytest.approx(2, rel=0.05)
    assert planned.result["days_to_service"] == 10


def test_the_question_is_complete_and_only_the_plan_knows_of_power(ask_stocked: Ask) -> None:
    query = plan(ask_stocked(as_of=TODAY), months_in_service=4, mixed_days=7).result["query"]
    assert validated(verify_effect, query).model_dump(mode="json") == query
    assert "power" not in query
    assert (query["months_in_service"], query["mixed_days"], query["change_id"]) == (4, 7, "ECN-7")


def test_who_wants_to_be_surer_waits_longer(ask_stocked: Ask) -> None:
    context = ask_stocked(as_of=TODAY)
    days = [plan(context, power=power).result["judge_on"] for power in (0.5, 0.7, 0.9)]
    assert days == sorted(days)
    assert days[0] < days[2]


def test_a_smaller_effect_takes_longer_to_see(ask_stocked: Ask) -> None:
    context = ask_stocked(as_of=TODAY)
    days = [plan(context, minimum_effect=share).result["judge_on"] for share in (0.7, 0.5)]
    assert days[0] < days[1]


def test_a_cut_in_that_lies_ahead_is_planned_at_the_pace_of_today(ask_stocked: Ask) -> None:
    context = ask_stocked(as_of=TODAY)
    ahead = (TODAY + timedelta(days=60)).isoformat()
    later = plan(context, change_id=None, cut_in_on=ahead).result
    now = plan(context, change_id=None, cut_in_on=TODAY.isoformat()).result
    assert later["feasible"]
    assert later["judge_on"] > now["judge_on"]
    assert later["query"]["cut_in_on"] == ahead


def test_careful_rates_give_less_power_than_those_seen(ask_stocked: Ask) -> None:
    found = plan(ask_stocked(as_of=TODAY)).result
    assert all(one["power"] <= one["power_as_seen"] for one in found["power_by_date"])


def test_without_a_control_the_plan_says_what_it_cannot_rule_out(ask_stocked: Ask) -> None:
    context = ask_stocked(as_of=TODAY)
    found = plan(context, treated={"site_id": "WRO"}, control={"site_id": "QDA"})
    assert found.result["control_failures_before"] is None
    assert "no_control" in codes_of(found)


def test_few_failures_are_named_and_an_effect_too_small_is_out_of_reach(hub: Hub, ask: Ask) -> None:
    fill(hub, _plant(300, per_day=1, each=8))
    found = plan(ask(as_of=TODAY), minimum_effect=0.1)
    assert not found.result["feasible"]
    assert "too few" in found.result["why_not"]
    assert found.result["judge_on"] is None
    assert "rate_from_few_failures" in codes_of(found)


def test_a_line_that_builds_no_more_will_build_none_with_the_fix(hub: Hub, ask: Ask) -> None:
    fill(hub, _plant(90))
    found = plan(ask(as_of=TODAY), before_days=299).result
    assert (found["feasible"], found["treated_per_day"]) == (False, 0)
    assert "no treated units were built of late" in found["why_not"]


def test_bad_questions_are_refused(ask_stocked: Ask) -> None:
    context = ask_stocked(as_of=TODAY)
    with pytest.raises(InvalidArgument, match="exactly one"):
        plan(context, cut_in_on="2026-01-01")
    with pytest.raises(InvalidArgument, match="no unit counts before"):
        plan(context, judge_on=TODAY.isoformat())
    with pytest.raises(InvalidArgument, match="power"):
        plan(context, power=1.0)
    with pytest.raises(UnknownName, match="ECN-8"):
        plan(context, change_id="ECN-8")
    with pytest.raises(NoData, match="no treated unit built from"):
        plan(context, treated={"model_id": ["55Q7"]})


def test_without_sale_dates_nothing_can_be_foreseen(hub: Hub, ask: Ask) -> None:
    rows = _plant(20)
    rows["units"] = [{**row, "sold_on": None} for row in rows["units"]]
    fill(hub, rows)
    with pytest.raises(NoData, match="no sale dates"):
        plan(ask(as_of=TODAY))


@pytest.mark.parametrize("world", ["supplier_fix_works", "supplier_fix_fails"])
def test_a_simulated_remedy_is_planned_at_its_cut_in_and_judged_as_planted(
    plant: Callable[..., Plant], world: str
) -> None:
    made = plant(world, seed=1, units=20_000, exposed_failures=900)
    fix = made.truth.fix
    assert fix is not None
    cut_in = fix.before[1] + timedelta(days=1)
    hub = made.context.services.hub
    then = replace(made.context, snapshot=hub.snapshot(EVERYTHING, as_of=cut_in))
    question = validated(verify_effect, question_of(made.truth, fix)).model_dump(mode="json")
    planned = run_tool(
        plan_effect_check, {**question, "judge_on": made.truth.plan.end.isoformat()}, then
    )
    assert planned.result["power"] > 0.3
    judged = run_tool(verify_effect, planned.result["query"], made.context).result
    assert judged["verdict"] == fix.fix_verdict
