"""A case moves by short runs: each event once, and nothing new where nothing is new."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.errors import UnknownName
from domain.records.cause import Condition
from graphs.case import happen
from memory.cases import set_owner, set_state, write_step
from tests.graphs.casework_parts import Desk
from tests.graphs.conftest import Plant


def test_a_cause_is_found_sized_and_followed_by_what_people_may_decide(
    desk: Desk, plant: Plant
) -> None:
    occurrence, escape = sorted(desk.file.causes, key=lambda one: one.kind, reverse=True)
    assert (occurrence.kind, occurrence.status) == ("occurrence", "supported")
    assert occurrence.condition is not None
    assert occurrence.condition.supplier_id == plant.supplier
    assert (escape.kind, escape.status) == ("escape", "untested")
    assert "Incoming inspection refused" in escape.statement
    assert desk.step("D3").content["scope"]["lots"] > 0
    assert {one.kind for kind in ("block_stock", "issue_scar") for one in desk.proposals(kind)} == {
        "block_stock",
        "issue_scar",
    }
    roles = {one.role for one in desk.file.evidence}
    assert {"cause", "hypothesis", "is_is_not", "scope"} <= roles


def test_what_is_not_known_stays_open_and_is_not_invented(desk: Desk) -> None:
    assert [one.step for one in desk.file.steps if one.state == "open"] == [
        "D1", "D3", "D4", "D5", "D6", "D7", "D8",
    ]  # fmt: skip
    assert not any(one.kind == "systemic" for one in desk.file.causes)
    assert all(one.content == {} for one in desk.file.steps if one.step in ("D5", "D6", "D8"))


def test_every_number_of_a_case_rests_on_evidence_that_can_be_read(desk: Desk) -> None:
    store = desk.working.tools.memory.evidence
    for one in desk.file.steps:
        for evidence_id in one.evidence:
            assert store.get(evidence_id, desk.working.tools.snapshot.scope).id == evidence_id
    attached = {one.evidence_id for one in desk.file.evidence}
    assert {one for step in desk.file.steps for one in step.evidence} <= attached


def test_to_investigate_again_changes_nothing_where_nothing_is_new(desk: Desk) -> None:
    before = (desk.written(), desk.proposals("issue_scar"), desk.proposals("block_stock"))
    done = desk.happen("investigate")
    assert done == ["investigated: cause_found"], "nothing is proposed a second time"
    assert (desk.proposals("issue_scar"), desk.proposals("block_stock")) == before[1:]
    assert desk.written() == before[0]


def test_a_note_of_a_person_survives_what_the_house_writes(desk: Desk) -> None:
    note = {"by": "maria", "at": "2026-11-20T08:00:00+00:00", "text": "seen at the line"}
    with desk.working.change() as change:
        held = desk.step("D2")
        desk_content = {**held.content, "notes": [note]}

        write_step(change, desk.case_id, "D2", desk_content, state="done", evidence=held.evidence)
    desk.happen("investigate")
    assert desk.step("D2").content["notes"] == [note]
    assert desk.step("D2").content["described"]


def test_an_unknown_case_is_named_as_such(desk: Desk) -> None:
    with pytest.raises(UnknownName, match="C-NOTHING"):
        happen(desk.working, "C-NOTHING", "investigate")


@pytest.mark.parametrize("event", ["opened", "investigate", "judge", "remind"])
def test_nothing_happens_to_a_case_that_people_dismissed(
    new_desk: Callable[..., Desk], event: str
) -> None:
    desk = new_desk()
    person = replace(desk.working, by="olga")
    with person.change() as change:
        set_state(change, desk.case_id, "dismissed", "a test stand")
    before = desk.written()
    assert desk.happen(event) == []  # type: ignore[arg-type]
    assert desk.written() == before


def test_a_case_without_failures_says_so_and_stays_open(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(symptom="GAS")
    assert desk.happen("investigate")[0].startswith("investigated: ")
    assert desk.file.causes == ()
    assert desk.step("D3").content == {
        "scope": None,
        "because": "no suspect population is known yet",
    }
    assert desk.proposals("block_stock") == []


def test_a_danger_begins_with_its_duties_and_is_bounded_by_its_model(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(
        kind="safety", severity=5, where=Condition(model_id=("65Q8",)), body={"country": "US"}
    )
    desk.happen("opened")
    start = desk.step("D0")
    assert (start.state, start.content["emergency"]) == ("open", True)
    assert {one["country"] for one in start.content["duties"]} == {"US"}
    assert desk.step("D3").content["condition"] == {"model_id": ["65Q8"]}
    assert any(one.step == "D0" and one.kind == "containment" for one in desk.file.actions)
    assert desk.proposals("block_stock") == [], "without a tested cause nothing is proposed"


def test_an_ordinary_case_asks_for_an_owner_once(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.happen("opened")
    desk.happen("opened")
    assert desk.step("D0").state == "not_applicable"
    assert [one.text for one in desk.file.actions] == ["name an owner and a team"]


def test_a_case_that_has_an_owner_does_not_ask_for_one(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    with replace(desk.working, by="olga").change() as change:
        set_owner(change, desk.case_id, "olga")
    desk.happen("opened")
    assert desk.file.actions == ()
