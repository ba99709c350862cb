"""The card of each supplier: what it delivered, how it is rated, whether it gets worse."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from domain.contract import Contract
from domain.scorecard import Band, Score
from services.policy.suppliers import SupplierPolicy
from tools.suppliers.delivery_measures import DeliveryMeasures, measures_of
from tools.suppliers.delivery_rows import Deliveries, Window
from tools.suppliers.lot_readings import LotReadings
from tools.suppliers.open_scars import Book
from tools.suppliers.supplier_field import FieldClaims
from tools.suppliers.supplier_rating import Rating, Signed, internal_rating, rating_of, scored
from tools.suppliers.supplier_signs import Outlook, outlook_of, spans
from tools.tool import ToolContext

FEWEST_RANKED = 2
DANGER = 5
"""Severity of a SCAR that stands for a confirmed danger."""
Unrecorded = Literal[
    "rejects",
    "promises",
    "deliveries_in_window",
    "genealogy",
    "supplier_detected_share",
    "corrective_actions",
]


class SupplierCard(Contract):
    """One supplier."""

    supplier_id: str
    """Supplier code."""
    name: str | None
    """Its name; null: not recorded."""
    measures: DeliveryMeasures
    """Its deliveries of the window."""
    score: Score | None
    """What the window's figures score; null: too few deliveries in it, or no supplier."""
    rank: int | None
    """Place among the suppliers of this answer with a score, by it; null: not ranked."""
    rating: Rating
    """Where it stands by the rules; periods end with the window."""
    outlook: Outlook | None
    """Whether it gets worse; null: it is no supplier."""
    field: FieldClaims | None
    """Claims of the window on its parts; null: no unit is recorded with one."""
    open_scars: int | None
    """SCARs in force (count); null: the ledger cannot be read here."""
    not_recorded: tuple[Unrecorded, ...]
    """What a scorecard should show and the hub does not hold. supplier_detected_share: what the
    supplier finds at its own gates is not recorded."""


class Material(NamedTuple):
    """What cards are made from."""

    rows: Deliveries
    """Deliveries over all spans."""
    readings: LotReadings
    """Readings by lots."""
    field: dict[str, FieldClaims]
    """Claims by supplier."""
    book: Book | None
    """What the ledger knows; none: it cannot be read here."""
    names: dict[str, str | None]
    """Names by supplier."""


def names_of(context: ToolContext, suppliers: list[str] | None) -> dict[str, str | None]:
    """Names by supplier code."""
    return dict(context.snapshot.query("suppliers_called", suppliers=suppliers).values)


def cards(
    suppliers: Iterable[str], made_from: Material, window: Window, policy: SupplierPolicy
) -> tuple[SupplierCard, ...]:
    """The cards of suppliers, with their ranks among each other; the best first."""
    found = sorted((_card(one, made_from, window, policy) for one in suppliers), key=_order)
    if sum(card.score is not None for card in found) < FEWEST_RANKED:
        return tuple(found)
    return tuple(
        card.model_copy(update={"rank": place if card.score else None})
        for place, card in enumerate(found, start=1)
    )


def _card(
    supplier: str, made_from: Material, window: Window, policy: SupplierPolicy
) -> SupplierCard:
    rows, name = made_from.rows.of(supplier), made_from.names.get(supplier)
    internal = policy.is_internal(supplier, name)
    measures = measures_of(rows, window)
    rules = policy.rules.deterioration
    signed = _signed(supplier, made_from.book)
    field = made_from.field.get(supplier)
    return SupplierCard(
        supplier_id=supplier,
        name=name,
        measures=measures,
        score=None if internal else scored(measures, policy),
        rank=None,
        rating=internal_rating() if internal else rating_of(rows, window.last_on, policy, signed),
        outlook=None
        if internal
        else outlook_of(rows, made_from.readings.of(supplier), spans(window, rules), rules),
        field=field,
        open_scars=len(made_from.book.scars_of(supplier)) if made_from.book else None,
        not_recorded=_not_recorded(measures, field, made_from.book),
    )


def _signed(supplier: str, book: Book | None) -> Signed:
    """Band in force and dangers of a supplier; another word than a band of ours is no band."""
    if book is None:
        return Signed(None, ())
    said = book.bands.get(supplier, {}).get("band")
    known: tuple[Band, ...] = get_args(Band)
    scars = book.scars_of(supplier)
    return Signed(
        next((band for band in known if band == said), None),
        tuple(one.since.date() for one in scars if one.terms and one.terms.severity >= DANGER),
    )


def _not_recorded(
    measures: DeliveryMeasures, field: FieldClaims | None, book: Book | None
) -> tuple[Unrecorded, ...]:
    missing: tuple[tuple[bool, Unrecorded], ...] = (
        (measures.deliveries == 0, "deliveries_in_window"),
        (measures.deliveries > 0 and measures.ppm is None, "rejects"),
        (measures.deliveries > 0 and measures.on_time is None, "promises"),
        (field is None, "genealogy"),
        (True, "supplier_detected_share"),
        (book is None, "corrective_actions"),
    )
    return tuple(name for holds, name in missing if holds)


def _order(card: SupplierCard) -> tuple[bool, float, str]:
    score = card.score
    return (score is None, -score.points if score else 0.0, card.supplier_id)
