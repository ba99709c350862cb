"""The rows of the standards library: facts with source and confidence, no text of a standard.

A row is what its YAML file says; the fields have the files' names. Dates are `YYYY`, `YYYY-MM` or
`YYYY-MM-DD` and compare as text. Decision support: whoever relies on a row reads the official text.
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.contract import Contract

Confidence = Literal["high", "medium", "low"]
"""high: read in a source of its own. medium: settled knowledge of the trade. low: uncertain."""
EditionStatus = Literal[
    "current", "superseded", "withdrawn", "valid_transition", "upcoming", "published_not_cited",
    "unknown",
]  # fmt: skip
SchemeStatus = Literal["mandatory", "voluntary", "de_facto"]
Relation = Literal["IDT", "MOD", "BASED", "RELATED", "SUCCESSOR"]
"""IDT: identical. MOD: with stated differences. BASED: on an older or partly other base.
RELATED: same subject, no technical identity. SUCCESSOR: a was replaced by b."""
Role = Literal["stimulus", "limit", "setting"]
"""stimulus: applied to the product. limit: what it has to keep. setting: condition of the test."""
Phase = Literal["type", "routine", "document"]
"""type: once per design. routine: on every unit. document: on papers and markings."""
Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""A date, as exact as it is known."""
Operator = Literal["<=", ">=", "<", ">", "between", "pass"]


class Fact(Contract):
    """What every row of the library says about itself."""

    id: str
    """Its name in the library."""
    source: str
    """Where it was read: id of a `Source`."""
    confidence: Confidence
    """How sure its main claim is."""
    conflict: bool = False
    """Whether sources disagree and none could be preferred; then the disagreement is shown."""
    note: str = ""
    """What to know when using it."""


class Source(Contract):
    """Where facts were read."""

    id: str
    kind: Literal["official", "lab", "preview", "press", "review", "community", "knowledge"]
    title: str
    address: str


class Category(Contract):
    """A kind of product."""

    id: str
    name: str


class Feature(Contract):
    """A property of a product that rules depend on."""

    id: str
    name: str
    implies: tuple[str, ...] = ()
    """Features that it brings with it."""


class Market(Fact):
    """A market: a country or a union of countries with one set of rules."""

    name: str
    mains_v: tuple[int, ...]
    """Nominal mains voltages (V)."""
    hz: tuple[int, ...]
    """Mains frequencies (Hz)."""
    plug: str
    tolerance: str = ""
    """Tolerance of the mains voltage."""
    languages: tuple[str, ...]
    """Languages of markings and instructions (ISO 639-1, or in words)."""
    members: tuple[str, ...] = ()
    """Countries of a union (ISO 3166-1 alpha-2)."""
    parent: str | None = None
    """Market whose schemes hold here too."""


class When(Contract):
    """To which products a scheme applies: all of the following hold."""

    categories: tuple[str, ...]
    """Kinds of product; `any` is all but automotive components."""
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


class Scheme(Fact):
    """A conformity scheme: a law or programme of a market and how one shows to meet it."""

    market: str
    name: str
    topic: str
    status: SchemeStatus
    legal_basis: str
    body: str
    """Who attests or watches."""
    mark: str
    """The mark; `none` where there is none."""
    process: str
    """How conformity is shown: id of the vocabulary."""
    factory_inspection: str
    validity: str
    covers: str
    """What it asks for, in short."""
    when: When | tuple[When, ...]
    """Several: any of them."""
    standards: tuple[str, ...]
    """Standards by which it is met."""
    region: str | None = None
    """Part of the market where it holds; null: all of it."""
    applies_from: Day | None = None
    applies_until: Day | None = None
    """First day on which it holds no more."""
    phase_in: dict[Day, str] = Field(default_factory=dict)
    """Dates from which parts of it hold."""


class Edition(Contract):
    """An edition of a standard."""

    ed: str
    """Its number, or its year."""
    ref: str
    """Its full designation with amendments."""
    published: str
    status: EditionStatus
    """State on the day that the library was last reviewed."""
    effective: Day | None = None
    """From when it is binding or accepted."""
    withdrawn: Day | None = None
    """From when it is not any more."""
    note: str = ""


class Standard(Fact):
    """A standard with its editions, the newest last."""

    designation: str
    title: str
    """Short title in our own words."""
    topic: str
    categories: tuple[str, ...]
    features: tuple[str, ...]
    """Features without which it does not concern a product."""
    markets: tuple[str, ...] = ()
    """Markets that it belongs to; none: international."""
    editions: tuple[Edition, ...] = Field(min_length=1)
    replaces: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()


class TestItem(Fact):
    """One test of a clause: what is applied or kept, with value, unit and condition."""

    standard: str
    clause: str
    what: str
    """What is tested."""
    parameter: str
    role: Role
    op: Operator | None = None
    """How a limit is to be read; null for what is no limit."""
    value: int | float | tuple[int | float, ...] | str
    """A number, several (a range or pairs), or a formula in words that a person has to read."""
    unit: str
    condition: str
    phase: Phase
    categories: tuple[str, ...]
    features: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    """Markets where it holds; none: everywhere."""
    deviates_from: str | None = None
    """The item in whose place it stands in these markets."""
    edition: str | None = None
    """Edition that it was read in."""


class Switch(Fact):
    """A parameter that changes between markets: which item holds where."""

    family: str
    """What changes."""
    categories: tuple[str, ...]
    base: str
    """Market to whose item the others are compared."""
    items: dict[str, str] = Field(default_factory=dict)
    """Test item by market; a market that is not named keeps the base item."""
    values: dict[str, str] = Field(default_factory=dict)
    """Value in words by market, where it is no test item."""


class Equivalence(Fact):
    """How a national or regional standard stands to its international base."""

    a: str
    """The base standard."""
    b: str
    """The national or regional one."""
    relation: Relation
    editions: str
    """Which edition of one corresponds to which of the other."""
    delta: str
    """What has to be checked before evidence is carried over."""


class Recognition(Fact):
    """An arrangement under which evidence of one scheme counts in another."""

    name: str
    parties: tuple[str, ...]
    """Markets."""
    scope: str
    reuse: str
    """What is carried over."""
    not_reused: str
    """What is not."""
    conditions: tuple[str, ...]
    standards: tuple[str, ...]
    schemes: tuple[str, ...]


class Affected(Contract):
    """What a change reaches; an empty list limits nothing."""

    standards: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


class ChangeEvent(Fact):
    """A dated change of a law, a scheme or a standard."""

    date: Day
    kind: str
    """publication, application, withdrawal, transition_end, repeal, amendment, proposal …"""
    market: str
    what: str
    affects: Affected
    action: str
    """What a maker has to do."""


class DateRule(Fact):
    """What a kind of date means, and what it does not."""

    term: str
    markets: tuple[str, ...]
    meaning: str
    effect: str
