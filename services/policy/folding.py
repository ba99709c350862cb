"""One plain spelling for look-alike characters, with the way back to the original text.

People write a phone number in full-width or Arabic-Indic digits, and hide a mail address behind
invisible characters. Recognisers read the folded text; what they find is cut from the original.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
LAST_PLAIN = 0x20000
"""Look-alike letters and digits all lie below this code point."""
FULL_STOPS = "\u3002\uff61"


class Folded(NamedTuple):
    """A text in plain spelling."""

    text: str
    """Same characters with digits, letters, dashes and blanks in their ASCII form where they have
    one, and without invisible characters."""
    origin: tuple[int, ...] | None
    """Position in the original of each folded character; None if positions are the same."""

    def start(self, position: int) -> int:
        """Where a folded position stands in the original text."""
        return position if self.origin is None else self.origin[position]

    def end(self, position: int) -> int:
        """Where a span that ends before the folded position ends in the original text."""
        return position if self.origin is None else self.origin[position - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text; a text in plain ASCII comes back as it is."""
    if text.isascii():
        return Folded(text, None)
    plain = text.translate(_plain_characters())
    if not INVISIBLE.search(plain):
        return Folded(plain, None)
    kept = tuple(i for i, character in enumerate(plain) if not INVISIBLE.match(character))
    return Folded("".join(plain[i] for i in kept), kept)


@cache
def _plain_characters() -> dict[int, str]:
    """Characters whose one-character plain form is an ASCII letter, digit, dash, blank or sign."""
    table = {}
    for point in range(0x80, LAST_PLAIN):
        plain = _plain(chr(point))
        if plain is not None:
            table[point] = plain
    return table


def _plain(character: str) -> str | None:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    if category in ("Cn", "Cs", "Co") or character in FULL_STOPS:
        return None
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 and form.isascii() and form != character else None
