"""Whether a rule of the library holds for a product: yes, no, or open until a feature is known.

A condition is judged in three values: an unknown feature makes it open only where the rest of the
condition does not decide. What is open names the features that it hinges on.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from services.standards.library import Library
from services.standards.records import When
from tools.standards.product import UNKNOWN_KIND, Product
from tools.standards.product_facts import product_facts

ANY = "any"
"""Every kind of product but automotive components."""
CATEGORY = "category"
"""What a rule hinges on where the product may be of several kinds."""
Failing = Literal["category", "feature_absent", "feature_present"]


class Judged(NamedTuple):
    """How a condition stands for a product."""

    holds: bool | None
    """Null: open."""
    features: tuple[str, ...] = ()
    """Features that it rests on: those that are there, or are not, as the condition asks."""
    failing: Failing | None = None
    """Why it does not hold."""
    hinges: tuple[str, ...] = ()
    """Unknown features on which it hinges, `category` among them."""


def judge(when: When | Sequence[When], product: Product) -> Judged:
    """How the condition of a scheme stands for a product.

    Args:
        when: one condition, or several of which one is enough.
        product: the product; where it may be of several kinds, they have to agree.
    """
    conditions = (when,) if isinstance(when, When) else tuple(when)
    found = [
        either(_judged(one, kind, product) for one in conditions) for kind in product.categories
    ]
    if len({one.holds for one in found}) == 1:
        hinges = tuple(dict.fromkeys(feature for one in found for feature in one.hinges))
        return found[0]._replace(hinges=hinges)
    open_ones = (feature for one in found for feature in one.hinges)
    return Judged(None, hinges=tuple(dict.fromkeys((CATEGORY, *open_ones))))


def concerns(
    categories: Sequence[str], features: Sequence[str], product: Product, library: Library
) -> Judged:
    """Whether a standard, or a change, concerns a product by its categories and features.

    No category and no feature limit nothing. What a product ships with counts as its category too.
    Kinds of radio are alternatives, any other features are needed together.
    """
    radios = set(product_facts().sum_of["radio"])
    ways = [one for one in features if library.expanded([one]) & radios]
    needed = tuple(one for one in features if one not in ways)
    fits = _fits(categories, product)
    has = _judged(When(categories=(ANY,), all_of=needed, any_of=tuple(ways)), "", product)
    return both([fits, has])


def either(found: Iterable[Judged]) -> Judged:
    """Alternatives: one that holds is enough."""
    many = list(found)
    for one in many:
        if one.holds:
            return one
    still = [one for one in many if one.holds is None]
    if still:
        return Judged(None, hinges=tuple(dict.fromkeys(f for one in still for f in one.hinges)))
    telling = [one for one in many if one.failing != "category"]
    return (telling or many)[0]


def both(found: Iterable[Judged]) -> Judged:
    """Conditions that have to hold together."""
    many = list(found)
    for one in many:
        if one.holds is False:
            return one
    holds = None if any(one.holds is None for one in many) else True
    return Judged(
        holds,
        features=tuple(dict.fromkeys(f for one in many for f in one.features)),
        hinges=tuple(dict.fromkeys(f for one in many for f in one.hinges)),
    )


def decisive(hinges: Iterable[str], product: Product, library: Library) -> tuple[str, ...]:
    """The unknown features to ask about: in place of a sum of features its unknown parts."""
    found: dict[str, None] = {}
    for one in hinges:
        parts = product_facts().sum_of.get(one, ())
        unknown = [part for part in parts if product.state(part) is None]
        found.update(dict.fromkeys(unknown or [one]))
    return tuple(one for one in found if one == CATEGORY or one in library.features)


def _judged(when: When, kind: str, product: Product) -> Judged:
    if kind not in when.categories and not (ANY in when.categories and kind != UNKNOWN_KIND):
        return Judged(False, failing="category")
    missing = tuple(one for one in when.all_of if product.state(one) is False)
    if missing:
        return Judged(False, missing, "feature_absent")
    barring = tuple(one for one in when.none_of if product.state(one))
    if barring:
        return Judged(False, barring, "feature_present")
    present = tuple(one for one in when.any_of if product.state(one))
    maybe = tuple(one for one in when.any_of if product.state(one) is None)
    if when.any_of and not (present or maybe):
        return Judged(False, when.any_of, "feature_absent")
    unknown = [one for one in (*when.all_of, *when.none_of) if product.state(one) is None]
    unknown += maybe if when.any_of and not present else ()
    if unknown:
        return Judged(None, hinges=tuple(dict.fromkeys(unknown)))
    return Judged(True, (*when.all_of, *present, *when.none_of))


def _fits(categories: Sequence[str], product: Product) -> Judged:
    if not categories:
        return Judged(True)
    found = [_fits_kind(categories, kind, product) for kind in product.categories]
    if len({one.holds for one in found}) == 1:
        return found[0]
    return Judged(None, hinges=(CATEGORY,))


def _fits_kind(categories: Sequence[str], kind: str, product: Product) -> Judged:
    if kind in categories or (ANY in categories and kind != UNKNOWN_KIND):
        return Judged(True)
    for accessory, signs in product_facts().accessory_of.items():
        if accessory in categories and kind != UNKNOWN_KIND:
            sign = When(categories=(ANY,), any_of=signs)
            return _judged(sign, kind, product)
    return Judged(False, failing="category")
