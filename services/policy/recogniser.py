"""What a recogniser of personal strings is: a pattern, a check, and a cheap reason not to look."""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

PersonalKind = Literal[
    "url", "mail", "iban", "card", "vin", "national_id", "ip", "plate", "customer", "order",
    "phone", "address", "name",
]  # fmt: skip
THREE_DIGITS = re.compile(r"(?:[0-9][^0-9]{0,4}){2}[0-9]")
SEVEN_DIGITS = re.compile(r"(?:[0-9][^0-9A-Za-z]{0,4}){6}[0-9]")


class Extent(NamedTuple):
    """Where a personal string stands in the folded text."""

    start: int
    """First position."""
    end: int
    """Position after the last."""


class Sight(NamedTuple):
    """A folded text and what one glance tells about it."""

    text: str
    """The folded text."""
    lower: str
    """The same in lower case with single blanks; lengths may differ."""
    digits: int
    """0: fewer than three digits lie close together; 3: at least three; 7: seven in one number."""
    seen: dict[int, bool]
    """Cue tuples (by identity) that were looked for, and whether one of their cues occurs."""

    def has_any(self, cues: tuple[str, ...]) -> bool:
        """True if one of the cues occurs; looked up once for all that share the tuple."""
        answer = self.seen.get(id(cues))
        if answer is None:
            answer = self.seen[id(cues)] = any(cue in self.lower for cue in cues)
        return answer


class Recogniser(NamedTuple):
    """Finds the strings of one kind."""

    kind: PersonalKind
    """Kind of what it finds."""
    pattern: re.Pattern[str]
    """Finds candidates; group `value`, if there is one, is the personal part."""
    accept: Callable[[re.Match[str]], Extent | None]
    """The personal part of a candidate, or None if it is not personal after all."""
    digits: int = 0
    """Least `Sight.digits` of a text worth reading."""
    cues: tuple[str, ...] = ()
    """One of these occurs in the lower-case text, or it is not worth reading."""

    def extents(self, sight: Sight) -> list[Extent]:
        """All places in the text."""
        if sight.digits < self.digits:
            return []
        if self.cues and not sight.has_any(self.cues):
            return []
        found: list[Extent] = []
        match = self.pattern.search(sight.text)
        while match:
            # What a candidate took in beyond its personal part is read again.
            extent = self.accept(match)
            found += [extent] if extent else []
            after = max(extent.end if extent else 0, match.start() + 1)
            match = self.pattern.search(sight.text, after)
        return found


def glance(text: str) -> Sight:
    """Look once at a folded text."""
    digits = 0
    if THREE_DIGITS.search(text):
        digits = 7 if SEVEN_DIGITS.search(text) else 3
    return Sight(text, " ".join(text.lower().split()), digits, {})


def value_of(match: re.Match[str]) -> Extent:
    """Accepts every candidate: its group `value`, or else all of it."""
    return Extent(*match.span("value" if "value" in match.re.groupindex else 0))
