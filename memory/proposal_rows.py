"""Proposals as the ledger keeps them: read back with their decisions and attempts."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, select

from domain.errors import UnknownName
from domain.records.proposal import Attempt, Proposal, ProposalState, Ruling
from memory.ledger import stored
from memory.tables import ATTEMPTS, DECISIONS, PROPOSALS
from services.policy.actions import ActionPolicy


def proposal(connection: Connection, proposal_id: str, policy: ActionPolicy) -> Proposal:
    """One proposal with its decisions and attempts.

    Raises:
        UnknownName: there is none of that id.
    """
    return _made(connection, row_of(connection, proposal_id), policy)


def proposals(
    connection: Connection,
    policy: ActionPolicy,
    *,
    states: Collection[ProposalState] = (),
    case_id: str | None = None,
) -> list[Proposal]:
    """Proposals, newest first; none of `states` given: all."""
    query = select(PROPOSALS).order_by(PROPOSALS.c.proposed_at.desc(), PROPOSALS.c.id)
    if states:
        query = query.where(PROPOSALS.c.state.in_(states))
    if case_id is not None:
        query = query.where(PROPOSALS.c.case_id == case_id)
    return [_made(connection, row, policy) for row in connection.execute(query).all()]


def row_of(connection: Connection, proposal_id: str) -> Row[Any]:
    """The row of a proposal.

    Raises:
        UnknownName: there is none of that id.
    """
    row = connection.execute(select(PROPOSALS).where(PROPOSALS.c.id == proposal_id)).one_or_none()
    if row is None:
        raise UnknownName("proposal", proposal_id, (), "andon proposals")
    return row


def rulings_of(connection: Connection, proposal_id: str) -> tuple[Ruling, ...]:
    """What people decided on it, in order."""
    query = select(DECISIONS).where(DECISIONS.c.proposal_id == proposal_id)
    rows = connection.execute(query.order_by(DECISIONS.c.at, DECISIONS.c.by)).mappings()
    return tuple(Ruling(**{name: row[name] for name in Ruling.model_fields}) for row in rows)


def attempts_of(connection: Connection, proposal_id: str) -> tuple[Attempt, ...]:
    """Tries to carry it out, in order."""
    query = select(ATTEMPTS).where(ATTEMPTS.c.proposal_id == proposal_id)
    rows = connection.execute(query.order_by(ATTEMPTS.c.number)).mappings()
    return tuple(Attempt(**{name: row[name] for name in Attempt.model_fields}) for row in rows)


def _made(connection: Connection, row: Row[Any], policy: ActionPolicy) -> Proposal:
    rule = policy.rule(row.kind)
    own = {
        name: getattr(row, name)
        for name in ("id", "kind", "sha256", "risk", "case_id", "proposed_by", "proposed_at",
                     "expires_at", "state", "replaced_by")
    }  # fmt: skip
    return Proposal(
        **own,
        payload=stored(row.payload),
        evidence=tuple(stored(row.evidence)),
        approvers=rule.approvers,
        needed=rule.needed,
        rulings=rulings_of(connection, row.id),
        attempts=attempts_of(connection, row.id),
    )
