"""A digest in words, before any format: title, sections, lines and the parts of lines.

The three formats render this one document, so they cannot differ in a figure or an identifier.
"""

from typing import Literal, NamedTuple


class Part(NamedTuple):
    """A piece of a line."""

    text: str
    """What it says, inert."""
    kind: Literal["words", "name", "figure", "quote"] = "words"
    """words: of the reader's language. The others are kept apart from its direction."""


Parts = tuple[Part, ...]


class Line(NamedTuple):
    """One entry of a section."""

    head: Parts
    """What it is about."""
    details: tuple[Parts, ...] = ()
    """What is known of it, one after the other."""
    quote: Parts = ()
    """Words of others."""
    severity: int = 0
    """1 to 5; 0: none."""


class Section(NamedTuple):
    """Entries under one heading."""

    heading: Parts
    """The heading."""
    lines: tuple[Line, ...]
    """The entries."""


class Document(NamedTuple):
    """A digest in one language."""

    language: str
    """ISO 639-1."""
    title: Parts
    """The title."""
    lead: tuple[Parts, ...]
    """What it is about, a sentence each."""
    sections: tuple[Section, ...]
    """The sections, in the order of urgency."""
    foot: tuple[Parts, ...]
    """Where it comes from, a sentence each."""


def plain(parts: Parts) -> str:
    """Parts as text without marks."""
    return "".join(part.text for part in parts)
