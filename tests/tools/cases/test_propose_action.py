"""A proposal does nothing by itself, and says what would fit."""

from typing import Any

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from domain.records.evidence import Evidence
from memory.casebook import Casebook
from memory.measures import in_force
from memory.outbox import outbox
from memory.proposal_rows import proposals
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext

BAND = {"supplier_id": "S-1", "band_before": "B", "band": "C", "reasons": ["late"]}


def found(question: dict[str, Any], context: ToolContext) -> Evidence:
    return run_tool(named("propose_action"), question, context)


def test_a_proposal_does_nothing_before_somebody_else_approves_it(
    maria: ToolContext, book: Casebook
) -> None:
    asked = {"kind": "change_rating_band", "payload": BAND}
    made = found(asked, maria).result
    assert (made["state"], made["approvers"]) == ("proposed", ["supplier_manager"])
    assert found(asked, maria).result["proposal_id"] == made["proposal_id"]
    with book.ledger.read() as connection:
        assert (in_force(connection, "rating_band"), outbox(connection)) == ([], [])


@pytest.mark.parametrize(
    ("kind", "payload", "says"),
    [("fire_supplier", BAND, "issue_scar"), ("change_rating_band", {**BAND, "band": "Z"}, "band")],
)
def test_a_wrong_proposal_is_told_what_fits(
    maria: ToolContext, kind: str, payload: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        found({"kind": kind, "payload": payload}, maria)
    assert says in f"{refused.value.message} {refused.value.next_step}"


def test_who_only_reads_proposes_nothing(viewer: ToolContext, book: Casebook) -> None:
    with pytest.raises(NotPermitted, match="may not"):
        found({"kind": "change_rating_band", "payload": BAND}, viewer)
    with book.ledger.read() as connection:
        assert proposals(connection, book.policy) == []


def test_a_proposal_about_an_unknown_supplier_is_refused(
    maria: ToolContext, book: Casebook
) -> None:
    with pytest.raises(UnknownName, match="S-9999"):
        found({"kind": "change_rating_band", "payload": {**BAND, "supplier_id": "S-9999"}}, maria)
    with book.ledger.read() as connection:
        assert proposals(connection, book.policy) == []


def test_a_recipe_that_no_switch_of_test_parameters_allows_is_not_proposed(
    maria: ToolContext, book: Casebook
) -> None:
    recipe = {
        "recipe_id": "R-1",
        "model_id": "65Q8",
        "country": "US",
        "line_id": "L-1",
        "differences": ["120 V"],
    }
    with pytest.raises(InvalidArgument, match="no evidence allows"):
        found({"kind": "activate_test_recipe", "payload": recipe}, maria)
    with book.ledger.read() as connection:
        assert proposals(connection, book.policy) == []
