"""D0 and D1: what has to be done at once, and who takes the case."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.records.case import ActionItem, ActionKind, Case, StepName, StepState
from domain.records.evidence import Evidence
from graphs.casework.working import Working
from memory.cases import action_name, add_action, write_step
from memory.ledger import Change

GRAVE = 4
"""Severity from which on a case is an emergency."""
EVERYBODY = "quality_manager"
"""Role that has to act where nobody owns a case."""
AHEAD = timedelta(hours=6)
"""How long before the end of a legal duty its owner is reminded."""


def open_up(working: Working, case_id: str) -> None:
    """Write D0 and D1 of a new case; for a danger, with the duties that it may start."""
    case = working.file(case_id).case
    grave = case.severity >= GRAVE
    duties, evidence = _duties(working, case) if grave else ([], ())
    told: dict[str, Any] = {
        "raised_by": case.kind,
        "severity": case.severity,
        "aware_at": case.aware_at.isoformat(),
        "emergency": grave,
    }
    if duties:
        told["duties"] = duties
    with working.change() as change:
        state: StepState = "open" if grave else "not_applicable"
        write_step(change, case_id, "D0", told, state=state, evidence=evidence)
        write_step(change, case_id, "D1", {"owner": case.owner} if case.owner else {})
        _ask(change, case, _Todo("D1", "preventive", "name an owner and a team", 1))
        if grave:
            text = "read the reports, decide on containment and on what must be notified"
            _ask(change, case, _Todo("D0", "containment", text, 0))
    working.attach(case_id, "risk", evidence)
    for duty in duties:
        due = duty["due_at"]
        at = max(working.now, datetime.fromisoformat(due) - AHEAD)
        working.wake(case_id, "remind", at, f"{duty['country']}:{duty['duty_id']}")


def countries_of(working: Working, case: Case) -> tuple[str, ...]:
    """Markets of a case: those that its signs name, else those of its condition."""
    signs = working.file(case.id).signs
    named = [sign["country"] for sign in signs if sign.get("country")]
    return tuple(dict.fromkeys([*named, *(case.where.country or ())]))


def _duties(working: Working, case: Case) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    countries = countries_of(working, case)
    if not countries:
        return [], ()
    question = {
        "countries": countries,
        "event": "accident" if case.severity == GRAVE + 1 else "hazard",
        "aware_at": case.aware_at.isoformat(),
        "at": working.now.isoformat(),
    }
    found = working.look("legal_clocks", question)
    if not isinstance(found, Evidence):
        return [], ()
    keys = ("country", "duty_id", "authority", "duty", "limit", "basis", "due_at")
    duties = [{key: one[key] for key in keys} for one in found.result["duties"]]
    return duties, (found.id,)


class _Todo(NamedTuple):
    step: StepName
    kind: ActionKind
    text: str
    days: int


def _ask(change: Change, case: Case, todo: _Todo) -> None:
    item = ActionItem(
        id=action_name(case.id, todo.step, todo.kind, todo.text),
        case_id=case.id,
        step=todo.step,
        kind=todo.kind,
        text=todo.text,
        owner=case.owner or EVERYBODY,
        due_on=(change.at + timedelta(days=todo.days)).date(),
    )
    add_action(change, item)
