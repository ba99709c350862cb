"""What is said of one standard's editions: states, what to use where, what is to come."""

from typing import Literal

from domain.contract import Contract
from services.standards.editions import EditionState
from services.standards.records import Confidence, Relation

Publication = Literal["official", "reported", "not_recorded", "not_yet"]
"""official: an authority, a certifier or the publisher says that it is out. reported: only others
say so, and nobody official in the library. not_recorded: no date is known. not_yet: not by then."""


class EditionOnDay(EditionState):
    """An edition on the day asked about."""

    publication: Publication
    """Who says that it is published."""


class MarketEdition(Contract):
    """The edition to use in a market."""

    market: str
    """Id in the library."""
    standard: str
    """Id of the market's own standard, or of the one asked about."""
    designation: str
    """How it is written."""
    relation: Relation | None
    """How it stands to the standard asked about; null: it is that one."""
    use: str | None
    """Full designation of the edition to use; null: none is known to be current."""
    accepted: tuple[str, ...]
    """Others that are still accepted."""
    listed_only: tuple[str, ...]
    """Published editions that give no presumption of conformity yet."""
    confidence: Confidence
    """How sure the fact is."""


class Change(Contract):
    """A dated change that reaches the standard."""

    id: str
    """Id in the library."""
    date: str
    """Day, as exact as it is known."""
    days_left: int | None
    """Days from the day asked about; null: the day is not known exactly."""
    kind: str
    """publication, withdrawal, transition_end … as the library names it."""
    market: str
    """Market that it holds in."""
    what: str
    """What changes, in English."""
    action: str
    """What a maker has to do, in English."""
    source: str
    """Id of the source."""
    confidence: Confidence
    """How sure it is."""


class DateMeaning(Contract):
    """What a kind of date means in a market, and what it does not."""

    id: str
    """Id in the library."""
    term: str
    """Kind of date, in English."""
    markets: tuple[str, ...]
    """Markets that it concerns."""
    meaning: str
    """What it says, in English."""
    effect: str
    """What follows, in English."""


class FamilyReport(Contract):
    """A standard with its editions on the day."""

    asked: str
    """The designation in one spelling."""
    standard: str
    """Id in the library."""
    designation: str
    """How the library writes it."""
    title: str
    """Short title, in English."""
    markets: tuple[str, ...]
    """Markets that it belongs to; none: international."""
    edition_asked: str | None
    """Edition that was asked for; null: none."""
    edition_known: bool | None
    """Whether the library knows that edition; null: none was asked for."""
    asked_editions: tuple[str, ...]
    """`ed` of the editions that fit the one asked for."""
    editions: tuple[EditionOnDay, ...]
    """All editions, the newest last."""
    use: str | None
    """`ed` of the edition to use; null: none is known to be current."""
    accepted: tuple[str, ...]
    """`ed` of others that are still accepted."""
    before_first: bool
    """Whether the day lies before the first edition that the library knows."""
    in_markets: tuple[MarketEdition, ...]
    """What to use where: in the markets asked about, else in all that are known."""
    replaces: tuple[str, ...]
    """Designations of standards that it took the place of."""
    replaced_by: tuple[str, ...]
    """Designations of standards that took its place."""
    coming: tuple[Change, ...]
    """Changes on the day or later, the nearest first."""
    lately: tuple[Change, ...]
    """Changes of the year before, the latest first."""
    dates: tuple[DateMeaning, ...]
    """What dates mean in these markets."""
    source: str
    """Id of the source."""
    source_kind: str
    """official, lab, preview, press, review, community or knowledge."""
    source_title: str
    """What was read."""
    confidence: Confidence
    """How sure the fact is."""
    conflict: bool
    """Whether sources disagree."""
    note: str
    """What to know when using it, in English."""
