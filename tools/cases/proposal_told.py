"""A proposal as the results of tools name it."""

from pydantic import AwareDatetime

from domain.contract import Contract
from domain.records.proposal import Proposal, ProposalState


class ProposalTold(Contract):
    """A proposal and who may say yes."""

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


def told(made: Proposal) -> ProposalTold:
    """A proposal as results name it."""
    return ProposalTold(
        proposal_id=made.id,
        sha256=made.sha256,
        state=made.state,
        risk=made.risk,
        approvers=made.approvers,
        needed=made.needed,
        expires_at=made.expires_at,
    )
