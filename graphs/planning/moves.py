"""From which market to which a request goes, and which markets beyond countries it names.

"From the German market to the US", "nach USA aus Deutschland", "from CE to UL": places are taken in
the order of their words, unless the words around them say the other way.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from graphs.planning.folding import fold
from graphs.planning.phrases import compiled, every, rules
from graphs.planning.understood import Mention

_REACH = 14
"""Characters around a place in which a word for its direction is looked for."""


class Moves(NamedTuple):
    """Markets, by ISO 3166 code of a country or id of a union."""

    markets: tuple[str, ...]
    """All that are named, in the order of their words."""
    before: str | None
    """The one that is left; None: the words do not say."""
    after: str | None
    """The one that is gone to."""


class _Place(NamedTuple):
    start: int
    end: int
    market: str


def moves(text: str, mentions: Collection[Mention]) -> Moves:
    """The markets of a request and the way between two of them.

    Args:
        text: the request.
        mentions: the names in it, with their places.
    """
    places = sorted({*_countries(mentions), *_unions(text), *_marks(text)})
    markets = tuple(dict.fromkeys(one.market for one in places))
    if len(markets) != 2:
        after = next((one.market for one in places if _points(text, one) == "to"), None)
        return Moves(markets, None, after if len(markets) < 2 else None)
    first, second = markets
    said = {one.market: way for one in reversed(places) if (way := _points(text, one))}
    if said.get(first) == "to" and said.get(second) != "to":
        return Moves(markets, second, first)
    return Moves(markets, first, second)


def _countries(mentions: Collection[Mention]) -> Iterator[_Place]:
    for one in mentions:
        if one.kind == "country" and one.ids:
            yield _Place(one.start, one.end, one.ids[0])


def _unions(text: str) -> Iterator[_Place]:
    whole = fold(text)
    for market, phrases in rules("moves")["unions"].items():
        for hit in compiled(every(phrases)).finditer(whole.text):
            yield _Place(whole.places[hit.start()], whole.places[hit.end()], market)


def _marks(text: str) -> Iterator[_Place]:
    """Marks, where no other place is named beside them they stand for their markets."""
    marks = rules("moves")["marks"]
    for hit in re.finditer(rf"(?<![A-Za-z])(?:{'|'.join(marks)})(?![A-Za-z])", text):
        if not re.match(r"[ \-]?\d", text[hit.end() :]):
            yield _Place(hit.start(), hit.end(), marks[hit[0]])


def _points(text: str, place: _Place) -> str | None:
    """Which way the words next to a place point."""
    before = fold(text[max(0, place.start - _REACH) : place.start]).text.rstrip()
    behind = fold(text[place.end : place.end + _REACH]).text
    for way in ("to", "from"):
        if _ending(way).search(before) or _opening(way).match(behind):
            return way
    return None


@cache
def _ending(way: str) -> re.Pattern[str]:
    found = compiled(every(rules("moves")[way]["before"]))
    return re.compile(
        rf"(?:{found.pattern})(?:\s+(?:the|den|die|das|der|les|la|el|os|as|o|a))?\s*$"
    )


@cache
def _opening(way: str) -> re.Pattern[str]:
    found = compiled(every(rules("moves")[way]["behind"]))
    return re.compile(rf"\s*(?:市場|の市場)?(?:{found.pattern})")
