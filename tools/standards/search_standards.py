"""Which standards does the library have on a subject, or under a designation?"""

from typing import Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import NoData
from domain.records.evidence import Note
from services.standards.library import Library
from services.standards.records import Confidence
from services.standards.searching import Hit, search
from tools.standards.edition_status import NotInLibrary
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

NAMED = 5
"""Standards that a summary names."""


class SearchQuery(Contract):
    """What to look for."""

    text: str = Field(min_length=1, max_length=2000)
    """Words of any of nine languages, designations, or both."""
    markets: tuple[str, ...] = ()
    """Only standards of these markets (countries or ids) and international ones; none: all."""
    most: int = Field(default=5, ge=1, le=50)
    """Standards to return at most (count)."""


class FoundStandard(Contract):
    """A standard that fits."""

    standard: str
    """Id in the library."""
    designation: str
    """How it is written."""
    title: str
    """Short title, in English."""
    topic: str
    """Its subject, as the library's code."""
    categories: tuple[str, ...]
    """Kinds of product that it concerns."""
    markets: tuple[str, ...]
    """Markets that it belongs to; none: international."""
    schemes: tuple[str, ...]
    """Schemes that it serves."""
    score: float
    """1: it was named; else how alike question and title are, 0 to 1."""
    by: Literal["designation", "words"]
    """What it was found by."""
    source: str
    """Id of the source."""
    confidence: Confidence
    """How sure the fact is."""


class StandardsFound(Contract):
    """What a search found."""

    standards: tuple[FoundStandard, ...]
    """The best first."""
    not_in_library: tuple[NotInLibrary, ...]
    """Designations of the question that the library does not know; nothing stands in for them."""
    markets_not_covered: tuple[str, ...]
    """Countries that the library does not cover."""


@tool(effect="read", version=1, library=True)
def search_standards(query: SearchQuery, context: ToolContext) -> Found[StandardsFound]:
    """Which standards are there on a subject, by words of any language or by designation?

    Call it to find the designation of something that is described. A designation that the library
    does not know is said to be unknown. For the edition to use call `edition_status`; for what a
    product needs call `match_standards`.

    Raises:
        NoData: nothing in the library fits.
    """
    library = context.services.standards
    named = {name: library.market_of(name.strip()) for name in query.markets}
    wanted = {one.id for one in named.values() if one is not None}
    results = search(library, query.text, len(library.standards))
    hits = [one for one in results.hits if _sold(library, one, wanted)][: query.most]
    unknown = tuple(
        NotInLibrary(asked=one.asked, near=one.near)
        for one in results.designations
        if not one.standards
    )
    missing = tuple(name for name, market in named.items() if market is None)
    if not hits and not unknown:
        raise NoData(
            "no standard of the library fits these words",
            next_step="name the kind of product and the subject, or a designation",
        )
    result = StandardsFound(
        standards=tuple(_row(library, one) for one in hits),
        not_in_library=unknown,
        markets_not_covered=missing,
    )
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(result)
    )


def _sold(library: Library, hit: Hit, markets: set[str]) -> bool:
    own = library.standards[hit.standard].markets
    return not markets or not own or bool(markets & set(own)) or hit.by == "designation"


def _row(library: Library, hit: Hit) -> FoundStandard:
    row = library.standards[hit.standard]
    serving = (one.id for one in library.schemes.values() if row.id in one.standards)
    return FoundStandard(
        standard=row.id,
        designation=row.designation,
        title=row.title,
        topic=row.topic,
        categories=row.categories,
        markets=row.markets,
        schemes=tuple(serving),
        score=round(hit.score, 3),
        by=hit.by,
        source=row.source,
        confidence=row.confidence,
    )


def _summary(result: StandardsFound) -> str:
    parts = [f"{len(result.standards)} standards found"]
    parts += [one.designation for one in result.standards[:NAMED]]
    parts += [f"{one.asked} is not in the library" for one in result.not_in_library]
    return "; ".join(parts) + "."


def _warnings(result: StandardsFound) -> tuple[Note, ...]:
    notes = []
    if result.not_in_library:
        named = ", ".join(one.asked for one in result.not_in_library)
        notes.append(Note(code="not_in_library", text=f"not in the library: {named}"))
    if result.markets_not_covered:
        named = ", ".join(result.markets_not_covered)
        notes.append(Note(code="market_not_covered", text=f"the library does not cover {named}"))
    return tuple(notes)
