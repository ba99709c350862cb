"""From a person's word to what is done: decided, carried out once, tried again when it failed.

Approved is not executed. The last approval puts a job in the queue in the same transaction; the job
may run as often as it likes, because the ledger knows what was carried out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import AndonError, InvalidArgument, NotPermitted, UnknownName
from domain.records.policy import Principal
from domain.records.proposal import Decision, Proposal
from graphs.carrying import HANDLERS, Carrying
from memory.ledger import Change, Ledger
from memory.outbox import messages_of, send_again
from memory.proposal_rows import proposal
from memory.proposals import Decided, checked_payload, decide, edit, record_attempt, settle
from services.jobs.jobs import Jobs
from services.messaging.routing import Messaging
from services.policy.actions import ActionPolicy

EXECUTOR = "andon:executor"
"""Who carries out what people approved."""
QUEUE = "actions"
"""The queue of jobs that carry out."""
_FOR_GOOD = (InvalidArgument, UnknownName)
"""Failures that no other try mends: a person has to look."""


@dataclass(frozen=True)
class Acting:
    """What deciding and carrying out need."""

    ledger: Ledger
    """Where it is written."""
    jobs: Jobs
    """Who is asked to go on."""
    policy: ActionPolicy
    """Who may decide."""
    messaging: Messaging
    """Who is reached how."""


def decide_on(
    acting: Acting,
    proposal_id: str,
    principal: Principal,
    decision: Decision,
    *,
    sha256: str,
    now: datetime,
    reason: str = "",
) -> Decided:
    """Count a person's decision; the last approval that was missing sets the executor to work.

    Args:
        acting: ledger, jobs and rules.
        proposal_id: what is decided on.
        principal: who decides.
        decision: yes or no.
        sha256: the hash that the person saw.
        now: the moment (UTC).
        reason: why.

    Raises:
        UnknownName: there is no such proposal.
    """
    with acting.ledger.change(by=principal.id, at=now) as change:
        decided = decide(
            change,
            proposal_id,
            principal,
            decision,
            sha256=sha256,
            policy=acting.policy,
            reason=reason,
        )
        if decided.accepted and decided.state == "approved":
            _ask_for_execution(acting, change, f"execute:{proposal_id}", proposal_id)
    return decided


def revise(
    acting: Acting, proposal_id: str, principal: Principal, fields: dict[str, Any], now: datetime
) -> str:
    """Put an edited proposal in the place of one that waits, in the name of whoever edits it.

    Args:
        acting: ledger and rules.
        proposal_id: what is edited.
        principal: who edits; then somebody else has to approve.
        fields: fields of the payload with their new values.
        now: the moment (UTC).

    Returns:
        Id of the new proposal; the old one where nothing is different.

    Raises:
        UnknownName: there is no such proposal.
        NotPermitted: the person may neither decide on it nor change cases; that is audited.
        InvalidArgument: it waits no longer, or the payload does not fit its kind.
    """
    with acting.ledger.change(by=principal.id, at=now) as change:
        found = _read(change, proposal_id, acting)
        try:
            if not _concerns(found, principal):
                acting.policy.check_case(principal, "work")
        except NotPermitted as error:
            refused = error
            change.audit("proposal.edit_refused", proposal_id, {"refused": error.message})
        else:
            return edit(change, proposal_id, {**found.payload, **fields}, acting.policy)
    raise refused


def try_again(acting: Acting, proposal_id: str, principal: Principal, now: datetime) -> None:
    """Have what failed tried again: the messages that were given up, or else all of it.

    Raises:
        UnknownName: there is no such proposal.
        NotPermitted: the person neither made it nor may decide on it; that is audited.
        InvalidArgument: it has not failed.
    """
    with acting.ledger.change(by=principal.id, at=now) as change:
        found = _read(change, proposal_id, acting)
        if _concerns(found, principal):
            _begin_again(acting, change, found)
            return
        refused = f"only {' or '.join(found.approvers)}, or who proposed it, may try it again"
        change.audit("proposal.retry_refused", proposal_id, {"refused": refused})
    raise NotPermitted(
        f"{proposal_id}: {refused}", holds="it is as it was", next_step="ask one of them"
    )


def carry_out(acting: Acting, proposal_id: str, now: datetime) -> None:
    """Carry an approved proposal out, once; it may be called as often as one likes.

    Raises:
        AndonError: this try failed, and that is in the ledger. What no other try mends has failed
            for good and waits for a person; the rest is tried again by its job.
    """
    try:
        with acting.ledger.change(by=EXECUTOR, at=now) as change:
            found = _read(change, proposal_id, acting)
            if _waits(found):
                _carry_out(acting, change, found)
    except AndonError as error:
        with acting.ledger.change(by=EXECUTOR, at=now) as change:
            if _waits(_read(change, proposal_id, acting)):
                _note(change, proposal_id, error)
        raise


def _carry_out(acting: Acting, change: Change, found: Proposal) -> None:
    payload = checked_payload(change, found.id, acting.policy)
    approved = found.model_copy(update={"payload": payload})
    carrying = Carrying(change, approved, acting.jobs, acting.messaging, acting.policy)
    HANDLERS[approved.kind](carrying)
    outcome, detail = "done", "written into the ledger"
    if carrying.posted:
        outcome, detail = "handed_over", f"messages in the outbox: {carrying.posted}"
    record_attempt(change, approved.id, outcome, detail)


def _note(change: Change, proposal_id: str, error: AndonError) -> None:
    state = record_attempt(change, proposal_id, "failed", error.message)
    if state == "approved" and isinstance(error, _FOR_GOOD):
        settle(change, proposal_id, "failed", "given up: no other try mends it, a person must look")


def _begin_again(acting: Acting, change: Change, found: Proposal) -> None:
    if found.state != "failed":
        raise InvalidArgument(
            f"{found.id} is {found.state}: only what failed is tried again",
            holds="it is as it was",
            next_step=f"`andon proposals {found.id}` shows how it stands",
        )
    dead = [one for one in messages_of(change.connection, found.id) if one.state == "dead"]
    for one in dead:
        send_again(change, acting.jobs, one.message.key)
    if not dead:
        settle(change, found.id, "approved", "tried again")
        key = f"execute:{found.id}:{len(found.attempts)}"
        _ask_for_execution(acting, change, key, found.id)


def _ask_for_execution(acting: Acting, change: Change, key: str, proposal_id: str) -> None:
    job = {"proposal_id": proposal_id}
    acting.jobs.enqueue(key, change.at, QUEUE, job, connection=change.connection)


def _read(change: Change, proposal_id: str, acting: Acting) -> Proposal:
    return proposal(change.connection, proposal_id, acting.policy)


def _waits(found: Proposal) -> bool:
    """Whether it is approved, and no try has done it or handed it over."""
    return found.state == "approved" and all(one.outcome == "failed" for one in found.attempts)


def _concerns(found: Proposal, principal: Principal) -> bool:
    return principal.id == found.proposed_by or bool({*principal.roles} & {*found.approvers})
