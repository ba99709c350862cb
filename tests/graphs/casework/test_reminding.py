"""What is due is reminded of once a day, until somebody has done it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.records.case import ActionItem
from domain.records.cause import Condition
from graphs.actions import carry_out, decide_on
from graphs.casework.reminding import plan_reminders
from memory.cases import action_name, add_action, end_action, set_state, write_step
from tests.graphs.acting_parts import PIT
from tests.graphs.casework_parts import Desk
from tests.memory.ledgers import NOW, TODAY


def due(desk: Desk, on: date, owner: str = "maria", text: str = "sort the stock") -> str:
    name = action_name(desk.case_id, "D3", "containment", text)
    item = ActionItem(
        id=name,
        case_id=desk.case_id,
        step="D3",
        kind="containment",
        text=text,
        owner=owner,
        due_on=on,
    )
    with desk.working.change() as change:
        add_action(change, item)
    return name


def test_an_action_is_reminded_of_from_the_day_before_and_once_a_day(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    due(desk, TODAY + timedelta(days=2))
    assert desk.happen("remind") == ["reminded: 0"]
    tomorrow = desk.at(NOW + timedelta(days=1))
    assert tomorrow.happen("remind") == ["reminded: 1"]
    assert tomorrow.happen("remind") == ["reminded: 0"], "once a day"
    overdue = desk.at(NOW + timedelta(days=3))
    assert overdue.happen("remind") == ["reminded: 1"]
    texts = [one.text for one in desk.messages("reminder")]
    assert all("sort the stock" in text for text in texts)
    assert sorted("overdue" in text for text in texts) == [False, True]


def test_what_is_done_is_not_reminded_of(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    name = due(desk, TODAY)
    with replace(desk.working, by="maria").change() as change:
        end_action(change, name, "sorted, 3 bad")
    assert desk.happen("remind") == ["reminded: 0"]


def test_each_owner_gets_what_is_theirs(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    due(desk, TODAY, "maria", "sort the stock")
    due(desk, TODAY, "pit", "call the supplier")
    assert desk.happen("remind") == ["reminded: 2"]
    first, second = sorted((one.text for one in desk.messages("reminder")), reverse=True)
    assert ("call" in first, "call" in second) != ("sort" in first, "sort" in second)


def test_what_becomes_due_on_the_same_day_is_reminded_of_as_well(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    due(desk, TODAY)
    desk.happen("remind")
    due(desk, TODAY, text="call the dealer")
    assert desk.happen("remind") == ["reminded: 1"]


def test_an_answer_that_a_supplier_owes_is_an_action_like_any_other(desk: Desk) -> None:
    (scar,) = desk.proposals("issue_scar")
    acting = desk.working.acting
    decide_on(acting, scar.id, PIT, "approve", sha256=scar.sha256, now=NOW)
    carry_out(acting, scar.id, NOW)
    desk.happen("remind")
    owed = [one for one in desk.file.actions if scar.id in one.text]
    assert len(owed) == len(scar.payload["due"])
    first = min(owed, key=lambda one: one.due_on)
    assert first.due_on.isoformat() == min(scar.payload["due"].values())[:10]
    late = desk.at(datetime.fromisoformat(scar.payload["due"]["D8"]) + timedelta(days=1))
    late.happen("remind")
    assert any(scar.id in one.text for one in late.messages("reminder"))
    assert len([one for one in late.file.actions if scar.id in one.text]) == len(owed)


def test_legal_duties_are_reminded_of_until_a_person_ends_the_emergency(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(
        kind="safety",
        severity=5,
        where=Condition(model_id=("65Q8",)),
        body={"country": "AU"},
    )
    desk.happen("opened")
    (duty, *_) = desk.step("D0").content["duties"]
    soon = desk.at(datetime.fromisoformat(duty["due_at"]) - timedelta(hours=6))
    soon.happen("remind")
    assert any(duty["authority"] in one.text for one in soon.messages("reminder"))
    held = desk.step("D0")
    with replace(desk.working, by="tom").change() as change:
        write_step(change, desk.case_id, "D0", held.content, state="done", evidence=held.evidence)
    before = soon.messages("reminder")
    later = desk.at(datetime.fromisoformat(duty["due_at"]) + timedelta(days=2))
    later.happen("remind")
    new = [one for one in later.messages("reminder") if one not in before]
    assert not any(duty["authority"] in one.text for one in new)


def test_every_live_case_is_looked_at_once_a_day_and_no_ended_one(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    acting = desk.working.acting
    assert plan_reminders(acting, NOW) == 1
    assert plan_reminders(acting, NOW + timedelta(hours=5)) == 1
    keys = [one.key for one in acting.jobs.listed() if one.queue == "cases"]
    assert keys == [f"case:{desk.case_id}:remind:{TODAY}"]
    with replace(desk.working, by="olga").change() as change:
        set_state(change, desk.case_id, "dismissed", "a test stand")
    assert plan_reminders(acting, NOW + timedelta(days=1)) == 0
