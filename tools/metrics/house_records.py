"""What a House of Quality is made of: the question's rows, and the result's."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.contract import Contract
from domain.qfd import SALES_POINTS, Direction, RoofSign
from services.metrics.records import Target

MOST = 60
"""Most needs, or metrics, of one house."""
Origin = Literal["given", "catalogue"]
"""given: by the asker. catalogue: from the metric catalogue."""
Name = Annotated[str, Field(min_length=1, max_length=200)]


class WeightedNeed(Contract):
    """A need and what it is worth."""

    need: Name
    """Its id in the metric catalogue, or users' words for it."""
    importance: Decimal
    """How much users want it: above 0, by custom 1 to 5."""
    current: Decimal | None = None
    """How well the product meets it today, rated on the scale of `target`; null: not rated."""
    target: Decimal | None = None
    """How well it shall; null: not rated."""
    sales_point: Decimal = SALES_POINTS[0]
    """What it adds as an argument of sale: 1, 1.2 or 1.5."""


class WishedMetric(Contract):
    """A metric that shall show whether needs are met."""

    metric: Name
    """Its id in the metric catalogue, or a name of your own."""
    unit: str | None = None
    """Unit; null: as in the catalogue."""
    direction: Direction | None = None
    """Which way it is wished; null: as in the catalogue."""


class RoofCell(Contract):
    """How the wishes of two metrics go together."""

    first: Name
    """One metric, as named in `metrics`."""
    second: Name
    """The other."""
    sign: RoofSign
    """What reaching one wish does to the other: ++ and + help, - and -- hurt."""


class HouseNeed(Contract):
    """A row of the house."""

    need: str
    """Id or words, as asked."""
    weight: float
    """Importance times target over current times sales point (no unit)."""
    weight_exact: str
    """The same as a fraction, for example `41/5`."""
    share: float
    """Of the weights of all needs, 0 to 1."""
    served: bool
    """Whether some metric serves it."""


class Benchmark(Contract):
    """A value of the metric for one model."""

    model_id: str
    """The model."""
    ours: bool
    """Whether it is one of our models."""
    value: float
    """The value, in `unit`."""
    unit: str | None
    """Its unit; null: not recorded."""
    source: str | None
    """Where it is from: measured, declared, teardown."""


class HouseMetric(Contract):
    """A column of the house."""

    metric: str
    """Id or name, as asked."""
    unit: str | None
    """Unit; null: not stated."""
    direction: Direction
    """Which way it is wished."""
    importance: float
    """Technical importance: sum over needs of weight times strength (no unit)."""
    importance_exact: str
    """The same as a fraction, for example `48` or `147/2`."""
    share: float
    """Of the technical importance of all metrics, 0 to 1."""
    rank: int
    """Place by technical importance, 1 the highest; equal ones share the better place."""
    has_need: bool
    """Whether a need stands behind it."""
    movable: bool
    """Whether the maker can change it; false: the catalogue says that it is fixed."""
    method: str | None
    """Standard or house method by which it is measured; null: none is known."""
    targets: tuple[Target, ...]
    """Targets of the catalogue with their sources; none: set one from a benchmark."""
    benchmarks: tuple[Benchmark, ...]
    """Values on record, ours first."""


class Conflict(Contract):
    """Two wishes that hurt each other."""

    first: str
    """One metric."""
    second: str
    """The other."""
    sign: Literal["-", "--"]
    """How much they hurt each other."""
    share: float
    """What both carry of the technical importance, 0 to 1."""


class HouseOfQuality(Contract):
    """Needs against metrics, reckoned exactly."""

    needs: tuple[HouseNeed, ...]
    """Rows in the order asked."""
    metrics: tuple[HouseMetric, ...]
    """Columns in the order asked, or by weight where they came from the catalogue."""
    relations: tuple[tuple[int, ...], ...]
    """Strengths 0, 1, 3, 9: one row a need, one column a metric."""
    relations_from: Origin
    """Who said how strongly metrics serve needs."""
    roof: tuple[RoofCell, ...]
    """How wishes go together."""
    roof_from: Origin
    """Who said it."""
    conflicts: tuple[Conflict, ...]
    """Wishes that hurt each other, the weightiest first: people weigh them."""
    unserved_needs: tuple[str, ...]
    """Needs that no metric serves."""
    metrics_without_need: tuple[str, ...]
    """Metrics that no need asks for."""
    csv: str
    """The house as a table (CSV by RFC 4180)."""
