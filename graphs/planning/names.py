"""Entity linking: which names of the hub a request speaks of, in any of the languages.

Without a hub, what is told by its shape or by words of a language is still named, and the rest
stays text.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from agents.wording.wording import wording_for
from graphs.planning.countries import countries, regions
from graphs.planning.folding import Folded, folded
from graphs.planning.gazetteer import Hit
from graphs.planning.hub_names import HubName, HubNames
from graphs.planning.identifiers import lookalikes, shaped, standards, symptom_codes
from graphs.planning.periods import periods
from graphs.planning.phrases import compiled, every, rules
from graphs.planning.understood import Mention, MentionKind

_CUE_REACH = 14
_FUZZY_REACH = 2_000
_IDENTIFIER = r"(?=[a-z0-9-]*[a-z])(?=[a-z0-9-]*\d)[a-z0-9]+(?:-[a-z0-9]+)*"
"""Letters and digits together, in folded text."""
_LIKE_ENOUGH = 90
_TAKEN_BACK = 30
"""Letters between two names within which "no, I mean" takes the first one back."""


def mentions(text: Folded, hub: HubNames | None, language: str) -> tuple[Mention, ...]:
    """Every name in a request, in its order; periods are read by `periods`.

    Args:
        text: the request.
        hub: names of the hub; none: what can be told without it.
        language: of the request, ISO 639-1; symptoms are looked for in it and in English.
    """
    named = standards(text.original)
    _extend(named, shaped(text.original, ("change", "lot", "serial")))
    if hub is None:
        _extend(named, shaped(text.original, ("station", "line", "supplier", "model")))
    else:
        _extend(named, lookalikes(text.original, "line", hub.ids["line"]))
        _extend(named, _hub_mentions(text, hub))
        _extend(named, _fuzzy_suppliers(text, hub, named))
        for kind in ("model", "supplier"):
            _extend(named, lookalikes(text.original, kind, hub.ids[kind]))
        _extend(named, _announced(text))
    _extend(named, symptom_codes(text.original, rules("symptoms") if hub is None else ()))
    _extend(named, [one for one in countries(text) if not _is_part_of(one, named)])
    named += _regions(text, hub)
    named += _families(text, hub)
    named += _symptoms(text, hub, language, named)
    kept = _without_taken_back(text, sorted(named, key=lambda one: (one.start, one.end)))
    return tuple(kept)


def without_names(text: Folded, hub: HubNames) -> str:
    """The words of a request that are no names of the hub; the rest tells its language."""
    letters = list(text.original)
    for one in _hub_mentions(text, hub):
        letters[one.start : one.end] = " " * (one.end - one.start)
    return "".join(letters)


def period_mentions(
    text: Folded, today: date, language: str
) -> list[tuple[Mention, date | None, date]]:
    """Periods with their words and days; those that only serve comparison come last."""
    found = sorted(periods(text, today, language), key=lambda one: one.compared)
    return [
        (
            Mention(
                kind="period",
                text=text.written(one.start, one.end),
                start=text.places[one.start],
                end=text.places[one.end],
            ),
            one.first,
            one.last,
        )
        for one in found
    ]


def _extend(named: list[Mention], more: Iterable[Mention]) -> None:
    """Add what does not overlap with what is named already."""
    for one in more:
        if all(one.end <= other.start or other.end <= one.start for other in named):
            named.append(one)


def _is_part_of(one: Mention, named: list[Mention]) -> bool:
    return any(other.start <= one.start and one.end <= other.end for other in named)


def _hub_mentions(text: Folded, hub: HubNames) -> Iterator[Mention]:
    for hit in hub.gazetteer.find(text):
        if _counts(text, hit):
            yield _from(text, hit.start, hit.end, hit.value.kind, hit.value.ids)


def _counts(text: Folded, hit: Hit[HubName]) -> bool:
    if hit.value.rule == "exact":
        return text.written(hit.start, hit.end) == hit.value.spelling
    if hit.value.rule == "cued":
        words = rules("aliases")["kind_words"].get(hit.value.kind)
        before = text.text[max(0, hit.start - _CUE_REACH) : hit.start]
        return bool(words) and bool(re.search(rf"(?:{compiled(every(words)).pattern})\W*$", before))
    return True


def _announced(text: Folded) -> Iterator[Mention]:
    """What a word such as "model" announces and no hub knows: it must not be passed over."""
    for kind in ("model", "supplier", "line", "station"):
        cues = compiled(every(rules("aliases")["kind_words"][kind])).pattern
        for hit in re.finditer(rf"(?:{cues})\W{{0,2}}({_IDENTIFIER})(?![a-z0-9-])", text.text):
            yield _from(text, hit.start(1), hit.end(1), kind, ())


def _fuzzy_suppliers(text: Folded, hub: HubNames, named: list[Mention]) -> Iterator[Mention]:
    """Suppliers whose name was misspelt."""
    from rapidfuzz import fuzz, process

    if any(one.kind == "supplier" for one in named):
        return
    said = text.text[:_FUZZY_REACH]
    names = [name for name in hub.suppliers if 7 <= len(name) <= len(said)]
    for name, _, _ in process.extract(
        said, names, scorer=fuzz.partial_ratio, limit=2, score_cutoff=_LIKE_ENOUGH
    ):
        place = fuzz.partial_ratio_alignment(name, said)
        if place is not None:
            yield _from(text, place.dest_start, place.dest_end, "supplier", (hub.suppliers[name],))


def _regions(text: Folded, hub: HubNames | None) -> Iterator[Mention]:
    for one in regions(text):
        known = hub is None or one.ids[0] in hub.ids["region"]
        if known:
            yield one


def _families(text: Folded, hub: HubNames | None) -> Iterator[Mention]:
    known = {folded(one): one for one in hub.ids["family"]} if hub else {}
    for codes, pattern in _family_words():
        ids = tuple(known[code] for code in map(folded, codes) if code in known)
        hit = pattern.search(text.text)
        if hit is not None:
            yield _from(text, hit.start(), hit.end(), "family", ids if hub else (codes[0],))


def _symptoms(
    text: Folded, hub: HubNames | None, language: str, named: list[Mention]
) -> Iterator[Mention]:
    taken = {code for one in named if one.kind == "symptom" for code in one.ids}
    for code in rules("symptoms"):
        if code in taken or (hub is not None and code not in hub.ids["symptom"]):
            continue
        hit = _symptom_words(code, language).search(text.text)
        if hit is not None:
            yield _from(text, hit.start(), hit.end(), "symptom", (code,))


def _without_taken_back(text: Folded, named: list[Mention]) -> list[Mention]:
    """Leave out a name that the asker replaced: "in Morocco, no, in Egypt"."""
    correction = re.compile(rf"(?:^|[^\w])(?:{rules('countries')['taken_back']})(?:[^\w]|$)")
    dropped = set()
    for place, one in enumerate(named):
        other = next((n for n in named[place + 1 :] if n.kind == one.kind), None)
        if other is not None and 0 < other.start - one.end <= _TAKEN_BACK:
            between = folded(text.original[one.end : other.start])
            if correction.search(between):
                dropped.add(place)
    return [one for place, one in enumerate(named) if place not in dropped]


def _from(text: Folded, start: int, end: int, kind: MentionKind, ids: tuple[str, ...]) -> Mention:
    return Mention(
        kind=kind,
        text=text.written(start, end),
        ids=ids,
        start=text.places[start],
        end=text.places[end],
    )


@cache
def _family_words() -> tuple[tuple[list[str], re.Pattern[str]], ...]:
    return tuple((one["codes"], compiled(every(one["words"]))) for one in rules("families"))


@cache
def _symptom_words(code: str, language: str) -> re.Pattern[str]:
    """Words for a symptom: those of the rules, and the one that answers call it by."""
    told = rules("symptoms")[code]
    phrases = every([told[language], told["en"]] if language in told else told)
    return compiled([*phrases, wording_for(language).term("symptom", code)])
