"""What is said of a conformity scheme for a product in a market on a day."""

from typing import Literal

from domain.contract import Contract
from services.standards.records import Confidence, Scheme, SchemeStatus
from tools.standards.applicability import Failing
from tools.standards.product import Product
from tools.standards.standards_in_use import StandardInUse

InForce = Literal["in_force", "partly_in_force"]
"""partly_in_force: some parts hold already, the whole from `applies_from`."""
WhyNot = Literal["category", "feature_absent", "feature_present", "not_yet", "no_more"]
"""category: for other kinds of product. feature_absent: the product lacks what it asks for.
feature_present: the product has what takes it out. not_yet, no_more: not on that day."""


class Phase(Contract):
    """A part of a scheme that holds from a day of its own."""

    since: str
    """Date, as exact as it is known."""
    in_force: bool
    """Whether it holds on the day asked about."""
    what: str
    """What holds from then on."""


class SchemeHead(Contract):
    """Which scheme is spoken of."""

    scheme: str
    """Id in the library."""
    name: str
    """Its name."""
    market: str
    """Market whose scheme it is: the market itself, its parent, or INT for international ones."""
    topic: str
    """Its subject, as the library's code."""
    status: SchemeStatus
    """Whether it is mandatory, voluntary, or asked for by the trade."""


class AppliedScheme(SchemeHead):
    """A scheme that holds for the product on the day."""

    legal_basis: str
    """Law or programme that it rests on."""
    body: str
    """Who attests or watches."""
    mark: str
    """The mark; `none` where there is none."""
    process: str
    """How conformity is shown, as the library's code."""
    factory_inspection: str
    """Whether and how often factories are inspected."""
    validity: str
    """How long its evidence counts."""
    region: str | None
    """Part of the market where it holds; null: all of it."""
    in_force: InForce
    """Whether the whole holds on the day, or parts of it."""
    applies_from: str | None
    """Day from which the whole holds; null: not recorded."""
    applies_until: str | None
    """First day on which it holds no more."""
    phases: tuple[Phase, ...]
    """Parts with days of their own, the first first."""
    because_category: bool
    """Whether it is for certain kinds of product, of which this is one."""
    because: tuple[str, ...]
    """Features that it rests on."""
    because_lacking: tuple[str, ...]
    """Features whose absence it rests on."""
    standards: tuple[StandardInUse, ...]
    """Standards by which it is met that concern the product, or may."""
    source: str
    """Where the fact was read: id of a source of the library."""
    confidence: Confidence
    """How sure the fact is."""
    conflict: bool
    """Whether sources disagree on it."""
    covers: str
    """What it asks for, in short."""
    note: str
    """What to know when using it."""


class OtherScheme(SchemeHead):
    """A scheme of the market that does not hold for the product on the day."""

    why: WhyNot
    """Why it does not hold."""
    features: tuple[str, ...]
    """Features that decide it."""
    instead: tuple[str, ...]
    """Schemes that hold in its place for that feature."""
    date: str | None
    """From when it holds (not_yet), or since when no more (no_more)."""


class OpenScheme(SchemeHead):
    """A scheme that cannot be decided before more is known of the product."""

    hinges: tuple[str, ...]
    """Features to ask about; `category` for the kind of product."""


def applied(
    scheme: Scheme,
    product: Product,
    features: tuple[str, ...],
    standards: tuple[StandardInUse, ...],
    day: str,
) -> AppliedScheme:
    """What is said of a scheme that holds.

    Args:
        scheme: the scheme.
        product: the product.
        features: what its condition rests on.
        standards: those that concern the product.
        day: the day asked about (ISO 8601).
    """
    conditions = scheme.when if isinstance(scheme.when, tuple) else (scheme.when,)
    whole = scheme.applies_from is None or scheme.applies_from <= day
    return AppliedScheme(
        scheme=scheme.id,
        **{name: getattr(scheme, name) for name in _SHARED},
        in_force="in_force" if whole else "partly_in_force",
        phases=tuple(
            Phase(since=since, in_force=since <= day, what=what)
            for since, what in sorted(scheme.phase_in.items())
        ),
        because_category=all("any" not in one.categories for one in conditions),
        because=tuple(one for one in features if product.state(one)),
        because_lacking=tuple(one for one in features if product.state(one) is False),
        standards=standards,
    )


def other(
    scheme: Scheme, why: WhyNot | Failing, features: tuple[str, ...], date: str | None = None
) -> OtherScheme:
    """What is said of a scheme that does not hold."""
    return OtherScheme(
        scheme=scheme.id,
        name=scheme.name,
        market=scheme.market,
        topic=scheme.topic,
        status=scheme.status,
        why=why,
        features=features,
        instead=(),
        date=date,
    )


_SHARED = (
    "name", "market", "topic", "status", "legal_basis", "body", "mark", "process",
    "factory_inspection", "validity", "region", "applies_from", "applies_until", "source",
    "confidence", "conflict", "covers", "note",
)  # fmt: skip
