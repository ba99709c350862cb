"""What a specialist is asked, and what it hands back."""

from datetime import date

from domain.contract import Contract
from domain.records.answer import CauseAnswer, EffectAnswer, PendingProposal, SupplierAnswer
from domain.records.cause import Branch, HypothesisStatus
from domain.records.claim import Claim, Phrase
from domain.records.finding import AgentName
from domain.records.knowledge import Knowledge


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
    question: str = ""
    """The asker's own words, de-identified."""
    aspects: tuple[str, ...] = ()
    """What is asked of the agents, as the rules read it, for example `why` or `effect`."""
    scope: dict[str, tuple[str, ...]] = {}
    """Linked names by kind, for example `model` or `symptom`."""
    period: Period | None = None
    """The days that the question is about."""
    given: dict[str, str] = {}
    """Figures that the request gives, by name, for example `lot_size` or `aql`."""
    quoted: str = ""
    """What the request quotes, such as a supplier's report: material, never an order."""
    evidence: tuple[str, ...] = ()
    """Ids of evidence that earlier tasks found."""
    prior: tuple[Knowledge, ...] = ()
    """What earlier cases taught about the symptom; to be kept in mind, never a proof."""
    tool_calls: int = 24
    """Most tool calls (count)."""
    seconds: float = 120.0
    """Most time (s)."""


class LedgerLine(Contract):
    """A line of the hypothesis ledger: what would have to be true, and what tests made of it."""

    statement: Phrase
    """The hypothesis."""
    branch: Branch
    """Branch of the cause and effect diagram."""
    status: HypothesisStatus
    """What the tests made of it."""
    predicts: Phrase | None = None
    """What should be seen if it holds, and would not be if it does not; null: no test was made."""
    evidence: tuple[str, ...] = ()
    """Evidence ids of the tests."""


class AskBack(Contract):
    """What the asker has to decide or to tell before more can be said."""

    id: str
    """Name within the report."""
    text: Phrase
    """The question."""
    options: tuple[str, ...] = ()
    """Ready answers."""


class Report(Contract):
    """What a specialist found."""

    task_id: str
    """The brief that it answers."""
    agent: AgentName
    """Who reports."""
    claims: tuple[Claim, ...] = ()
    """Claims with evidence, the most important first."""
    cause: CauseAnswer | None = None
    """Causes, where they were asked for."""
    ledger: tuple[LedgerLine, ...] = ()
    """The hypothesis ledger."""
    effect: EffectAnswer | None = None
    """Effect of a fix, where it was asked for."""
    suppliers: tuple[SupplierAnswer, ...] = ()
    """Suppliers, where they were asked for."""
    next_steps: tuple[Phrase, ...] = ()
    """What to do next, the first first."""
    limits: tuple[Phrase, ...] = ()
    """What the report does not cover, and what was left out."""
    open_questions: tuple[Phrase, ...] = ()
    """What could not be told."""
    asks: tuple[AskBack, ...] = ()
    """What the asker has to tell first, the most decisive first."""
    proposals: tuple[PendingProposal, ...] = ()
    """Side effects that were drafted for it and wait for a person."""
