"""Countries and regions in a request, by the names of many languages."""

import re
from collections.abc import Iterator
from functools import cache

from graphs.planning.folding import Folded, folded
from graphs.planning.gazetteer import Gazetteer
from graphs.planning.phrases import compiled, every, rules
from graphs.planning.understood import Mention, MentionKind
from services.hub.ingest.codes import country_names

_SHORT = 4
"""Latin letters up to which a country's name counts only with a capital."""


def countries(text: Folded) -> list[Mention]:
    """Countries that a request names, as ISO 3166-1 alpha-2, in its order."""
    spoken = [hit.span() for hit in re.finditer(rules("countries")["spoken"], text.text)]
    found = [*_named(text), *_adjectives(text), *_codes(text)]
    kept: list[Mention] = []
    for one in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        inside = any(text.places[a] <= one.start < text.places[b] for a, b in spoken)
        if not inside and (not kept or one.start >= kept[-1].end):
            kept.append(one)
    return kept


def regions(text: Folded) -> list[Mention]:
    """Regions of the world that a request names, by the codes that hubs use."""
    return [
        _mention(text, hit.start, hit.end, hit.value, "region") for hit in _regions().find(text)
    ]


def _named(text: Folded) -> Iterator[Mention]:
    for hit in _names().find(text):
        name = text.text[hit.start : hit.end]
        doubtful = name in _doubtful() or (len(name) <= _SHORT and name.isascii())
        follows = text.text[hit.end : hit.end + 1]
        if follows in ("語", "语") and name[0] > "⺀":
            continue
        if not doubtful or text.original[text.places[hit.start]].isupper():
            yield _mention(text, hit.start, hit.end, hit.value)


def _adjectives(text: Folded) -> Iterator[Mention]:
    for code, pattern in _stems():
        for hit in pattern.finditer(text.text):
            yield _mention(text, hit.start(), hit.end(), code)


def _codes(text: Folded) -> Iterator[Mention]:
    aliases = {"UK": "GB", "USA": "US", "UAE": "AE", "KSA": "SA"}
    codes = "|".join(rules("countries")["codes"])
    if text.original.isupper():
        return
    for hit in re.finditer(rf"(?<![A-Za-z0-9\-])({codes})(?![A-Za-z0-9\-])", text.original):
        code = aliases.get(hit[0], hit[0])
        yield Mention(kind="country", text=hit[0], ids=(code,), start=hit.start(), end=hit.end())


def _mention(
    text: Folded, start: int, end: int, code: str, kind: MentionKind = "country"
) -> Mention:
    return Mention(
        kind=kind,
        text=text.written(start, end),
        ids=(code,),
        start=text.places[start],
        end=text.places[end],
    )


@cache
def _names() -> Gazetteer[str]:
    more = {
        str(name): code
        for code, names in rules("countries")["names"].items()
        for name in names
        if not str(name).endswith("*")
    }
    return Gazetteer({**country_names(), **more})


@cache
def _stems() -> tuple[tuple[str, re.Pattern[str]], ...]:
    told = rules("countries")["names"].items()
    stems = (
        (code, [str(name) for name in names if str(name).endswith("*")]) for code, names in told
    )
    return tuple((code, compiled(some)) for code, some in stems if some)


@cache
def _doubtful() -> frozenset[str]:
    return frozenset(map(folded, rules("countries")["no_names"]))


@cache
def _regions() -> Gazetteer[str]:
    told = rules("aliases")["region"]
    return Gazetteer({name: code for code in told for name in every(told[code])})
