"""A case without a cause is asked again, and no timer that was lost stays lost."""

from collections.abc import Callable
from datetime import timedelta

from domain.records.case import CaseCause
from domain.records.cause import Condition
from graphs.casework.daily import AGAIN, plan_day
from memory.cases import state_cause, write_step
from memory.effect_checks import register
from tests.graphs.casework_parts import Desk
from tests.memory.ledgers import NOW, TODAY, check_of


def planned(desk: Desk, after: timedelta = timedelta()) -> set[str]:
    acting = desk.working.acting
    before = {one.key for one in acting.jobs.listed()}
    plan_day(acting, NOW + after)
    new = [one for one in acting.jobs.listed() if one.key not in before]
    return {one.payload["event"] for one in new}


def analysed(desk: Desk) -> None:
    with desk.working.change() as change:
        write_step(change, desk.case_id, "D4", {"verdict": "undetermined"})


def test_a_case_whose_cause_was_not_found_is_asked_again_after_a_week(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    analysed(desk)
    assert planned(desk) == {"remind"}
    assert planned(desk, AGAIN) == {"remind", "investigate"}
    assert planned(desk, AGAIN) == set()


def test_a_cause_is_asked_again_until_a_fix_is_chosen(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    analysed(desk)
    cause = CaseCause(
        case_id=desk.case_id,
        kind="occurrence",
        statement="weak capacitors",
        condition=Condition(part_id="P-PSU"),
        status="supported",
        evidence=("E-AAAAAAAAAA",),
        by=desk.working.by,
        at=NOW,
    )
    with desk.working.change() as change:
        state_cause(change, cause)
    assert planned(desk, AGAIN) == {"remind", "investigate"}
    with desk.working.change() as change:
        write_step(change, desk.case_id, "D5", {"control": "sorted"}, state="done")
    assert planned(desk, 2 * AGAIN) == {"remind"}


def test_a_case_that_waits_for_its_effect_is_looked_at_daily(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    with desk.working.change() as change:
        register(change, check_of(desk.case_id, judge_on=TODAY + timedelta(days=90)))
    assert planned(desk) == {"remind", "judge"}
    assert desk.happen("judge") == ["judged: not yet"]
