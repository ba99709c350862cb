"""Text without case, accents and width, which still knows where each letter stood.

Rules are written once for "Último", "ULTIMO" and "ultimo", and a phrase that was found can be shown
to the asker as they wrote it.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

# Letters that Unicode does not take apart, and Arabic letters that people use for one another.
_ALIKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ة": "ه", "ى": "ي", "ـ": "", "’": "'", "‘": "'"}
    | {dash: "-" for dash in "‐‑‒–—−"}
)


class Folded(NamedTuple):
    """Folded text with the place of each of its letters in the original."""

    text: str
    """The folded letters."""
    places: tuple[int, ...]
    """Index in the original text, one for each folded letter, and the original's length."""
    original: str
    """The text as it was written."""

    def written(self, start: int, end: int) -> str:
        """The original words of a stretch of the folded text."""
        return self.original[self.places[start] : self.places[end]]


def fold(text: str) -> Folded:
    """Fold a text letter by letter."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        folded = _letter(letter)
        letters.append(folded)
        places.extend([place] * len(folded))
    return Folded("".join(letters), (*places, len(text)), text)


def folded(text: str) -> str:
    """The folded letters of a text alone."""
    return "".join(map(_letter, text))


@cache
def _letter(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter.translate(_ALIKE)).casefold()
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    digit = unicodedata.decimal(letter, None)
    return kept.translate(_ALIKE) if digit is None else str(digit)
