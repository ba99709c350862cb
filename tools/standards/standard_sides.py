"""A standard as one side of a comparison: its market, what it adopts, and its general part."""

from datetime import date
from typing import NamedTuple

from domain.contract import Contract
from domain.errors import UnknownName
from services.standards.finding import Found, find
from services.standards.library import Library
from services.standards.records import Confidence, EditionStatus, Equivalence, Market, Relation
from tools.standards.called_standards import ADOPTING
from tools.standards.in_market import NO_PLACE
from tools.standards.item_record import in_use

SERIES = "IEC_60335-2-"
"""Parts 2 of household appliance safety, which are read together with a general part."""
GENERAL_PART = "IEC_60335-1"
COMMON_MAINS_V = 230
"""Mains (V) that an international standard's multiples are shown for."""


class ComparedStandard(Contract):
    """One of the standards compared."""

    asked: str
    """As it was asked for."""
    standard: str
    """Id in the library."""
    designation: str
    """Its designation."""
    market: str
    """Market whose rows were taken (id of the library; `INT`: none)."""
    edition: str | None
    """Edition to use on the day, in full; null: none is known to be current or accepted."""
    edition_state: EditionStatus | None
    """How that edition stands on the day."""
    edition_asked: str | None
    """Edition that was asked for; null: none."""
    edition_known: bool | None
    """Whether the library knows that one; null: none was asked for."""
    general_part: str | None
    """Standard of part 1 that it is read with (id); null: it is none of parts 2."""
    general_part_edition: str | None
    """Its edition to use on the day, in full."""
    confidence: Confidence
    """Of its row."""
    source: str
    """Where its row was read (id of a source)."""


class Link(Contract):
    """How two standards stand to each other."""

    a: str
    """The base (id)."""
    b: str
    """What was made of it (id)."""
    relation: Relation
    """Identical, with stated differences, based on it, on the same subject, or its successor."""
    editions: str
    """Which editions correspond (free text of the library)."""
    delta: str
    """What to check (free text of the library)."""
    confidence: Confidence
    """Of the row that says so."""
    source: str
    """Where that was read (id of a source)."""


class Side(NamedTuple):
    """A standard with what its rows are taken from."""

    told: ComparedStandard
    market: Market
    family: frozenset[str]
    """The standard, those that it adopts, and its general part with what that adopts."""


def side_of(library: Library, text: str, day: date) -> Side:
    """The standard that a designation names.

    Raises:
        UnknownName: the library has none of that designation; no neighbour is taken instead.
    """
    found = find(library, text)[0]
    if not found.standards:
        raise UnknownName("standard", found.asked, found.near, "search_standards")
    standard = library.standards[found.standards[0]]
    market = _market(library, standard.markets)
    general = _general_part(library, standard.id, market)
    family = {one for own in (standard.id, general) if own for one in (own, *_bases(library, own))}
    return Side(_told(library, found, (market, general), day), market, frozenset(family))


def links_between(library: Library, first: str, second: str) -> tuple[Link, ...]:
    """How two standards hang together: directly, or by one base that both were made of."""
    rows = library.equivalences.values()
    direct = [one for one in rows if {one.a, one.b} == {first, second}]
    if direct:
        return tuple(_link(one) for one in direct)
    for one in rows:
        for other in rows:
            if one.b == first and other.b == second and one.a == other.a:
                return (_link(one), _link(other))
    return ()


def _told(
    library: Library, found: Found, place: tuple[Market, str | None], day: date
) -> ComparedStandard:
    standard = library.standards[found.standards[0]]
    market, general = place
    edition = in_use(library, standard.id, day)
    return ComparedStandard(
        asked=found.asked,
        standard=standard.id,
        designation=standard.designation,
        market=market.id,
        edition=edition.ref,
        edition_state=edition.state,
        edition_asked=found.edition or None,
        edition_known=found.edition_known,
        general_part=general,
        general_part_edition=in_use(library, general, day).ref if general else None,
        confidence=standard.confidence,
        source=standard.source,
    )


def _market(library: Library, markets: tuple[str, ...]) -> Market:
    if markets:
        return library.markets[markets[0]]
    return library.markets[NO_PLACE].model_copy(update={"mains_v": (COMMON_MAINS_V,)})


def _bases(library: Library, standard: str) -> list[str]:
    rows = library.equivalences.values()
    return [one.a for one in rows if one.b == standard and one.relation in ADOPTING]


def _general_part(library: Library, standard: str, market: Market) -> str | None:
    """The part 1 that a part 2 is read with, in the same market."""
    if not any(one.startswith(SERIES) for one in (standard, *_bases(library, standard))):
        return None
    national = (
        one.b
        for one in library.equivalences.values()
        if one.a == GENERAL_PART and market.id in library.standards[one.b].markets
    )
    return next(national, GENERAL_PART)


def _link(one: Equivalence) -> Link:
    return Link(
        a=one.a,
        b=one.b,
        relation=one.relation,
        editions=one.editions,
        delta=one.delta,
        confidence=one.confidence,
        source=one.source,
    )
