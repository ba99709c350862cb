"""What a specialist is asked, and what it hands back."""

from datetime import date

from domain.contract import Contract
from domain.records.cause import Hypothesis, RankedCause
from domain.records.finding import AgentName, Finding


class Period(Contract):
    """A stretch of days, both ends included."""

    first: date
    """First day."""
    last: date
    """Last day."""


class Brief(Contract):
    """One task for one specialist."""

    id: str
    """Name within the run."""
    agent: AgentName
    """Who is asked."""
    goal: str
    """What to find out, in one sentence."""
    scope: dict[str, tuple[str, ...]] = {}
    """Linked names by kind, for example `model_id`."""
    period: Period | None = None
    """The days that the question is about."""
    evidence: tuple[str, ...] = ()
    """Evidence ids that are already known."""
    tool_calls: int = 12
    """Most tool calls (count)."""
    seconds: float = 60.0
    """Most time (s)."""


class Report(Contract):
    """What a specialist found."""

    task_id: str
    """The brief that it answers."""
    findings: tuple[Finding, ...] = ()
    """Claims with evidence."""
    ranked_causes: tuple[RankedCause, ...] = ()
    """Candidates, best first."""
    hypotheses: tuple[Hypothesis, ...] = ()
    """The hypothesis ledger."""
    proposals: tuple[str, ...] = ()
    """Ids of proposals that were made."""
    open_questions: tuple[str, ...] = ()
    """What could not be told."""
