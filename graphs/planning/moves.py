"""From which market to which a request goes, and which markets beyond countries it names.

"From the German market to the US", "nach USA aus Deutschland", "from CE to UL": places are taken in
the order of their words, unless the words next to them say the other way.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from graphs.planning.folding import fold
from graphs.planning.phrases import compiled, every, rules
from graphs.planning.understood import Mention

_SHORT = 4
"""Letters up to which a union's name counts only in capitals."""
_REACH = 24
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


def moves(text: str, mentions: Collection[Mention], language: str) -> Moves:
    """The markets of a request and the way between two of them.

    Args:
        text: the request.
        mentions: the names in it, with their places.
        language: of the request, ISO 639-1; English words count in all.
    """
    places = {*_countries(mentions), *_unions(text)}
    marks = [one for one in _marks(text) if not places or _points(text, one, language)]
    ordered = sorted({*places, *marks})
    markets = tuple(dict.fromkeys(one.market for one in ordered))
    said = {one.market: way for one in reversed(ordered) if (way := _points(text, one, language))}
    left = [market for market in markets if said.get(market) == "from"]
    reached = [market for market in markets if said.get(market) == "to"]
    if len(markets) == 1:
        return Moves(markets, None, reached[0] if reached else None)
    if len(markets) == 2:
        turned = reached[:1] == [markets[0]] and markets[1] not in reached
        return Moves(markets, *(reversed(markets) if turned else markets))
    return Moves(markets, left[0] if left else None, reached[0] if reached else None)


def _countries(mentions: Collection[Mention]) -> Iterator[_Place]:
    for one in mentions:
        if one.kind == "country" and one.ids:
            yield _Place(one.start, one.end, one.ids[0])


def _unions(text: str) -> Iterator[_Place]:
    whole = fold(text)
    for market, phrases in rules("moves")["unions"].items():
        for hit in compiled(every(phrases)).finditer(whole.text):
            written = whole.written(hit.start(), hit.end())
            # "eu" is a word of its own in some languages.
            if len(written) > _SHORT or not written.isascii() or written.isupper():
                yield _Place(whole.places[hit.start()], whole.places[hit.end()], market)


def _marks(text: str) -> Iterator[_Place]:
    """Marks, which stand for their markets; a number behind one makes it a standard."""
    marks = rules("moves")["marks"]
    for hit in re.finditer(rf"(?<![A-Za-z])(?:{'|'.join(marks)})(?![A-Za-z])", text):
        if not re.match(r"[ \-]?\d", text[hit.end() :]):
            yield _Place(hit.start(), hit.end(), marks[hit[0]])


def _points(text: str, place: _Place, language: str) -> str | None:
    """Which way the words next to a place point."""
    before = fold(text[max(0, place.start - _REACH) : place.start]).text.rstrip()
    behind = fold(text[place.end : place.end + _REACH]).text
    for way in ("to", "from"):
        if _ending(way, language).search(before) or _opening(way).match(behind):
            return way
    return None


@cache
def _ending(way: str, language: str) -> re.Pattern[str]:
    told = rules("moves")[way]["before"]
    found = compiled(every([told["en"], told.get(language, "")]))
    between = compiled(every(rules("moves")["between"])).pattern
    return re.compile(rf"(?:{found.pattern})(?:[\s']+(?:{between})){{0,2}}[\s']*$")


@cache
def _opening(way: str) -> re.Pattern[str]:
    found = compiled(every(rules("moves")[way]["behind"]))
    return re.compile(rf"\s*(?:市場|の市場)?(?:{found.pattern})")
