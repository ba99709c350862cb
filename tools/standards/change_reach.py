"""Which models a change of the rules reaches, in which of the markets where they are sold."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domain.contract import Contract
from services.standards.library import Library
from services.standards.records import ChangeEvent, Scheme
from tools.standards.applicability import Judged, both, concerns, decisive, either, judge
from tools.standards.market_match import INTERNATIONAL
from tools.standards.product import Product


class Reached(Contract):
    """A model that a change reaches in a market, or may reach."""

    model_id: str
    """The model."""
    market: str
    """Id in the library."""
    countries: tuple[str, ...]
    """Countries of the market where units of it were sold."""
    schemes: tuple[str, ...]
    """Schemes named by the change that hold for the model there."""
    standards: tuple[str, ...]
    """Standards named by the change that concern it."""
    features: tuple[str, ...]
    """Features that it rests on."""
    unknown: tuple[str, ...]
    """Features that have to be known to decide; empty: it is reached."""


class Sold(NamedTuple):
    """A model in a market where it is sold."""

    product: Product
    market: str
    parent: str | None
    countries: tuple[str, ...]


def reached_by(event: ChangeEvent, sold: Iterable[Sold], library: Library) -> list[Reached]:
    """The models that a change reaches or may reach, market by market.

    A model is reached where the change names its kind and features, and a scheme that holds for it
    there, and a standard that concerns it; what the change does not name limits nothing. Where it
    names schemes, a standard to which no scheme of the library leads makes nobody affected.

    Args:
        event: the change.
        sold: models with the markets where they are sold.
        library: where the change is from.
    """
    led_to = {one for scheme in library.schemes.values() for one in scheme.standards}
    telling = [one for one in event.affects.standards if one in led_to or not event.affects.schemes]
    found = []
    for one in sold:
        if event.market in (one.market, one.parent, INTERNATIONAL):
            reached = _reached(event, one, library, telling)
            found += [reached] if reached else []
    return found


def _reached(
    event: ChangeEvent, sold: Sold, library: Library, telling: Sequence[str]
) -> Reached | None:
    affects, product = event.affects, sold.product
    places = (sold.market, sold.parent, INTERNATIONAL)
    schemes = {
        one: judge(library.schemes[one].when, product)
        for one in affects.schemes
        if library.schemes[one].market in places and not _over(library.schemes[one], event)
    }
    standards = {
        one: concerns(row.categories, row.features, product, library)
        for one, row in ((name, library.standards[name]) for name in telling)
    }
    parts = [concerns(affects.categories, affects.features, product, library)]
    parts += [_any(schemes)] if affects.schemes else []
    parts += [_any(standards)] if affects.standards else []
    judged = both(parts)
    if judged.holds is False:
        return None
    return Reached(
        model_id=product.model_id or product.name,
        market=sold.market,
        countries=sold.countries,
        schemes=tuple(one for one, found in schemes.items() if found.holds),
        standards=tuple(one for one, found in standards.items() if found.holds),
        features=tuple(one for one in judged.features if product.state(one)),
        unknown=decisive(judged.hinges, product, library),
    )


def _over(scheme: Scheme, event: ChangeEvent) -> bool:
    """Whether the scheme held no more before the change."""
    return scheme.applies_until is not None and scheme.applies_until < event.date


def _any(found: dict[str, Judged]) -> Judged:
    return either(found.values()) if found else Judged(False)
