"""Which clock runs where: duties to report a danger by country, and the steps of a supplier's 8D.

The rules are data with source and confidence. They are prepared for counsel and decide nothing; a
country that no rule names is said to have none in the library, never to have no duty.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from pydantic import Field, model_validator

from domain.clocks import Limit, LimitEnd, LimitUnit, Pause, Place, due_at
from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.case import StepName
from services.policy.rule_file import RuleFile, rules_in, version_of

DangerEvent = Literal["accident", "hazard", "recall"]
"""accident: harm to a person. hazard: the product may be dangerous. recall: one was decided."""
Confidence = Literal["high", "medium", "low"]
LONGEST = 3_660
"""Most days or hours of a limit (ten years of days): a slip in the file, not a limit."""


class TimeLimit(Contract):
    """A time limit as the file says it."""

    amount: int = Field(ge=1, le=LONGEST)
    """How many."""
    unit: LimitUnit
    """Of what."""
    ends: LimitEnd = "end_of_day"
    """How days end."""

    def limit(self) -> Limit:
        """The same for reckoning."""
        return Limit(self.amount, self.unit, self.ends)


class Duty(Contract):
    """What the law of some countries asks of a maker."""

    id: str
    """Name of the rule."""
    markets: tuple[str, ...]
    """Countries or groups of the file."""
    authority: str
    """Whom to tell."""
    events: tuple[DangerEvent, ...] = Field(min_length=1)
    """What gives rise to it."""
    duty: str
    """What to do."""
    starts: Literal["awareness", "decision"]
    """What starts the clock."""
    limit: TimeLimit | None = None
    """How long one has; null: without undue delay, and no figure."""
    abroad: Literal["yes", "no", "unknown"]
    """Whether an event in another country gives rise to it too."""
    source: str
    """Law or regulation with its article."""
    confidence: Confidence
    """How well the rule was checked."""
    note: str
    """What to know when applying it."""


class ResponseClock(Contract):
    """How long a supplier has for the steps of an 8D report."""

    starts: str
    """What starts the clock."""
    pauses: tuple[str, ...]
    """What stops it meanwhile."""
    steps: dict[int, dict[StepName, TimeLimit]]
    """Limits by severity (1 to 5) and step."""

    @model_validator(mode="after")
    def _whole(self) -> "ResponseClock":
        if set(self.steps) != {1, 2, 3, 4, 5}:
            raise ValueError("steps: severities 1 to 5 are expected, each once")
        return self


class ClockRules(Contract):
    """The content of the file."""

    reviewed_on: date
    """Day on which the rules were last looked through."""
    events: dict[DangerEvent, str]
    """What the events mean."""
    house_target: TimeLimit
    """What we hold ourselves to where the law names no figure."""
    groups: dict[str, tuple[str, ...]]
    """Names for sets of countries."""
    zones: dict[str, str]
    """Time zone of the authority by country."""
    duties: tuple[Duty, ...]
    """The duties."""
    response: ResponseClock
    """Clocks of a corrective action request."""

    @model_validator(mode="after")
    def _every_market_has_a_zone(self) -> "ClockRules":
        named = {one for duty in self.duties for one in duty.markets}
        countries = {one for name in named for one in self.groups.get(name, (name,))}
        if missing := sorted(countries - set(self.zones)):
            raise ValueError(f"zones: none for {', '.join(missing)}")
        return self


class StepDue(NamedTuple):
    """When a step of a supplier's answer falls due."""

    step: StepName
    """The step."""
    limit: Limit
    """Its limit."""
    due_at: datetime | None
    """Its last moment (UTC); none while the clock stands."""


class Clocks:
    """One version of the rules."""

    def __init__(self, rules: ClockRules, version: str) -> None:
        self.rules = rules
        """What the file says."""
        self.version = version
        """Start of the SHA-256 of the file."""

    def covers(self, country: str) -> bool:
        """Whether any rule speaks of a country."""
        return any(self._binds(duty, country) for duty in self.rules.duties)

    def duties(self, country: str, event: DangerEvent) -> tuple[Duty, ...]:
        """Duties that an event gives rise to in a country; none is no proof that there are none."""
        return tuple(
            duty
            for duty in self.rules.duties
            if event in duty.events and self._binds(duty, country)
        )

    def place(self, country: str) -> Place:
        """Clock and calendar of a country that a rule names."""
        return Place(self.rules.zones[country], country)

    def response_due(
        self, severity: int, issued_at: datetime, place: Place, pauses: Sequence[Pause] = ()
    ) -> tuple[StepDue, ...]:
        """When the steps of a supplier's answer fall due.

        Args:
            severity: of the nonconformity, 1 cosmetic to 5 danger.
            issued_at: when the request was issued (aware).
            place: whose days are counted; give the supplier's country for working days.
            pauses: times in which the clock stands.

        Raises:
            InvalidArgument: no such severity, or a time that cannot be reckoned with.
        """
        return steps_due(self.rules.response, severity, issued_at, place, pauses)

    def _binds(self, duty: Duty, country: str) -> bool:
        return any(country in self.rules.groups.get(one, (one,)) for one in duty.markets)


def steps_due(
    clock: ResponseClock,
    severity: int,
    issued_at: datetime,
    place: Place,
    pauses: Sequence[Pause] = (),
) -> tuple[StepDue, ...]:
    """When the steps of a supplier's answer fall due by one set of limits.

    A place without a country has no calendar: there every day counts as a working day, which is
    the earlier reading.

    Raises:
        InvalidArgument: no such severity, or a time that cannot be reckoned with.
    """
    steps = clock.steps.get(severity)
    if steps is None:
        raise InvalidArgument(f"severity must be 1 to 5; got {severity}")
    found = []
    for step, given in sorted(steps.items()):
        limit = given.limit()
        counted = limit
        if not place.country and limit.unit == "working_days":
            counted = limit._replace(unit="days")
        found.append(StepDue(step, limit, due_at(issued_at, counted, place, pauses)))
    return tuple(found)


@cache
def clocks() -> Clocks:
    """The rules that are shipped."""
    resource = files("services.policy") / "clocks.yaml"
    return read_clocks(resource.read_bytes(), Path("clocks.yaml"))


def read_clocks(raw: bytes, path: Path) -> Clocks:
    """Rules from the content of a file.

    Raises:
        BadArgument: it is no YAML, or not what the file must hold.
    """
    # The base loader reads scalars as text: NO is Norway here.
    rules = rules_in(raw, RuleFile("clock", path), ClockRules, yaml.BaseLoader)
    return Clocks(rules, version_of(raw))
