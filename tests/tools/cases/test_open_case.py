"""A case is opened under the asker's name, once, and only by who may."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidArgument, NotPermitted
from domain.records.evidence import Evidence
from memory.audit import entries
from memory.case_rows import case_file, cases
from memory.casebook import Casebook
from tools.registry import named
from tools.rerun import rerun
from tools.runner import run_tool
from tools.tool import ToolContext

SEEN = {"symptom": "NO_POWER", "severity": 3, "seen": "dead after a thunderstorm"}


def found(question: dict[str, Any], context: ToolContext) -> Evidence:
    return run_tool(named("open_case"), question, context)


def test_a_case_is_opened_once_under_the_askers_name(maria: ToolContext, book: Casebook) -> None:
    first = found(SEEN, maria).result
    again = found(SEEN, maria).result
    more = found({**SEEN, "seen": "a second unit"}, maria).result
    assert (first["opened"], again["new"], more["new"]) == (True, False, True)
    assert {first["case_id"], again["case_id"], more["case_id"]} == {first["case_id"]}
    with book.ledger.read() as connection:
        file = case_file(connection, first["case_id"])
        told = entries(connection, subject=first["case_id"])
    assert [sign["seen"] for sign in file.signs] == [SEEN["seen"], "a second unit"]
    assert {entry.by for entry in told} == {"maria"}


def test_what_nobody_can_have_known_yet_is_refused(maria: ToolContext, book: Casebook) -> None:
    later = (book.now() + timedelta(days=1)).isoformat()
    with pytest.raises(InvalidArgument, match="future"):
        found({**SEEN, "aware_at": later}, maria)


def test_checking_evidence_again_does_not_write_again(maria: ToolContext, book: Casebook) -> None:
    shown = found(SEEN, maria)
    with book.ledger.read() as connection:
        before = len(entries(connection))
    assert rerun(shown, maria).status == "identical"
    with book.ledger.read() as connection:
        assert len(entries(connection)) == before


def test_who_only_reads_opens_nothing(viewer: ToolContext, book: Casebook) -> None:
    with pytest.raises(NotPermitted, match="may not"):
        found(SEEN, viewer)
    with book.ledger.read() as connection:
        assert cases(connection) == []
