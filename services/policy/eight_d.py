"""The rubric by which a supplier's 8D report is read and scored: criteria, limits and cue words."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import Field, model_validator

from domain.contract import Contract
from services.lexicon.lexicon import orders
from services.lexicon.pattern import Script, any_phrase
from services.policy.clocks import Confidence
from services.policy.rule_file import RuleFile, rules_in, version_of

CriterionName = Literal[
    "containment",
    "quantities_add_up",
    "clean_point",
    "occurrence_cause",
    "escape_cause",
    "systemic_cause",
    "explains_facts",
    "corrective_action",
    "verification",
    "read_across",
    "prevention",
]
CRITERIA: tuple[CriterionName, ...] = get_args(CriterionName)
Phrases = dict[Script, list[str]]


class Criterion(Contract):
    """What one criterion weighs."""

    weight: int = Field(ge=1, le=100)
    """Points of 100."""
    needed: bool
    """Without it the report is returned, whatever its score."""


class Enough(Contract):
    """From when on verification counts as enough."""

    pieces: int = Field(ge=1)
    """Pieces (count)."""
    days: int = Field(ge=1)
    """Window (days)."""


class Statement(Contract):
    """How long a statement is at least."""

    words: int = Field(ge=1)
    """Words in scripts with blanks (count)."""
    characters: int = Field(ge=1)
    """Characters in scripts without (count)."""


class RubricRules(Contract):
    """The content of the file."""

    reviewed_on: date
    """Day on which the rules were last looked through."""
    source: str
    """Where the criteria are from."""
    confidence: Confidence
    """How well they were checked."""
    criteria: dict[CriterionName, Criterion]
    """Criteria by name."""
    accept_from: int = Field(ge=1, le=100)
    """Score from which a report may be accepted."""
    reject_below: int = Field(ge=0, le=100)
    """Score below which it is rejected."""
    disciplines: int = Field(ge=1, le=9)
    """Disciplines that a report has at least (count)."""
    verification: Enough
    """What counts as verification."""
    statement: Statement
    """What counts as a statement."""
    cues: dict[str, Phrases]
    """Phrases by what they speak of."""
    counts: dict[str, Phrases]
    """Words for what a count of pieces is about."""
    units: dict[str, Phrases]
    """Words for units."""
    orders: Phrases
    """Orders to a machine that reads."""

    @model_validator(mode="after")
    def _whole(self) -> "RubricRules":
        if set(self.criteria) != set(CRITERIA):
            raise ValueError("criteria: each is expected once")
        if sum(one.weight for one in self.criteria.values()) != 100:
            raise ValueError("criteria: the weights are expected to add up to 100")
        return self


@dataclass(frozen=True)
class Rubric:
    """One version of the rubric; all patterns are for folded text."""

    rules: RubricRules
    """What the file says."""
    version: str
    """Start of the SHA-256 of the file."""
    cues: dict[str, re.Pattern[str]]
    """What speaks of a criterion, of people, of training, of a fix, of nothing yet."""
    counts: dict[str, re.Pattern[str]]
    """checked, good, found, scrapped, reworked."""
    units: dict[str, re.Pattern[str]]
    """pieces, days, weeks, months."""
    orders: re.Pattern[str]
    """Orders to a machine that reads, those of feedback included."""


@cache
def rubric() -> Rubric:
    """The rubric that is shipped."""
    raw = (files("services.policy") / "eight_d.yaml").read_bytes()
    # The base loader reads scalars as text: `no` and `ok` are words here.
    file = RuleFile("8D", Path("eight_d.yaml"))
    rules = rules_in(raw, file, RubricRules, yaml.CBaseLoader)
    return Rubric(
        rules=rules,
        version=version_of(raw),
        cues={name: _any(some) for name, some in rules.cues.items()},
        counts={name: _any(some) for name, some in rules.counts.items()},
        units={name: _any(some) for name, some in rules.units.items()},
        orders=re.compile(f"{_any(rules.orders).pattern}|{orders().pattern}"),
    )


def _any(phrases: Phrases) -> re.Pattern[str]:
    """A pattern that finds each phrase, in whatever script it is written."""
    return re.compile(
        "|".join(any_phrase(some, script).pattern for script, some in phrases.items())
    )
