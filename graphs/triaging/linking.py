"""Pieces of feedback that tell one event twice are linked, later to older, and none is dropped.

exact: the same words about the same model. near: words that differ in a few letters. same_event:
the same unit with the same symptom. Always within 30 days, and never between two people who are
known to be two: each of them has a voice.

A few least hashes of its letter groups find the pieces that a piece may resemble; each is then
compared with the newest of those only, so the cost grows with the number of pieces, not its square.

Source: A. Broder, On the resemblance and containment of documents (1997), for the least hashes.
"""

import re
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from services.hub.coding import Link
from services.hub.uncoded import NEAR_DAYS
from services.lexicon.folding import fold, plain

ALIKE = 0.9
"""Likeness of words from which two pieces are near copies (0 to 1)."""
SPEAKING = 16
"""Bytes of plain words from which equal words point at one writer who is not known."""
READ_BYTES = 600
"""Bytes of a text by which look-alikes are searched."""
GROUP_BYTES, LEAST, COMPARED = 6, 4, 16
"""Bytes of a letter group, hashes kept of a piece, and pieces compared for each of them."""
WINDOW = timedelta(days=NEAR_DAYS)
_NOT_WORDS = re.compile(r"[^\w?]+")
ANYBODY, NOBODY = "*", "?"


class Told(NamedTuple):
    """A piece as far as links go."""

    feedback_id: str
    """Its identifier."""
    received_at: datetime
    """When it was received (UTC)."""
    model_id: str | None
    """Model."""
    serial: str | None
    """Unit, where it is known."""
    author_key: str | None
    """Token of the author."""
    text: str | None
    """De-identified words."""
    symptoms: tuple[str, ...]
    """Symptom codes that it reports as fact."""
    state: Literal["new", "known", "linked"]
    """known: read before; linked: read before, and linked to an older piece then."""


class _Match(NamedTuple):
    older: Told
    kind: str
    similarity: float | None


class _Shelf:
    """Pieces under one heading in order of time."""

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.pieces: list[Told] = []

    def add(self, piece: Told) -> None:
        self.times.append(piece.received_at)
        self.pieces.append(piece)

    def oldest(self, piece: Told) -> Told | None:
        """The oldest piece that lies near enough before this one."""
        place = bisect_left(self.times, piece.received_at - WINDOW)
        return self.pieces[place] if place < len(self.pieces) else None

    def newest(self, piece: Told) -> Iterator[Told]:
        """The newest few that lie near enough before this one, newest first."""
        for older in self.pieces[: -COMPARED - 1 : -1]:
            if older.received_at < piece.received_at - WINDOW:
                return
            yield older


class _Shelves:
    """Shelves by heading."""

    def __init__(self) -> None:
        self._shelves: defaultdict[Hashable, _Shelf] = defaultdict(_Shelf)

    def add(self, piece: Told, heading: Hashable) -> None:
        """Put a piece under a heading, for its author and for anybody."""
        for who in (piece.author_key or NOBODY, ANYBODY):
            self._shelves[heading, who].add(piece)

    def of(self, piece: Told, heading: Hashable) -> Iterator[_Shelf]:
        """Shelves of the pieces that the same person may have written."""
        author = piece.author_key
        for who in (ANYBODY,) if author is None else (author, NOBODY):
            if shelf := self._shelves.get((heading, who)):
                yield shelf


def links_between(new: Sequence[Told], known: Sequence[Told]) -> list[Link]:
    """Links from later pieces to the oldest one that told the same within 30 days.

    A piece has one link at most; a known one gets a link only to a new piece that is older.

    Args:
        new: pieces that are read now.
        known: pieces read before.
    """
    search = _Search()
    links = []
    for piece in sorted((*new, *known), key=lambda piece: (piece.received_at, piece.feedback_id)):
        match = search.match(piece)
        if match is not None and _may_link(piece, match.older):
            links.append(Link(piece.feedback_id, match.older.feedback_id, *match[1:]))
    return links


def plain_words(text: str | None) -> str:
    """Words as they are compared: one spelling, no punctuation but question marks."""
    return _NOT_WORDS.sub(" ", fold(plain(text or "")).replace("؟", "?")).strip()


class _Search:
    """What older pieces a piece repeats; to be asked in order of time."""

    def __init__(self) -> None:
        self._exact = _Shelves()
        self._alike = _Shelves()
        self._events: defaultdict[Hashable, _Shelf] = defaultdict(_Shelf)
        self._words: dict[str, str] = {}

    def match(self, piece: Told) -> _Match | None:
        """The oldest piece of the strongest kind; the piece is known from then on."""
        words = plain_words(piece.text)
        found = self._copied(piece, words) if words else None
        if words and found is None:
            found = self._resembling(piece, words)
        event = self._same_event(piece)
        return found or event

    def _copied(self, piece: Told, words: str) -> _Match | None:
        heading = (piece.model_id, words)
        older = [shelf.oldest(piece) for shelf in self._exact.of(piece, heading)]
        alike = [one for one in older if one is not None and _one_writer(one, piece, words)]
        self._exact.add(piece, heading)
        return _Match(min(alike, key=_age), "exact", 1.0) if alike else None

    def _resembling(self, piece: Told, words: str) -> _Match | None:
        from rapidfuzz.fuzz import ratio

        headings = [(piece.model_id, mark) for mark in _marks(words)]
        looked: dict[str, _Match] = {}
        for heading in headings:
            for shelf in self._alike.of(piece, heading):
                for older in shelf.newest(piece):
                    if older.feedback_id in looked or not _one_writer(older, piece, words):
                        continue
                    other = self._words[older.feedback_id]
                    likeness = ratio(words, other, score_cutoff=100 * ALIKE) / 100
                    looked[older.feedback_id] = _Match(older, "near", round(likeness, 3))
        for heading in headings:
            self._alike.add(piece, heading)
        self._words[piece.feedback_id] = words
        alike = [match for match in looked.values() if match.similarity]
        return min(alike, key=lambda match: _age(match.older), default=None)

    def _same_event(self, piece: Told) -> _Match | None:
        if piece.serial is None:
            return None
        shelves = [self._events[piece.serial, symptom] for symptom in piece.symptoms]
        older = [one for shelf in shelves if (one := shelf.oldest(piece)) is not None]
        for shelf in shelves:
            shelf.add(piece)
        return _Match(min(older, key=_age), "same_event", None) if older else None


def _marks(words: str) -> list[int]:
    """The least hashes of the letter groups of a text, equal in every process."""
    letters = words.encode()[:READ_BYTES]
    ends = range(max(1, len(letters) - GROUP_BYTES + 1))
    return sorted({zlib.crc32(letters[start : start + GROUP_BYTES]) for start in ends})[:LEAST]


def _one_writer(older: Told, piece: Told, words: str) -> bool:
    """Whether one person may have written both; few words of unknown people prove nothing."""
    if older.author_key is not None and piece.author_key is not None:
        return older.author_key == piece.author_key
    return len(words.encode()) >= SPEAKING


def _may_link(piece: Told, older: Told) -> bool:
    return piece.state == "new" or (piece.state == "known" and older.state == "new")


def _age(piece: Told) -> tuple[datetime, str]:
    return piece.received_at, piece.feedback_id
