"""What a product is to the standards library: its kind, and the features that it has or lacks.

A feature that nobody has told of is undecided; no rule that hinges on it is decided by silence.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from services.standards.library import Library
from tools.names import resolve
from tools.standards.product_facts import product_facts
from tools.standards.product_words import told
from tools.standards.ratings import HubFeature, Ratings, ratings_recorded, ratings_told
from tools.standards.statement import Origin, Statement, agreeing, check_consistent, closed
from tools.tool import ToolContext

UNKNOWN_KIND = "automotive_component"
"""The kind that nothing is taken to be unless it is named."""


class ProductQuestion(Contract):
    """Which product is meant; at least one of the first three is needed."""

    model_id: str | None = None
    """A model of the hub, by identifier or name."""
    description: str | None = Field(default=None, max_length=4000)
    """The product in words of any of nine languages."""
    category: str | None = None
    """Its kind: an id of the library, or a word for it."""
    features: tuple[str, ...] = ()
    """Features that it has: ids of the library, or words for them."""
    without: tuple[str, ...] = ()
    """Features that it is known to lack."""


class Contradiction(Contract):
    """Where the asker says other than the hub; what the asker says was taken."""

    feature: str
    """Id in the library."""
    said: bool
    """Whether the asker says that the product has it; the hub says the contrary."""


class Product(Contract):
    """A product as the rules of the library see it."""

    name: str
    """Model, or kind, or the words of the asker."""
    model_id: str | None
    """The model of the hub; null: none was named."""
    category: str | None
    """Its kind; null: more than one is possible."""
    categories: tuple[str, ...]
    """Kinds that it can be; the one kind where it is known."""
    features: tuple[str, ...]
    """Features that it is told to have, by name."""
    absent: tuple[str, ...]
    """Features that it is known to lack, with those that follow."""
    expanded: tuple[str, ...]
    """Features that it has, with those that follow."""
    ratings: Ratings
    """Its ratings, as far as they are known."""
    origin: dict[str, Origin]
    """Where it is known from, for each feature in `expanded` and `absent`."""
    undecided: tuple[str, ...]
    """Features of the library that are neither."""
    contradictions: tuple[Contradiction, ...]
    """Where the asker says other than the hub."""

    def state(self, feature: str) -> bool | None:
        """Whether it has a feature; null: undecided."""
        if feature in self.expanded:
            return True
        return False if feature in self.absent else None


class _Model(NamedTuple):
    model_id: str
    categories: tuple[str, ...]
    statement: Statement
    ratings: Ratings


def product_of(query: ProductQuestion, context: ToolContext) -> Product:
    """The product that a question is about.

    What is given and what the text says count together; the hub's record counts where they are
    silent; what products of the kind have counts last.

    Raises:
        InvalidArgument: nothing is told of the product, two kinds are, or features contradict.
        UnknownName: the hub has no such model, or the library no such kind or feature.
    """
    if not (query.model_id or query.description or query.category):
        raise InvalidArgument(
            "no product is named", next_step="give a model, a description or a category"
        )
    library = context.services.standards
    model = _recorded(query.model_id, library, context) if query.model_id else None
    said = _said(query, library)
    check_consistent(said, library)
    categories = _categories(query, model, library)
    known, differs = said, tuple[Contradiction, ...]()
    if model is not None:
        known = said.filled(agreeing(model.statement, said, library))
        differs = _differences(said, model.statement, library)
    kind = product_facts().common(categories)
    known = known.filled_softly(kind.has, kind.lacks, "kind", library)
    for feature in [one for one in product_facts().usually if one in closed(known, library).has]:
        known = known.filled_softly(product_facts().usually[feature], (), "usual", library)
    return _product(query, model, categories, (known, differs), library)


def _product(
    query: ProductQuestion,
    model: _Model | None,
    categories: tuple[str, ...],
    known: tuple[Statement, tuple[Contradiction, ...]],
    library: Library,
) -> Product:
    whole = closed(known[0], library)
    spoken = ratings_told(query.description or "")
    one = categories[0] if len(categories) == 1 else None
    decided = whole.has.keys() | whole.lacks.keys()
    return Product(
        name=(model.model_id if model else None) or one or (query.description or "").strip()[:80],
        model_id=model.model_id if model else None,
        category=one,
        categories=categories,
        features=tuple(sorted(known[0].has)),
        absent=tuple(sorted(whole.lacks)),
        expanded=tuple(sorted(whole.has)),
        ratings=spoken.over(model.ratings) if model else spoken,
        origin=dict(sorted({**whole.lacks, **whole.has}.items())),
        undecided=tuple(name for name in library.features if name not in decided),
        contradictions=known[1],
    )


def _recorded(name: str, library: Library, context: ToolContext) -> _Model:
    """A model as the hub records it."""
    model_id = resolve(context, "model", [name])[0]
    rows = context.snapshot.query("features_of_model", model=model_id).values
    family = rows[0][0] if rows else None
    recorded = [HubFeature(row[1], str(row[2] or ""), row[3] or "") for row in rows if row[1]]
    facts = product_facts()
    readings = [one for one in facts.hub for row in recorded if one.fits(row)]
    ratings = ratings_recorded(recorded)
    has = {feature for one in readings for feature in one.has}
    lacks = {feature for one in readings for feature in one.lacks}
    has |= set(_of_refrigerants(ratings.refrigerants))
    kinds = facts.families.get(family or "", ())
    for row in recorded:
        if row.feature == "installation" and row.value in facts.installation:
            kinds = (facts.installation[row.value],)
    statement = Statement(dict.fromkeys(has, "hub"), dict.fromkeys(lacks - has, "hub"))
    return _Model(model_id, kinds or _any_kind(library), statement, ratings)


def _said(query: ProductQuestion, library: Library) -> Statement:
    """What the asker says: given features and those of the text, affirmed or denied."""
    text = query.description or ""
    words = told(text)
    named = words.has.union(_of_refrigerants(ratings_told(text).refrigerants))
    has: dict[str, Origin] = dict.fromkeys(sorted(named), "text")
    lacks: dict[str, Origin] = dict.fromkeys(sorted(words.lacks), "text")
    has |= dict.fromkeys(_features(query.features, library), "given")
    lacks |= dict.fromkeys(_features(query.without, library), "given")
    return Statement(has, lacks)


def _features(names: Iterable[str], library: Library) -> list[str]:
    found: list[str] = []
    for name in names:
        alike = [name] if name in library.features else sorted(told(name).has)
        alike = alike or _of_refrigerants([name.upper().replace("-", "")])
        if not alike:
            raise UnknownName("feature", name, _near(name, library.features), "library")
        found += alike
    return found


def _of_refrigerants(names: Iterable[str]) -> list[str]:
    known = product_facts().refrigerants
    return [feature for name in names for feature in known.get(name, ())]


def _categories(query: ProductQuestion, model: _Model | None, library: Library) -> tuple[str, ...]:
    """Kinds that the product can be, by all that is told of it."""
    facts = product_facts()
    words = told(query.description or "")
    air_conditioners = facts.families["AC"]
    told_of: list[tuple[str, ...]] = [(kind,) for kind in words.kinds]
    if words.air_conditioner and not set(words.kinds) & set(air_conditioners):
        told_of.append(air_conditioners)
    if model or query.category or any(one[0] not in facts.yielding for one in told_of):
        told_of = [one for one in told_of if one[0] not in facts.yielding]
    if query.category:
        told_of.append(_category(query.category, library))
    if model is not None:
        told_of.append(model.categories)
    possible = set(library.categories)
    for one in told_of:
        if not possible & set(one):
            named = " and ".join(" or ".join(kinds) for kinds in dict.fromkeys(told_of))
            raise InvalidArgument(
                f"the product is said to be {named}",
                next_step="ask about one product at a time, or correct its kind",
            )
        possible &= set(one)
    if not told_of:
        return _any_kind(library)
    return tuple(kind for kind in library.categories if kind in possible)


def _category(name: str, library: Library) -> tuple[str, ...]:
    if name in library.categories:
        return (name,)
    words = told(name)
    if words.kinds:
        return words.kinds
    if words.air_conditioner:
        return product_facts().families["AC"]
    if name in product_facts().families:
        return product_facts().families[name]
    raise UnknownName("product category", name, _near(name, library.categories), "library")


def _any_kind(library: Library) -> tuple[str, ...]:
    return tuple(kind for kind in library.categories if kind != UNKNOWN_KIND)


def _near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    from rapidfuzz import process

    found = process.extract(name.lower(), list(known), limit=3, score_cutoff=60)
    return tuple(match[0] for match in found)


def _differences(
    said: Statement, recorded: Statement, library: Library
) -> tuple[Contradiction, ...]:
    own, other = closed(said, library), closed(recorded, library)
    differs = {one: True for one in own.has if one in other.lacks}
    differs |= {one: False for one in own.lacks if one in other.has}
    return tuple(Contradiction(feature=one, said=differs[one]) for one in sorted(differs))
