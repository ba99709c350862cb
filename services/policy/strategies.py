"""What a rating band means for the business with a supplier: measures, clauses, terms as data."""

from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, model_validator

from domain.contract import Contract
from domain.scorecard import BANDS, Band
from services.policy.clocks import Confidence
from services.policy.rule_file import RuleFile, rules_in, version_of

MeasureName = Literal[
    "increase_share",
    "hold_share",
    "reduce_share",
    "reduced_inspection",
    "normal_inspection",
    "tightened_inspection",
    "ship_to_stock",
    "improvement_plan",
    "controlled_shipping",
    "no_new_business",
]
Clause = Literal[
    "quality_agreement",
    "ship_to_stock_agreement",
    "controlled_shipping_clause",
    "corrective_action_clause",
    "volume_clause",
]


class BandStrategy(Contract):
    """What one band means."""

    measures: tuple[MeasureName, ...] = Field(min_length=1)
    """Measures, the most important first."""


class StrategyRules(Contract):
    """The content of the file."""

    reviewed_on: date
    """Day on which the rules were last looked through."""
    source: str
    """Where they are from."""
    confidence: Confidence
    """How well they were checked."""
    bands: dict[Band, BandStrategy]
    """What each band means."""
    not_for_single_source: tuple[MeasureName, ...]
    """Measures that a second source has to come before."""
    clauses: dict[MeasureName, Clause]
    """What the contract has to allow, by measure."""
    source_days: int = Field(ge=1)
    """Days within which another supplier's delivery makes it a source (days)."""
    effective_days: int = Field(ge=0)
    """From the proposal to the first day of a new band (days)."""
    appeal_days: int = Field(ge=1)
    """From the proposal to the last day of an appeal (days)."""

    @model_validator(mode="after")
    def _every_band(self) -> "StrategyRules":
        if set(self.bands) != set(BANDS):
            raise ValueError("bands: A, B, C and D are expected")
        return self


class Strategies(NamedTuple):
    """One version of the rules."""

    rules: StrategyRules
    """What the file says."""
    version: str
    """Start of the SHA-256 of the file."""


@cache
def strategies() -> Strategies:
    """The rules that are shipped."""
    raw = (files("services.policy") / "strategies.yaml").read_bytes()
    rules = rules_in(raw, RuleFile("strategy", Path("strategies.yaml")), StrategyRules)
    return Strategies(rules, version_of(raw))
