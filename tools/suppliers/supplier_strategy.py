"""What follows from a supplier's band for the business with it, and may a band be changed?"""

from datetime import date, timedelta
from typing import Any, Literal

from domain.contract import Contract
from domain.records.evidence import Note
from domain.records.finding import SupplierVerdict
from domain.records.proposal import ChangeRatingBand
from domain.scorecard import BANDS, Band
from services.messaging.rendering import render
from services.messaging.settings import Sender
from services.messaging.supplier_contents import Measure, RatingChange, Supplier
from services.policy.clocks import Confidence
from services.policy.strategies import Clause, MeasureName, strategies
from tools.suppliers.master import Master, supplier_named
from tools.suppliers.supplier_cards import SupplierCard
from tools.suppliers.supplier_scorecard import SupplierScorecardQuery, supplier_scorecard
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

NO_BAND = "–"
"""Stands in a letter for a band that there was not."""
Change = Literal["none", "first", "step", "safety", "too_few", "internal"]


class SupplierStrategyQuery(Contract):
    """Which supplier."""

    supplier: str
    """Supplier code or name."""
    last_on: date | None = None
    """Last day of the newest rating period; null: the as-of date."""


class StrategyMeasure(Contract):
    """One measure that a band asks for."""

    measure: MeasureName
    """The measure."""
    clause: Clause | None
    """What the contract has to allow; null: nothing of its own."""
    blocked: bool
    """Whether a second source has to come first."""


class SourcedPart(Contract):
    """A part that the supplier delivers."""

    part_id: str
    """The part."""
    last_received_on: date | None
    """Last day on which the supplier delivered it."""
    single_source: bool
    """Whether nobody else delivered it within the window of the rule."""
    former: tuple[str, ...]
    """Others that delivered it before that window."""


class SupplierStrategy(Contract):
    """A supplier's band and what follows."""

    supplier_id: str
    """Supplier code."""
    status: Literal["rated", "too_few", "internal"]
    """Whether a band can be said at all."""
    band: Band | None
    """Band by the rules after the newest period; null: none."""
    band_in_force: Band | None
    """Band that a person approved; null: none, or it cannot be seen here."""
    toward: Literal["worse", "better"] | None
    """Where the newest periods point without having moved the band yet."""
    capped: bool
    """Whether a danger holds the band down."""
    verdict: SupplierVerdict | None
    """Whether it gets worse; null: it is no supplier."""
    strategy_of: Band | None
    """The band that the measures are of: the one in force, else the one by the rules."""
    measures: tuple[StrategyMeasure, ...]
    """What that band asks for."""
    parts: tuple[SourcedPart, ...]
    """Parts that it delivers."""
    single_source: tuple[str, ...]
    """Parts of which it is the only source."""
    change: Change
    """Whether the band in force should change: first band, one step, at once for a danger, or none;
    too_few and internal: no band is said."""
    new_band: Band | None
    """The band that would be proposed; null: none."""
    payload: dict[str, Any] | None
    """Payload of `change_rating_band`, for `propose_action`; null: nothing to change."""
    appeal_until: date | None
    """Last day on which the supplier may appeal; null: nothing to change."""
    rules_version: str
    """Version of the strategy rules."""
    source: str
    """Where they are from."""
    confidence: Confidence
    """How well they were checked."""


@tool(effect="read", version=1)
def supplier_strategy(
    query: SupplierStrategyQuery, context: ToolContext
) -> Found[SupplierStrategy]:
    """What does a supplier's band mean for the business with it, and should the band change?

    Call it for share, inspection, new business and sources, and for the payload of a band change,
    which `propose_action` proposes and a person approves. For the figures behind the band call
    `supplier_scorecard`; one bad lot is no reason to drop anybody.

    Raises:
        UnknownName: the hub has no such supplier.
        NoData: no delivery of it is recorded.
    """
    supplier = supplier_named(context, query.supplier)
    asked = SupplierScorecardQuery(suppliers=(supplier.id,), last_on=query.last_on)
    found = supplier_scorecard.function(asked, context)
    (card,), last_on = found.result.suppliers, found.result.last_on
    parts = _parts(context, supplier.id, last_on)
    change, new_band = _change(card)
    rules, version = strategies()
    of = card.rating.band_in_force or (card.rating.band if card.rating.status == "rated" else None)
    single = tuple(one.part_id for one in parts if one.single_source)
    signed = context.services.sender
    payload = _payload(supplier, card, new_band, last_on, signed) if new_band else None
    result = SupplierStrategy(
        supplier_id=supplier.id,
        status=card.rating.status,
        band=card.rating.band,
        band_in_force=card.rating.band_in_force,
        toward=card.rating.toward,
        capped=card.rating.capped,
        verdict=card.outlook.verdict if card.outlook else None,
        strategy_of=of,
        measures=_measures(of, bool(single)),
        parts=parts,
        single_source=single,
        change=change,
        new_band=new_band,
        payload=payload.model_dump(mode="json") if payload else None,
        appeal_until=last_on + timedelta(days=rules.appeal_days) if payload else None,
        rules_version=version,
        source=rules.source,
        confidence=rules.confidence,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=(*found.warnings, *_warnings(result)),
        excluded=found.excluded,
    )


def _parts(context: ToolContext, supplier_id: str, last_on: date) -> tuple[SourcedPart, ...]:
    """The supplier's parts, and who else delivers them."""
    since = last_on - timedelta(days=strategies().rules.source_days)
    days: dict[str, dict[str, date | None]] = {}
    for row in context.snapshot.query("parts_by_source", supplier_id=supplier_id).dicts():
        days.setdefault(row["part_id"], {})[row["supplier_id"]] = row["last_received_on"]
    told = []
    for part_id, by in sorted(days.items()):
        others = {name: day for name, day in by.items() if name != supplier_id}
        active = [name for name, day in others.items() if day is not None and day > since]
        told.append(
            SourcedPart(
                part_id=part_id,
                last_received_on=by.get(supplier_id),
                single_source=not active,
                former=tuple(sorted(set(others) - set(active))),
            )
        )
    return tuple(told)


def _change(card: SupplierCard) -> tuple[Change, Band | None]:
    """Whether the band in force should change: one step at a time, at once for a danger."""
    rating = card.rating
    if rating.status == "internal":
        return "internal", None
    if rating.band is None or (rating.status == "too_few" and not rating.capped):
        return "too_few", None
    if rating.band_in_force is None:
        return "first", rating.band
    here, there = BANDS.index(rating.band_in_force), BANDS.index(rating.band)
    if here == there:
        return "none", None
    if rating.capped and there > here:
        return "safety", rating.band
    return "step", BANDS[here + (1 if there > here else -1)]


def _measures(band: Band | None, single_source: bool) -> tuple[StrategyMeasure, ...]:
    rules = strategies().rules
    return tuple(
        StrategyMeasure(
            measure=one,
            clause=rules.clauses.get(one),
            blocked=single_source and one in rules.not_for_single_source,
        )
        for one in (rules.bands[band].measures if band else ())
    )


def _payload(
    supplier: Master, card: SupplierCard, band: Band, last_on: date, sender: Sender
) -> ChangeRatingBand:
    rating, rules = card.rating, strategies().rules
    newest = rating.periods[-1]
    figures = [Measure(name="ppm", value=newest.ppm)] if newest.ppm is not None else []
    if newest.on_time is not None:
        figures.append(Measure(name="on_time_delivery", value=newest.on_time))
    letter = RatingChange(
        supplier=Supplier(id=supplier.id, name=supplier.name),
        sender=sender,
        case_id=f"{supplier.id}-{last_on:%Y%m%d}",
        old_band=rating.band_in_force or NO_BAND,
        new_band=band,
        effective_on=last_on + timedelta(days=rules.effective_days),
        window_from=newest.first_on,
        window_to=newest.last_on,
        measures=tuple(figures),
        appeal_until=last_on + timedelta(days=rules.appeal_days),
    )
    reasons = [f"{one.name}={one.value:.6g}" for one in figures]
    reasons += [f"score={newest.score.points:.1f}"] if newest.score else []
    reasons += ["danger"] if rating.capped else []
    reasons.append(f"window={newest.first_on}/{newest.last_on}")
    return ChangeRatingBand(
        supplier_id=supplier.id,
        band_before=rating.band_in_force,
        band=band,
        reasons=tuple(reasons),
        letter=render("rating_change", supplier.language, letter).letter,
    )


def _warnings(result: SupplierStrategy) -> tuple[Note, ...]:
    notes = [Note(code="person_decides", text="a band is changed by a named person only")]
    if result.single_source:
        text = f"only source of {', '.join(result.single_source)[:200]}: a second one comes first"
        notes.append(Note(code="single_source", text=text))
    if any(one.clause for one in result.measures):
        text = "the contract has to allow these measures; the hub does not hold contracts"
        notes.append(Note(code="contract", text=text))
    return tuple(notes)


def _summary(result: SupplierStrategy) -> str:
    band = result.strategy_of or "no band"
    said = f"{result.supplier_id}: {band} ({result.status.replace('_', ' ')})"
    if result.measures:
        said += f", {', '.join(one.measure.replace('_', ' ') for one in result.measures)}"
    if result.new_band:
        said += f"; change {result.band_in_force or 'none'} to {result.new_band} to be approved"
    if result.single_source:
        said += f"; only source of {len(result.single_source)} parts"
    return said + "."
