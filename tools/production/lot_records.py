"""What a lot is traced to, as `trace_lot` shows it."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from domain.contract import Contract


class ReceivedLot(Contract):
    """One received lot, with what came of it."""

    lot_id: str
    """The lot."""
    part_id: str | None
    """Part number."""
    part_name: str | None
    """Its name."""
    supplier_id: str | None
    """Who delivered it."""
    supplier_name: str | None
    """Their name."""
    supplier_country: str | None
    """Their country (ISO 3166-1)."""
    received_at: AwareDatetime | None
    """When it was received (UTC)."""
    quantity: int | None
    """Pieces received (count)."""
    deliveries: int | None
    """Deliveries recorded for it (count); null: none, which is not zero rejects."""
    delivered_quantity: int | None
    """Pieces in those deliveries (count)."""
    rejected_quantity: int | None
    """Of these, refused at incoming inspection (count)."""
    promised_on: date | None
    """First promised day."""
    delivered_on: date | None
    """Last day of delivery."""
    units: int | None
    """Units that have a piece of it (count); null if units were not asked for."""
    pieces_not_traced: int | None
    """Received, not refused and in no unit (count): in store, scrapped, sent on or not recorded;
    null if that cannot be told."""


class SisterLot(Contract):
    """A lot of the same part and supplier, received near in time: next to be looked at."""

    lot_id: str
    """The lot."""
    part_id: str
    """Part number."""
    supplier_id: str
    """Who delivered it."""
    received_at: AwareDatetime
    """When it was received (UTC)."""
    quantity: int | None
    """Pieces received (count)."""
    days_apart: float
    """Days between its receipt and the nearest of the lots asked about."""


class LineUnits(Contract):
    """Units with the lots, by model and line."""

    model_id: str | None
    """Model."""
    site_id: str | None
    """Site."""
    line_id: str | None
    """Line."""
    units: int
    """Units (count)."""
    first_built: AwareDatetime | None
    """First of them (UTC)."""
    last_built: AwareDatetime | None
    """Last of them (UTC)."""


class CountryUnits(Contract):
    """Units with the lots, by the country they are in or are meant for."""

    country: str | None
    """Country (ISO 3166-1); null: not recorded."""
    units: int
    """Units (count)."""
    stock: int
    """Of these in stock (count)."""
    in_transit: int
    """On the way (count)."""
    sold: int
    """Sold (count)."""
    not_recorded: int
    """With neither sale nor shipment (count)."""
    claims: int | None
    """Claims on them so far (count); null: too few to be shown."""
    units_with_claim: int | None
    """Units with one claim or more (count); null: too few to be shown."""
    feedback: int | None
    """Pieces of feedback on them so far (count); null: too few to be shown."""


class PlacedUnit(Contract):
    """One unit with a piece of the lots."""

    serial: str
    """Serial number."""
    model_id: str | None
    """Model."""
    site_id: str | None
    """Site."""
    line_id: str | None
    """Line."""
    built_at: AwareDatetime | None
    """When it was built (UTC)."""
    country: str | None
    """Country it is in or is meant for (ISO 3166-1)."""
    state: Literal["stock", "in_transit", "sold", "not_recorded"]
    """Where it is now."""


class LotMove(Contract):
    """One shipment of a lot itself, as parts."""

    shipment_id: str
    """Its id."""
    lot_id: str
    """The lot."""
    shipped_at: AwareDatetime | None
    """When (UTC)."""
    from_site: str | None
    """Where from."""
    to_country: str | None
    """Where to (ISO 3166-1)."""
    status: str | None
    """stock, in_transit or sold."""


class LotUnits(Contract):
    """Where the pieces of the lots went."""

    units: int
    """Units with a piece of one or more of the lots (count)."""
    claims: int | None
    """Claims on them so far (count); null: too few in some country to be shown."""
    units_with_claim: int | None
    """Units with one claim or more (count); null: too few in some country to be shown."""
    feedback: int | None
    """Pieces of feedback on them so far (count); null: too few in some country to be shown."""
    by_line: tuple[LineUnits, ...]
    """By model, site and line, most units first."""
    by_country: tuple[CountryUnits, ...]
    """By country, most units first."""
    serials: tuple[PlacedUnit, ...]
    """The units themselves in order of serial number, up to the limit asked for."""
    lot_moves: tuple[LotMove, ...]
    """Shipments of the lots as parts, oldest first (at most 200)."""
