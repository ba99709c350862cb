"""What a suspect condition reaches, as `recall_scope` shows it."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from domain.contract import Contract
from domain.records.cause import Condition

UnitState = Literal["stock", "in_transit", "sold", "not_recorded"]
STATES: tuple[UnitState, ...] = ("stock", "in_transit", "sold", "not_recorded")


class StateScope(Contract):
    """Units in one state."""

    state: UnitState
    """stock, in_transit, sold, or not_recorded: with neither sale nor shipment."""
    units: int | None
    """Units that meet the condition (count); null: too few to be shown."""
    possible: int
    """Further units that may (count)."""


class CountryScope(Contract):
    """Units in one country, or meant for it."""

    country: str | None
    """Country (ISO 3166-1 alpha-2); null: not recorded."""
    units: int | None
    """Units that meet the condition (count); null: the number sold could be worked out."""
    stock: int
    """Of these in stock (count)."""
    in_transit: int
    """On the way (count)."""
    sold: int | None
    """Sold (count); null: too few to be shown."""
    not_recorded: int
    """With neither sale nor shipment (count)."""
    possible: int
    """Further units that may meet the condition (count)."""


class ModelScope(Contract):
    """Units of one model."""

    model_id: str
    """Model."""
    units: int | None
    """Units that meet the condition (count); null: the number sold could be worked out."""
    stock: int
    """Of these in stock (count)."""
    in_transit: int
    """On the way (count)."""
    sold: int | None
    """Sold (count); null: too few to be shown."""
    not_recorded: int
    """With neither sale nor shipment (count)."""
    possible: int
    """Further units that may meet the condition (count)."""
    first_built: AwareDatetime
    """First of the units and of those that may be (UTC)."""
    last_built: AwareDatetime
    """Last of them (UTC)."""


class LooseLot(Contract):
    """A suspect lot and what is left of it beside what was built in."""

    lot_id: str
    """The lot."""
    part_id: str | None
    """Part number."""
    supplier_id: str | None
    """Who delivered it."""
    received_at: AwareDatetime | None
    """When it was received (UTC)."""
    certain: bool
    """False: part, supplier or receipt is not recorded, so the lot only may meet the condition."""
    quantity: int | None
    """Pieces received (count)."""
    rejected_quantity: int | None
    """Of these refused at incoming inspection (count); null: no delivery is recorded."""
    built_in: int | None
    """Units that have a piece of it (count); null: not all regions are seen."""
    pieces_left: int | None
    """Received, not refused and in no unit (count): in store, scrapped, sent on or in a unit
    without genealogy; null: quantity is not recorded, or not all regions are seen."""


class RecallScope(Contract):
    """Units and loose pieces that a suspect condition reaches."""

    condition: Condition
    """The condition."""
    units: int | None
    """Units that certainly meet it (count); null: too few were sold to be shown."""
    possible: int
    """Further units of which too little is recorded to rule them out (count)."""
    at_most: int | None
    """Both together (count)."""
    by_state: tuple[StateScope, ...]
    """By state: stock, in transit, sold, not recorded."""
    by_country: tuple[CountryScope, ...]
    """By country, most units first."""
    by_model: tuple[ModelScope, ...]
    """By model, most units first."""
    first_built: AwareDatetime | None
    """First build of the units and of those that may be (UTC)."""
    last_built: AwareDatetime | None
    """Last build of them (UTC)."""
    lots: int
    """Suspect lots (count); 0 where the condition speaks of no lots."""
    first_received: date | None
    """First receipt of the lots."""
    last_received: date | None
    """Last receipt of the lots."""
    loose_pieces: int | None
    """Pieces of the lots in no unit, as far as quantities are recorded (count); null: unknown."""
    loose_lots: tuple[LooseLot, ...]
    """The lots, most pieces left first (at most 200)."""
