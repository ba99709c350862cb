"""Hits at the first place and among the first five, and designations that were made up."""

import random
from collections.abc import Iterator

from evals.figure import Figure, share
from evals.standards_search.entries import Asked, data_folder, read_entries
from services.standards.designations import parse
from services.standards.finding import names
from services.standards.library import Library
from services.standards.loading import load
from services.standards.searching import search

FIRST, AMONG_FIVE = 0.82, 0.98
"""Plain runs of letters reach .807 and .981 on this list (n = 372)."""
_PLACES = 5
_MADE_UP = 400
_BODIES = ("IEC", "EN", "EN IEC", "ISO", "UL", "GB", "GB/T", "CISPR", "JIS C", "AS/NZS", "DIN EN")
_WORDS = ("", " refrigerator safety", " Kühlschrank", " 冰箱", " noise of washing machines")


def figures() -> list[Figure]:
    """Every figure; those on the public list are skipped where it is not there."""
    found = made_up(load())
    folder = data_folder()
    if not folder.is_dir():
        return [*found, Figure(figure="public list", value=0, n=0, skipped=f"no {folder}")]
    entries = read_entries(folder)
    return [
        *places("entry's scope to its number", entries.alone, entries.all_scopes, aimed=True),
        *places("one scope a number", entries.alone, entries.each_number, aimed=False),
        *places("beside the shipped rows", entries.beside, entries.all_scopes, aimed=False),
        share(
            "EN ISO and ISO of one number taken as one: right at the first place",
            [
                _number(entries.alone, hit) == _number(entries.alone, one.standard)
                for one in entries.all_scopes
                for hit in [_first(entries.alone, one)]
            ],
        ),
        share(
            "hits that are no row of the library",
            [
                hit.standard not in entries.alone.standards
                for one in entries.all_scopes
                for hit in search(entries.alone, one.scope).hits
            ],
            at_most=0,
        ),
        *found,
    ]


def places(name: str, library: Library, asked: tuple[Asked, ...], *, aimed: bool) -> list[Figure]:
    """At which place the right standard was found."""
    found = [[hit.standard for hit in search(library, one.scope, _PLACES).hits] for one in asked]
    pairs = list(zip(asked, found, strict=True))
    return [
        share(
            f"{name}: right at the first place",
            [hits[:1] == [one.standard] for one, hits in pairs],
            at_least=FIRST if aimed else None,
        ),
        share(
            f"{name}: right among the first five",
            [one.standard in hits for one, hits in pairs],
            at_least=AMONG_FIVE if aimed else None,
        ),
    ]


def _first(library: Library, one: Asked) -> str | None:
    hits = search(library, one.scope, 1).hits
    return hits[0].standard if hits else None


def _number(library: Library, standard: str | None) -> str | None:
    """Number without its body; the whole designation, where it has none."""
    if standard is None:
        return None
    written = library.standards[standard].designation
    parsed = parse(written)
    return parsed[0].number if parsed else written


def made_up(library: Library) -> list[Figure]:
    """Designations that there are not: said to be unknown, and nothing in their place."""
    said, silent = [], []
    for text, words in _inventions(library):
        results = search(library, text + words)
        said.append([bool(one.standards) for one in results.designations] == [False])
        silent.append(
            any(hit.by == "designation" for hit in results.hits)
            or (bool(results.hits) > bool(words))
        )
    return [
        share("made-up designations: said to be not in the library", said, at_least=1),
        share("made-up designations: answered by another", silent, at_most=0),
    ]


def _inventions(library: Library) -> Iterator[tuple[str, str]]:
    known = {one.number for row in library.standards.values() for one in names(row)}
    roots = {number.partition("-")[0] for number in known}
    chance = random.Random(1)
    for index in range(_MADE_UP):
        number = str(chance.randrange(10_000, 99_999))
        while number in roots:
            number = str(chance.randrange(10_000, 99_999))
        part = f"-{chance.randrange(1, 90)}" if index % 2 else ""
        yield f"{_BODIES[index % len(_BODIES)]} {number}{part}", _WORDS[index % len(_WORDS)]
