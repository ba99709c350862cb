"""Search in the library by words of several languages, without a model and without a network.

Rows and questions are compared as short runs of letters (3 to 5; two characters of Chinese or
Japanese), weighted by how rare a run is among the rows, by the angle between both (Salton and
Buckley 1988, doi:10.1016/0306-4573(88)90021-0). That finds inflected and compound words, and did
better than BM25 on titles of standards. A small list of words leads from other languages, and
from what people say, to the words that rows use.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

import yaml

from services.lexicon.folding import fold, plain
from services.standards.designations import beside, parse
from services.standards.finding import Found, find
from services.standards.library import Library
from services.standards.records import Standard

_SHORTEST, _LONGEST = 3, 5
_WORD = re.compile(r"[^\W_]+")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")
_UNSPACED = re.compile("[\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff]")
_AROUND = 0.35
"""Weight of what a standard belongs to (topic, kinds of product, schemes) beside its own title."""
_LEAST = 0.1
"""Cosine below which a row says nothing of the question."""
_LEAST_BESIDE = 0.2
"""The same beside a designation that was found."""
_HELD = 4


class Hit(NamedTuple):
    """A standard that a search found."""

    standard: str
    """Its id."""
    score: float
    """1 for a designation that was named; else how alike question and row are, 0 to 1."""
    by: Literal["designation", "words"]


class Results(NamedTuple):
    """What a search found."""

    hits: tuple[Hit, ...]
    """The best first."""
    designations: tuple[Found, ...]
    """Designations that the question names, those among them that are not in the library."""


def search(library: Library, text: str, most: int = 5) -> Results:
    """Standards that a text names or describes.

    Args:
        library: where to look.
        text: words of any of the lists' languages, designations, or both.
        most: hits at most (count).
    """
    named = find(library, text)
    if len(named) == 1 and not named[0].standards and not parse(text):
        named = ()
    ids = [one for found in named for one in found.standards]
    hits = [Hit(one, 1.0, "designation") for one in dict.fromkeys(ids)]
    words = beside(text) if parse(text) else text
    if not named or _WORD.search(words):
        least = _LEAST_BESIDE if ids else _LEAST
        alike = [one for one in _by_words(library, words) if one.score >= least]
        hits += [one for one in alike if one.standard not in ids]
    return Results(tuple(hits[:most]), named)


def expanded(text: str) -> str:
    """A text with the words that rows use for what it says in other words."""
    said = fold(plain(text))
    more = [row for row, words in _words().items() if any(word.search(said) for word in words)]
    return " ".join((said, *more))


def _by_words(library: Library, text: str) -> list[Hit]:
    asked = Counter(_runs(expanded(text)))
    own, around = _tables(library)
    scores = own.scores(asked)
    for name, score in around.scores(asked).items():
        if name in scores:
            scores[name] += _AROUND * score
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    whole = 1 + _AROUND
    return [Hit(name, score / whole, "words") for name, score in ranked]


class _Table:
    """Runs of letters of all rows, for comparison by angle."""

    def __init__(self, texts: dict[str, str]) -> None:
        counted = {name: Counter(_runs(fold(plain(text)))) for name, text in texts.items()}
        rows = Counter(run for counts in counted.values() for run in counts)
        self._rarity = {
            run: math.log((1 + len(texts)) / (1 + held)) + 1 for run, held in rows.items()
        }
        self._rows: dict[str, list[tuple[str, float]]] = {}
        for name, counts in counted.items():
            for run, weight in self._weighted(counts).items():
                self._rows.setdefault(run, []).append((name, weight))

    def scores(self, counts: Counter[str]) -> dict[str, float]:
        """Cosine with each row that shares a run."""
        found: dict[str, float] = {}
        for run, weight in self._weighted(counts).items():
            for name, other in self._rows[run]:
                found[name] = found.get(name, 0.0) + weight * other
        return found

    def _weighted(self, counts: Counter[str]) -> dict[str, float]:
        weights = {
            run: (1 + math.log(count)) * self._rarity[run]
            for run, count in counts.items()
            if run in self._rarity
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {run: weight / length for run, weight in weights.items()}


class _Tables(NamedTuple):
    own: _Table
    around: _Table


@lru_cache(maxsize=_HELD)
def _tables(library: Library) -> _Tables:
    schemes: dict[str, list[str]] = {}
    for scheme in library.schemes.values():
        for standard in scheme.standards:
            schemes.setdefault(standard, []).append(f"{scheme.name} {scheme.mark}")
    rows = library.standards.values()
    return _Tables(
        _Table({row.id: f"{row.designation} {row.title}" for row in rows}),
        _Table({row.id: " ".join(_around(library, row, schemes.get(row.id, ()))) for row in rows}),
    )


def _around(library: Library, row: Standard, schemes: Iterable[str]) -> Iterator[str]:
    yield row.topic
    for name in row.categories:
        yield library.categories[name].name if name in library.categories else name
    for name in row.features:
        yield library.features[name].name
    yield from schemes


def _runs(text: str) -> Iterator[str]:
    """Short runs of letters inside words; of Chinese and Japanese, pairs of characters."""
    for word in _WORD.findall(text):
        for dense in _DENSE.findall(word):
            yield from (dense[i : i + 2] for i in range(max(1, len(dense) - 1)))
        for part in _DENSE.sub(" ", word).split():
            framed = f" {part} "
            for size in range(_SHORTEST, _LONGEST + 1):
                yield from (framed[i : i + size] for i in range(len(framed) - size + 1))


@cache
def _words() -> dict[str, tuple[re.Pattern[str], ...]]:
    text = (files(__package__) / "search_words.yaml").read_text(encoding="utf-8")
    read: dict[str, list[str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return {
        row: tuple(_pattern(fold(plain(word))) for word in words) for row, words in read.items()
    }


def _pattern(word: str) -> re.Pattern[str]:
    if _UNSPACED.search(word):
        return re.compile(re.escape(word))
    end = r"\b" if len(word) <= _SHORTEST else ""
    return re.compile(rf"\b{re.escape(word)}{end}")
