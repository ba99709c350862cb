"""How grave is the danger? Severity and probability on the matrix, and what would change it."""

from typing import Literal

from pydantic import Field, model_validator

from domain.contract import Contract
from domain.intervals import Interval, binomial_interval
from domain.records.evidence import Note
from domain.risk import (
    BANDS,
    MOST_SEVERE,
    RISK_LEVELS,
    VULNERABLE_STEP,
    RiskLevel,
    Variation,
    band_of,
    risk_level,
    scenario_probability,
    sensitivity,
    turning_points,
    worst,
)
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

MOST_STEPS = 12


class ScenarioStep(Contract):
    """One step on the way to the harm; say its probability, or what it was counted from."""

    says: str = Field(min_length=1, max_length=300)
    """What has to happen, for example `the board overheats`."""
    probability: float | None = Field(default=None, ge=0, le=1)
    """Its probability, given the steps before it, 0 to 1."""
    events: int | None = Field(default=None, ge=0)
    """Or: how often it was seen (count), for example units with a claim."""
    out_of: int | None = Field(default=None, ge=1)
    """Of how many (count), for example units of `recall_scope` that were sold."""
    evidence: str | None = None
    """Evidence id that the counts come from."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "ScenarioStep":
        counted = self.events is not None and self.out_of is not None
        half = (self.events is None) != (self.out_of is None)
        if half or counted == (self.probability is not None):
            raise ValueError("give either probability, or events with out_of")
        if self.events is not None and self.out_of is not None and self.events > self.out_of:
            raise ValueError("events cannot exceed out_of")
        return self


class RiskAssessmentQuery(Contract):
    """The harm, the way to it, and who may be hurt."""

    severity: int = Field(ge=1, le=MOST_SEVERE)
    """Gravest injury of the scenario: 1 first aid, 2 a visit to a doctor, 3 hospital or lasting
    harm, 4 death or loss of a limb or a sense."""
    steps: tuple[ScenarioStep, ...] = Field(min_length=1, max_length=MOST_STEPS)
    """The way from the defect to the harm; the probability is the product of the steps."""
    vulnerable_users: bool = False
    """Whether children, old or disabled people may use the product or be near it."""


class AssessedStep(Contract):
    """A step with its probability."""

    says: str
    """What has to happen."""
    probability: float
    """Its probability, 0 to 1; of counts without events the upper bound of the interval."""
    interval: Interval | None
    """Exact 95 % interval, where it was counted."""
    evidence: str | None
    """Evidence id that the counts come from."""


class RiskScenario(Contract):
    """One scenario on the matrix."""

    says: Literal["as_stated", "vulnerable_users"]
    """as_stated, or the same accident to somebody vulnerable: one step graver."""
    severity: int
    """Severity, 1 to 4."""
    level: RiskLevel
    """Its level."""


class RiskVariation(Contract):
    """The level after one step of one input."""

    says: str
    """What is changed."""
    severity: int
    """Severity then."""
    band: str
    """Probability then."""
    level: RiskLevel
    """Level then."""


class RiskAssessment(Contract):
    """Where the danger stands on the matrix, how sure that is, and what would change it."""

    level: RiskLevel
    """Level of the gravest scenario."""
    probability: float
    """Probability of the scenario, 0 to 1."""
    probability_low: float
    """The same with the lower bounds of what was counted."""
    probability_high: float
    """The same with the upper bounds of what was counted."""
    band: str
    """Its band on the matrix."""
    steps: tuple[AssessedStep, ...]
    """The steps."""
    scenarios: tuple[RiskScenario, ...]
    """The scenarios, the gravest first."""
    lowest: RiskLevel
    """Lowest level within the bounds of the counts, or one band and one severity away."""
    highest: RiskLevel
    """Highest level within the same."""
    variations: tuple[RiskVariation, ...]
    """The gravest scenario after one step of one input."""
    rises_above: float | None
    """Probability beyond which the gravest scenario is a level higher; null: it is at its top."""
    falls_at: float | None
    """Probability at which it is a level lower; null: it is at its bottom."""
    decision: Literal["a_person_decides"] = "a_person_decides"
    """What to do is decided by a named person; a low level is no decision against measures."""


@tool(effect="read", version=1)
def risk_assessment(query: RiskAssessmentQuery, context: ToolContext) -> Found[RiskAssessment]:
    """How grave is a danger on the EU risk matrix, and how would the level change?

    Call it when a report of danger is credible, with probabilities that are known or counts from
    `recall_scope` and `claim_rate`. It prepares a decision and never makes one: whether to recall
    is decided by a named person. For what must be reported by when call `legal_clocks`.
    """
    del context  # the matrix is the same for every reader
    steps = tuple(_assessed(step) for step in query.steps)
    probability = scenario_probability([step.probability for step in steps])
    low, high = (scenario_probability(bound) for bound in zip(*map(_bounds, steps), strict=True))
    scenarios = _scenarios(query, probability)
    severity = scenarios[0].severity
    near = sensitivity(severity, probability)
    turning = turning_points(severity, probability)
    reached = [near.lowest, near.highest, *(risk_level(severity, one) for one in (low, high))]
    result = RiskAssessment(
        level=scenarios[0].level,
        probability=probability,
        probability_low=low,
        probability_high=high,
        band=_band(band_of(probability)),
        steps=steps,
        scenarios=scenarios,
        lowest=min(reached, key=RISK_LEVELS.index),
        highest=worst(reached),
        variations=tuple(_variation(one, severity, probability) for one in near.single),
        rises_above=turning.rises_above,
        falls_at=turning.falls_at,
    )
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(query, result)
    )


def _assessed(step: ScenarioStep) -> AssessedStep:
    if step.events is None or step.out_of is None:
        assert step.probability is not None
        probability, interval = step.probability, None
    else:
        interval = binomial_interval(step.events, step.out_of)
        known = step.events / step.out_of
        probability = known if step.events else (interval.high or 0.0)
    return AssessedStep(
        says=step.says, probability=probability, interval=interval, evidence=step.evidence
    )


def _bounds(step: AssessedStep) -> tuple[float, float]:
    if step.interval is None:
        return step.probability, step.probability
    high = step.interval.high
    return step.interval.low, 1.0 if high is None else high


def _scenarios(query: RiskAssessmentQuery, probability: float) -> tuple[RiskScenario, ...]:
    stated = query.severity
    found = [RiskScenario(says="as_stated", severity=stated, level=risk_level(stated, probability))]
    if query.vulnerable_users:
        graver = min(stated + VULNERABLE_STEP, MOST_SEVERE)
        level = risk_level(graver, probability)
        found.insert(0, RiskScenario(says="vulnerable_users", severity=graver, level=level))
    return tuple(found)


def _variation(one: Variation, severity: int, probability: float) -> RiskVariation:
    place = band_of(probability)
    if one.band != place:
        says = "probability one band up" if one.band < place else "probability one band down"
    else:
        says = "severity one step up" if one.severity > severity else "severity one step down"
    return RiskVariation(says=says, severity=one.severity, band=_band(one.band), level=one.level)


def _band(place: int) -> str:
    above = BANDS[place].above
    lower = f"more than {above:g}" if above > 0 else ""
    upper = f"at most {BANDS[place - 1].above:g}" if place else ""
    return ", ".join(part for part in (lower, upper) if part)


def _warnings(query: RiskAssessmentQuery, result: RiskAssessment) -> tuple[Note, ...]:
    notes = [
        Note(code="a_person_decides", text="this prepares a decision; a named person makes it")
    ]
    if any(step.events == 0 for step in query.steps):
        text = "a step was never seen: its upper bound is taken, for not seen is not impossible"
        notes.append(Note(code="no_events", text=text))
    if result.lowest != result.highest:
        text = f"one step of an input moves the level between {result.lowest} and {result.highest}"
        notes.append(Note(code="sensitive", text=text))
    if query.vulnerable_users:
        text = "vulnerable users are a scenario of their own, one step graver; it sets the level"
        notes.append(Note(code="vulnerable_users", text=text))
    return tuple(notes)


def _summary(result: RiskAssessment) -> str:
    first = result.scenarios[0]
    who = " for vulnerable users" if first.says == "vulnerable_users" else ""
    counted = ""
    if result.probability_low != result.probability_high:
        counted = f" [{result.probability_low:.2g}, {result.probability_high:.2g}]"
    turn = f"; higher above {result.rises_above:g}" if result.rises_above is not None else ""
    return (
        f"Risk {result.level}{who}: severity {first.severity}, probability"
        f" {result.probability:.2g}{counted}; from {result.lowest} to {result.highest} within one"
        f" step of the inputs{turn}. A named person decides."
    )
