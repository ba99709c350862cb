"""What to inspect: the test items of a product in a market, clause by clause."""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.contract import Contract
from domain.records.evidence import Note
from services.standards.library import Library
from services.standards.records import Confidence, Phase
from tools.standards.in_market import market_named, traits_of
from tools.standards.item_filter import Filter, MissingClause, filter_of
from tools.standards.item_record import InspectionItem, recorded
from tools.standards.item_selection import LeftOut, Selection, Undecided, select
from tools.standards.product import ProductQuestion, product_of
from tools.standards.voltage_columns import Rating
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

MOST_QUESTIONS = 3


class InspectionItemsQuery(ProductQuestion):
    """Which product, where, and which part of its tests."""

    market: str
    """Country (ISO 3166-1 alpha-2) or market of the library."""
    standard: str | None = None
    """Only items of this standard, and of the one that it adopts."""
    clause: str | None = None
    """Only this clause and those below it."""
    phase: Phase | None = None
    """Only type tests, routine tests, or documents."""
    rated_voltage_v: tuple[float, float] | None = None
    """Rated voltage in this market (lowest, highest; V); null: the product's, or the mains."""
    as_of: date | None = None
    """The day to judge by; null: the day of the data."""


class FeatureQuestion(Contract):
    """A feature to ask for."""

    feature: str
    """Id of the library."""
    items: int = Field(ge=1)
    """Items that hinge on it (count)."""


class InspectionItems(Contract):
    """What to inspect, what is left out and why, and what is open."""

    product: str
    """The product."""
    category: str
    """Its kind (id of the library)."""
    market: str
    """The market of the library that the place asked for belongs to."""
    as_of: date
    """Day that was judged by."""
    rating: Rating
    """Rated voltage that voltages and table columns follow."""
    items: tuple[InspectionItem, ...]
    """The items, in the order of the library."""
    left_out: tuple[LeftOut, ...]
    """Items of this kind of product that do not hold here, each with its reason."""
    undecided: tuple[Undecided, ...]
    """Items that hinge on features that nobody told."""
    questions: tuple[FeatureQuestion, ...]
    """Features to ask for, the one with most items first (at most three)."""
    missing: tuple[MissingClause, ...]
    """Clauses asked for without an item; never filled with something near."""
    by_confidence: dict[Confidence, int]
    """Items by confidence (count)."""
    reviewed_on: str
    """Day up to which the library was looked through (ISO 8601)."""


@tool(effect="read", version=1, library=True)
def inspection_items(query: InspectionItemsQuery, context: ToolContext) -> Found[InspectionItems]:
    """Which test items does a clause, a standard or a whole product ask for in a market?

    Call it to turn a standard into a test plan: clause, method with edition, parameter, value,
    sample and record. Rows of a part 2 and of the country stand in place of the general ones. A
    formula stays words for a person. For a change of market call `switch_test_parameters`.

    Raises:
        InvalidArgument: the product may be of several kinds, or its features contradict.
        UnknownName: the library does not cover the market, or has no such standard; or the hub has
            no such model.
    """
    library = context.services.standards
    market = market_named(library, query.market)
    product = product_of(query, context)
    day = query.as_of or context.snapshot.as_of
    traits = traits_of(product, library, market, query.rated_voltage_v, day)
    wanted = filter_of(library, query.standard, query.clause, query.phase)
    found = _asked(select(library, traits, market), wanted)
    items = tuple(recorded(library, one, traits.rating, day) for one in found.chosen)
    result = InspectionItems(
        product=product.name,
        category=traits.category,
        market=market.id,
        as_of=day,
        rating=traits.rating,
        items=items,
        left_out=found.left_out,
        undecided=found.undecided,
        questions=_questions(found.undecided),
        missing=_missing(library, query, wanted, found),
        by_confidence=_counted(items),
        reviewed_on=library.reviewed_on,
    )
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(result)
    )


def _asked(found: Selection, wanted: Filter) -> Selection:
    """The part of a selection that is asked for."""
    return Selection(
        tuple(one for one in found.chosen if wanted.fits(one.item)),
        tuple(one for one in found.left_out if wanted.fits_place(one.standard, one.clause)),
        tuple(one for one in found.undecided if wanted.fits_place(one.standard, one.clause)),
    )


def _questions(undecided: tuple[Undecided, ...]) -> tuple[FeatureQuestion, ...]:
    counted = dict[str, int]()
    for one in undecided:
        for feature in one.features:
            counted[feature] = counted.get(feature, 0) + 1
    ranked = sorted(counted, key=lambda feature: (-counted[feature], feature))
    return tuple(
        FeatureQuestion(feature=feature, items=counted[feature])
        for feature in ranked[:MOST_QUESTIONS]
    )


def _missing(
    library: Library, query: InspectionItemsQuery, wanted: Filter, found: Selection
) -> tuple[MissingClause, ...]:
    if query.clause is None or found.chosen:
        return ()
    known = any(wanted.fits_place(one.standard, one.clause) for one in library.test_items.values())
    state: Literal["not_in_library", "not_for_this_product"] = (
        "not_for_this_product" if known else "not_in_library"
    )
    return (MissingClause(standard=query.standard, clause=query.clause, state=state),)


def _counted(items: tuple[InspectionItem, ...]) -> dict[Confidence, int]:
    found: dict[Confidence, int] = {"high": 0, "medium": 0, "low": 0}
    for one in items:
        found[one.confidence] += 1
    return found


def _warnings(result: InspectionItems) -> tuple[Note, ...]:
    notes = [
        Note(code="decision_support", text="read the official text before a plan relies on it")
    ]
    below = len(result.items) - result.by_confidence["high"]
    if below:
        text = f"{below} of {len(result.items)} items are below high confidence"
        notes.append(Note(code="low_confidence", text=text))
    words = sum(one.value_kind == "words" for one in result.items)
    if words:
        text = f"{words} values are formulas or criteria in words: a person reads them"
        notes.append(Note(code="read_by_person", text=text))
    loose = sum(one.method.basis == "international" for one in result.items)
    if loose:
        text = f"for {loose} items the library knows no adoption in {result.market}: check"
        notes.append(Note(code="adoption_unknown", text=text))
    if result.rating.origin == "market_nominal":
        text = f"a rating of {result.rating.high_v:g} V was assumed, the mains of {result.market}"
        notes.append(Note(code="rating_assumed", text=text))
    if result.missing:
        text = "the clause asked for has no item here; that is no proof that it asks for nothing"
        notes.append(Note(code=result.missing[0].state, text=text))
    return tuple(notes)


def _summary(result: InspectionItems) -> str:
    if result.missing and result.missing[0].state == "not_in_library":
        return f"Clause {result.missing[0].clause} is not in the library."
    parts = [
        f"{len(result.items)} items for {result.product or result.category} in {result.market}"
        f" on {result.as_of}: {result.by_confidence['high']} high,"
        f" {result.by_confidence['medium']} medium, {result.by_confidence['low']} low confidence",
        f"{len(result.left_out)} left out with reasons",
    ]
    if result.undecided:
        asked = ", ".join(one.feature for one in result.questions)
        parts.append(f"{len(result.undecided)} hinge on unknown features (ask: {asked})")
    return "; ".join(parts) + "."
