"""How a cause is named, wherever the system names one."""

from datetime import date
from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from domain.contract import Contract

Direction = Literal["low", "high", "unstable"]
Branch = Literal["man", "machine", "material", "method", "measurement", "environment"]
CauseVerdict = Literal[
    "cause_found",
    "not_identifiable",
    "undetermined",
    "no_elevated_rate",
    "seasonal",
    "reporting_artefact",
]
HypothesisStatus = Literal["supported", "refuted", "untested"]


class Attribute(Contract):
    """A value of a dated unit attribute, such as a firmware version."""

    name: str
    """Name in `unit_attributes`."""
    value: str
    """Its value."""


class Threshold(Contract):
    """A further characteristic that must hold too."""

    characteristic_id: str
    """The measured characteristic."""
    direction: Direction
    """On which side of the threshold the rate is raised."""
    threshold: float | None = None
    """The value beyond which the rate changes, in the characteristic's unit."""


class Condition(Contract):
    """A set of facts that all hold for the affected units; keys without a value are left out."""

    supplier_id: str | None = None
    """The company that delivered the part."""
    part_id: str | None = None
    """The purchased part number."""
    lot_ids: tuple[str, ...] | None = None
    """Received lots."""
    received_from: date | None = None
    """First receipt date of the lots."""
    received_to: date | None = None
    """Last receipt date of the lots."""
    site_id: str | None = None
    """The factory."""
    line_id: str | None = None
    """The production line."""
    station_id: str | None = None
    """The station."""
    shift: str | None = None
    """The shift."""
    characteristic_id: str | None = None
    """A measured characteristic."""
    direction: Direction | None = None
    """On which side of the threshold the rate is raised."""
    threshold: float | None = None
    """The value beyond which the rate changes, in the characteristic's unit."""
    also: tuple[Threshold, ...] | None = None
    """Further characteristics that must hold too."""
    attribute: Attribute | None = None
    """A unit attribute."""
    change_id: str | None = None
    """A recorded process change."""
    built_from: date | None = None
    """First build date."""
    built_to: date | None = None
    """Last build date."""
    model_id: tuple[str, ...] | None = None
    """Product models."""
    country: tuple[str, ...] | None = None
    """Markets."""
    channel: str | None = None
    """Feedback channel: an artefact of reporting, not a cause in the product."""

    @model_serializer(mode="wrap")
    def _without_empty_keys(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in write(self).items() if value is not None}


class RankedCause(Contract):
    """One candidate of the screening, best first."""

    condition: Condition
    """What the affected units have in common."""
    rate_ratio: float
    """Failure rate of the units that meet the condition over that of the others."""
    interval: tuple[float, float | None]
    """95 % interval of the ratio; no upper end where none exists."""
    p_value: float
    """Exact two-sided p-value of the ratio."""
    q_value: float
    """The same after correction for every candidate tested (family-wise, by resampling)."""
    units: int
    """Units that meet the condition (count)."""
    failures: int
    """Failures among them (count)."""
    share_of_excess: float
    """Share of the failures beyond the baseline that the condition accounts for, 0 to 1."""
    branch_5m1e: Branch
    """Branch of the cause and effect diagram."""
    ruled_out: bool
    """True if another candidate explains it."""
    because: str
    """Why it stands, or why it was ruled out."""
    evidence: tuple[str, ...]
    """Evidence ids."""


class Hypothesis(Contract):
    """A line of the hypothesis ledger."""

    statement: str
    """What would have to be true."""
    branch: Branch
    """Branch of the cause and effect diagram."""
    status: HypothesisStatus
    """What the tests made of it."""
    predicts: str | None = None
    """What a test should have shown if it held; null: none was made."""
    evidence: tuple[str, ...] = ()
    """Evidence ids of the tests."""
