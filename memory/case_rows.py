"""Cases as the ledger keeps them, read back; who may not see a region does not see its cases."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, select

from domain.contract import Contract
from domain.errors import UnknownName
from domain.records.case import (
    ENDED,
    ActionItem,
    Attached,
    Case,
    CaseCause,
    CaseState,
    EffectCheck,
    Step,
    StepName,
)
from domain.records.policy import Scope
from memory.ledger import stored
from memory.tables import (
    CASE_ACTIONS,
    CASE_CAUSES,
    CASE_EVIDENCE,
    CASE_SIGNS,
    CASE_STEPS,
    CASES,
    EFFECT_CHECKS,
)

_JSON = {"where", "regions", "content", "condition", "query"}
_Record = TypeVar("_Record", bound=Contract)


class CaseFile(Contract):
    """A case with all that belongs to it."""

    case: Case
    """The case."""
    steps: tuple[Step, ...]
    """D0 to D8."""
    causes: tuple[CaseCause, ...]
    """The causes stated so far."""
    actions: tuple[ActionItem, ...]
    """What is to be done and was, by due day."""
    evidence: tuple[Attached, ...]
    """Evidence in the order in which it came."""
    checks: tuple[EffectCheck, ...]
    """Effect checks, the newest last."""
    signs: tuple[dict[str, Any], ...]
    """What raised it and spoke for it, in order."""

    def step(self, name: StepName) -> Step:
        """One of D0 to D8."""
        return next(one for one in self.steps if one.step == name)

    @property
    def occurrence(self) -> CaseCause | None:
        """Why it happened, where that was stated."""
        return next((one for one in self.causes if one.kind == "occurrence"), None)


def case_of(connection: Connection, case_id: str, scope: Scope | None = None) -> Case:
    """One case.

    Args:
        connection: the ledger's database.
        case_id: the case.
        scope: of whoever reads; null: the house itself.

    Raises:
        UnknownName: there is none of that id, or none that the reader may know of.
    """
    row = connection.execute(select(CASES).where(CASES.c.id == case_id)).mappings().one_or_none()
    found = None if row is None else _record(Case, dict(row))
    if found is None or not visible(found, scope):
        raise UnknownName("case", case_id, (), "andon cases")
    return found


def live_case(connection: Connection, key: str) -> Case | None:
    """The case of a key that has not ended."""
    query = select(CASES).where(CASES.c.key == key, CASES.c.state.not_in(ENDED))
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _record(Case, dict(row))


def kin_key(connection: Connection, key: str) -> str:
    """The key of the live case that a sign of this key belongs to, or the key itself."""
    query = select(CASES.c.key).where(CASES.c.state.not_in(ENDED)).order_by(CASES.c.opened_at)
    return kin_of(key, list(connection.execute(query).scalars()))


def kin_of(key: str, live: Collection[str]) -> str:
    """The one of some live keys that stands for the same trouble, or the key itself.

    A trouble of a model is also one of its family, so a cell within the cell of a live case, or
    around it, is the same trouble; keys go from wide to narrow, part by part.
    """
    if key in live:
        return key
    wider = [one for one in live if key.startswith(f"{one}/")]
    narrower = [one for one in live if one.startswith(f"{key}/")]
    return max(wider, key=len, default=next(iter(narrower), key))


def cases(
    connection: Connection, *, scope: Scope | None = None, states: Collection[CaseState] = ()
) -> list[Case]:
    """Cases that the reader may see, the gravest and newest first; no `states`: all."""
    query = select(CASES).order_by(CASES.c.severity.desc(), CASES.c.opened_at.desc(), CASES.c.id)
    if states:
        query = query.where(CASES.c.state.in_(states))
    found = (_record(Case, dict(row)) for row in connection.execute(query).mappings())
    return [one for one in found if visible(one, scope)]


def next_due(connection: Connection) -> dict[str, date]:
    """The earliest due day of what is still to be done, by case; a case without such has none."""
    day = func.min(CASE_ACTIONS.c.due_on)
    query = select(CASE_ACTIONS.c.case_id, day).where(CASE_ACTIONS.c.state == "open")
    rows = connection.execute(query.group_by(CASE_ACTIONS.c.case_id)).all()
    return {row[0]: row[1] for row in rows}


def case_file(connection: Connection, case_id: str, scope: Scope | None = None) -> CaseFile:
    """A case with all that belongs to it.

    Raises:
        UnknownName: there is none of that id, or none that the reader may know of.
    """
    found = case_of(connection, case_id, scope)

    def rows(table: Table, *order: str) -> list[Mapping[str, Any]]:
        query = select(table).where(table.c.case_id == case_id)
        columns = [table.c[name] for name in order]
        return [dict(row) for row in connection.execute(query.order_by(*columns)).mappings()]

    return CaseFile(
        case=found,
        steps=tuple(_record(Step, row) for row in rows(CASE_STEPS, "step")),
        causes=tuple(_record(CaseCause, row) for row in rows(CASE_CAUSES, "at", "kind")),
        actions=tuple(_record(ActionItem, row) for row in rows(CASE_ACTIONS, "due_on", "id")),
        evidence=tuple(
            Attached(evidence_id=row["evidence_id"], role=row["role"], at=row["at"])
            for row in rows(CASE_EVIDENCE, "at", "evidence_id")
        ),
        checks=tuple(check_of(row) for row in rows(EFFECT_CHECKS, "at", "id")),
        signs=tuple(stored(row["body"]) for row in rows(CASE_SIGNS, "at", "sign")),
    )


def check_of(row: Mapping[str, Any]) -> EffectCheck:
    """An effect check from its row; its evidence is one id."""
    values = {name: row[name] for name in EffectCheck.model_fields}
    return EffectCheck(**{**values, "query": stored(row["query"])})


def visible(case: Case, scope: Scope | None) -> bool:
    """Whether a reader may know of a case: one of its regions is theirs, or it concerns all."""
    if scope is None or "*" in {*scope.regions, *case.regions}:
        return True
    return bool(set(case.regions) & set(scope.regions))


def _record(kind: type[_Record], row: Mapping[str, Any]) -> _Record:
    values = {name: row[name] for name in kind.model_fields}
    for name in _JSON & values.keys():
        values[name] = stored(values[name])
    if isinstance(values.get("evidence"), str):
        values["evidence"] = stored(values["evidence"])
    return kind.model_validate(values)
