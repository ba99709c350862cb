"""Short quotes of untrusted text: one line, no hidden characters, the interesting place inside."""

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 280
_CUT = "…"
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}


def quote_around(text: str, terms: Sequence[str]) -> str:
    """At most 280 characters of a text around the first of the terms that occurs in it.

    Line breaks become spaces; control, formatting and zero-width characters, which can hide words
    or turn the reading direction, are taken out.

    Args:
        text: the whole text.
        terms: lower-case terms; without a hit the quote starts at the beginning.
    """
    line = _one_line(unicodedata.normalize("NFC", text))
    if len(line) <= LONGEST:
        return line
    folded = line.lower()
    places = [place for term in terms if (place := folded.find(term)) >= 0]
    start = max(0, min(min(places, default=0) - LONGEST // 3, len(line) - LONGEST + 1))
    end = start + LONGEST - (start > 0)
    if end < len(line):
        end -= 1
    return (_CUT if start else "") + line[start:end] + (_CUT if end < len(line) else "")


def _one_line(text: str) -> str:
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _HIDDEN).strip()
