"""A side effect that waits for a named person."""

from datetime import datetime
from typing import Any, Literal

from domain.contract import Contract

ProposalState = Literal["proposed", "approved", "executed", "rejected", "expired", "failed"]
ToolEffect = Literal["read", "record", "propose"]
"""What a tool may do: read; keep reversible internal records under a standing order; propose."""


class Proposal(Contract):
    """Exactly what would be done, and who may say yes."""

    id: str
    """Name of the proposal."""
    kind: str
    """Which handler would carry it out."""
    payload: dict[str, Any]
    """Exactly what would be done."""
    sha256: str
    """SHA-256 (hex) of the canonical JSON of the payload: this is what is approved."""
    risk: str
    """What could go wrong, in words."""
    approvers: tuple[str, ...]
    """Roles that may approve."""
    expires_at: datetime
    """After this moment it can no longer be approved (UTC)."""
    state: ProposalState = "proposed"
    """Where it stands; executed is not the same as approved."""
