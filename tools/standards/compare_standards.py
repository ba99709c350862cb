"""Two standards side by side: editions, how they hang together, and each clause that is known."""

from datetime import date
from typing import Literal

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.evidence import Note
from services.standards.library import Library
from tools.standards.called_standards import ADOPTING
from tools.standards.item_filter import Filter, MissingClause
from tools.standards.item_record import InspectionItem, recorded
from tools.standards.item_selection import Selection, Traits, select
from tools.standards.parameter_change import Difference, Kind, Terms, difference
from tools.standards.parameter_pairs import pairs
from tools.standards.standard_sides import ComparedStandard, Link, Side, links_between, side_of
from tools.standards.voltage_columns import rating_in
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

Connection = Literal["adopted", "common_base", "same_subject", "unrelated"]
"""adopted: the one was made of the other. common_base: both were made of one standard.
same_subject: a text of its own, or a successor. unrelated: the library knows no connection."""


class CompareStandardsQuery(Contract):
    """Which two standards."""

    first: str
    """Designation of the standard from which, with or without edition."""
    second: str
    """Designation of the standard to which."""
    category: str | None = None
    """Kind of product (id of the library); needed where both standards are about several."""
    clause: str | None = None
    """Only this clause and those below it."""
    as_of: date | None = None
    """The day to judge by; null: the day of the data."""


class StandardsCompared(Contract):
    """Two standards, clause by clause, as far as the library knows them."""

    first: ComparedStandard
    """The standard from which."""
    second: ComparedStandard
    """The standard to which."""
    category: str
    """Kind of product that is compared for (id of the library)."""
    as_of: date
    """Day that was judged by."""
    connection: Connection
    """Whether one adopts the other or both one base; else nothing carries over."""
    links: tuple[Link, ...]
    """How they stand to each other, or each to their base."""
    rows: tuple[Difference, ...]
    """Every known item of either standard and of its general part, for any product of the kind."""
    by_kind: dict[Kind, int]
    """Items by kind of change (count)."""
    national_text_unknown: int
    """Items of a base row that a standard adopted with changes (count): the library has no row of
    its own for them, so whether it changes them is not known."""
    missing: tuple[MissingClause, ...]
    """The clause asked for, where no item of it is in the library."""
    reviewed_on: str
    """Day up to which the library was looked through (ISO 8601)."""


@tool(effect="read", version=1, library=True)
def compare_standards(
    query: CompareStandardsQuery, context: ToolContext
) -> Found[StandardsCompared]:
    """What is the gap between two standards, clause by clause?

    Call it for "gap EN 60335-2-24 to UL 60335-2-24": editions of both and of their general parts,
    how they are related, and each test item that the library knows, side by side. A clause without
    a row is not in the library and may well differ. For a product call `switch_test_parameters`.

    Raises:
        UnknownName: the library has no standard of a designation.
        InvalidArgument: both are one standard, share no kind of product, or share several and none
            is named.
    """
    library, day = context.services.standards, query.as_of or context.snapshot.as_of
    sides = (side_of(library, query.first, day), side_of(library, query.second, day))
    if sides[0].told.standard == sides[1].told.standard:
        raise InvalidArgument(
            f"{query.first} and {query.second} are one standard of the library",
            next_step="for its editions call edition_status",
        )
    category = _category(library, sides, query.category)
    rows = _rows(library, sides, category, day)
    wanted = Filter(None, query.clause, None)
    told = tuple(one for one in rows if _asked(one, wanted))
    links = links_between(library, sides[0].told.standard, sides[1].told.standard)
    missing = query.clause is not None and not told
    result = StandardsCompared(
        first=sides[0].told,
        second=sides[1].told,
        category=category,
        as_of=day,
        connection=_connection(links),
        links=links,
        rows=told,
        by_kind=_counted(told),
        national_text_unknown=sum(_adopted_unseen(one) for one in told),
        missing=_missing(library, sides, query.clause or "") if missing else (),
        reviewed_on=library.reviewed_on,
    )
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(result)
    )


def _category(library: Library, sides: tuple[Side, Side], named: str | None) -> str:
    kinds = [library.standards[side.told.standard].categories for side in sides]
    both = [one for one in kinds[0] if one in kinds[1]]
    if named is not None and named in both:
        return named
    titles = " and ".join(side.told.designation for side in sides)
    if not both:
        raise InvalidArgument(
            f"{titles} are about no common kind of product",
            next_step="compare standards about the same kind",
        )
    if named is None and len(both) == 1:
        return both[0]
    raise InvalidArgument(
        f"{titles} are both about {', '.join(both)}", next_step="name one of these as category"
    )


def _rows(
    library: Library, sides: tuple[Side, Side], category: str, day: date
) -> tuple[Difference, ...]:
    """Items of either side, paired; every feature counts as present, so that none is left out."""
    items, chosen = list[tuple[InspectionItem, ...]](), list[Selection]()
    for side in sides:
        rating = rating_in(side.market, None, None)
        traits = Traits(category, frozenset(library.features), frozenset(), rating, day.isoformat())
        found = select(library, traits, side.market)
        items.append(tuple(recorded(library, one, rating, day) for one in found.chosen))
        chosen.append(found)
    markets = (sides[0].market, sides[1].market)
    terms = Terms(library, markets, {one.item_id: one for one in chosen[1].left_out})
    return tuple(
        difference(one, terms)
        for one in pairs(library, category, markets, (items[0], items[1]))
        if _belongs(library, one.before, sides[0].family)
        or _belongs(library, one.after, sides[1].family)
    )


def _belongs(library: Library, item: InspectionItem | None, family: frozenset[str]) -> bool:
    """Whether a row is of a family of standards, or stands in place of one that is."""
    at = item.item_id if item else None
    while at is not None:
        if library.test_items[at].standard in family:
            return True
        at = library.test_items[at].deviates_from
    return False


def _asked(one: Difference, wanted: Filter) -> bool:
    return any(
        wanted.fits_place(side.method.standard, side.method.clause)
        for side in (one.before, one.after)
        if side is not None
    )


def _adopted_unseen(one: Difference) -> bool:
    """Whether a side has only the base row of a standard that it adopted with changes."""
    return any(
        side is not None and side.method.relation in ("MOD", "BASED")
        for side in (one.before, one.after)
    )


def _connection(links: tuple[Link, ...]) -> Connection:
    if not links:
        return "unrelated"
    if any(one.relation not in ADOPTING for one in links):
        return "same_subject"
    return "adopted" if len(links) == 1 else "common_base"


def _counted(rows: tuple[Difference, ...]) -> dict[Kind, int]:
    found = dict[Kind, int]()
    for one in rows:
        found[one.kind] = found.get(one.kind, 0) + 1
    return found


def _missing(library: Library, sides: tuple[Side, Side], clause: str) -> tuple[MissingClause, ...]:
    found = list[MissingClause]()
    for side in sides:
        wanted = Filter(side.family, clause, None)
        known = any(
            wanted.fits_place(one.standard, one.clause) for one in library.test_items.values()
        )
        state: Literal["not_in_library", "not_for_this_product"] = (
            "not_for_this_product" if known else "not_in_library"
        )
        found.append(MissingClause(standard=side.told.standard, clause=clause, state=state))
    return tuple(found)


def _warnings(result: StandardsCompared) -> tuple[Note, ...]:
    below = sum(one.confidence != "high" for one in result.rows)
    text = "clauses that are not listed are not in the library: read both texts"
    notes = [Note(code="not_in_library", text=text)]
    if result.national_text_unknown:
        text = (
            f"for {result.national_text_unknown} items only the base row is known; the national"
            " text may change them"
        )
        notes.append(Note(code="national_text_unknown", text=text))
    if below:
        text = f"{below} of {len(result.rows)} rows rest on less than high confidence"
        notes.append(Note(code="low_confidence", text=text))
    if result.connection in ("same_subject", "unrelated"):
        text = "neither adopts the other, nor both one base: evidence does not carry over"
        notes.append(Note(code=result.connection, text=text))
    if any(side.edition_known is False for side in (result.first, result.second)):
        text = "the library does not know an edition that was asked for; that in use was compared"
        notes.append(Note(code="edition_unknown", text=text))
    return tuple(notes)


def _summary(result: StandardsCompared) -> str:
    editions = " and ".join(
        side.edition or side.designation for side in (result.first, result.second)
    )
    counted = ", ".join(f"{count} {kind}" for kind, count in result.by_kind.items())
    return (
        f"{editions} ({result.connection}) for {result.category} on {result.as_of}:"
        f" {counted or 'no item in the library'}; for {result.national_text_unknown} only the base"
        " row is known. What is not listed is not in the library."
    )
