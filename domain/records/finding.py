"""A claim with everything that a reader needs to weigh it."""

from datetime import date
from typing import Literal

from domain.contract import Contract

Verdict = Literal["supported", "not_supported", "undetermined"]
FixVerdict = Literal["effective", "not_effective", "undetermined"]
SupplierVerdict = Literal["deteriorating", "stable", "undetermined"]
AgentName = Literal[
    "user_needs", "requirement_metrics", "root_cause", "standard_match", "supplier_followup"
]


class Finding(Contract):
    """One claim of an answer."""

    id: str
    """Name within the answer, for example `c3`."""
    agent: AgentName
    """The agent that claims it."""
    claim: str
    """The claim in words."""
    verdict: Verdict
    """Whether the evidence supports it; `undetermined` is never forced into another."""
    value: float | None = None
    """The figure."""
    unit: str | None = None
    """Unit of the figure."""
    interval: tuple[float | None, float | None] | None = None
    """Interval of the figure; an end without a bound is null."""
    level: float = 0.95
    """Level of the interval, 0 to 1."""
    numerator: float | None = None
    """What was counted."""
    denominator: float | None = None
    """What it was counted in (exposure)."""
    population: str | None = None
    """Which units, feedback or deliveries the claim speaks of."""
    window: tuple[date, date] | None = None
    """First and last date of the claim."""
    excluded: dict[str, int] = {}
    """Rows left out, by rule (count)."""
    evidence: tuple[str, ...] = ()
    """Evidence ids."""
