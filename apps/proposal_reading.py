"""Proposals as one person may read them: which they see, where each stands, in words and as JSON.

Who may not know of a case, or of a supplier, does not see what is proposed about it.
"""

from typing import TYPE_CHECKING, Any

from domain.errors import UnknownName

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from apps.wiring import Wiring
    from domain.records.proposal import Proposal, ProposalState

WAITING: tuple["ProposalState", ...] = ("proposed", "approved", "failed")
"""States in which something is still to come of a proposal."""
WITHHELD = {"not_shown": "It speaks of data beyond your regions."}
"""What stands for the payload where a reader may know of a proposal and not of all its data."""


def one_of(parts: "Wiring", proposal_id: str) -> "Proposal":
    """One proposal.

    Raises:
        UnknownName: there is none of that id that the person may know of.
    """
    from memory.proposal_rows import proposal

    with parts.ledger.read() as connection:
        found = proposal(connection, proposal_id, parts.action_policy)
        if not _visible(parts, connection, found):
            raise UnknownName("proposal", proposal_id, (), "andon proposals")
        return _as_seen(parts, connection, found)


def listed(parts: "Wiring", *, everything: bool = False) -> "list[Proposal]":
    """What the person sees of the proposals that wait, or of all; the newest first."""
    from memory.proposal_rows import proposals

    states = () if everything else WAITING
    with parts.ledger.read() as connection:
        found = proposals(connection, parts.action_policy, states=states)
        seen = [one for one in found if _visible(parts, connection, one)]
        return [_as_seen(parts, connection, one) for one in seen]


def progress(parts: "Wiring", one: "Proposal") -> str:
    """Where a proposal stands, in words: approved is not executed."""
    yes = sum(ruling.decision == "approve" for ruling in one.rulings)
    if one.state == "proposed":
        late = parts.now() >= one.expires_at
        return "expired" if late else f"proposed ({yes} of {one.needed} approved)"
    if one.state == "rejected" and one.replaced_by:
        return f"replaced by {one.replaced_by}"
    if one.state not in ("approved", "failed"):
        return one.state
    said = "failed" if one.state == "failed" else "approved, not executed"
    why = _unsent(parts, one) or [
        attempt.detail for attempt in one.attempts if attempt.outcome == "failed"
    ]
    return f"{said}: {why[-1]}" if why else said


def as_json(parts: "Wiring", one: "Proposal") -> dict[str, Any]:
    """A proposal with its `progress` in words."""
    return {**one.model_dump(mode="json"), "progress": progress(parts, one)}


def for_asker(parts: "Wiring", one: "Proposal") -> dict[str, Any]:
    """`mine`: whether the asker could decide on it now; `why_not`: why not, else empty."""
    why = _why_not(parts, one)
    return {"mine": not why, "why_not": why}


def _why_not(parts: "Wiring", one: "Proposal") -> str:
    from memory.refusals import Wanted, counted, refusal

    if one.state == "proposed" and parts.now() >= one.expires_at:
        return "it is expired"
    rule = parts.action_policy.rule(one.kind)
    wanted = Wanted(one, rule, parts.principal, "approve", one.sha256, one.rulings)
    if one.state == "proposed" and counted(wanted):
        return "you approved it already; others must too"
    return refusal(wanted)


def _unsent(parts: "Wiring", one: "Proposal") -> list[str]:
    """Why messages of a proposal are still here; the gravest last."""
    from memory.outbox import messages_of

    with parts.ledger.read() as connection:
        unsent = [m for m in messages_of(connection, one.id) if m.state != "sent"]
    if not unsent:
        return []
    dead = [m for m in unsent if m.state == "dead"]
    last = next((m.error for m in dead or unsent if m.error), None)
    waiting = f"{len(unsent)} message{'s wait' if len(unsent) > 1 else ' waits'}"
    if dead:
        waiting = f"{len(dead)} message{'s were' if len(dead) > 1 else ' was'} given up"
    return [f"{waiting}{f'; last try: {last}' if last else ' for delivery'}"]


def _as_seen(parts: "Wiring", connection: "Connection", one: "Proposal") -> "Proposal":
    """What would be done speaks of all regions of its case: it is for those who see them all.

    Whoever asked for it, or may decide on it, has to see it whole.
    """
    from memory.case_rows import case_of

    asker, mine = parts.principal, set(parts.scope.regions)
    case_id = one.case_id or one.payload.get("case_id")
    theirs = asker.id == one.proposed_by or set(asker.roles) & set(one.approvers)
    if theirs or case_id is None or "*" in mine:
        return one
    if set(case_of(connection, case_id, parts.scope).regions) <= mine:
        return one
    return one.model_copy(update={"payload": WITHHELD})


def _visible(parts: "Wiring", connection: "Connection", one: "Proposal") -> bool:
    from memory.case_rows import case_of

    supplier_id = one.payload.get("supplier_id")
    if supplier_id is not None and not {"*", supplier_id} & set(parts.scope.suppliers):
        return False
    case_id = one.case_id or one.payload.get("case_id")
    if case_id is None:
        return True
    try:
        case_of(connection, case_id, parts.scope)
    except UnknownName:
        return False
    return True
