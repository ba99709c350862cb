"""The rows of the metric catalogue: need, driver, metric, parameter, each with its facts' source.

A row is what its YAML file says; the fields have the files' names. A figure without a source is not
in the catalogue: then the target is set from a benchmark, by people.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.contract import Contract
from services.lexicon.lexicon import LANGUAGES

Direction = Literal["up", "down", "nominal"]
"""up: more is better. down: less is better. nominal: a fixed value is best."""
Sign = Literal["+", "-"]
"""+: raising the parameter raises the metric. -: it lowers it."""
Strength = Literal[9, 3, 1]
"""How much one depends on the other: strong, moderate, weak."""
Confidence = Literal["high", "medium", "low"]
"""high: read in a source of its own. medium: settled knowledge of the trade. low: uncertain."""
TargetKind = Literal["limit", "programme", "goal"]
"""limit: a law or standard demands it. programme: a voluntary mark does. goal: usual."""
Operator = Literal["<=", ">=", "<", ">"]


def _in_every_language(names: dict[str, str]) -> dict[str, str]:
    missing = [one for one in LANGUAGES if not names.get(one, "").strip()]
    if missing:
        raise ValueError(f"there is no name in {', '.join(missing)}")
    return names


def _of_known_languages(phrases: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(phrases) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"no word lists are read in {', '.join(unknown)}")
    return phrases


Names = Annotated[dict[str, str], AfterValidator(_in_every_language)]
"""Name by language (BCP 47), in all nine."""
Phrases = Annotated[dict[str, str], AfterValidator(_of_known_languages)]
"""Comma-separated phrases by language, written as in services/lexicon/pattern.py."""


class Method(Contract):
    """How a metric is measured."""

    standard: str
    """Designation, or the house method in words."""
    id: str | None = None
    """The same in the standards library; null: it is not there."""
    clause: str = ""
    """Clause or part; empty: not known."""
    edition: str | None = None
    """Edition, where the standards library does not hold it; null: not known."""


class Target(Contract):
    """A value to reach, with where it is from."""

    kind: TargetKind
    """Who wants it."""
    op: Operator
    """How it is compared."""
    value: float
    """In the unit of the metric."""
    markets: tuple[str, ...] = ()
    """Markets of the standards library where it holds; none: everywhere."""
    item: str | None = None
    """The test item of the standards library that says so."""
    source: str
    """Law, standard, programme or other source."""
    confidence: Confidence
    """How sure it is."""
    note: str = ""
    """Condition under which it holds."""


class Tradeoff(Contract):
    """What improving this metric does to another: a cell of the roof of the house of quality."""

    metric: str
    """The other metric."""
    sign: Sign
    """+: the other improves too. -: the other suffers."""


class Parameter(Contract):
    """What is set in design or in the process, and moves metrics."""

    id: str
    kind: Literal["process", "design"]
    """process: set and held in production. design: fixed by the drawing or the firmware."""
    unit: str
    """Unit; `1` where it is counted or chosen."""
    names: Names


class Metric(Contract):
    """A measurable property of the product that shows whether a need is met (CTQ)."""

    id: str
    """Its name, also in the hub's `benchmarks` and `requirements`."""
    names: Names
    unit: str
    direction: Direction
    method: Method
    targets: tuple[Target, ...] = ()
    """None: set from benchmark."""
    movable: bool = True
    """Whether the maker of the product can change it without another bought part."""
    why_fixed: str = ""
    """Why not."""
    parameters: dict[str, Sign] = Field(default_factory=dict)
    """What moves it, by id, and which way."""
    symptoms: tuple[str, ...] = ()
    """Symptom codes by which the field tells of it."""
    limited_by: tuple[str, ...] = ()
    """Standards and schemes of the standards library that limit it or its measuring."""
    tradeoffs: tuple[Tradeoff, ...] = ()


class Driver(Contract):
    """What makes up a need: one side of it that metrics can show."""

    id: str
    names: Names
    metrics: dict[str, Strength] = Field(min_length=1)


class Need(Contract):
    """What users want, in their words."""

    id: str
    names: Names
    phrases: Phrases
    drivers: dict[str, Strength] = Field(min_length=1)
    ambiguous: bool = False
    """Whether the words leave open which driver is meant: then one asks back."""
    default: str | None = None
    """The driver that is assumed until the answer is there; only of an ambiguous need."""
    refines: tuple[str, ...] = ()
    """Needs that say less: where the text names both, they are let go."""


class Family(Contract):
    """A product family, by the code that the hub has in `models.family`."""

    id: str
    names: Names
    phrases: Phrases
    symptoms: tuple[str, ...] = ()
    """Symptom codes that occur in it; none: all."""
