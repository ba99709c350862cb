"""Which laws, schemes, marks and standards hold for a product in its markets on a day?"""

from collections.abc import Iterable
from datetime import date

from domain.contract import Contract
from domain.errors import NoData, UnknownName
from domain.records.evidence import Note
from services.hub.ingest.codes import country_codes
from services.standards.library import Library
from tools.exclusions import quarantined
from tools.standards.ask_back import AskBack, ask_back
from tools.standards.market_match import Asked, MarketMatch, match_market
from tools.standards.product import Product, ProductQuestion, product_of
from tools.standards.scheme_record import AppliedScheme
from tools.standards.standards_in_use import StandardInUse
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

MOST_QUESTIONS = 3
NAMED = 6
"""Schemes or countries that a summary names; more are only counted."""


class StandardsQuery(ProductQuestion):
    """Which product, where, on which day."""

    markets: tuple[str, ...] = ()
    """Countries (ISO 3166-1 alpha-2) or markets of the library; empty: where the model is sold."""
    as_of: date | None = None
    """The day to judge by; null: the day of the snapshot."""


class StandardsMatch(Contract):
    """What holds for the product, market by market."""

    product: Product
    """The product as the rules see it."""
    as_of: date
    """The day judged by."""
    markets: tuple[MarketMatch, ...]
    """What each market asks."""
    not_covered: tuple[str, ...]
    """Countries that the library does not cover: it says nothing of them."""
    questions: tuple[AskBack, ...]
    """What to ask, the most decisive first, at most three."""
    more_questions: int
    """Further ones (count)."""
    assumed: tuple[str, ...]
    """Features that decide, and that were taken for granted because such products have them."""
    facts: int
    """Schemes and standards that are named as holding (count)."""
    below_high: int
    """Of these, facts whose confidence is not high (count)."""
    conflicts: tuple[str, ...]
    """Ids of rows on which sources disagree."""
    reviewed_on: str
    """Day up to which the library was looked through (ISO 8601)."""
    after_review: bool
    """Whether the day asked about is later than that."""


@tool(effect="read", version=1, library=True)
def match_standards(query: StandardsQuery, context: ToolContext) -> Found[StandardsMatch]:
    """Which laws, conformity schemes, marks and standards hold for a product in markets on a day?

    Call it for "which standards / marks / certificates do we need". The product is a model of the
    hub, a description, or a kind with features; what is not known of it and decides is asked back
    in `questions`. It also says what does not hold and why. For editions call `edition_status`,
    for test items `inspection_items`, for changes to come `compliance_warnings`.

    Raises:
        InvalidArgument: no product is named, or what is said of it contradicts itself.
        UnknownName: there is no such model, feature, kind, country or market.
        NoData: the day is before the library begins.
    """
    library = context.services.standards
    as_of = query.as_of or context.snapshot.as_of
    check_covered_day(library, as_of)
    product = product_of(query, context)
    countries = query.markets or tuple(_sold_in(product, context))
    places = by_market(countries, library)
    asked = Asked(product, library, as_of)
    markets = tuple(
        match_market(market, tuple(names), asked)
        for market, names in places.items()
        if market is not None
    )
    questions = ask_back((one for match in markets for one in match.undecided), product, library)
    if not countries:
        questions.insert(0, AskBack(kind="market", features=(), options=(), schemes=()))
    result = _result(asked, markets, questions, tuple(places.get(None, ())))
    used = ("models", "model_features", "units") if query.model_id else ()
    return Found(
        result=result,
        summary=_summary(result),
        warnings=_warnings(result),
        excluded=quarantined(context, used) if used else (),
    )


def check_covered_day(library: Library, as_of: date) -> None:
    """Refuse a day before the first change that the library knows.

    Raises:
        NoData: it is.
    """
    first = min(event.date for event in library.change_events.values())
    if as_of.isoformat() < first:
        raise NoData(
            f"the standards library begins on {first}: it cannot say what held on {as_of}",
            holds="rules of later days can be asked for",
            next_step="ask for a later day, or look the law of that day up",
        )


def by_market(countries: Iterable[str], library: Library) -> dict[str | None, list[str]]:
    """Countries by the market of the library that covers them; none: those it does not cover.

    Raises:
        UnknownName: a name is neither a country code nor a market.
    """
    found: dict[str | None, list[str]] = {}
    for name in dict.fromkeys(one.strip().upper() for one in countries):
        market = library.market_of(name)
        if market is None and name not in country_codes():
            near = tuple(one for one in library.markets if one[:1] == name[:1])[:3]
            raise UnknownName("market", name, near, "ISO 3166-1 alpha-2")
        found.setdefault(market.id if market else None, []).append(name)
    return found


def _sold_in(product: Product, context: ToolContext) -> list[str]:
    if product.model_id is None:
        return []
    rows = context.snapshot.query("models_sold_in", models=[product.model_id])
    return [str(country) for country in rows.column("country")]


def _result(
    asked: Asked,
    markets: tuple[MarketMatch, ...],
    questions: list[AskBack],
    not_covered: tuple[str, ...],
) -> StandardsMatch:
    schemes = {one.scheme: one for match in markets for one in (*match.applies, *match.voluntary)}
    standards = {one.standard: one for scheme in schemes.values() for one in scheme.standards}
    facts: dict[str, AppliedScheme | StandardInUse] = {**schemes, **standards}
    return StandardsMatch(
        product=asked.product,
        as_of=asked.as_of,
        markets=markets,
        not_covered=not_covered,
        questions=tuple(questions[:MOST_QUESTIONS]),
        more_questions=max(0, len(questions) - MOST_QUESTIONS),
        assumed=tuple(_taken_for_granted(schemes.values(), asked)),
        facts=len(facts),
        below_high=sum(fact.confidence != "high" for fact in facts.values()),
        conflicts=tuple(name for name, fact in facts.items() if fact.conflict),
        reviewed_on=asked.library.reviewed_on,
        after_review=asked.as_of.isoformat() > asked.library.reviewed_on,
    )


def _warnings(result: StandardsMatch) -> tuple[Note, ...]:
    notes = [Note(code="decision_support", text="decision support; read the official texts")]
    if result.below_high:
        text = f"{result.below_high} of {result.facts} facts are below high confidence"
        notes.append(Note(code="below_high", text=text))
    if result.not_covered:
        text = f"not in the library: {', '.join(result.not_covered)}; rules may hold there"
        notes.append(Note(code="not_covered", text=text))
    if result.after_review:
        text = f"the library was looked through until {result.reviewed_on} only"
        notes.append(Note(code="after_review", text=text))
    if result.conflicts:
        text = f"sources disagree on {', '.join(result.conflicts)}"
        notes.append(Note(code="conflict", text=text))
    if result.assumed:
        text = f"taken for granted: {', '.join(result.assumed)}"
        notes.append(Note(code="assumed", text=text))
    if result.product.contradictions:
        named = ", ".join(one.feature for one in result.product.contradictions)
        text = f"the question says other than the hub of: {named}"
        notes.append(Note(code="hub_differs", text=text))
    return tuple(notes)


def _taken_for_granted(schemes: Iterable[AppliedScheme], asked: Asked) -> Iterable[str]:
    """Features that nobody told of, which products of the kind have and a scheme rests on alone."""
    product = asked.product
    soft = [one for one in product.features if product.origin[one] in ("kind", "usual")]
    told = asked.library.expanded(one for one in product.features if one not in soft)
    rests = {feature for one in schemes for feature in one.because} - told - {"mains"}
    return (one for one in soft if asked.library.expanded([one]) & rests)


def _summary(result: StandardsMatch) -> str:
    parts = []
    for match in result.markets:
        named = [one.scheme for one in match.applies]
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        parts.append(f"{match.market}: {', '.join(named[:NAMED]) or 'none found'}{more}")
    for question in result.questions:
        about = question.kind if question.kind != "feature" else " or ".join(question.features)
        parts.append(f"ask: {about}")
    if result.not_covered:
        parts.append(f"not in the library: {', '.join(result.not_covered[:NAMED])}")
    text = f"{result.product.name}, {result.as_of}. " + "; ".join(parts)
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 2] + " …"
