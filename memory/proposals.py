"""Proposals: made once, decided by named people on the exact hash, carried out once."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, insert, select, update

from domain.errors import InvalidArgument
from domain.records.policy import Principal
from domain.records.proposal import Decision, ProposalState
from memory.evidence import canonical_json, sha256_of
from memory.ledger import Change, stored, words
from memory.letters import check_letter
from memory.naming import name_of
from memory.payloads import check_editable, fitting
from memory.proposal_rows import attempts_of, row_of, rulings_of
from memory.refusals import Wanted, counted, missing, refusal
from memory.tables import ATTEMPTS, DECISIONS, PROPOSALS
from services.policy.actions import ActionPolicy

MOST_ATTEMPTS = 5
"""Tries to carry a proposal out before a person has to look (count)."""
_MOVES: dict[ProposalState, tuple[ProposalState, ...]] = {
    "proposed": ("approved", "rejected", "expired"),
    "approved": ("executed", "failed"),
    "failed": ("approved", "executed"),
    "executed": (),
    "rejected": (),
    "expired": (),
}
"""Where a proposal can go from where it stands."""
_WORDS = {"approve": "approved", "reject": "rejected"}


class Wish(NamedTuple):
    """What is to be proposed."""

    key: str
    """What makes it one proposal: the same wish of a run that is repeated is not proposed again."""
    kind: str
    """Kind of proposal."""
    payload: dict[str, Any]
    """Exactly what would be done."""
    case_id: str | None = None
    """The case that it belongs to."""
    evidence: tuple[str, ...] = ()
    """Evidence ids that speak for it."""


class Decided(NamedTuple):
    """What became of a decision."""

    state: ProposalState
    """Where the proposal stands now."""
    accepted: bool
    """Whether the decision counts."""
    reason: str
    """Why not, or what is still missing; empty where nothing is to be said."""


def payload_hash(kind: str, payload: dict[str, Any]) -> str:
    """SHA-256 (hex) of a kind and its payload: what is approved and what is carried out."""
    return sha256_of({"kind": kind, "payload": payload})


def propose(change: Change, wish: Wish, policy: ActionPolicy) -> str:
    """Keep a proposal; the same wish again changes nothing.

    Returns:
        Its id.

    Raises:
        InvalidArgument: the kind is unknown, or the payload does not fit it.
        NotPermitted: no standing order lets this run of the house propose.
    """
    payload = fitting(wish.kind, wish.payload)
    proposal_id = name_of("P", wish.key)
    held = change.connection.execute(select(PROPOSALS.c.id).where(PROPOSALS.c.key == wish.key))
    if held.scalar() is not None:
        return proposal_id
    rule = policy.rule(wish.kind)
    sha256 = payload_hash(wish.kind, payload)
    row = {
        "id": proposal_id,
        "key": wish.key,
        "kind": wish.kind,
        "payload": canonical_json(payload),
        "sha256": sha256,
        "risk": rule.risk,
        "case_id": wish.case_id,
        "evidence": canonical_json(list(wish.evidence)),
        "proposed_by": change.by,
        "proposed_at": change.at,
        "expires_at": change.at + timedelta(hours=rule.expires_hours),
        "state": "proposed",
    }
    change.connection.execute(insert(PROPOSALS).values(row))
    told = {"kind": wish.kind, "sha256": sha256, "case_id": wish.case_id}
    change.audit("proposal.made", proposal_id, told)
    return proposal_id


def edit(
    change: Change,
    proposal_id: str,
    payload: dict[str, Any],
    policy: ActionPolicy,
    *,
    evidence: tuple[str, ...] | None = None,
) -> str:
    """Put an edited proposal in the place of one that waits; it has a new hash and no approval.

    Args:
        change: the open transaction.
        proposal_id: the one that waits.
        payload: what is proposed in its place.
        policy: who may decide.
        evidence: what speaks for the new one; null: what spoke for the old.

    Returns:
        Id of the new proposal; the old one where nothing is different.

    Raises:
        UnknownName: there is no such proposal.
        InvalidArgument: it waits no longer, or the payload does not fit its kind.
    """
    row = row_of(change.connection, proposal_id)
    late = row.state == "proposed" and change.at >= row.expires_at
    if late or row.state != "proposed":
        raise InvalidArgument(
            f"{proposal_id} is {'expired' if late else row.state} and can no longer be edited",
            holds="it is as it was",
            next_step="propose anew",
        )
    check_letter(stored(row.payload), payload)
    sha256 = payload_hash(row.kind, fitting(row.kind, payload))
    if sha256 == row.sha256:
        return proposal_id
    check_editable(row.kind, proposal_id)
    speaks = tuple(stored(row.evidence)) if evidence is None else evidence
    wish = Wish(f"edit:{proposal_id}:{sha256[:16]}", row.kind, payload, row.case_id, speaks)
    new = propose(change, wish, policy)
    _move(change, row, "rejected", replaced_by=new)
    change.audit("proposal.replaced", proposal_id, {"by": new})
    return new


def decide(
    change: Change,
    proposal_id: str,
    principal: Principal,
    decision: Decision,
    *,
    sha256: str,
    policy: ActionPolicy,
    reason: str = "",
) -> Decided:
    """Count one person's decision; what does not count is audited with its reason as well.

    Args:
        change: the open transaction, in the person's own name.
        proposal_id: what is decided on.
        principal: who decides; authority comes from the users file, never from text.
        decision: yes or no.
        sha256: the hash that the person saw.
        policy: the rules of the moment.
        reason: why.

    Raises:
        UnknownName: there is no such proposal.
        ValueError: the transaction is in another name.
    """
    if change.by != principal.id:
        raise ValueError(f"{principal.id} decides in the name of {change.by}")
    row = row_of(change.connection, proposal_id)
    if row.state == "proposed" and change.at >= row.expires_at:
        _expire(change, row)
        row = row_of(change.connection, proposal_id)
    rulings = rulings_of(change.connection, proposal_id)
    wanted = Wanted(row, policy.rule(row.kind), principal, decision, sha256, rulings)
    if counted(wanted):
        return Decided(row.state, True, "decided by you before; it counts once")
    refused = refusal(wanted)
    if refused:
        told = {"decision": decision, "sha256": sha256, "refused": refused}
        change.audit("proposal.decision_refused", proposal_id, told)
        return Decided(row.state, False, refused)
    ruling = {"role": wanted.role, "sha256": sha256, "reason": words(reason)}
    change.connection.execute(
        insert(DECISIONS).values(
            **ruling, proposal_id=proposal_id, by=principal.id, decision=decision, at=change.at
        )
    )
    what = f"proposal.{_WORDS[decision]}"
    change.audit(what, proposal_id, {**ruling, "policy": policy.version})
    more = 0 if decision == "reject" else missing(wanted)
    if more > 0:
        return Decided("proposed", True, f"{more} more must approve")
    state: ProposalState = "rejected" if decision == "reject" else "approved"
    _move(change, row, state)
    return Decided(state, True, "")


def checked_payload(change: Change, proposal_id: str, policy: ActionPolicy) -> dict[str, Any]:
    """What an approved proposal says, proved to be what the approvers saw.

    Raises:
        UnknownName: there is no such proposal.
        InvalidArgument: it is not approved, or not by enough people in the roles of the moment, or
            its content is not what they approved.
    """
    row = row_of(change.connection, proposal_id)
    if row.state != "approved":
        raise InvalidArgument(f"{proposal_id} is {row.state}, not approved")
    rule, payload = policy.rule(row.kind), stored(row.payload)
    sha256 = payload_hash(row.kind, payload)
    query = select(DECISIONS.c.role).where(
        DECISIONS.c.proposal_id == proposal_id,
        DECISIONS.c.decision == "approve",
        DECISIONS.c.sha256 == sha256,
    )
    valid = [role for role in change.connection.execute(query).scalars() if role in rule.approvers]
    if sha256 != row.sha256 or len(valid) < rule.needed:
        raise InvalidArgument(
            f"{proposal_id} is not what {rule.needed} of {' or '.join(rule.approvers)} approved",
            holds="nothing was carried out",
            next_step=f"look at `andon audit list --subject {proposal_id}`, and propose anew",
        )
    return dict(payload)


def record_attempt(change: Change, proposal_id: str, outcome: str, detail: str) -> ProposalState:
    """Keep one try to carry an approved proposal out; returns where the proposal stands then.

    Raises:
        InvalidArgument: it is not approved, or it was carried out before.
    """
    row = row_of(change.connection, proposal_id)
    tries = attempts_of(change.connection, proposal_id)
    if row.state != "approved" or (
        outcome != "failed" and any(one.outcome != "failed" for one in tries)
    ):
        raise InvalidArgument(
            f"{proposal_id} is {row.state} and was tried {len(tries)} times",
            holds="nothing is carried out twice",
            next_step=f"look at `andon proposals {proposal_id}`",
        )
    number = len(tries) + 1
    kept = {"number": number, "outcome": outcome, "detail": words(detail)}
    values = {**kept, "proposal_id": proposal_id, "at": change.at}
    change.connection.execute(insert(ATTEMPTS).values(values))
    change.audit(f"proposal.{outcome}", proposal_id, kept)
    state: ProposalState = "approved"
    if outcome == "done":
        state = "executed"
    elif outcome == "failed" and number >= MOST_ATTEMPTS:
        state = "failed"
    if state != "approved":
        _move(change, row, state)
    return state


def settle(change: Change, proposal_id: str, state: ProposalState, detail: str) -> None:
    """Say how carrying out ended: executed, failed, or approved again to be tried once more.

    Raises:
        UnknownName: there is no such proposal.
        InvalidArgument: it cannot go there from where it stands.
    """
    row = row_of(change.connection, proposal_id)
    if row.state == state:
        return
    if row.state not in ("approved", "failed"):
        raise InvalidArgument(f"{proposal_id} is {row.state} and cannot be {state}")
    _move(change, row, state)
    what = "retried" if state == "approved" else state
    change.audit(f"proposal.{what}", proposal_id, {"detail": words(detail)})


def expire_due(change: Change) -> list[str]:
    """Expire what waited too long; returns the ids."""
    late = select(PROPOSALS).where(
        PROPOSALS.c.state == "proposed", PROPOSALS.c.expires_at <= change.at
    )
    rows = change.connection.execute(late.order_by(PROPOSALS.c.id)).all()
    for row in rows:
        _expire(change, row)
    return [row.id for row in rows]


def _expire(change: Change, row: Row[Any]) -> None:
    _move(change, row, "expired")
    change.audit("proposal.expired", row.id)


def _move(change: Change, row: Row[Any], state: ProposalState, **more: object) -> None:
    if state not in _MOVES[row.state]:
        raise InvalidArgument(f"{row.id} is {row.state} and cannot be {state}")
    moved = update(PROPOSALS).where(PROPOSALS.c.id == row.id).values(state=state, **more)
    change.connection.execute(moved)
