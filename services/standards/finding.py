"""From a designation to the standards of the library; what is not there is said, never guessed.

Three answers are kept apart: a standard that the library does not know, one that it knows without
the edition asked for, and one whose edition it knows.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from services.standards.designations import Designation, clean, parse
from services.standards.library import Library
from services.standards.records import Edition, Standard

_NEAR = 3
_LIKE_ENOUGH = 70
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_PARTS = re.compile(r"\.\.|-\d+, ?-\d", re.IGNORECASE)
_HELD = 4


class Found(NamedTuple):
    """What the library has for one designation."""

    asked: str
    """The designation in its one spelling; as written, where it has no number."""
    standards: tuple[str, ...]
    """Ids of the standards that it names; none: not in the library."""
    edition: str
    """The edition asked for; empty: none."""
    editions: tuple[str, ...]
    """Full designations of the editions that fit it."""
    edition_known: bool | None
    """Whether the library knows that edition; null: none was asked for, or no standard found."""
    near: tuple[str, ...]
    """Designations of near standards, where it is not in the library."""


def find(library: Library, text: str) -> tuple[Found, ...]:
    """What the library has for each designation in a text; at least one answer.

    Args:
        library: where to look.
        text: one or several designations as people write them, or an id of the library.
    """
    index = _index(library)
    if text in library.standards:
        return (Found(text, (text,), "", (), None, ()),)
    asked = parse(text)
    if not asked:
        written = _key(text)
        worded = [one for key, one in index.worded.items() if key in written]
        if worded:
            return tuple(Found(one.designation, (one.id,), "", (), None, ()) for one in worded)
        return (Found(clean(text), (), "", (), None, _near(index.spelt, clean(text))),)
    return tuple(_found(library, index, one) for one in asked)


def names(standard: Standard) -> tuple[Designation, ...]:
    """The designations that a standard goes by, those of its editions too."""
    refs = (parse(edition.ref) for edition in standard.editions)
    return (*parse(standard.designation), *(one for ref in refs for one in ref))


class _Index(NamedTuple):
    worded: dict[str, Standard]
    """Standards whose designation has no number, by the letters of it."""
    first: dict[str, list[str]]
    """Ids by designation."""
    second: dict[str, list[str]]
    """Ids by what stands in brackets or in an edition's designation."""
    series: dict[str, list[str]]
    """Ids by the designation of a series of parts."""
    spelt: dict[str, str]
    """The library's own spelling by designation."""


@lru_cache(maxsize=_HELD)
def _index(library: Library) -> _Index:
    index = _Index({}, {}, {}, {}, {})
    for standard in library.standards.values():
        outer = parse(_IN_BRACKETS.sub(" ", standard.designation))
        if not outer:
            index.worded[_key(standard.designation)] = standard
        for one in outer:
            _once(index.first, one.name, standard.id)
        for one in parse(standard.designation):
            index.spelt[one.name] = standard.designation
        for one in names(standard):
            if one.name not in {other.name for other in outer}:
                _once(index.second, one.name, standard.id)
        for root in _roots(standard, outer):
            _once(index.series, root, standard.id)
    return index


def _roots(standard: Standard, outer: tuple[Designation, ...]) -> set[str]:
    """Designations of the series that a standard stands for as a whole."""
    texts = (standard.designation, *(edition.ref for edition in standard.editions))
    if any("series" in text.lower() or _PARTS.search(text) for text in texts):
        return {one.name for one in outer}
    roots = [one.name.rpartition("-")[0] for one in outer]
    return {root for root in roots if root and roots.count(root) > 1}


def _once(table: dict[str, list[str]], name: str, standard: str) -> None:
    held = table.setdefault(name, [])
    if standard not in held:
        held.append(standard)


def _found(library: Library, index: _Index, asked: Designation) -> Found:
    name = asked.name
    ids = index.first.get(name) or index.second.get(name) or index.series.get(name)
    root = name
    while not ids and "-" in root:
        root = root.rpartition("-")[0]
        ids = index.series.get(root)
    if not ids:
        return Found(str(asked), (), asked.edition, (), None, _near(index.spelt, name))
    if not asked.edition:
        return Found(str(asked), tuple(ids), "", (), None, ())
    fitting = tuple(
        edition.ref for one in ids for edition in _fitting(library.standards[one], asked)
    )
    return Found(str(asked), tuple(ids), asked.edition, fitting, bool(fitting), ())


def _fitting(standard: Standard, asked: Designation) -> list[Edition]:
    """Editions that are the one asked for; with amendments: exactly these, or at least these."""
    editions = standard.editions
    if asked in parse(standard.designation):
        return [editions[-1]]
    same = [one for one in editions if asked.edition in _years(one)]
    exact = [one for one in same if asked.amendments in {ref.amendments for ref in parse(one.ref)}]
    return exact or [one for one in same if _amended(one, asked)]


def _years(edition: Edition) -> set[str]:
    """What an edition is called: its number, and the year or number in its designation."""
    named = {one.edition for one in parse(edition.ref)} - {""}
    return {edition.ed, edition.ed.removeprefix("V"), *(named or {edition.published[:4]})}


def _amended(edition: Edition, asked: Designation) -> bool:
    text = clean(edition.ref)
    return all(re.search(rf"\b{re.escape(one)}\b", text) for one in asked.amendments)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", clean(text).casefold())


def _near(spelt: dict[str, str], name: str) -> tuple[str, ...]:
    """Designations most like a name; the same number under another body comes first."""
    from rapidfuzz import fuzz, process

    number = name.partition(" ")[2]
    same = [spelt[one] for one in spelt if number and one.partition(" ")[2] == number]
    like = process.extract(
        name, list(spelt), scorer=fuzz.ratio, limit=_NEAR, score_cutoff=_LIKE_ENOUGH
    )
    return tuple(dict.fromkeys((*same, *(spelt[one] for one, _, _ in like))))[:_NEAR]
