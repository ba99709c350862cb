"""A case: one trouble from its first sign to the proof that it is gone, in eight disciplines.

The ledger (memory/) is a case's only truth; these are its rows as others read them.
"""

from datetime import date, datetime
from typing import Any, Literal

from domain.contract import Contract
from domain.records.cause import Condition, HypothesisStatus
from domain.records.finding import FixVerdict

CaseKind = Literal["field", "safety", "factory"]
"""What raised it: a rate in the field, a report of danger, a chart of the factory watch."""
CaseState = Literal["open", "verifying", "closed", "dismissed"]
"""open: being worked on. verifying: a fix is recorded and its effect is awaited. closed: its effect
was shown. dismissed: people found that there was no trouble."""
ENDED: tuple[CaseState, ...] = ("closed", "dismissed")
"""States of a case that nobody works on any more."""
GRAVE = 4
"""Severity from which on a case is an emergency."""
StepName = Literal["D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"]
STEP_NAMES: tuple[StepName, ...] = ("D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8")
StepState = Literal["open", "done", "not_applicable"]
ActionKind = Literal[
    "containment", "correction", "corrective", "preventive", "verification", "read_across"
]
CauseKind = Literal["occurrence", "escape", "systemic"]
"""Why it arose, why it was not caught, and why the system allowed both."""
AttachedRole = Literal[
    "alarm", "is_is_not", "cause", "hypothesis", "scope", "risk", "effect_plan", "effect", "other"
]
CheckState = Literal["registered", "effective", "not_effective", "undetermined", "withdrawn"]


class Case(Contract):
    """One trouble and where its handling stands."""

    id: str
    """`C-` and eight base32 characters."""
    key: str
    """What makes two signs one case: kind, symptom and place; one open case for each."""
    kind: CaseKind
    """What raised it."""
    symptom: str
    """Symptom code, defect code or characteristic."""
    where: Condition
    """What the affected units have in common, as far as it is known."""
    severity: int
    """1 cosmetic to 5 danger; only a person lowers it."""
    state: CaseState
    """Where it stands."""
    owner: str | None
    """Who has it in hand: an id of the users file; null: nobody yet."""
    regions: tuple[str, ...]
    """Regions whose people see it; `*` stands for all."""
    aware_at: datetime
    """When the company first knew (UTC); legal clocks count from here."""
    opened_at: datetime
    """When the case was opened (UTC)."""
    updated_at: datetime
    """When something of it last changed (UTC)."""
    closed_at: datetime | None = None
    """When it was closed or dismissed (UTC)."""
    times_reopened: int = 0
    """How often it had to be opened again (count)."""
    follows: str | None = None
    """The ended case of the same key that came before."""

    @property
    def ended(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in ENDED

    @property
    def dangerous(self) -> bool:
        """Whether it speaks of a danger, or did: a lowered severity does not make it harmless."""
        return self.kind == "safety" or self.severity >= GRAVE


class Step(Contract):
    """One discipline of a case."""

    case_id: str
    """The case."""
    step: StepName
    """D0 to D8."""
    state: StepState
    """Whether it is done."""
    content: dict[str, Any]
    """What is known, as plain JSON; blanks stay out, nothing is invented."""
    evidence: tuple[str, ...]
    """Evidence ids that it rests on."""
    by: str
    """Who wrote it last."""
    at: datetime
    """When (UTC)."""


class ActionItem(Contract):
    """Something that somebody has to do by a day."""

    id: str
    """`A-` and eight base32 characters."""
    case_id: str
    """The case."""
    step: StepName
    """The discipline that it belongs to."""
    kind: ActionKind
    """What sort of action it is."""
    text: str
    """What to do."""
    owner: str
    """Who does it: an id of the users file."""
    due_on: date
    """Last day."""
    state: Literal["open", "done", "dropped"] = "open"
    """Whether it is done."""
    done_at: datetime | None = None
    """When it was done or dropped (UTC)."""
    result: str = ""
    """What came of it."""


class CaseCause(Contract):
    """One of the three causes of a case."""

    case_id: str
    """The case."""
    kind: CauseKind
    """Why it arose, was not caught, or was allowed."""
    statement: str
    """The cause in words."""
    condition: Condition | None
    """What the affected units have in common, where units are concerned."""
    status: HypothesisStatus
    """What tests made of it."""
    evidence: tuple[str, ...]
    """Evidence ids of the tests."""
    by: str
    """Who stated it."""
    at: datetime
    """When (UTC)."""


class EffectCheck(Contract):
    """How it will be judged whether a fix worked, written down before anybody looks."""

    id: str
    """`V-` and eight base32 characters."""
    case_id: str
    """The case."""
    query: dict[str, Any]
    """The question to `verify_effect`: metric, cohort by cut-in, window, minimum effect."""
    power: float | None
    """Chance of seeing the minimum effect on the day of judging, 0 to 1; null: not computable."""
    judge_on: date
    """Day on which it is judged: enough units are expected to have enough time by then."""
    state: CheckState
    """registered, or what came out."""
    verdict: FixVerdict | None
    """What came out at the last look."""
    evidence: str | None
    """Evidence id of the last look."""
    by: str
    """Who registered it."""
    at: datetime
    """When it was registered (UTC)."""


class Attached(Contract):
    """Evidence of a case."""

    evidence_id: str
    """The evidence."""
    role: AttachedRole
    """What it says about the case."""
    at: datetime
    """When it was attached (UTC)."""
