"""D0 and D1: what has to be done at once, and who takes the case."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.records.case import GRAVE, ActionItem, ActionKind, Case, StepName, StepState
from domain.records.evidence import Evidence
from graphs.casework.working import Working
from memory.cases import action_name, add_action
from memory.ledger import Change

EVERYBODY = "quality_manager"
"""Role that has to act where nobody owns a case."""
AHEAD = timedelta(hours=6)
"""How long before the end of a legal duty its owner is reminded."""


OWNER_WANTED: tuple[StepName, ActionKind, str] = ("D1", "preventive", "name an owner and a team")
"""What is asked for as long as nobody has the case in hand."""


class _Todo(NamedTuple):
    step: StepName
    kind: ActionKind
    text: str
    days: int


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
    working.attach(case_id, "risk", evidence)
    _wake_for(working, case_id, duties)
    with working.change() as change:  # the last, as by D0 others see that the work has begun
        state: StepState = "open" if grave else "not_applicable"
        working.write(change, case_id, "D0", told, state=state, evidence=evidence)
        if case.owner is None:
            _ask(change, case, _Todo(*OWNER_WANTED, days=1))
        if grave:
            text = "read the reports, decide on containment and on what must be notified"
            _ask(change, case, _Todo("D0", "containment", text, 0))


def renew_duties(working: Working, case_id: str) -> None:
    """Add to D0 the duties of countries and of a severity that came with later reports."""
    file = working.file(case_id)
    first = file.step("D0")
    if file.case.severity < GRAVE or not first.content:
        return
    duties, evidence = _duties(working, file.case)
    if not duties or duties == first.content.get("duties"):
        return
    told = {
        **first.content,
        "severity": file.case.severity,
        "aware_at": file.case.aware_at.isoformat(),
        "emergency": True,
        "duties": duties,
    }
    shown = tuple(dict.fromkeys((*first.evidence, *evidence)))
    working.attach(case_id, "risk", evidence)
    _wake_for(working, case_id, duties)
    with working.change() as change:
        working.write(change, case_id, "D0", told, evidence=shown)


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


def _wake_for(working: Working, case_id: str, duties: list[dict[str, Any]]) -> None:
    """Remind of each duty before its end; one that ended long ago is in D0 and needs no alarm."""
    for duty in duties:
        due = datetime.fromisoformat(duty["due_at"])
        if due <= working.now:
            continue
        at = max(working.now, due - AHEAD)
        working.wake(case_id, "remind", at, f"{duty['country']}:{duty['duty_id']}")


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
