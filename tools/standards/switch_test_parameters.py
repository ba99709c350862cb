"""From one market's test parameters to another's: what stays, scales, changes, or is done anew."""

from datetime import date

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.evidence import Note
from services.standards.library import Library
from services.standards.records import Confidence, Market, Phase
from tools.names import resolve
from tools.standards.fixture_needs import Fixture, fixture
from tools.standards.in_market import market_named, traits_of
from tools.standards.item_record import recorded
from tools.standards.item_selection import Selection, Traits, Undecided, lowest, select
from tools.standards.parameter_change import Difference, Kind, Terms, difference
from tools.standards.parameter_pairs import pairs
from tools.standards.product import Product, ProductQuestion, product_of
from tools.standards.recipe_activation import (
    Activation,
    Wanted,
    activation_of,
    check_acceptance,
)
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool


class SwitchTestParametersQuery(ProductQuestion):
    """Which product, from which market to which."""

    market_from: str
    """Country (ISO 3166-1 alpha-2) or market of the library that it is tested for now."""
    market_to: str
    """Country or market that it is to be tested for."""
    phase: Phase | None = None
    """Only type tests, routine tests, or documents."""
    rated_voltage_from_v: tuple[float, float] | None = None
    """Rated voltage in the market from which (lowest, highest; V); null: the product's where it
    covers the mains there, else the mains."""
    rated_voltage_to_v: tuple[float, float] | None = None
    """Rated voltage in the market to which."""
    line_id: str | None = None
    """Line whose recipe is to change; without it no recipe can be proposed."""
    recipe_id: str | None = None
    """Name of the new recipe with its version; null: one is made up."""
    accepted_by: str | None = None
    """The asker's own id, who accepts what stands against activation; null: nobody."""
    as_of: date | None = None
    """The day to judge by; null: the day of the data."""


class SwitchTestParameters(Contract):
    """Every parameter in both markets."""

    product: str
    """The product."""
    category: str
    """Its kind (id of the library)."""
    market_from: str
    """Market of the library."""
    market_to: str
    """Market of the library."""
    as_of: date
    """Day that was judged by."""
    differences: tuple[Difference, ...]
    """Every parameter, those that stay the same too; what is new in the target comes last."""
    by_kind: dict[Kind, int]
    """Parameters by kind of change (count)."""
    fixture: Fixture
    """What the test station needs."""
    undecided: tuple[Undecided, ...]
    """Items of either market that hinge on features that nobody told."""
    activation: Activation
    """Whether a recipe may be proposed, and exactly which."""
    confidence: Confidence | None
    """The lowest of all changes; null: nothing changes."""
    reviewed_on: str
    """Day up to which the library was looked through (ISO 8601)."""


@tool(effect="read", version=1, library=True)
def switch_test_parameters(
    query: SwitchTestParametersQuery, context: ToolContext
) -> Found[SwitchTestParameters]:
    """What changes in the test plan when a product is to be tested for another market?

    Call it for "from CE to UL" and the like, with the markets EU and US: every parameter with its
    clause, both values, units, volts and consequence; and what the station needs. It puts nothing
    in force: `activation.payload` is what `propose_action` may propose, if `activation.allowed`.

    Raises:
        InvalidArgument: both markets are the same, or the product may be of several kinds.
        UnknownName: the library does not cover a market; or the hub has no such model or line.
        NotPermitted: somebody else's name is given as that of who accepts.
    """
    library = context.services.standards
    markets = _markets(library, query)
    check_acceptance(query.accepted_by, context.principal.id)
    product = product_of(query, context)
    day = query.as_of or context.snapshot.as_of
    rated = (query.rated_voltage_from_v, query.rated_voltage_to_v)
    traits = (
        traits_of(product, library, markets[0], rated[0], day),
        traits_of(product, library, markets[1], rated[1], day),
    )
    result = _switched(query, (library, markets, traits, product), context, day)
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(result)
    )


def _markets(library: Library, query: SwitchTestParametersQuery) -> tuple[Market, Market]:
    old, new = market_named(library, query.market_from), market_named(library, query.market_to)
    if old.id == new.id:
        raise InvalidArgument(
            f"{query.market_from} and {query.market_to} are one market of the library ({old.id})",
            next_step="name two markets",
        )
    return old, new


def _switched(
    query: SwitchTestParametersQuery,
    known: tuple[Library, tuple[Market, Market], tuple[Traits, Traits], Product],
    context: ToolContext,
    day: date,
) -> SwitchTestParameters:
    library, markets, traits, product = known
    found = (select(library, traits[0], markets[0]), select(library, traits[1], markets[1]))
    differences = _differences(library, markets, traits, found)
    if query.phase is not None:
        differences = tuple(one for one in differences if query.phase in _phases(one))
    undecided = tuple({one.item_id: one for half in found for one in half.undecided}.values())
    line = resolve(context, "line", [query.line_id])[0] if query.line_id else None
    wanted = Wanted(
        product.model_id, line, query.market_to.strip().upper(), query.recipe_id,
        query.accepted_by, library.version,
    )  # fmt: skip
    changed = [one for one in differences if one.kind != "same"]
    return SwitchTestParameters(
        product=product.name,
        category=traits[0].category,
        market_from=markets[0].id,
        market_to=markets[1].id,
        as_of=day,
        differences=differences,
        by_kind=_counted(differences),
        fixture=fixture(markets, (traits[0].rating, traits[1].rating)),
        undecided=undecided,
        activation=activation_of(wanted, differences, features_open=bool(undecided)),
        confidence=lowest(*(one.confidence for one in changed)) if changed else None,
        reviewed_on=library.reviewed_on,
    )


def _differences(
    library: Library,
    markets: tuple[Market, Market],
    traits: tuple[Traits, Traits],
    found: tuple[Selection, Selection],
) -> tuple[Difference, ...]:
    day = date.fromisoformat(traits[0].day)
    items = (
        tuple(recorded(library, one, traits[0].rating, day) for one in found[0].chosen),
        tuple(recorded(library, one, traits[1].rating, day) for one in found[1].chosen),
    )
    terms = Terms(library, markets, {one.item_id: one for one in found[1].left_out})
    paired = pairs(library, traits[0].category, markets, items)
    return tuple(difference(one, terms) for one in paired)


def _phases(one: Difference) -> set[Phase]:
    return {side.phase for side in (one.before, one.after) if side is not None}


def _counted(differences: tuple[Difference, ...]) -> dict[Kind, int]:
    found = dict[Kind, int]()
    for one in differences:
        found[one.kind] = found.get(one.kind, 0) + 1
    return found


def _warnings(result: SwitchTestParameters) -> tuple[Note, ...]:
    notes = [
        Note(code="not_activated", text="nothing was put in force; a person approves a recipe")
    ]
    changed = [one for one in result.differences if one.kind != "same"]
    below = sum(one.confidence != "high" for one in changed)
    if below:
        text = f"{below} of {len(changed)} changes rest on less than high confidence"
        notes.append(Note(code="low_confidence", text=text))
    if "rated_variant" in result.fixture.needs:
        volts = result.fixture.after.rating.high_v
        text = f"the product's rating does not cover {volts:g} V: a variant rated so was assumed"
        notes.append(Note(code="rating_assumed", text=text))
    if result.undecided:
        text = f"{len(result.undecided)} items hinge on features that nobody told"
        notes.append(Note(code="features_open", text=text))
    return tuple(notes)


def _summary(result: SwitchTestParameters) -> str:
    counted = ", ".join(f"{count} {kind}" for kind, count in result.by_kind.items())
    state = "may be proposed" if result.activation.allowed else "must not be proposed"
    against = ", ".join(result.activation.why_not)
    return (
        f"{result.product or result.category} from {result.market_from} to {result.market_to} on"
        f" {result.as_of}: {counted or 'no parameter in the library'}. The station needs"
        f" {', '.join(result.fixture.needs) or 'nothing new'}. A recipe {state}"
        f"{f' ({against})' if against else ''}."
    )
