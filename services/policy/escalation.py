"""By when a supplier has to answer, and what follows if it does not: clocks and ladder as data."""

from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from domain.contract import Contract
from domain.errors import UnknownName
from domain.records.case import StepName
from services.policy.clocks import Confidence, ResponseClock, TimeLimit, clocks
from services.policy.rule_file import RuleFile, rules_in, version_of

HOUSE = "house"
"""Name of the house's own set of limits, which stands in clocks.yaml."""
SEVERITIES = (1, 2, 3, 4, 5)
RungName = Literal["reminder", "scar", "csl1", "csl2", "csl3", "new_business_hold"]
TriggerName = Literal["L1", "L2", "L3"]


class ResponsePolicy(Contract):
    """One named set of limits for the steps of an 8D report."""

    source: str
    """Where the limits are from."""
    confidence: Confidence
    """How well they were checked."""
    starts: str
    """What starts the clock."""
    pauses: tuple[str, ...]
    """What stops it meanwhile."""
    every: dict[StepName, TimeLimit] = Field(default_factory=dict)
    """Limits of every severity, by step."""
    steps: dict[int, dict[StepName, TimeLimit]] = Field(default_factory=dict)
    """Limits of single severities, in the place of those above."""

    @model_validator(mode="after")
    def _whole(self) -> "ResponsePolicy":
        if not set(self.steps) <= set(SEVERITIES):
            raise ValueError("steps: severities are 1 to 5")
        if not self.every and len(self.steps) < len(SEVERITIES):
            raise ValueError("limits are missing: give `every`, or `steps` of severities 1 to 5")
        return self

    @property
    def clock(self) -> ResponseClock:
        """The same as limits of each severity."""
        return ResponseClock(
            starts=self.starts,
            pauses=self.pauses,
            steps={one: self.steps.get(one, self.every) for one in SEVERITIES},
        )


class ExitCriteria(Contract):
    """What ends controlled shipping."""

    clean_lots: int = Field(ge=1)
    """Lots without a defect (count)."""
    clean_days: int = Field(ge=1)
    """Days without a defect (days)."""


class Rung(Contract):
    """One rung of the ladder."""

    rung: RungName
    """Its name."""
    by: str
    """Kind of proposal that enters it."""
    level: Literal[1, 2, 3] | None = None
    """Level of controlled shipping, where it is that."""
    days_late: int | None = Field(default=None, ge=1)
    """From so many days of the oldest open step on (days); null: not by lateness."""
    exit: ExitCriteria | None = None
    """What ends it; null: a person's decision."""


class Trigger(Contract):
    """What asks for a SCAR where none is open."""

    trigger: TriggerName
    """L1: a danger or a stopped line. L2: it came again, or many pieces. L3: a trend."""
    severity: int | None = Field(default=None, ge=1, le=5)
    """From this severity on; null: whatever it is."""
    days: int | None = Field(default=None, ge=1)
    """Window that is looked at (days); null: none."""
    share: float | None = Field(default=None, gt=0, lt=1)
    """Share of rejected pieces above which it holds (0 to 1); null: none."""
    skips_reminder: bool = False
    """Whether a SCAR that is past due climbs at once, without a reminder first."""


class EscalationRules(Contract):
    """The content of the file."""

    reviewed_on: date
    """Day on which the rules were last looked through."""
    policies: dict[str, ResponsePolicy]
    """Sets of limits by name."""
    ladder: tuple[Rung, ...] = Field(min_length=1)
    """The rungs, lowest first."""
    triggers: tuple[Trigger, ...]
    """What asks for a SCAR."""

    @model_validator(mode="after")
    def _climbs(self) -> "EscalationRules":
        days = [one.days_late for one in self.ladder if one.days_late is not None]
        if days != sorted(set(days)):
            raise ValueError("ladder: a higher rung takes more days")
        if {one.trigger for one in self.triggers} != {"L1", "L2", "L3"}:
            raise ValueError("triggers: L1, L2 and L3 are expected")
        if HOUSE in self.policies:
            raise ValueError(f"policies: {HOUSE} stands in clocks.yaml")
        return self


class Escalation:
    """One version of the rules."""

    def __init__(self, rules: EscalationRules, version: str) -> None:
        self.rules = rules
        """What the file says."""
        self.version = version
        """Start of the SHA-256 of the file."""

    @property
    def names(self) -> tuple[str, ...]:
        """Sets of limits that can be chosen."""
        return (HOUSE, *sorted(self.rules.policies))

    def policy(self, name: str) -> ResponsePolicy:
        """A set of limits by name.

        Raises:
            UnknownName: there is none of that name.
        """
        if name == HOUSE:
            held = clocks().rules.response
            told = {"source": "the house's own rule (clocks.yaml)", "confidence": "medium"}
            return ResponsePolicy.model_validate({**held.model_dump(), **told})
        if name not in self.rules.policies:
            raise UnknownName("set of limits", name, self.names)
        return self.rules.policies[name]

    def trigger(self, name: TriggerName) -> Trigger:
        """A trigger by name."""
        return next(one for one in self.rules.triggers if one.trigger == name)


@cache
def escalation() -> Escalation:
    """The rules that are shipped."""
    resource = files("services.policy") / "escalation.yaml"
    return read_escalation(resource.read_bytes(), Path("escalation.yaml"))


def read_escalation(raw: bytes, path: Path) -> Escalation:
    """Rules from the content of a file.

    Raises:
        BadArgument: it is no YAML, or not what the file must hold.
    """
    rules = rules_in(raw, RuleFile("escalation", path), EscalationRules)
    return Escalation(rules, version_of(raw))
