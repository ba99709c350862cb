"""A product in one market: the market by its name, and what the item rules look at."""

from datetime import date

from domain.errors import InvalidArgument, UnknownName
from services.standards.library import Library
from services.standards.records import Market
from tools.standards.item_selection import Traits
from tools.standards.product import Product
from tools.standards.voltage_columns import rating_in

NO_PLACE = "INT"
"""Row of the library for international schemes: nothing is sold there."""
CLASSES = {"class_i", "class_ii"}
"""Protective classes, of which a product with a mains connection has one."""


def market_named(library: Library, name: str) -> Market:
    """The market of a country code or of a market's id.

    Raises:
        UnknownName: the library does not cover it, which is not to say that nothing is asked there.
    """
    found = library.market_of(name.strip())
    if found is None or found.id == NO_PLACE:
        covered = tuple(sorted(set(library.markets) - {NO_PLACE}))
        near = tuple(one for one in covered if one[0] == name.strip()[:1].upper())[:3]
        raise UnknownName("market of the standards library", name, near, "match_standards")
    return found


def kind_of(product: Product) -> str:
    """The one kind that a product is.

    Raises:
        InvalidArgument: it can be several.
    """
    if product.category is None:
        several = ", ".join(product.categories[:4])
        raise InvalidArgument(
            f"{product.name or 'the product'} may be of several kinds ({several})",
            next_step="name one as category",
        )
    return product.category


def traits_of(
    product: Product,
    library: Library,
    market: Market,
    rated_v: tuple[float, float] | None,
    day: date,
) -> Traits:
    """What the item rules look at in a product that is sold in a market.

    Args:
        product: the product.
        library: the rows.
        market: where it is sold.
        rated_v: rated voltage for this market, where the asker names one (lowest, highest; V).
        day: the day to judge by.

    Raises:
        InvalidArgument: the product may be of several kinds, or the rated voltage is upside down.
    """
    if rated_v is not None and not 0 < rated_v[0] <= rated_v[1]:
        raise InvalidArgument(
            f"a rated voltage of {rated_v[0]:g} to {rated_v[1]:g} V is none",
            next_step="give the lowest, then the highest, in volts",
        )
    features = library.expanded(product.features)
    absent = set(product.absent)
    if len(held := CLASSES & features) == 1:
        absent |= CLASSES - held
    rated = product.ratings.rated_voltage_v
    return Traits(
        category=kind_of(product),
        features=features,
        absent=frozenset(absent),
        rating=rating_in(market, (rated.low, rated.high) if rated else None, rated_v),
        day=day.isoformat(),
    )
