"""Evidence is attached once, and only what the asker may see."""

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import NotPermitted, UnknownName
from memory.case_rows import case_file
from memory.casebook import Casebook
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext

SEEN = {"symptom": "NO_POWER", "severity": 3, "seen": "dead after a thunderstorm"}


def found(name: str, question: dict[str, Any], context: ToolContext):
    return run_tool(named(name), question, context)


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


def test_a_call_without_a_casebook_says_that_it_only_reads(maria: ToolContext) -> None:
    shown = found("describe_hub", {}, maria)
    reading = replace(maria, memory=replace(maria.memory, casebook=None))
    with pytest.raises(NotPermitted, match="only reads"):
        found("attach_evidence", {"case_id": "C-1", "evidence": [shown.id]}, reading)
