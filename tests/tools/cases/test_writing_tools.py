"""Tools that write do so under the asker's name, once, and never do what needs an approval."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from domain.records.evidence import Evidence
from memory.audit import entries
from memory.bundle import Memory
from memory.case_rows import case_file, cases
from memory.casebook import Casebook
from memory.evidence import EvidenceStore
from memory.ledger import Ledger
from memory.measures import in_force
from memory.outbox import outbox
from services.database import open_database
from services.policy.actions import ActionPolicy
from tests.conftest import fill
from tools.registry import named
from tools.rerun import rerun
from tools.runner import run_tool
from tools.tool import ToolContext

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SEEN = {"symptom": "NO_POWER", "severity": 3, "seen": "dead after a thunderstorm"}
BAND = {"supplier_id": "S-1", "band_before": "B", "band": "C", "reasons": ["late"]}


@pytest.fixture
def book(tmp_path: Path) -> Casebook:
    ledger = Ledger(open_database(tmp_path / "book.sqlite"))
    return Casebook(ledger, ActionPolicy.default(), lambda: NOW)


@pytest.fixture
def maria(hub, ask: Callable[..., ToolContext], book: Casebook) -> ToolContext:
    fill(hub, {"codes": [{"code": "NO_POWER", "kind": "symptom", "name": "no power"}]})
    context = ask()
    person = context.principal.model_copy(update={"id": "maria", "roles": ("quality_engineer",)})
    memory = Memory(evidence=EvidenceStore(book.ledger.engine), casebook=book)
    return replace(context, principal=person, memory=memory)


def found(name: str, question: dict[str, Any], context: ToolContext) -> Evidence:
    return run_tool(named(name), question, context)


def test_a_case_is_opened_once_under_the_askers_name(maria: ToolContext, book: Casebook) -> None:
    first = found("open_case", SEEN, maria).result
    again = found("open_case", SEEN, maria).result
    more = found("open_case", {**SEEN, "seen": "a second unit"}, maria).result
    assert (first["opened"], again["new"], more["new"]) == (True, False, True)
    assert {first["case_id"], again["case_id"], more["case_id"]} == {first["case_id"]}
    with book.ledger.read() as connection:
        file = case_file(connection, first["case_id"])
        told = entries(connection, subject=first["case_id"])
    assert [sign["seen"] for sign in file.signs] == [SEEN["seen"], "a second unit"]
    assert {entry.by for entry in told} == {"maria"}


def test_what_nobody_can_have_known_yet_is_refused(maria: ToolContext) -> None:
    later = (NOW + timedelta(days=1)).isoformat()
    with pytest.raises(InvalidArgument, match="future"):
        found("open_case", {**SEEN, "aware_at": later}, maria)


def test_evidence_is_attached_once_and_only_what_the_asker_may_see(
    maria: ToolContext, book: Casebook
) -> None:
    case_id = found("open_case", SEEN, maria).result["case_id"]
    shown = found("describe_hub", {}, maria)
    asked = {"case_id": case_id, "evidence": [shown.id], "role": "other"}
    assert found("attach_evidence", asked, maria).result["new"] == 1
    assert found("attach_evidence", asked, maria).result["new"] == 0
    with pytest.raises(UnknownName):
        found("attach_evidence", {**asked, "evidence": ["E-AAAAAAAAAA"]}, maria)
    with book.ledger.read() as connection:
        assert [one.evidence_id for one in case_file(connection, case_id).evidence] == [shown.id]


def test_a_proposal_does_nothing_before_somebody_else_approves_it(
    maria: ToolContext, book: Casebook
) -> None:
    asked = {"kind": "change_rating_band", "payload": BAND}
    made = found("propose_action", asked, maria).result
    assert (made["state"], made["approvers"]) == ("proposed", ["supplier_manager"])
    assert found("propose_action", asked, maria).result["proposal_id"] == made["proposal_id"]
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
        found("propose_action", {"kind": kind, "payload": payload}, maria)
    assert says in f"{refused.value.message} {refused.value.next_step}"


def test_who_only_reads_writes_nothing(maria: ToolContext, book: Casebook) -> None:
    viewer = maria.principal.model_copy(update={"roles": ("viewer",)})
    for name, question in (
        ("open_case", SEEN),
        ("propose_action", {"kind": "change_rating_band", "payload": BAND}),
    ):
        with pytest.raises(NotPermitted, match="may not"):
            found(name, question, replace(maria, principal=viewer))
    with book.ledger.read() as connection:
        assert cases(connection) == []


def test_a_call_without_a_casebook_says_that_it_only_reads(ask: Callable[..., ToolContext]) -> None:
    with pytest.raises(NotPermitted, match="only reads"):
        found("attach_evidence", {"case_id": "C-1", "evidence": ["E-1"]}, _with_evidence(ask()))


def test_checking_evidence_again_does_not_write_again(maria: ToolContext, book: Casebook) -> None:
    shown = found("open_case", SEEN, maria)
    with book.ledger.read() as connection:
        before = len(entries(connection))
    assert rerun(shown, maria).status == "identical"
    with book.ledger.read() as connection:
        assert len(entries(connection)) == before


class _Anything:
    def get(self, evidence_id: str, scope: object) -> None:
        """Every id is known."""


def _with_evidence(context: ToolContext) -> ToolContext:
    return replace(context, memory=replace(context.memory, evidence=_Anything()))  # type: ignore[arg-type]
