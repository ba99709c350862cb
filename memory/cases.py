"""Cases in the ledger: opened once for each key while they live, changed only with an audit row.

To write what stands there already changes nothing, so a run that is repeated leaves no trace.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update

from domain.errors import InvalidArgument, UnknownName
from domain.records.case import (
    ENDED,
    STEP_NAMES,
    ActionItem,
    ActionKind,
    AttachedRole,
    Case,
    CaseCause,
    CaseKind,
    CaseState,
    StepName,
    StepState,
)
from domain.records.cause import Condition
from memory.case_moves import check_move
from memory.case_rows import case_of, live_case
from memory.case_writing import put, touch
from memory.evidence import canonical_json
from memory.ledger import Change, words
from memory.naming import name_of
from memory.tables import CASE_ACTIONS, CASE_CAUSES, CASE_EVIDENCE, CASE_SIGNS, CASE_STEPS, CASES
from services.policy.actions import HOUSE, ActionPolicy

MOST_SEVERE = 5
"""Severity of a danger."""


class Sign(NamedTuple):
    """What raises a case, or speaks for one that is open."""

    key: str
    """What makes two signs one case."""
    name: str
    """What makes it one sign: a feedback, or an alarm and its week."""
    kind: CaseKind
    """What raised it."""
    symptom: str
    """Symptom code, defect code or characteristic."""
    where: Condition
    """What the affected units have in common."""
    severity: int
    """1 to 5."""
    regions: tuple[str, ...]
    """Regions concerned."""
    aware_at: datetime
    """When it reached the company (UTC)."""
    body: dict[str, Any]
    """The sign itself, plain JSON."""


class Taken(NamedTuple):
    """What became of a sign."""

    case_id: str
    """The case that it belongs to."""
    opened: bool
    """Whether it opened the case."""
    new: bool
    """Whether it was not known before."""


def take_sign(change: Change, sign: Sign, policy: ActionPolicy) -> Taken:
    """Open the case of a sign, or add the sign to the live one; the same sign again is nothing new.

    A sign raises severity and widens regions, and it may show that the company knew earlier than
    it thought; it never lowers anything.

    Raises:
        NotPermitted: no standing order lets this run of the house do it.
        InvalidArgument: its severity is not 1 to 5, or its moment has no time zone.
    """
    policy.check_record("case.sign", change.by, change.at.date())
    if not 1 <= sign.severity <= MOST_SEVERE or sign.aware_at.tzinfo is None:
        raise InvalidArgument(
            f"{sign.name} cannot be a sign: severity {sign.severity}, known at {sign.aware_at}",
            holds="no case was changed",
            next_step="give a severity of 1 to 5 and a moment with its time zone",
        )
    held = live_case(change.connection, sign.key)
    known = _bearer(change, sign)
    if known is not None:
        return Taken(known, False, False)
    opened = held is None
    case_id = held.id if held else _open(change, sign)
    row = {"case_id": case_id, "sign": sign.name, "body": canonical_json(sign.body)}
    change.connection.execute(insert(CASE_SIGNS).values(**row, at=change.at))
    if held:
        _widen(change, held, sign)
    change.audit("case.sign", case_id, {"sign": sign.name})
    return Taken(case_id, opened, True)


def set_owner(change: Change, case_id: str, owner: str) -> None:
    """Put a case into somebody's hands.

    Raises:
        UnknownName: there is no such case.
    """
    if case_of(change.connection, case_id).owner == owner:
        return
    touch(change, case_id, owner=owner)
    change.audit("case.owned", case_id, {"owner": owner})


def set_severity(change: Change, case_id: str, severity: int, reason: str) -> None:
    """Raise or lower the severity; runs of the house may only raise it.

    Raises:
        InvalidArgument: it is not 1 to 5, or a run of the house would lower it.
    """
    held = case_of(change.connection, case_id)
    lower = severity < held.severity
    if not 1 <= severity <= MOST_SEVERE or (lower and change.by.startswith(HOUSE)):
        raise InvalidArgument(
            f"severity {severity} cannot follow {held.severity} here",
            next_step="give 1 to 5; only a person lowers it",
        )
    if severity == held.severity:
        return
    touch(change, case_id, severity=severity)
    told = {"from": held.severity, "to": severity, "reason": words(reason)}
    change.audit("case.severity", case_id, told)


def set_state(change: Change, case_id: str, state: CaseState, reason: str) -> None:
    """Move a case on: to verifying, closed, dismissed, or open again.

    Raises:
        UnknownName: there is no such case.
        InvalidArgument: it cannot go there, or would be closed without an effect that was shown.
    """
    held = case_of(change.connection, case_id)
    if held.state == state:
        return
    check_move(change.connection, held, state)
    values: dict[str, Any] = {"state": state}
    values["closed_at"] = change.at if state in ENDED else None
    if state == "open":
        values["times_reopened"] = held.times_reopened + 1
    touch(change, case_id, **values)
    what = "case.reopened" if state == "open" else f"case.{state}"
    change.audit(what, case_id, {"reason": words(reason)})


def write_step(
    change: Change,
    case_id: str,
    step: StepName,
    content: dict[str, Any],
    *,
    state: StepState = "open",
    evidence: tuple[str, ...] = (),
) -> None:
    """Write one discipline; what it said before is in the audit.

    Raises:
        UnknownName: there is no such case.
    """
    key = {"case_id": case_id, "step": step}
    row = {
        "state": state,
        "content": canonical_json(content),
        "evidence": canonical_json(list(evidence)),
    }
    if not put(change, CASE_STEPS, key, row):
        return
    told = {"step": step, "state": state, "content": content, "evidence": list(evidence)}
    change.audit("case.step", case_id, told)


def state_cause(change: Change, cause: CaseCause) -> None:
    """State one of the three causes; what was stated before is in the audit."""
    condition = cause.condition.model_dump(mode="json") if cause.condition else None
    row = {
        "statement": cause.statement,
        "condition": None if condition is None else canonical_json(condition),
        "status": cause.status,
        "evidence": canonical_json(list(cause.evidence)),
    }
    if not put(change, CASE_CAUSES, {"case_id": cause.case_id, "kind": cause.kind}, row):
        return
    told = {"kind": cause.kind, "statement": cause.statement, "condition": condition}
    change.audit("case.cause", cause.case_id, {**told, "status": cause.status})


def attach(change: Change, case_id: str, evidence_id: str, role: AttachedRole) -> bool:
    """Attach evidence in a role; false if it was attached before."""
    key = {"case_id": case_id, "evidence_id": evidence_id, "role": role}
    same = [getattr(CASE_EVIDENCE.c, name) == value for name, value in key.items()]
    if change.connection.execute(select(CASE_EVIDENCE.c.role).where(*same)).scalar() is not None:
        return False
    touch(change, case_id)
    change.connection.execute(insert(CASE_EVIDENCE).values(**key, at=change.at))
    change.audit("case.attach", case_id, {"evidence": evidence_id, "role": role})
    return True


def add_action(change: Change, item: ActionItem) -> bool:
    """Add something to be done; false if it is there. Its id comes from `action_name`."""
    held = select(CASE_ACTIONS.c.id).where(CASE_ACTIONS.c.id == item.id)
    if change.connection.execute(held).scalar() is not None:
        return False
    touch(change, item.case_id)
    change.connection.execute(insert(CASE_ACTIONS).values(item.model_dump()))
    told = item.model_dump(mode="json", include={"step", "kind", "text", "owner", "due_on"})
    change.audit("case.action", item.case_id, {"action": item.id, **told})
    return True


def end_action(change: Change, action_id: str, result: str, *, dropped: bool = False) -> None:
    """Write down that an action is done, or dropped with its reason.

    Raises:
        UnknownName: there is no such open action.
    """
    query = select(CASE_ACTIONS.c.case_id).where(
        CASE_ACTIONS.c.id == action_id, CASE_ACTIONS.c.state == "open"
    )
    case_id = change.connection.execute(query).scalar()
    if case_id is None:
        raise UnknownName("open action", action_id, (), "andon case")
    state = "dropped" if dropped else "done"
    values = {"state": state, "done_at": change.at, "result": words(result)}
    change.connection.execute(
        update(CASE_ACTIONS).where(CASE_ACTIONS.c.id == action_id).values(values)
    )
    touch(change, case_id)
    change.audit(f"case.action_{state}", case_id, {"action": action_id, "result": words(result)})


def action_name(case_id: str, step: StepName, kind: ActionKind, text: str) -> str:
    """Id of an action: the same one is not added twice."""
    return name_of("A", case_id, step, kind, text)


def _open(change: Change, sign: Sign) -> str:
    earlier = select(CASES.c.id).where(CASES.c.key == sign.key).order_by(CASES.c.opened_at.desc())
    before = change.connection.execute(earlier).scalars().all()
    case_id = name_of("C", sign.key, str(len(before)))
    row = {
        "id": case_id,
        "key": sign.key,
        "kind": sign.kind,
        "symptom": sign.symptom,
        "where": canonical_json(sign.where.model_dump(mode="json")),
        "severity": sign.severity,
        "state": "open",
        "regions": canonical_json(sorted(sign.regions)),
        "aware_at": sign.aware_at,
        "opened_at": change.at,
        "updated_at": change.at,
        "times_reopened": 0,
        "follows": before[0] if before else None,
    }
    change.connection.execute(insert(CASES).values(row))
    told = {"key": sign.key, "severity": sign.severity, "aware_at": sign.aware_at.isoformat()}
    change.audit("case.opened", case_id, told)
    empty = {"case_id": case_id, "state": "open", "content": "{}", "evidence": "[]"}
    steps = [{**empty, "step": step, "by": change.by, "at": change.at} for step in STEP_NAMES]
    change.connection.execute(insert(CASE_STEPS), steps)
    return case_id


def _bearer(change: Change, sign: Sign) -> str | None:
    """The case of the key that has the sign already, closed or not."""
    query = (
        select(CASE_SIGNS.c.case_id)
        .join(CASES, CASES.c.id == CASE_SIGNS.c.case_id)
        .where(CASES.c.key == sign.key, CASE_SIGNS.c.sign == sign.name)
    )
    found: str | None = change.connection.execute(query.limit(1)).scalar()
    return found


def _widen(change: Change, held: Case, sign: Sign) -> None:
    regions = ("*",) if "*" in {*held.regions, *sign.regions} else (*held.regions, *sign.regions)
    values: dict[str, Any] = {"regions": canonical_json(sorted(set(regions)))}
    if sign.severity > held.severity:
        values["severity"] = sign.severity
    if sign.aware_at < held.aware_at:
        values["aware_at"] = sign.aware_at
    touch(change, held.id, **values)
