"""Whoever takes a case reads where it stands, in their language; the case is then theirs."""

from collections.abc import Callable
from dataclasses import replace

from domain.records.policy import Principal
from graphs.casework.handing_over import hand_over
from tests.graphs.casework_parts import Desk

HIRO = Principal(id="hiro", roles=("quality_engineer",), regions=("*",), language="ja")


def test_the_note_has_what_is_open_and_what_waits(desk: Desk) -> None:
    giver = replace(desk.working, by="maria")
    note = hand_over(giver, desk.case_id, HIRO, "the supplier answers on Monday")
    waiting = [one.id for kind in ("block_stock", "issue_scar") for one in desk.proposals(kind)]
    open_actions = [one.id for one in desk.file.actions if one.state == "open"]
    assert len(open_actions) > 1
    for name in (desk.case_id, *waiting, *open_actions, "hiro", "the supplier answers on Monday"):
        assert name in note
    assert "案件" in note, "in the language of whoever takes it"


def test_that_an_owner_was_wanted_is_done_with_it(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    desk.happen("opened")
    hand_over(replace(desk.working, by="maria"), desk.case_id, HIRO, "")
    (wanted,) = desk.file.actions
    assert (desk.file.case.owner, wanted.state) == ("hiro", "done")
    assert "hiro" in wanted.result
