"""Known names in a text: the longest match from each place, whatever the script.

Names are compared by their pieces: runs of letters, runs of digits, single Chinese characters, so
that "WM-900", "wm 900" and "WM900" are one name. One pass over the text, whatever the number of
names.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from graphs.planning.folding import Folded, folded

Value = TypeVar("Value")
_PIECE = re.compile(r"[一-鿿々]|[ぁ-ゖ]|[゠-ヿ]+|[0-9]+|[^\W\d_一-鿿々ぁ-ゖ゠-ヿ]+")
_LONGEST = 12
_PARTICLES = ("وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ب", "ل", "ك", "ف")
_DENSE = re.compile(r"[぀-ヿ一-鿿々]")


class Hit(NamedTuple, Generic[Value]):
    """A name that was found."""

    start: int
    """Where it starts in the folded text."""
    end: int
    """Where it ends."""
    value: Value
    """What it stands for."""


class Gazetteer(Generic[Value]):
    """A list of names with what each stands for."""

    def __init__(self, names: Mapping[str, Value]) -> None:
        self._values: dict[tuple[str, ...], Value] = {}
        for name, value in names.items():
            key = _key(name)
            if key:
                self._values.setdefault(key, value)
        self._lengths: dict[str, list[int]] = {}
        for key in self._values:
            lengths = self._lengths.setdefault(key[0], [])
            if len(key) not in lengths:
                lengths.append(len(key))

    def find(self, text: Folded) -> list[Hit[Value]]:
        """Names in a text, in its order; where two overlap, the one that starts first."""
        pieces = list(_PIECE.finditer(text.text))
        found: list[Hit[Value]] = []
        place = 0
        while place < len(pieces):
            hit, taken = self._at(text.text, pieces, place)
            if hit is not None:
                found.append(hit)
            place += taken
        return found

    def _at(
        self, text: str, pieces: list[re.Match[str]], place: int
    ) -> tuple[Hit[Value] | None, int]:
        for first in _spellings(pieces[place][0]):
            for length in sorted(self._lengths.get(first, ()), reverse=True):
                ahead = pieces[place : place + length]
                key = (first, *(piece[0] for piece in ahead[1:]))
                start, end = ahead[0].start(), ahead[-1].end()
                if len(ahead) == length and key in self._values and _whole(text, start, end):
                    return Hit(start, end, self._values[key]), length
        return None, 1


def _key(name: str) -> tuple[str, ...]:
    pieces = _PIECE.findall(folded(name))
    if pieces and pieces[0].startswith("ال") and len(pieces[0]) > 4:
        pieces[0] = pieces[0][2:]
    return tuple(pieces) if len(pieces) <= _LONGEST else ()


def _spellings(piece: str) -> Iterator[str]:
    """A word as it is, then without the Arabic particles that may be joined to it."""
    yield piece
    if "ء" <= piece[0] <= "ي":
        for particle in _PARTICLES:
            if piece.startswith(particle) and len(piece) - len(particle) >= 3:
                yield piece[len(particle) :]


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a stretch is not a part of a longer word."""
    return not (
        (start > 0 and _joined(text[start - 1], text[start]))
        or (end < len(text) and _joined(text[end - 1], text[end]))
    )


def _joined(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not (_DENSE.match(left) or _DENSE.match(right))
