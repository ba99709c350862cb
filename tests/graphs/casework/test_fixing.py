"""How a fix will be judged is written down before anybody looks; a wrong one writes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.errors import AndonError, InvalidArgument, UnknownName
from domain.records.cause import Condition
from graphs.casework.fixing import Fix, judge_due, record_fix
from tests.graphs.casework_parts import Desk
from tests.graphs.conftest import Plant


def fix(plant: Plant, **more: object) -> Fix:
    treated = Condition(supplier_id=plant.supplier, part_id=plant.part)
    given = {"control": "another glue", "treated": treated, **more}
    return Fix(**given)  # type: ignore[arg-type]


def days(desk: Desk) -> date:
    newest = desk.working.tools.snapshot.as_of
    assert newest is not None
    return newest


def test_a_fix_with_neither_change_nor_day_is_refused(desk: Desk, plant: Plant) -> None:
    before = desk.written()
    with pytest.raises(InvalidArgument, match="one of the two"):
        record_fix(desk.working, desk.case_id, fix(plant))
    both = fix(plant, change_id="ECN-1", cut_in_on=date(2026, 1, 1))
    with pytest.raises(InvalidArgument, match="one of the two"):
        record_fix(desk.working, desk.case_id, both)
    assert desk.written() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"change_id": "ECN-NOTHING"},
        {"cut_in_on": date(2026, 1, 1), "treated": Condition(lot_ids=("LT-NOTHING",))},
        {"cut_in_on": date(2026, 1, 1), "treated": Condition(supplier_id="S-9999")},
    ],
)
def test_an_unknown_change_lot_or_supplier_registers_nothing(
    desk: Desk, plant: Plant, wrong: dict[str, object]
) -> None:
    with pytest.raises(UnknownName):
        record_fix(desk.working, desk.case_id, fix(plant, **wrong))
    assert (desk.file.checks, desk.file.case.state) == ((), "open")
    assert desk.step("D5").content == {}


def test_a_fix_that_no_day_will_judge_is_not_registered(desk: Desk, plant: Plant) -> None:
    asked = fix(plant, cut_in_on=days(desk) - timedelta(days=400), minimum_effect=0.01)
    with pytest.raises(AndonError):
        record_fix(desk.working, desk.case_id, asked)
    assert desk.file.checks == ()


def test_a_day_that_people_name_is_registered_with_the_power_that_it_has(
    desk: Desk, plant: Plant
) -> None:
    judge_on = days(desk) + timedelta(days=200)
    asked = fix(
        plant, cut_in_on=days(desk) - timedelta(days=120), judge_on=judge_on, months_in_service=3
    )
    check = record_fix(desk.working, desk.case_id, asked)
    assert (check.judge_on, check.state) == (judge_on, "registered")
    assert desk.file.case.state == "verifying"
    assert desk.step("D5").content["control"] == "another glue"
    assert desk.step("D5").state == "done"
    assert "effect_plan" in {one.role for one in desk.file.evidence}
    assert judge_due(desk.working, desk.case_id) is None, "its day has not come"
    assert desk.file.checks[0].state == "registered"


def test_a_check_is_not_swapped_for_another(desk: Desk, plant: Plant) -> None:
    cut_in = days(desk) - timedelta(days=120)
    named = {"cut_in_on": cut_in, "judge_on": days(desk) + timedelta(days=200)}
    record_fix(desk.working, desk.case_id, fix(plant, **named))
    with pytest.raises(InvalidArgument, match="waits to be judged"):
        record_fix(desk.working, desk.case_id, fix(plant, **named, months_in_service=3))


def test_too_early_a_look_is_undetermined_and_names_a_later_day(desk: Desk, plant: Plant) -> None:
    today = days(desk)
    asked = fix(plant, cut_in_on=today - timedelta(days=20), judge_on=today + timedelta(days=1))
    record_fix(desk.working, desk.case_id, asked)
    then = replace(desk.working, now=desk.working.now.replace(year=today.year + 1))
    assert judge_due(then, desk.case_id) in ("undetermined", None)
    (check,) = desk.file.checks
    assert desk.file.case.state == "verifying"
    assert check.state in ("registered", "undetermined")
    assert desk.step("D6").state == "open"
    assert desk.proposals("close_case") == []
