"""What suppliers deliver and where they stand, as claims: verdict first, then what shows it."""

from typing import Any

from agents.drafting.claims import Sheet, count, measured, names, percent, percent_of
from domain.records.answer import SupplierAnswer
from domain.records.claim import Chance, Day, Fact, Measure, Names, Term
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from tools.suppliers.delivery_measures import ShareFigure
from tools.suppliers.supplier_cards import SupplierCard
from tools.suppliers.supplier_comparison import SupplierComparison
from tools.suppliers.supplier_scorecard import SupplierScorecard
from tools.suppliers.supplier_signs import EarlySign, Outlook

FULLY_TOLD = 3
"""Suppliers up to which each is told with its signs; of more, only rank and figures (count)."""
MOST_TOLD = 8


def draft_scorecard(evidence: Evidence, sheet: Sheet) -> tuple[SupplierAnswer, ...]:
    """Add the cards of an answer to the sheet."""
    found = SupplierScorecard.model_validate(evidence.result)
    few = len(found.suppliers) <= FULLY_TOLD
    cards = found.suppliers if few else _foremost(found.suppliers)
    for card in cards[:MOST_TOLD]:
        if card.outlook is not None:
            _outlook(card, card.outlook, evidence, sheet, headline=few)
            for sign in card.outlook.signs if few else ():
                _sign(card, sign, evidence, sheet)
        _delivered(card, found, evidence, sheet)
        _band(card, found, evidence, sheet, headline=few)
    for pair in found.comparisons:
        _compared(pair, evidence, sheet)
    return tuple(
        SupplierAnswer(
            supplier_id=card.supplier_id, verdict=card.outlook.verdict, evidence=(evidence.id,)
        )
        for card in found.suppliers
        if card.outlook is not None
    )


def _foremost(cards: tuple[SupplierCard, ...]) -> tuple[SupplierCard, ...]:
    """Those that get worse first, then the lowest scores, then those that cannot be rated."""

    def order(card: SupplierCard) -> tuple[bool, bool, float]:
        worse = card.outlook is not None and card.outlook.verdict == "deteriorating"
        return not worse, card.score is None, card.score.points if card.score else 0.0

    return tuple(sorted(cards, key=order))


def _outlook(
    card: SupplierCard, outlook: Outlook, evidence: Evidence, sheet: Sheet, *, headline: bool
) -> None:
    facts: dict[str, Fact] = {
        "supplier": _called(card),
        "outlook": Term(group="supplier_verdict", value=outlook.verdict),
        "recent_from": Day(value=outlook.recent_from),
        "recent_to": Day(value=outlook.recent_to),
        "reference_from": Day(value=outlook.reference_from),
        "reference_to": Day(value=outlook.reference_to),
    }
    told: Verdict = "undetermined" if outlook.verdict == "undetermined" else "supported"
    sheet.add(
        "supplier_outlook", facts, (evidence,), verdict=told, headline=headline,
        population=f"deliveries of {card.supplier_id}",
        window=(outlook.recent_from, outlook.recent_to),
    )  # fmt: skip


def _sign(card: SupplierCard, sign: EarlySign, evidence: Evidence, sheet: Sheet) -> None:
    verdict: Verdict = {"worse": "supported", "shown_absent": "not_supported"}.get(
        sign.status, "undetermined"
    )  # type: ignore[assignment]
    facts: dict[str, Fact] = {
        "supplier": _called(card),
        "sign": Term(group="supplier_sign", value=sign.sign),
        "status": Term(group="sign_status", value=sign.status),
        "deliveries": count(sign.deliveries),
        "before": count(sign.reference_deliveries),
    }
    phrase = "supplier_sign_untold"
    ratio = sign.ratio
    if sign.adjusted_p is not None:
        facts["p"] = Chance(value=sign.adjusted_p)
        phrase = "supplier_sign_readings"
        facts["what"] = names(*(one for one in (sign.characteristic, sign.part) if one))
    if sign.adjusted_p is not None and sign.recent is not None and sign.reference is not None:
        phrase = "supplier_sign_share"
        facts |= {
            "recent": percent(sign.recent),
            "reference": percent(sign.reference),
            "events": count(sign.events or 0),
            "total": count(sign.total or 0),
            "ratio": measured(ratio),
        }
    sheet.add(
        phrase, facts, (evidence,), verdict=verdict,
        value=ratio.estimate if ratio else None, unit="ratio" if ratio else None,
        interval=(ratio.low, ratio.high) if ratio else None,
        numerator=sign.events, denominator=sign.total,
        population=f"recent deliveries of {card.supplier_id}",
    )  # fmt: skip


def _delivered(
    card: SupplierCard, found: SupplierScorecard, evidence: Evidence, sheet: Sheet
) -> None:
    measures, window = card.measures, (found.first_on, found.last_on)
    about: dict[str, Fact] = {
        "supplier": _called(card),
        "first": Day(value=found.first_on),
        "last": Day(value=found.last_on),
        "deliveries": count(measures.deliveries),
    }
    if not measures.deliveries:
        sheet.add("supplier_nothing", about, (evidence,), verdict="undetermined", window=window)
    if ppm := measures.ppm:
        facts = about | {
            "ppm": measured(ppm.interval),
            "rejected": count(ppm.rejected),
            "received": count(ppm.received),
        }
        sheet.add(
            "supplier_ppm", facts, (evidence,), value=ppm.interval.estimate, unit="PPM",
            interval=(ppm.interval.low, ppm.interval.high), numerator=ppm.rejected,
            denominator=ppm.received, window=window, population=f"pieces of {card.supplier_id}",
        )  # fmt: skip
    _shares(card, about, evidence, sheet)


def _shares(card: SupplierCard, about: dict[str, Fact], evidence: Evidence, sheet: Sheet) -> None:
    """Delivery to commit, and units whose claims name its parts."""
    measures = card.measures
    if on_time := measures.on_time:
        facts = about | {
            "share": percent_of(on_time.interval),
            "events": count(on_time.events),
            "total": count(on_time.total),
        }
        late = measures.mean_days_late
        if late is not None:
            facts["late"] = Measure(value=late)
        phrase = "supplier_on_time" if late is None else "supplier_late"
        sheet.add(phrase, facts, (evidence,), **_counted(on_time, "deliveries", card))
    if card.field is not None and card.field.claimed.events:
        claimed = card.field.claimed
        facts = about | {"units": count(claimed.events), "built": count(claimed.total)}
        figures = _counted(claimed, "units with parts", card)
        sheet.add("supplier_field", facts, (evidence,), **figures)


def _counted(share: ShareFigure, what: str, card: SupplierCard) -> dict[str, Any]:
    """The fields of a finding that says a share."""
    return {
        "value": share.interval.estimate,
        "unit": "share",
        "interval": (share.interval.low, share.interval.high),
        "numerator": share.events,
        "denominator": share.total,
        "population": f"{what} of {card.supplier_id}",
        "window": (card.measures.first_on, card.measures.last_on),
    }


def _band(
    card: SupplierCard,
    found: SupplierScorecard,
    evidence: Evidence,
    sheet: Sheet,
    *,
    headline: bool,
) -> None:
    rating = card.rating
    facts: dict[str, Fact] = {
        "supplier": _called(card),
        "pieces": count(found.minimum_pieces),
        "deliveries": count(found.minimum_deliveries),
    }
    if rating.status == "internal":
        sheet.add("supplier_internal", facts, (evidence,), headline=headline)
        return
    if rating.status == "too_few" or rating.band is None or rating.score is None:
        phrase = "supplier_too_few"
        if rating.indication is not None:
            phrase = "supplier_too_few_between"
            facts["best"] = names(rating.indication.best_band)
            facts["worst"] = names(rating.indication.worst_band)
        sheet.add(phrase, facts, (evidence,), verdict="undetermined", headline=headline)
        return
    score = rating.score
    facts |= {
        "band": names(rating.band),
        "score": Measure(value=score.points, low=score.low, high=score.high, bounded=True),
        "in_force": names(*([rating.band_in_force] if rating.band_in_force else [])),
    }
    phrase = "supplier_band" if rating.band_in_force is None else "supplier_band_in_force"
    sheet.add(
        phrase, facts, (evidence,), headline=headline, value=score.points, unit="points",
        interval=(score.low, score.high),
    )  # fmt: skip


def _compared(pair: SupplierComparison, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "supplier": names(pair.supplier_id),
        "other": names(pair.reference_id),
        "by": Term(group="supplier_sign", value=pair.by),
        "standing": Term(group="comparison", value=pair.verdict),
    }
    ratio = pair.ratio
    if ratio is None:
        sheet.add("suppliers_apart", facts, (evidence,), verdict="undetermined")
        return
    facts |= {
        "ratio": measured(ratio.ratio),
        "crude": measured(ratio.crude),
        "parts": Names(value=tuple(one.part for one in pair.parts)),
    }
    verdict: Verdict = "undetermined" if pair.verdict == "not_shown" else "supported"
    phrase = "suppliers_turned" if pair.reversed_by_parts else "suppliers_compared"
    sheet.add(
        phrase, facts, (evidence,), verdict=verdict, headline=pair.reversed_by_parts,
        value=ratio.ratio.estimate, unit="odds ratio",
        interval=(ratio.ratio.low, ratio.ratio.high), population="deliveries of parts in common",
    )  # fmt: skip


def _called(card: SupplierCard) -> Names:
    return names(f"{card.supplier_id} ({card.name})" if card.name else card.supplier_id)
