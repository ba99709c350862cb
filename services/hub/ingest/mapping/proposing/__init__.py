"""Drafting a mapping from a file's own columns and values."""

from services.hub.ingest.mapping.proposing.proposal import ColumnProposal, Proposal, propose

__all__ = ["ColumnProposal", "Proposal", "propose"]
