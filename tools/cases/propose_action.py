"""Propose something that a named person has to approve."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.records.proposal import ProposalState
from memory.evidence import sha256_of
from memory.proposals import Wish
from tools.cases.book import casebook
from tools.tool import Found, ToolContext, tool


class ProposeActionQuery(Contract):
    """What is to be done, exactly."""

    kind: str
    """Kind of proposal, for example `issue_scar`; a wrong one lists all."""
    payload: dict[str, Any]
    """Exactly what would be done; a wrong field is named with those that fit."""
    case_id: str | None = None
    """The case that it belongs to."""
    evidence: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Evidence ids that speak for it."""


class ProposedAction(Contract):
    """The proposal."""

    proposal_id: str
    """Its id."""
    sha256: str
    """Hash of exactly what would be done: this is what is approved."""
    state: ProposalState
    """Where it stands."""
    risk: str
    """What could go wrong."""
    approvers: tuple[str, ...]
    """Roles that may approve."""
    needed: int
    """Different people who must approve (count)."""
    expires_at: AwareDatetime
    """After this moment it can no longer be approved (UTC)."""


@tool(effect="propose", version=1)
def propose_action(query: ProposeActionQuery, context: ToolContext) -> Found[ProposedAction]:
    """Propose a SCAR, a message, a rating, controlled shipping, a block, a recipe or a notice.

    Call it when something should leave the company, stop product or change a rating. It does
    nothing of that: a named person with the right role approves exactly this payload, and then it
    is carried out once. The same wish again is the same proposal.

    Raises:
        InvalidArgument: the kind is unknown, or the payload does not fit it.
        UnknownName: there is no such case or evidence.
        NotPermitted: the asker may not propose.
    """
    for one in query.evidence:
        context.memory.evidence.get(one, context.snapshot.scope)
    asked = sha256_of([query.kind, query.payload, query.case_id, context.principal.id])
    wish = Wish(f"told:{asked[:32]}", query.kind, query.payload, query.case_id, query.evidence)
    made = casebook(context).propose(
        wish, context.principal, context.snapshot.scope, context.run_id
    )
    who = f"{made.needed} of {' or '.join(made.approvers)}"
    return Found(
        result=ProposedAction(
            proposal_id=made.id,
            sha256=made.sha256,
            state=made.state,
            risk=made.risk,
            approvers=made.approvers,
            needed=made.needed,
            expires_at=made.expires_at,
        ),
        summary=f"{made.id} {made.kind} is {made.state}: {who} must approve"
        f" {made.sha256[:8]} by {made.expires_at:%Y-%m-%d %H:%M} UTC.",
    )
