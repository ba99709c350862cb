"""Memory: what outlives a question, as the one value that tools receive."""

from dataclasses import dataclass

from memory.evidence import EvidenceStore


@dataclass(frozen=True)
class Memory:
    """What was found and decided before; built once in apps/wiring.py."""

    evidence: EvidenceStore
    """Everything that tools found."""
