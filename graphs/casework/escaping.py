"""D4: what inspections saw of lots that turned out bad. Why they let them pass a person states."""

from domain.records.case import CaseCause
from domain.records.cause import Condition
from domain.records.evidence import Evidence
from graphs.casework.working import Working
from memory.cases import state_cause
from services.policy.actions import HOUSE

MOST_MODELS = 20
"""Models that inspections are asked about (count)."""
_METHODS = {"person": "a person", "vision": "vision", "test": "test"}


def look_for_escape(
    working: Working, case_id: str, suspect: Condition, scope: Evidence
) -> CaseCause | None:
    """Say what the inspections saw of bad lots; none where no lot is suspect or people said why.

    Nothing is claimed to be shown: figures say that it escaped, and not why.
    """
    file = working.file(case_id)
    said = next((one for one in file.causes if one.kind == "escape"), None)
    if not suspect_lots(suspect) or (said is not None and not said.by.startswith(HOUSE)):
        return None
    missed = _missed(working, file.case.symptom, scope)
    statement = " ".join(part for part in (_incoming(scope), _final(missed)) if part)
    if not statement:
        return None
    found = CaseCause(
        case_id=case_id,
        kind="escape",
        statement=statement,
        condition=None,
        status="untested",
        evidence=(scope.id, *((missed.id,) if missed else ())),
        by=working.by,
        at=working.now,
    )
    with working.change() as change:
        state_cause(change, found)
    return found


def suspect_lots(suspect: Condition) -> bool:
    """Whether a condition speaks of purchased lots."""
    return any((suspect.lot_ids, suspect.supplier_id, suspect.part_id, suspect.received_from))


def _incoming(scope: Evidence) -> str:
    lots = [
        one
        for one in scope.result["loose_lots"]
        if one["certain"] and one["quantity"] is not None and one["rejected_quantity"] is not None
    ]
    if not lots:
        return ""
    pieces = sum(one["quantity"] for one in lots)
    refused = sum(one["rejected_quantity"] for one in lots)
    return (
        f"Incoming inspection refused {refused:,} of {pieces:,} pieces of {len(lots)} suspect lots."
    )


def _final(missed: Evidence | None) -> str:
    """By method: one unit passes several inspections, so they cannot be added up."""
    if missed is None:
        return ""
    told = [
        f"{row['missed']:,} of {row['followed']:,} units passed by"
        f" {_METHODS.get(row['group']['method'], 'an unnamed method')}"
        for row in missed.result["rows"]
        if row["followed"]
    ]
    days = missed.result["within_days"]
    return f"Within {days} days of sale it came back on {', '.join(told)}." if told else ""


def _missed(working: Working, symptom: str, scope: Evidence) -> Evidence | None:
    """Passes against early claims of the symptom."""
    models = [one["model_id"] for one in scope.result["by_model"]][:MOST_MODELS]
    if not models:
        return None
    question = {"symptoms": (symptom,), "models": models, "by": ("method",)}
    found = working.look("missed_defects", question)
    return found if isinstance(found, Evidence) else None
