"""A SCAR says what the hub knows, goes to nobody by itself, and is not drafted twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from memory.measures import in_force
from memory.outbox import outbox
from memory.proposal_rows import proposal
from tests.tools.suppliers.conftest import NOW, Desk

HINGE = {"supplier": "S-1", "symptom": "HINGE_CRACK"}


def test_the_letter_has_the_facts_of_the_hub_in_the_suppliers_language(desk: Desk) -> None:
    found = desk.ask("draft_scar", **HINGE, part="P-HINGE", lots=["L-88"]).result
    assert (found["units"], found["failures"], found["received"], found["rejected"]) == (
        3,
        1,
        500,
        12,
    )
    assert (found["language"], found["address"], found["standing"]) == (
        "de",
        "recorded",
        "proposed",
    )
    assert (found["trigger"], found["severity_basis"]) == ("L2", "assumed")
    for said in ("L-88", "P-HINGE", "HINGE_CRACK", found["proposal"]["proposal_id"], ": 12\n"):
        assert said in found["text"]
    assert "qs@nordwerk.example" not in str(found)
    due = {step: datetime.fromisoformat(at) for step, at in found["due"].items()}
    assert due["D3"] == NOW + timedelta(hours=24)


def test_nothing_is_sent_before_somebody_approves_and_then_once(desk: Desk) -> None:
    made = desk.ask("draft_scar", **HINGE).result["proposal"]["proposal_id"]
    with desk.acting.ledger.read() as connection:
        assert (in_force(connection, "scar"), outbox(connection)) == ([], [])
    desk.approve(made)
    with desk.acting.ledger.read() as connection:
        (sent,) = outbox(connection)
        (held,) = in_force(connection, "scar")
        asked = proposal(connection, made, desk.acting.policy).payload["letter"]
    assert sent.message.to == ("supplier:S-1",)
    assert sent.message.text == asked["text"]
    assert held.value["terms"]["severity"] == 3


def test_the_same_wish_is_the_same_proposal_even_in_other_words(desk: Desk) -> None:
    first = desk.ask("draft_scar", **HINGE).result
    again = desk.at(NOW + timedelta(hours=1)).ask(
        "draft_scar", supplier="Nordwerk", symptom="cracked hinge", part="hinge"
    )
    assert again.result["standing"] == "waiting"
    assert again.result["proposal"] == first["proposal"]
    assert again.result["due"] == first["due"]
    assert desk.proposed() == 1


def test_a_scar_in_force_is_named_in_place_of_a_second_one(desk: Desk) -> None:
    made = desk.issued()
    found = desk.ask("draft_scar", **HINGE).result
    assert (found["standing"], found["open_scar"], found["proposal"]) == ("in_force", made, None)
    assert desk.proposed() == 1


def test_what_expired_is_proposed_anew(desk: Desk) -> None:
    first = desk.ask("draft_scar", **HINGE).result["proposal"]["proposal_id"]
    later = desk.at(NOW + timedelta(days=10)).ask("draft_scar", **HINGE).result
    assert later["standing"] == "proposed"
    assert later["proposal"]["proposal_id"] != first


def test_a_supplier_without_address_can_be_drafted_to_and_is_said_to_be_out_of_reach(
    desk: Desk,
) -> None:
    found = desk.ask("draft_scar", supplier="S-2", symptom="HINGE_CRACK", lots=["L-90"])
    assert (found.result["address"], found.result["language"]) == ("missing", "zh")
    assert "no_address" in {one.code for one in found.warnings}


def test_a_letter_without_failures_claims_none(desk: Desk) -> None:
    found = desk.ask("draft_scar", supplier="S-3", symptom="SCRATCH")
    assert (found.result["failures"], found.result["rejected"]) == (0, 0)
    assert "no_defect_on_record" in {one.code for one in found.warnings}
    assert "falharam em campo" not in found.result["text"]


@pytest.mark.parametrize(
    ("question", "error", "says"),
    [
        ({**HINGE, "supplier": "S-99"}, UnknownName, "S-99"),
        ({**HINGE, "part": "P-NONE"}, UnknownName, "P-NONE"),
        ({**HINGE, "lots": ["L-77"]}, UnknownName, "L-77"),
        ({**HINGE, "symptom": "NO_SUCH"}, UnknownName, "NO_SUCH"),
        ({**HINGE, "lots": ["L-90"], "part": "P-HINGE"}, InvalidArgument, "S-2"),
        ({**HINGE, "part": "P-PSU"}, InvalidArgument, "P-PSU"),
        ({"supplier": "S-2", "symptom": "HINGE_CRACK"}, InvalidArgument, "not clear"),
        ({**HINGE, "policy": "whenever"}, UnknownName, "whenever"),
        ({**HINGE, "case_id": "C-NOWHERE"}, UnknownName, "C-NOWHERE"),
        ({**HINGE, "evidence": ["E-NOWHERE"]}, UnknownName, "E-NOWHERE"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_is_proposed(
    desk: Desk, question: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        desk.ask("draft_scar", **question)
    assert desk.proposed() == 0


def test_who_only_reads_drafts_nothing(desk: Desk) -> None:
    reader = desk.context.principal.model_copy(update={"roles": ("viewer",)})
    with pytest.raises(NotPermitted):
        replace(desk, context=replace(desk.context, principal=reader)).ask("draft_scar", **HINGE)
    assert desk.proposed() == 0
