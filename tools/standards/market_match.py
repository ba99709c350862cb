"""The schemes of one market for a product on a day: what holds, what does not, what is open."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from domain.contract import Contract
from services.standards.library import Library
from services.standards.records import Confidence, Scheme, When
from tools.standards.applicability import decisive, judge
from tools.standards.product import Product
from tools.standards.scheme_record import (
    AppliedScheme,
    OpenScheme,
    OtherScheme,
    applied,
    other,
)
from tools.standards.standards_in_use import standards_in_use

INTERNATIONAL = "INT"
"""Market id of schemes that belong to no market and hold in each."""


class RecognitionNote(Contract):
    """Evidence of other schemes that counts for one of those that hold."""

    recognition: str
    """Id in the library."""
    parties: tuple[str, ...]
    """Markets between which it holds."""
    schemes: tuple[str, ...]
    """Schemes that hold here and are named by it."""
    scope: str
    """What it is about."""
    reuse: str
    """What is carried over."""
    not_reused: str
    """What is not."""
    conditions: tuple[str, ...]
    """What has to be met."""
    source: str
    """Where the fact was read: id of a source of the library."""
    confidence: Confidence
    """How sure the fact is."""


class MarketMatch(Contract):
    """What a market asks of the product on the day."""

    market: str
    """Id in the library."""
    name: str
    """Its name."""
    countries: tuple[str, ...]
    """Countries asked about that belong to it, or the market itself."""
    parent: str | None
    """Market whose schemes hold here too."""
    mains_v: tuple[int, ...]
    """Nominal mains voltages (V)."""
    hz: tuple[int, ...]
    """Mains frequencies (Hz)."""
    applies: tuple[AppliedScheme, ...]
    """Mandatory schemes, and those that the trade asks for."""
    voluntary: tuple[AppliedScheme, ...]
    """Schemes that hold and bind nobody."""
    undecided: tuple[OpenScheme, ...]
    """Schemes that hinge on what is not known of the product."""
    does_not_apply: tuple[OtherScheme, ...]
    """Schemes that do not hold, with the reason."""
    recognitions: tuple[RecognitionNote, ...]
    """Evidence of other schemes that counts."""


class Asked(NamedTuple):
    """A product in the light of the library on a day."""

    product: Product
    library: Library
    as_of: date


def match_market(market_id: str, countries: tuple[str, ...], asked: Asked) -> MarketMatch:
    """Every scheme of a market, of its parent and of none, judged for a product.

    Args:
        market_id: the market, by its id in the library.
        countries: which of its countries are meant.
        asked: product, library and day.
    """
    market = asked.library.markets[market_id]
    places = {market.id, market.parent, INTERNATIONAL}
    schemes = [one for one in asked.library.schemes.values() if one.market in places]
    found = [_judged(one, asked) for one in schemes]
    holding = [one for one in found if isinstance(one, AppliedScheme)]
    ids = frozenset(one.scheme for one in holding)
    return MarketMatch(
        market=market.id,
        name=market.name,
        countries=countries,
        parent=market.parent,
        mains_v=market.mains_v,
        hz=market.hz,
        applies=tuple(one for one in holding if one.status != "voluntary"),
        voluntary=tuple(one for one in holding if one.status == "voluntary"),
        undecided=tuple(one for one in found if isinstance(one, OpenScheme)),
        does_not_apply=tuple(
            one.model_copy(update={"instead": _instead(one, ids, asked.library)})
            for one in found
            if isinstance(one, OtherScheme)
        ),
        recognitions=tuple(_recognitions(market.id, market.parent, ids, asked.library)),
    )


def holds_on(scheme: Scheme, day: str) -> bool:
    """Whether any part of a scheme is in force on a day (ISO 8601)."""
    return _starts(scheme) <= day < (scheme.applies_until or "9999")


def _starts(scheme: Scheme) -> str:
    dates = [scheme.applies_from or "0", *scheme.phase_in]
    return min(dates)


def _judged(scheme: Scheme, asked: Asked) -> AppliedScheme | OpenScheme | OtherScheme:
    day = asked.as_of.isoformat()
    found = judge(scheme.when, asked.product)
    if found.failing:
        return other(scheme, found.failing, found.features)
    if day < _starts(scheme):
        return other(scheme, "not_yet", (), _starts(scheme))
    if not holds_on(scheme, day):
        return other(scheme, "no_more", (), scheme.applies_until)
    if found.holds is None:
        return OpenScheme(
            scheme=scheme.id,
            name=scheme.name,
            market=scheme.market,
            topic=scheme.topic,
            status=scheme.status,
            hinges=decisive(found.hinges, asked.product, asked.library),
        )
    standards = standards_in_use(scheme.standards, asked.product, asked.library, asked.as_of)
    return applied(scheme, asked.product, found.features, standards, day)


def _instead(one: OtherScheme, holding: Iterable[str], library: Library) -> tuple[str, ...]:
    """Schemes of the same market that hold for just the feature that takes this one out."""
    if one.why != "feature_present":
        return ()
    found = []
    for scheme in (library.schemes[name] for name in holding):
        when = scheme.when
        if isinstance(when, When) and scheme.market == one.market and not when.any_of:
            found += [scheme.id] if set(when.all_of) == set(one.features) else []
    return tuple(sorted(found))


def _recognitions(
    market: str, parent: str | None, holding: frozenset[str], library: Library
) -> Iterable[RecognitionNote]:
    for row in library.recognitions.values():
        named = tuple(one for one in row.schemes if one in holding)
        if named and {market, parent} & set(row.parties):
            yield RecognitionNote(
                recognition=row.id,
                schemes=named,
                **{name: getattr(row, name) for name in _RECOGNITION},
            )


_RECOGNITION = ("parties", "scope", "reuse", "not_reused", "conditions", "source", "confidence")
