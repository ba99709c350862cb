"""The memory of causes: what a verified fix taught. It is offered as a prior, never as proof."""

from datetime import date

from sqlalchemy import Connection, insert, select, update

from domain.errors import InvalidArgument, UnknownName
from domain.records.knowledge import Knowledge, Review
from domain.records.policy import Scope
from memory.case_rows import case_of
from memory.evidence import canonical_json
from memory.ledger import Change, stored, words
from memory.naming import name_of
from memory.tables import EFFECT_CHECKS, KNOWLEDGE
from services.policy.actions import HOUSE, ActionPolicy


def add(change: Change, learnt: Knowledge, policy: ActionPolicy) -> bool:
    """Keep what a case taught; false if the case has taught before.

    Raises:
        NotPermitted: no standing order lets this run of the house do it.
        InvalidArgument: no check of the case came out effective with the evidence that is named.
    """
    policy.check_record("knowledge.added", change.by, change.at.date())
    held = select(KNOWLEDGE.c.id).where(KNOWLEDGE.c.case_id == learnt.case_id)
    if change.connection.execute(held).scalar() is not None:
        return False
    shown = select(EFFECT_CHECKS.c.evidence).where(
        EFFECT_CHECKS.c.case_id == learnt.case_id, EFFECT_CHECKS.c.state == "effective"
    )
    if not set(change.connection.execute(shown).scalars()) & set(learnt.evidence):
        raise InvalidArgument(
            f"no fix of {learnt.case_id} was shown to work by {', '.join(learnt.evidence)}",
            holds="nothing was learnt",
            next_step="name the evidence of its effective check",
        )
    row = learnt.model_dump()
    row["cause"] = canonical_json(learnt.cause.model_dump(mode="json"))
    row["evidence"] = canonical_json(list(learnt.evidence))
    change.connection.execute(insert(KNOWLEDGE).values(row))
    change.audit("knowledge.added", learnt.id, {"case_id": learnt.case_id})
    return True


def review(
    change: Change, knowledge_id: str, outcome: Review, *, mechanism: str = "", control: str = ""
) -> Knowledge:
    """A second person's word on it: reviewed, or retired; mechanism and control may be filled in.

    Args:
        change: the open transaction.
        knowledge_id: what is reviewed.
        outcome: `reviewed` or `retired`.
        mechanism: how the cause makes the symptom; empty: as it was.
        control: what keeps it from coming back; empty: as it was.

    Raises:
        UnknownName: there is none of that id.
        InvalidArgument: its author reviews it, a run of the house does, or it is retired.
    """
    held = knowledge(change.connection, knowledge_id)
    if change.by == held.author or change.by.startswith(HOUSE):
        raise InvalidArgument(
            f"{change.by} cannot review {knowledge_id}", next_step="ask a second person"
        )
    if held.review == "retired":
        raise InvalidArgument(
            f"{knowledge_id} is retired since {held.valid_to}",
            next_step="the next case that shows the cause teaches it anew",
        )
    row: dict[str, object] = {"review": outcome, "reviewed_by": change.by}
    if outcome == "retired":
        row["valid_to"] = change.at.date()
    said = {"mechanism": words(mechanism.strip()), "control": words(control.strip())}
    row |= {name: text for name, text in said.items() if text}
    change.connection.execute(update(KNOWLEDGE).where(KNOWLEDGE.c.id == knowledge_id).values(row))
    change.audit(f"knowledge.{outcome}", knowledge_id, said)
    return knowledge(change.connection, knowledge_id)


def knowledge(connection: Connection, knowledge_id: str) -> Knowledge:
    """One thing learnt.

    Raises:
        UnknownName: there is none of that id.
    """
    found = [one for one in learnt(connection) if one.id == knowledge_id]
    if not found:
        raise UnknownName("knowledge", knowledge_id, (), "andon knowledge")
    return found[0]


def learnt(
    connection: Connection,
    *,
    symptom: str | None = None,
    on: date | None = None,
    scope: Scope | None = None,
) -> list[Knowledge]:
    """What was learnt, the newest first.

    Args:
        connection: the ledger's database.
        symptom: only about this one.
        on: only what holds on that day and is not retired; null: all.
        scope: only what a reader may know; null: the house itself reads.
    """
    query = select(KNOWLEDGE).order_by(KNOWLEDGE.c.at.desc(), KNOWLEDGE.c.id)
    if symptom is not None:
        query = query.where(KNOWLEDGE.c.symptom == symptom)
    found = []
    for row in connection.execute(query).mappings():
        values = {name: row[name] for name in Knowledge.model_fields}
        values["cause"], values["evidence"] = stored(row["cause"]), stored(row["evidence"])
        found.append(Knowledge.model_validate(values))
    holding = [one for one in found if on is None or _holds(one, on)]
    return [one for one in holding if scope is None or _known_to(connection, one, scope)]


def knowledge_name(case_id: str) -> str:
    """Id of what a case taught."""
    return name_of("K", case_id)


def _known_to(connection: Connection, one: Knowledge, scope: Scope) -> bool:
    """It names suppliers and what was wrong with them: not for others, nor for an open channel."""
    supplier = one.cause.supplier_id
    if "confidential" not in scope.classes or not {"*", supplier} & set(scope.suppliers):
        return False
    try:
        case_of(connection, one.case_id, scope)
    except UnknownName:
        return False
    return True


def _holds(one: Knowledge, on: date) -> bool:
    return one.review != "retired" and one.valid_from <= on <= (one.valid_to or on)
