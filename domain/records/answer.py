"""The answer to a question, as every face and program receives it."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.records.cause import CauseVerdict, Hypothesis, RankedCause
from domain.records.evidence import Versions
from domain.records.finding import AgentName, Finding, FixVerdict, SupplierVerdict
from domain.records.proposal import ProposalState

Outcome = Literal["answered", "partial", "clarify", "refused", "failed"]
Decider = Literal["rules", "model"]


class PlannedPeriod(Contract):
    """The days that a task is about."""

    first: date | None = Field(default=None, alias="from", serialization_alias="from")
    """First day."""
    last: date | None = Field(default=None, alias="to", serialization_alias="to")
    """Last day."""


class Slots(Contract):
    """Names that were recognised in the question."""

    model_id: tuple[str, ...] = ()
    """Product models."""
    country: tuple[str, ...] = ()
    """Markets."""
    supplier_id: tuple[str, ...] = ()
    """Suppliers."""
    symptom: tuple[str, ...] = ()
    """Symptoms."""
    standard: tuple[str, ...] = ()
    """Standards."""
    period: PlannedPeriod = PlannedPeriod()
    """The days that the question is about."""


class PlannedTask(Contract):
    """One step of the plan."""

    id: str
    """Name within the run."""
    agent: AgentName
    """Who is asked."""
    goal: str
    """What to find out."""
    after: tuple[str, ...] = ()
    """Tasks that must be done first."""
    slots: Slots = Slots()
    """Names that were recognised."""


class Plan(Contract):
    """Who does what, and who decided it."""

    decided_by: Decider
    """Rules, or a model within what code allows."""
    tasks: tuple[PlannedTask, ...]
    """The tasks."""


class CauseAnswer(Contract):
    """The answer to "why is this symptom raised?"."""

    verdict: CauseVerdict
    """What can be said."""
    ranked_causes: tuple[RankedCause, ...] = ()
    """Candidates, best first."""


class RatioAnswer(Contract):
    """A ratio of rates; an end without a bound is null."""

    estimate: float | None
    """The ratio."""
    low: float | None
    """Lower end of the 95 % interval."""
    high: float | None
    """Upper end of the 95 % interval."""


class EffectAnswer(Contract):
    """Whether a fix worked."""

    verdict: FixVerdict
    """What can be said."""
    rate_ratio: RatioAnswer
    """Rate after over rate before, adjusted as the evidence says."""


class SupplierAnswer(Contract):
    """How a supplier is doing."""

    supplier_id: str
    """The supplier."""
    verdict: SupplierVerdict
    """What can be said."""
    evidence: tuple[str, ...] = ()
    """Evidence ids."""


class Question(Contract):
    """Something that the asker has to decide first."""

    id: str
    """Name within the run."""
    text: str
    """The question."""
    options: tuple[str, ...] = ()
    """Ready answers."""


class Refusal(Contract):
    """Why nothing is answered, and what to do instead."""

    code: str
    """Stable name of the reason."""
    reason: str
    """The reason in words."""
    request_route: str
    """Whom or what to ask."""


class PendingProposal(Contract):
    """A side effect that waits for a person."""

    id: str
    """Name of the proposal."""
    kind: str
    """Its kind."""
    sha256: str
    """Hash of the exact payload."""
    state: ProposalState
    """Where it stands."""
    approvers: tuple[str, ...]
    """Roles that may approve."""
    expires_at: datetime
    """When it expires (UTC)."""


class Deciders(Contract):
    """Who took each decision of the run."""

    plan: Decider = "rules"
    """Who planned."""
    step: Decider = "rules"
    """Who chose further looks."""
    write: Decider = "rules"
    """Who chose the words."""


class Cost(Contract):
    """What the answer took."""

    model_requests: int = 0
    """Requests to a model (count)."""
    serial_requests: int = 0
    """Longest chain of requests that waited for each other (count)."""
    prompt_tokens: int = 0
    """Tokens sent (count)."""
    tool_calls: int = 0
    """Tool calls (count)."""
    seconds: float = 0.0
    """Wall time (s)."""


class Answer(Contract):
    """`andon.answer/1`."""

    run_id: str
    """The run."""
    thread_id: str
    """The conversation."""
    as_of: date
    """The date that "now" stands for."""
    language: str
    """Language of the text (BCP 47)."""
    outcome: Outcome
    """Whether there is an answer."""
    plan: Plan
    """Who did what."""
    text: str
    """The answer, with evidence ids in brackets."""
    findings: tuple[Finding, ...] = ()
    """The claims behind the text."""
    cause: CauseAnswer | None = None
    """Causes, where they were asked for."""
    hypotheses: tuple[Hypothesis, ...] = ()
    """The hypothesis ledger."""
    effect: EffectAnswer | None = None
    """Effect of a fix, where it was asked for."""
    suppliers: tuple[SupplierAnswer, ...] = ()
    """Suppliers, where they were asked for."""
    questions: tuple[Question, ...] = ()
    """What has to be decided first."""
    refusal: Refusal | None = None
    """Why nothing is answered."""
    proposals: tuple[PendingProposal, ...] = ()
    """Side effects that wait for a person."""
    limits: tuple[str, ...] = ()
    """What the answer does not cover."""
    decided_by: Deciders = Deciders()
    """Who took each decision."""
    cost: Cost = Cost()
    """What it took."""
    versions: Versions
    """What it depends on."""

    def to_json(self) -> dict[str, Any]:
        """The `andon.answer/1` object of the program interface."""
        return {"schema": "andon.answer/1", **self.model_dump(mode="json", by_alias=True)}
