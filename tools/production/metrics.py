"""The metrics that can be asked for: one entry each, over the queries of `metrics.sql`.

To add one: an entry here and, if no query counts it yet, a query with the columns `first_on`, the
counts, and `excluded_*` for the rows that it leaves out.
"""

from typing import Literal, NamedTuple

from tools.names import NameKind
from tools.needs.service_record import ServiceTable

MetricKind = Literal["poisson", "binomial", "count"]
"""Events over an exposure; events among trials; a count by itself."""
TIME_DIMENSIONS = ("week", "month", "quarter", "year")
NAME_KINDS: dict[str, NameKind] = {
    "country": "country",
    "region": "region",
    "model_id": "model",
    "family": "family",
    "site_id": "site",
    "line_id": "line",
    "shift": "shift",
    "station_id": "station",
    "supplier_id": "supplier",
    "part_id": "part",
    "symptom_code": "symptom",
    "defect_code": "defect",
    "channel": "channel",
    "language": "language",
}
"""Dimensions and how their values are looked up."""
_SOLD = ("country", "region", "model_id", "family", "site_id", "line_id", "shift")
_BUILT = ("region", "site_id", "line_id", "shift", "model_id", "family")


class Count(NamedTuple):
    """A count: one column of a named query."""

    query: str
    """Name of the query."""
    column: str
    """Its column."""
    says: str
    """What is counted, in the plural."""


class Metric(NamedTuple):
    """One metric."""

    id: str
    """Name to ask by."""
    version: int
    """Raised when the definition changes."""
    says: str
    """Definition in words."""
    unit: str
    """Unit of the value."""
    kind: MetricKind
    """Which interval belongs to it."""
    events: Count
    """Numerator."""
    over: Count | None
    """Denominator; none for a plain count."""
    source: str
    """Table of the events: without a row in it nothing can be said, not even zero."""
    tables: tuple[str, ...]
    """Tables that are read."""
    dimensions: tuple[str, ...]
    """What it can be grouped and narrowed by, beside time."""
    events_only: tuple[str, ...] = ()
    """Dimensions that split the events while the denominator stays whole."""
    scale: float = 1.0
    """The value is scale times numerator over denominator."""
    watched: ServiceTable | None = None
    """Service table whose latest row ends the window: units in service after it are not watched."""
    beside: tuple[tuple[str, str], ...] = ()
    """Further counts of the numerator's query to report: column and name."""
    of_people: bool = False
    """True: small counts by country could point at a customer."""
    caution: str = ""
    """What the metric does not show."""

    @property
    def definition(self) -> str:
        """Id and version, as results cite them."""
        return f"{self.id}/{self.version}"

    @property
    def splits(self) -> tuple[str, ...]:
        """All dimensions beside time."""
        return self.dimensions + self.events_only


_IN_SERVICE = Count("units_in_service", "units", "units in service at the end of the window")
_CRUDE = (
    "It takes no account of how long units were in service: to compare young with old units ask"
    " claims_per_unit_month, or the tool claim_rate."
)
_INSPECTION_TABLES = ("inspections", "units")
_CLAIM_TABLES = ("claims", "units")

METRICS: tuple[Metric, ...] = (
    Metric(
        id="claims_per_1000_units",
        version=1,
        says="claims reported in the window per 1,000 units in service at its end",
        unit="claims per 1,000 units",
        kind="poisson",
        events=Count("claims_in_service", "claims", "claims"),
        over=_IN_SERVICE,
        source="claims",
        watched="claims",
        tables=_CLAIM_TABLES,
        dimensions=_SOLD,
        events_only=("symptom_code", "part_id"),
        scale=1000.0,
        beside=(("units_claimed", "units with at least one claim"),),
        of_people=True,
        caution=_CRUDE,
    ),
    Metric(
        id="claims_per_unit_month",
        version=1,
        says="claims reported in the window over the months that units were in service within it",
        unit="claims per 1,000 unit-months",
        kind="poisson",
        events=Count("claims_in_service", "claims", "claims"),
        over=Count("units_in_service", "unit_months", "unit-months in service"),
        source="claims",
        watched="claims",
        tables=_CLAIM_TABLES,
        dimensions=_SOLD,
        events_only=("symptom_code", "part_id"),
        scale=1000.0,
        beside=(("units_claimed", "units with at least one claim"),),
        of_people=True,
        caution="Claims of the last weeks may not be reported yet; ends of warranty are not seen.",
    ),
    Metric(
        id="claimed_unit_share",
        version=1,
        says="units built in the window with at least one claim to date, over units built",
        unit="share",
        kind="binomial",
        events=Count("units_built", "claimed", "units with a claim"),
        over=Count("units_built", "units", "units built"),
        source="claims",
        watched="claims",
        tables=_CLAIM_TABLES,
        dimensions=_BUILT,
        of_people=True,
        caution=_CRUDE,
    ),
    Metric(
        id="feedback_rate",
        version=1,
        says="feedback received in the window per 1,000 units in service at its end",
        unit="pieces per 1,000 units",
        kind="poisson",
        events=Count("feedback_received", "feedback", "pieces of feedback"),
        over=_IN_SERVICE,
        source="feedback",
        watched="feedback",
        tables=("feedback", "units"),
        dimensions=("country", "region", "model_id", "family"),
        events_only=("language", "channel"),
        scale=1000.0,
        beside=(("authors", "different authors"),),
        of_people=True,
        caution="A new channel or a campaign raises it without any change of the product.",
    ),
    Metric(
        id="no_fault_found_share",
        version=1,
        says="claims without a fault found over claims whose unit was examined",
        unit="share",
        kind="binomial",
        events=Count("claims_examined", "without_fault", "claims without a fault found"),
        over=Count("claims_examined", "examined", "examined claims"),
        source="claims",
        watched="claims",
        tables=_CLAIM_TABLES,
        dimensions=(*_SOLD, "symptom_code", "part_id"),
        of_people=True,
    ),
    Metric(
        id="first_pass_yield",
        version=1,
        says="first inspections of a unit at a station that were passed, over first inspections",
        unit="share",
        kind="binomial",
        events=Count("first_inspections", "passed", "first inspections passed"),
        over=Count("first_inspections", "inspected", "first inspections"),
        source="inspections",
        tables=_INSPECTION_TABLES,
        dimensions=(*_BUILT, "station_id"),
        caution="It is per unit and station; the yield of a line of stations is lower.",
    ),
    Metric(
        id="inspection_fail_rate",
        version=1,
        says="inspections that failed over all inspections with a verdict, repeats included",
        unit="share",
        kind="binomial",
        events=Count("inspections_judged", "failed", "failed inspections"),
        over=Count("inspections_judged", "inspected", "inspections"),
        source="inspections",
        tables=_INSPECTION_TABLES,
        dimensions=(*_BUILT, "station_id"),
        events_only=("defect_code",),
    ),
    Metric(
        id="supplier_ppm",
        version=1,
        says="pieces rejected at incoming inspection per million pieces received",
        unit="ppm",
        kind="binomial",
        events=Count("deliveries_made", "rejected", "rejected pieces"),
        over=Count("deliveries_made", "received", "received pieces"),
        source="deliveries",
        tables=("deliveries",),
        dimensions=("supplier_id", "part_id"),
        scale=1_000_000.0,
        beside=(("deliveries_inspected", "deliveries"),),
        caution="Rejects come by the lot, so the true interval is wider than this one.",
    ),
    Metric(
        id="on_time_delivery",
        version=1,
        says="deliveries made on or before the promised day over deliveries made",
        unit="share",
        kind="binomial",
        events=Count("deliveries_made", "in_time", "deliveries in time"),
        over=Count("deliveries_made", "due", "deliveries"),
        source="deliveries",
        tables=("deliveries",),
        dimensions=("supplier_id", "part_id"),
        caution="Deliveries that are still open are left out.",
    ),
    Metric(
        id="units_built",
        version=1,
        says="units built in the window; region is that of the site",
        unit="units",
        kind="count",
        events=Count("units_built", "units", "units built"),
        over=None,
        source="units",
        tables=("units",),
        dimensions=_BUILT,
    ),
    Metric(
        id="units_sold",
        version=1,
        says="units sold in the window; region is that of the market",
        unit="units",
        kind="count",
        events=Count("units_sold", "units", "units sold"),
        over=None,
        source="units",
        tables=("units",),
        dimensions=_SOLD,
    ),
)
