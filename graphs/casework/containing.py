"""D3: how many units the suspicion reaches and where they are, and what is proposed about it.

Nothing is blocked or sent here: what stops product or leaves the company becomes a proposal.
"""

from typing import Any

from domain.errors import AndonError
from domain.records.case import Case
from domain.records.cause import Condition
from domain.records.evidence import Evidence
from graphs.casework import drafting
from graphs.casework.opening import GRAVE
from graphs.casework.working import Working
from memory.cases import write_step
from memory.proposals import Wish, propose

AT_HAND = ("stock", "in_transit")
"""States in which a unit can still be held back."""
_OF_LOTS = ("lot_ids", "supplier_id", "part_id", "received_from", "received_to")


def contain(working: Working, case_id: str) -> tuple[str, ...]:
    """Size the suspicion of a case and propose what follows from it; returns the proposals."""
    file = working.file(case_id)
    stated = next((one for one in file.causes if one.kind == "occurrence"), None)
    suspect = stated.condition if stated else None
    if suspect is None and file.case.severity >= GRAVE:
        suspect = file.case.where  # a danger is bounded by its models until a cause is known
    if suspect is None or not suspect.model_dump():
        told = {"scope": None, "because": "no suspect population is known yet"}
        with working.change() as change:
            write_step(change, case_id, "D3", told)
        return ()
    scope = working.look("recall_scope", {"condition": suspect.model_dump(mode="json")})
    with working.change() as change:
        shown = (scope.id,) if isinstance(scope, Evidence) else ()
        write_step(change, case_id, "D3", _told(suspect, scope), evidence=shown)
    if not isinstance(scope, Evidence):
        return ()
    working.attach(case_id, "scope", (scope.id,))
    if stated is None or stated.status != "supported":
        return ()
    evidence = tuple(dict.fromkeys((*stated.evidence, scope.id)))
    return _proposed(working, file.case, suspect, scope, evidence)


def _told(suspect: Condition, scope: Evidence | AndonError) -> dict[str, Any]:
    """D3 as JSON: quantities by location, or why there are none."""
    condition = suspect.model_dump(mode="json")
    if not isinstance(scope, Evidence):
        return {"condition": condition, "scope": None, "because": scope.message}
    keys = ("units", "possible", "at_most", "by_state", "by_country", "loose_pieces", "lots")
    return {"condition": condition, "scope": {key: scope.result[key] for key in keys}}


def _proposed(
    working: Working, case: Case, suspect: Condition, scope: Evidence, evidence: tuple[str, ...]
) -> tuple[str, ...]:
    found = []
    payloads = (
        ("block_stock", drafting.block(working, case, suspect, scope)),
        ("issue_scar", drafting.scar(working, case, suspect, scope)),
    )
    for kind, payload in payloads:
        if payload is None:
            continue
        wish = Wish(f"{case.id}/{kind}/{case.times_reopened}", kind, payload, case.id, evidence)
        with working.change() as change:
            found.append(propose(change, wish, working.acting.policy))
    return tuple(found)


def held_back(scope: Evidence) -> dict[str, int]:
    """Units that can still be held back, by state (count)."""
    rows = scope.result["by_state"]
    found = {row["state"]: row["units"] or 0 for row in rows if row["state"] in AT_HAND}
    return {state: units for state, units in found.items() if units}


def is_of_lots(condition: Condition) -> bool:
    """Whether a condition speaks of purchased lots."""
    return any(getattr(condition, name) is not None for name in _OF_LOTS)
