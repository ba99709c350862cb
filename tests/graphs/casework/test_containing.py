"""What is proposed about a suspicion: to those whom it concerns, once, and never against a no."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.records.cause import Condition
from domain.records.policy import Principal
from domain.records.proposal import PAYLOADS, Letter
from graphs.actions import decide_on, revise
from graphs.casework.containing import contain
from graphs.casework.drafting import sites_concerned
from memory.cases import state_cause
from tests.graphs.acting_parts import OLGA, PLANT
from tests.graphs.casework_parts import Desk
from tests.graphs.conftest import Plant
from tests.memory.ledgers import NOW


def narrowed(desk: Desk, **change: object) -> None:
    """Let the stated cause speak of other units."""
    (stated,) = [one for one in desk.file.causes if one.kind == "occurrence"]
    assert stated.condition is not None
    condition = stated.condition.model_copy(update=change)
    with desk.working.change() as opened:
        state_cause(opened, stated.model_copy(update={"condition": condition}))


def decided(desk: Desk, kind: str, decision: str, who: Principal) -> None:
    (one,) = [one for one in desk.proposals(kind) if one.state == "proposed"]
    told = decide_on(
        desk.working.acting,
        one.id,
        who,
        decision,
        sha256=one.sha256,
        now=NOW,  # type: ignore[arg-type]
    )
    assert told.accepted, told.reason


def test_each_site_gets_its_own_letter_in_its_language(desk: Desk) -> None:
    (block,) = desk.proposals("block_stock")
    letters = {site: Letter(**one) for site, one in block.payload["letters"].items()}
    assert set(letters) == set(block.payload["sites"])
    languages = {"MAO": "pt", "MTY": "es", "QDA": "zh", "WRO": "pl"}
    for site, letter in letters.items():
        assert letter.language == languages.get(site, "en"), site
        assert desk.case_id in letter.text


def test_only_sites_that_the_suspect_lots_reached_are_told(desk: Desk) -> None:
    query = desk.working.tools.snapshot.query
    (stated,) = [one for one in desk.file.causes if one.kind == "occurrence"]
    assert stated.condition is not None
    lots = list(stated.condition.lot_ids or ())
    reached = query("holding_sites", models=[], lots=lots).dicts()
    (block,) = desk.proposals("block_stock")
    every = [row["site_id"] for row in query("building_sites").dicts()]
    assert {row["site_id"] for row in reached} <= set(block.payload["sites"]) <= set(every)


def test_a_site_that_the_condition_names_is_the_only_one_told(desk: Desk) -> None:
    (block,) = desk.proposals("block_stock")
    scope = desk.working.tools.memory.evidence.get(
        block.evidence[-1], desk.working.tools.snapshot.scope
    )
    assert sites_concerned(desk.working, Condition(site_id="WRO"), scope) == ("WRO",)


def test_a_block_without_a_letter_for_each_site_does_not_exist(desk: Desk) -> None:
    (block,) = desk.proposals("block_stock")
    with pytest.raises(ValueError, match="one for each site"):
        PAYLOADS["block_stock"].model_validate({**block.payload, "sites": ["QDA", "NOWHERE"]})


def test_the_supplier_is_asked_in_its_language_and_no_address_is_kept(
    desk: Desk, plant: Plant
) -> None:
    (scar,) = desk.proposals("issue_scar")
    snapshot = desk.working.tools.snapshot
    (master,) = snapshot.query("supplier_record", supplier_id=plant.supplier).dicts()
    assert scar.payload["supplier_id"] == plant.supplier
    assert scar.payload["part_id"] == plant.part
    assert scar.payload["letter"]["language"] == master["language"]
    assert master["name"] in scar.payload["letter"]["text"]
    assert "@" not in str(scar.payload)
    assert scar.payload["due"]["D3"] < scar.payload["due"]["D8"]


def test_more_that_is_known_takes_the_place_of_what_still_waits(desk: Desk) -> None:
    (before,) = desk.proposals("block_stock")
    narrowed(desk, lot_ids=tuple(before.payload["condition"]["lot_ids"][:1]))
    contain(desk.working, desk.case_id)
    new, old = sorted(desk.proposals("block_stock"), key=lambda one: one.state)
    assert (new.state, old.state, old.replaced_by) == ("proposed", "rejected", new.id)
    assert new.evidence != old.evidence, "the new one rests on the new count"


def test_what_a_person_rejected_is_not_proposed_again(desk: Desk) -> None:
    decided(desk, "block_stock", "reject", PLANT)
    contain(desk.working, desk.case_id)
    assert [one.state for one in desk.proposals("block_stock")] == ["rejected"]


def test_what_a_person_edited_is_left_to_people(desk: Desk) -> None:
    (before,) = desk.proposals("issue_scar")
    letter = {**before.payload["letter"], "text": "only the first lot, please"}
    fields = {"lot_ids": before.payload["lot_ids"][:1], "letter": letter}
    edited = revise(desk.working.acting, before.id, OLGA, fields, NOW)
    contain(desk.working, desk.case_id)
    waiting = [one for one in desk.proposals("issue_scar") if one.state == "proposed"]
    assert [one.id for one in waiting] == [edited]


def test_what_nobody_decided_on_in_time_is_proposed_again(desk: Desk) -> None:
    from memory.proposals import expire_due

    late = desk.at(NOW + timedelta(days=5))
    with late.working.change() as change:
        expire_due(change)
    contain(late.working, late.case_id)
    assert sorted(one.state for one in late.proposals("block_stock")) == ["expired", "proposed"]


def test_the_cause_that_people_name_for_the_escape_is_kept(desk: Desk) -> None:
    (escape,) = [one for one in desk.file.causes if one.kind == "escape"]
    person = replace(desk.working, by="maria")
    said = escape.model_copy(update={"statement": "no test under pressure", "evidence": ()})
    with person.change() as change:
        state_cause(change, said)
    contain(desk.working, desk.case_id)
    (kept,) = [one for one in desk.file.causes if one.kind == "escape"]
    assert (kept.statement, kept.by) == ("no test under pressure", "maria")


def test_every_site_that_builds_the_part_in_is_asked_to_decide(desk: Desk, plant: Plant) -> None:
    rows = desk.working.tools.snapshot.query("part_at_sites", part_id=plant.part).dicts()
    told = desk.step("D7").content
    assert [one["site"] for one in told["sites"]] == sorted({row["site_id"] for row in rows})
    assert all(plant.supplier in one["suppliers"] or one["suppliers"] for one in told["sites"])
    asked = [one for one in desk.file.actions if one.kind == "read_across"]
    assert len(asked) == len(told["sites"])
    assert desk.step("D7").state == "open", "people decide"
