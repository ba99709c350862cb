"""A claim as code holds it: what kind it is, and every fact in it as a typed value.

No sentence carries a figure of its own. A claim is worded when it is shown: its kind names a phrase
in the reader's language, its facts fill the phrase's places in the reader's number and date format.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.contract import Contract
from domain.records.finding import AgentName, Finding


class Count(Contract):
    """How many, for example units or claims."""

    kind: Literal["count"] = "count"
    """Which fact this is."""
    value: float
    """The count."""


class Measure(Contract):
    """A figure with unit and interval: a rate, a ratio, a threshold, a duration."""

    kind: Literal["measure"] = "measure"
    """Which fact this is."""
    value: float | None
    """The figure; null where it has no estimate."""
    unit: str = ""
    """Its unit; empty for a ratio."""
    low: float | None = None
    """Lower end of the interval; null with `bounded` where there is none."""
    high: float | None = None
    """Upper end of the interval."""
    bounded: bool = False
    """Whether there is an interval at all."""


class Share(Contract):
    """A part of a whole."""

    kind: Literal["share"] = "share"
    """Which fact this is."""
    value: float
    """The share, 0 to 1."""


class Chance(Contract):
    """A p-value or q-value."""

    kind: Literal["chance"] = "chance"
    """Which fact this is."""
    value: float
    """The probability, 0 to 1."""
    symbol: Literal["p", "q"] = "p"
    """`q`: after correction for all that was compared."""


class Day(Contract):
    """A date."""

    kind: Literal["day"] = "day"
    """Which fact this is."""
    value: date
    """The date."""


class Names(Contract):
    """Identifiers, such as lots, models or serials; they are shown as they are."""

    kind: Literal["names"] = "names"
    """Which fact this is."""
    value: tuple[str, ...]
    """The identifiers."""


class Countries(Contract):
    """Markets, shown by their names in the reader's language with the code."""

    kind: Literal["countries"] = "countries"
    """Which fact this is."""
    value: tuple[str, ...]
    """ISO 3166 alpha-2 codes."""


class Term(Contract):
    """A word of a closed list (a verdict, a branch, a symptom), shown in the reader's language."""

    kind: Literal["term"] = "term"
    """Which fact this is."""
    group: str
    """The list: `verdict`, `cause_verdict`, `fix_verdict`, `branch`, `symptom`, `severity` …"""
    value: str
    """The word's code in that list."""


class Quote(Contract):
    """Somebody else's words: marked as such, and inert."""

    kind: Literal["quote"] = "quote"
    """Which fact this is."""
    value: str
    """The words, de-identified."""


class Said(Contract):
    """A sentence that a tool computed, in English, shown as it is."""

    kind: Literal["said"] = "said"
    """Which fact this is."""
    value: str
    """The sentence."""


class Worded(Contract):
    """A thing that its catalogue names in several languages, such as a metric."""

    kind: Literal["worded"] = "worded"
    """Which fact this is."""
    value: dict[str, str]
    """Its name by language (ISO 639-1); English is always there."""


class Phrase(Contract):
    """A phrase inside a phrase, such as the description of the units that a cause is about."""

    kind: Literal["phrase"] = "phrase"
    """Which fact this is."""
    name: str
    """Name of the phrase."""
    facts: dict[str, "Fact"] = {}
    """Its facts."""


class Phrases(Contract):
    """Several phrases that are listed one after the other."""

    kind: Literal["phrases"] = "phrases"
    """Which fact this is."""
    value: tuple[Phrase, ...]
    """The phrases."""


Fact = Annotated[
    Count
    | Measure
    | Share
    | Chance
    | Day
    | Names
    | Countries
    | Term
    | Quote
    | Said
    | Worded
    | Phrase
    | Phrases,
    Field(discriminator="kind"),
]


class Claim(Contract):
    """One claim of a report."""

    id: str
    """Name within the report, for example `c3`."""
    phrase: str
    """Name of its phrase in the wording of each language, for example `cause_found`."""
    facts: dict[str, Fact] = {}
    """Values of the phrase's places."""
    finding: Finding
    """The same for programs: verdict, value, counts, population, window, evidence."""
    headline: bool = False
    """Whether an answer without this claim would mislead."""

    @property
    def agent(self) -> AgentName:
        """Who claims it."""
        return self.finding.agent
