"""What translating a need gives: the tree from need over driver and metric to parameter."""

from datetime import date
from typing import Literal

from domain.contract import Contract
from domain.intervals import Interval
from services.metrics.records import Direction, Names, Sign, Strength, Target, Tradeoff
from services.standards.records import EditionStatus

FieldState = Literal["counted", "small", "no_data"]
"""small: one to four, which could point at a person. no_data: nothing is on record to count in."""
FamilyOrigin = Literal["given", "model", "text", "needs", "none"]
"""Who says which family. needs: only the rows of one family know what was heard. none: nobody; the
generic rows were taken."""


class MethodInForce(Contract):
    """How a metric is measured, with the edition to use."""

    designation: str
    """Standard, or the house method in words."""
    standard_id: str | None
    """Id in the standards library; null: it is not there."""
    clause: str
    """Clause or part; empty: not known."""
    edition: str | None
    """Edition to use on the day; null: none is known."""
    edition_state: EditionStatus | Literal["not_in_library"]
    """How that edition stands; not_in_library: the edition, if any, is the metric catalogue's."""


class ProductParameter(Contract):
    """What is set in design or process and moves the metric."""

    id: str
    """Id in the catalogue."""
    names: Names
    """Name by language."""
    kind: Literal["process", "design"]
    """process: set and held in production. design: fixed by drawing or firmware."""
    unit: str
    """Unit; `1` where it is counted or chosen."""
    sign: Sign
    """+: raising it raises the metric. -: it lowers it."""


class LimitedBy(Contract):
    """A standard or scheme that limits the metric or its measuring."""

    id: str
    """Id in the standards library."""
    kind: Literal["standard", "scheme"]
    """What it is."""
    name: str
    """Designation or name."""
    markets: tuple[str, ...]
    """Markets where it belongs; none: international."""


class BenchmarkValue(Contract):
    """A value of the metric on record for one model."""

    model_id: str
    """The model."""
    ours: bool
    """Whether it is one of ours."""
    value: float
    """In `unit`."""
    unit: str | None
    """Unit; null: not recorded."""
    source: str | None
    """measured, declared, teardown."""
    gap: float | None
    """This value minus our reference value; null: no reference, another unit, or the reference."""
    ratio: float | None
    """This value over our reference value; null as `gap`, or for zero and for levels (dB)."""
    better: bool | None
    """Whether it is better than our reference by the metric's direction; null: cannot be said."""


class RecordedRequirement(Contract):
    """A requirement on record for a model in question."""

    requirement_id: str
    """Its id."""
    model_id: str | None
    """The model."""
    operator: str | None
    """How the value is compared."""
    value: float | None
    """The value, in `unit`."""
    unit: str | None
    """Unit."""
    status: str | None
    """proposed, released ..."""


class NeedMetric(Contract):
    """A metric behind a need."""

    id: str
    """Id in the catalogue."""
    names: Names
    """Name by language."""
    unit: str
    """Its unit."""
    direction: Direction
    """up, down, or nominal."""
    weight: int
    """Sum over drivers of need-to-driver times driver-to-metric strength (no unit)."""
    drivers: tuple[str, ...]
    """Drivers over which it is reached, the strongest first."""
    method: MethodInForce
    """How it is measured."""
    targets: tuple[Target, ...]
    """Targets that hold in the markets asked about; none: set one from a benchmark."""
    movable: bool
    """Whether the maker can change it."""
    why_fixed: str
    """Why not, in English; empty where it can be moved."""
    parameters: tuple[ProductParameter, ...]
    """What moves it."""
    symptoms: tuple[str, ...]
    """Symptom codes by which the field tells of it."""
    limited_by: tuple[LimitedBy, ...]
    """Standards and schemes of the markets asked about."""
    tradeoffs: tuple[Tradeoff, ...]
    """What improving it does to other metrics."""
    reference_model: str | None
    """Our model whose value others are compared with; null: we have none on record."""
    benchmarks: tuple[BenchmarkValue, ...]
    """Values on record, ours first."""
    requirements: tuple[RecordedRequirement, ...]
    """Requirements on record for the models in question."""


class NeedDriver(Contract):
    """One side of a need."""

    id: str
    """Id in the catalogue."""
    names: Names
    """Name by language."""
    strength: Strength
    """How much the need depends on it: 9, 3, 1."""
    used: bool
    """Whether the metrics below come from it: chosen, or the default, or all of a clear need."""


class NeedField(Contract):
    """What the field says of the symptoms behind a need."""

    symptoms: tuple[str, ...]
    """Symptom codes of its metrics."""
    first: date
    """First day of the window."""
    last: date
    """Last day of the window."""
    models: tuple[str, ...]
    """Models counted; none: all."""
    countries: tuple[str, ...]
    """Countries counted; none: all that the asker may see."""
    claims_state: FieldState
    """Whether claims are counted."""
    claims: int | None
    """Claims reported, repeats of one unit within 30 days left out (count); null by the state."""
    unit_years: float
    """Time in service of sold units in the window (unit-years)."""
    per_thousand_unit_years: Interval | None
    """Claims per 1,000 unit-years, exact Poisson interval; null: no claims figure, no exposure."""
    feedback_state: FieldState
    """Whether feedback is counted."""
    feedback: int | None
    """Pieces of feedback that tell of a symptom (count); null by the state."""
    feedback_read: int
    """Pieces of feedback whose words were coded (count)."""


class TranslatedNeed(Contract):
    """A need and what follows from it."""

    need: str
    """Id in the catalogue."""
    names: Names
    """Name by language."""
    heard: str | None
    """Words of the text that tell of it: the asker's, untrusted; null: it was given by id."""
    ambiguous: bool
    """Whether the words fit several drivers."""
    default_driver: str | None
    """Driver assumed until the question is answered; null: the need is clear or was made clear."""
    drivers: tuple[NeedDriver, ...]
    """All its drivers, the strongest first."""
    metrics: tuple[NeedMetric, ...]
    """The weightiest first."""
    field: NeedField | None
    """What the field says; null: no symptom is known for it."""


class NeedQuestion(Contract):
    """What to ask back."""

    kind: Literal["driver", "family", "need"]
    """driver: which side of a need is meant. family: which product. need: which need."""
    need: str | None
    """The need asked about, of kind driver."""
    options: tuple[str, ...]
    """Ids to choose among."""
    option_names: dict[str, Names]
    """Name by language, by id."""
    default: str | None
    """What was taken for now; null: nothing."""


class UnknownNeed(Contract):
    """Words in which no need was recognised."""

    words: str
    """The text: the asker's, untrusted."""
    near: tuple[str, ...]
    """Ids of needs whose phrases look most like it."""


class NeedsToMetrics(Contract):
    """Needs of users as metrics, targets and parameters."""

    language: str | None
    """Language of the text (BCP 47); null: no text, or not known."""
    family: str | None
    """Product family; null: none is known."""
    family_names: Names
    """Name of the family whose rows were taken, by language."""
    rows_of: str
    """Family whose rows were taken: `GENERIC` where the catalogue has none for the product."""
    family_from: FamilyOrigin
    """Who says so."""
    models: tuple[str, ...]
    """Models in question by name; none: all of the family."""
    countries: tuple[str, ...]
    """Countries asked about; none: all."""
    markets: tuple[str, ...]
    """The same as markets of the standards library."""
    needs: tuple[TranslatedNeed, ...]
    """Own needs of the family first, in the order of the text."""
    questions: tuple[NeedQuestion, ...]
    """What to ask back; none: all was clear."""
    unknown: UnknownNeed | None
    """Set if no need was recognised in the text."""
    catalogue_version: str
    """Version of the metric catalogue."""
