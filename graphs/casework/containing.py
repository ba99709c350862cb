"""D3: how many units the suspicion reaches and where they are, and what is proposed about it.

Nothing is blocked or sent here: what stops product or leaves the company becomes a proposal.
"""

from typing import Any

from domain.errors import AndonError
from domain.records.case import GRAVE
from domain.records.cause import Condition
from domain.records.evidence import Evidence
from graphs.casework import drafting
from graphs.casework.escaping import look_for_escape
from graphs.casework.proposing import propose_for
from graphs.casework.reading_across import read_across
from graphs.casework.working import Working
from memory.case_rows import CaseFile


def contain(working: Working, case_id: str) -> tuple[str, ...]:
    """Size the suspicion of a case and propose what follows from it; returns the proposals."""
    file = working.file(case_id)
    stated = file.occurrence
    suspect = stated.condition if stated else None
    if suspect is None and file.case.severity >= GRAVE:
        suspect = file.case.where  # a danger is bounded by its models until a cause is known
    if suspect is None or not suspect.model_dump():
        told = {"scope": None, "because": "no suspect population is known yet"}
        with working.change() as change:
            working.write(change, case_id, "D3", told)
        return ()
    scope = working.look("recall_scope", {"condition": suspect.model_dump(mode="json")})
    with working.change() as change:
        shown = (scope.id,) if isinstance(scope, Evidence) else ()
        working.write(change, case_id, "D3", _told(suspect, scope), evidence=shown)
    if not isinstance(scope, Evidence):
        return ()
    working.attach(case_id, "scope", (scope.id,))
    if stated is None or stated.status != "supported":
        return ()
    look_for_escape(working, case_id, suspect, scope)
    read_across(working, case_id, suspect, scope)
    return _proposed(working, file, suspect, scope, (*stated.evidence, scope.id))


def _told(suspect: Condition, scope: Evidence | AndonError) -> dict[str, Any]:
    """D3 as JSON: quantities by location, or why there are none."""
    condition = suspect.model_dump(mode="json")
    if not isinstance(scope, Evidence):
        return {"condition": condition, "scope": None, "because": scope.message}
    keys = ("units", "possible", "at_most", "by_state", "by_country", "loose_pieces", "lots")
    return {"condition": condition, "scope": {key: scope.result[key] for key in keys}}


def _proposed(
    working: Working,
    file: CaseFile,
    suspect: Condition,
    scope: Evidence,
    evidence: tuple[str, ...],
) -> tuple[str, ...]:
    payloads = {
        "block_stock": drafting.block(working, file.case, suspect, scope),
        "issue_scar": drafting.scar(working, file.case, suspect, scope),
    }
    speaks = tuple(dict.fromkeys(evidence))
    made = (
        propose_for(working, file, kind, payload, speaks)
        for kind, payload in payloads.items()
        if payload is not None
    )
    return tuple(one for one in made if one is not None)
