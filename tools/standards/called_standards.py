"""How a market stands to a standard: names it, has adopted it, recognises it, or goes another way.

A row of an international standard holds everywhere by its own word; what it is worth in a market
depends on whether a rule of that market leads to it.
"""

from typing import Literal, NamedTuple

from services.standards.library import Library
from services.standards.records import Market, Relation

Basis = Literal["national", "adopted", "recognised", "international", "other_standard"]
"""national: the row itself names the market. adopted: a rule of the market names the standard, or
one that adopts it. recognised: evidence to it counts there. international: the library knows no
adoption there. other_standard: the market uses another standard on the subject."""
ADOPTING: tuple[Relation, ...] = ("IDT", "MOD", "BASED")
"""Relations in which one standard takes over another's clauses, changed or not."""


class Call(NamedTuple):
    """How a market stands to a standard."""

    basis: Basis
    by: str | None = None
    """The market's own standard."""
    relation: Relation | None = None
    """How that one stands to the standard asked about."""


def places_of(market: Market) -> frozenset[str]:
    """Ids of a market and of the one whose schemes hold there too."""
    return frozenset({market.id, market.parent} - {None})  # type: ignore[arg-type]


def named_by_schemes(library: Library, places: frozenset[str]) -> frozenset[str]:
    """Standards that schemes of a market name, voluntary ones left out."""
    return frozenset(
        standard
        for scheme in library.schemes.values()
        if scheme.market in places and scheme.status != "voluntary"
        for standard in scheme.standards
    )


def called(library: Library, standard: str, market: Market) -> Call:
    """How a market stands to a standard."""
    places = places_of(market)
    named = named_by_schemes(library, places)
    own = library.standards[standard]
    if standard in named or places.intersection(own.markets):
        return Call("adopted", standard)
    national = [
        one
        for one in library.equivalences.values()
        if one.a == standard
        and (one.b in named or places.intersection(library.standards[one.b].markets))
    ]
    for one in national:
        if one.relation in ADOPTING:
            return Call("adopted", one.b, one.relation)
    for one in national:
        if one.b in named:
            return Call("other_standard", one.b, one.relation)
    recognised = any(
        standard in one.standards and places.intersection(one.parties) and "INT" in one.parties
        for one in library.recognitions.values()
    )
    return Call("recognised" if recognised else "international")


def other_regimes(library: Library, category: str, market: Market) -> dict[str, str]:
    """Standards that a market answers with an unrelated one, by what the switch table says.

    Returns:
        The market's standard by the one that it takes the place of.
    """
    found = dict[str, str]()
    for switch in library.switches.values():
        here, base = switch.items.get(market.id), switch.items.get(switch.base)
        if category not in switch.categories or here is None or base is None:
            continue
        ours, theirs = library.test_items[here].standard, library.test_items[base].standard
        related = any({one.a, one.b} == {ours, theirs} for one in library.equivalences.values())
        family = library.test_items[here].deviates_from is not None
        if ours != theirs and not related and not family:
            found[theirs] = ours
    return found
