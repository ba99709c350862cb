"""What to ask before everything can be decided: few questions, the most decisive first."""

from collections.abc import Iterable
from typing import Literal

from domain.contract import Contract
from services.standards.library import Library
from tools.standards.applicability import CATEGORY
from tools.standards.product import Product
from tools.standards.product_facts import product_facts
from tools.standards.scheme_record import OpenScheme


class AskBack(Contract):
    """A question to the asker."""

    kind: Literal["category", "feature", "market"]
    """What is asked: the kind of product, features, or where it is sold."""
    features: tuple[str, ...]
    """Features to ask about: any that is there decides, or that all are lacking."""
    options: tuple[str, ...]
    """Kinds of product that it can be, for `category`."""
    schemes: tuple[str, ...]
    """Schemes that hinge on it."""


def ask_back(undecided: Iterable[OpenScheme], product: Product, library: Library) -> list[AskBack]:
    """The questions that open schemes hinge on: the kind of product, then the most schemes first.

    Ways to have one thing, such as kinds of radio, are one question, and so are features on which
    the same schemes hinge. A feature that usually goes with another unknown one is asked by that.
    """
    hinging: dict[tuple[str, ...], dict[str, None]] = {}
    for scheme in undecided:
        for feature in scheme.hinges:
            key = _question(_first(feature, product, library), product)
            hinging.setdefault(key, {})[scheme.scheme] = None
    together: dict[tuple[str, ...], list[str]] = {}
    for features, schemes in hinging.items():
        together.setdefault(tuple(schemes), []).extend(features)
    found = [
        AskBack(
            kind="category" if CATEGORY in features else "feature",
            features=tuple(one for one in features if one != CATEGORY),
            options=product.categories if CATEGORY in features else (),
            schemes=schemes,
        )
        for schemes, features in together.items()
    ]
    return sorted(found, key=lambda one: (not one.options, -len(one.schemes), one.features))


def _first(feature: str, product: Product, library: Library) -> str:
    """The unknown feature whose answer settles this one too; itself, if there is none."""
    for source, targets in product_facts().usually.items():
        if feature in library.expanded(targets) and product.state(source) is None:
            return source
    return feature


def _question(feature: str, product: Product) -> tuple[str, ...]:
    for parts in product_facts().sum_of.values():
        if feature in parts:
            return tuple(one for one in parts if product.state(one) is None)
    return (feature,)
