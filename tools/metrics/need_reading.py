"""Which needs, family and countries a text speaks of, by the phrases of the metric catalogue."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from services.hub.ingest.codes import country_names, folded_name
from services.lexicon.folding import fold, plain
from services.lexicon.language import LATIN, language_of
from services.lexicon.lexicon import LANGUAGES
from services.lexicon.pattern import Script, any_phrase
from services.metrics.catalogue import GENERIC, Catalogue, View

_SCRIPTS: dict[str, Script] = {"zh": "unspaced", "ja": "unspaced", "ar": "arabic"}
_MODEL_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*[A-Za-z0-9]")
_NEAR = 3
_LIKE_ENOUGH = 60


class Heard(NamedTuple):
    """A place of a text that tells of something in the catalogue."""

    id: str
    """Need or family."""
    words: str
    """The words themselves."""
    start: int
    """First character."""
    end: int
    """Character after the last."""


def needs_heard(text: str, view: View, generic: View) -> tuple[Heard, ...]:
    """Needs that a text tells of, each once: the family's own first, then in their order.

    A longer phrase wins over one inside it, a need over those that it refines, and a need of the
    family over a generic one told by the same words.
    """
    phrases = {one.id: one.phrases for one in view.needs.values()}
    found = _longest(_heard(text, phrases))
    ids = {one.id for one in found}
    general = {name for one in ids for name in view.needs[one].refines}
    found = [one for one in found if one.id not in general]
    shared = {one.id for one in found if view.needs[one.id] is generic.needs.get(one.id)}
    own = [one for one in found if one.id not in shared]
    rest = [one for one in found if one.id in shared and not any(_meet(one, it) for it in own)]
    first: dict[str, Heard] = {}
    for one in (*own, *rest):
        first.setdefault(one.id, one)
    return tuple(first.values())


def families_heard(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Product families that a text names, in its order."""
    phrases = {
        name: view.family.phrases for name, view in catalogue.views.items() if name != GENERIC
    }
    return tuple(dict.fromkeys(one.id for one in _longest(_heard(text, phrases))))


def families_that_know(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Families with a need of their own that a text tells of."""
    generic = catalogue.view(None)
    found = []
    for name, view in catalogue.views.items():
        heard = needs_heard(text, view, generic) if name != GENERIC else ()
        if any(view.needs[one.id] is not generic.needs.get(one.id) for one in heard):
            found.append(name)
    return tuple(found)


def countries_heard(text: str) -> tuple[str, ...]:
    """Countries that a text names, by code (ISO 3166-1 alpha-2), in its order."""
    hits = _country_pattern().finditer(folded_name(text))
    return tuple(dict.fromkeys(country_names()[hit[0]] for hit in hits))


def model_words(text: str) -> list[str]:
    """Words that can be a model's identifier: with a digit and a letter."""
    words = _MODEL_WORD.findall(plain(text))
    return [one for one in words if re.search(r"\d", one) and re.search("[A-Za-z]", one)]


def near_needs(text: str, view: View, language: str | None) -> tuple[str, ...]:
    """Needs whose phrases look most like a text, likest first (at most three)."""
    from rapidfuzz import fuzz

    said = fold(plain(text))
    likeness: dict[str, float] = {}
    for need in view.needs.values():
        spoken = language if language in LANGUAGES else "en"
        told = [need.names[spoken], *need.phrases.get(spoken, "").split(",")]
        plainly = [re.sub(r"[*~()|?\[\]]+", " ", fold(plain(one))).strip() for one in told]
        likeness[need.id] = max(fuzz.token_set_ratio(one, said) for one in plainly)
    ranked = sorted(likeness, key=lambda name: (-likeness[name], name))
    return tuple(name for name in ranked if likeness[name] >= _LIKE_ENOUGH)[:_NEAR]


def _heard(text: str, phrases: Mapping[str, Mapping[str, str]]) -> list[Heard]:
    """Everything heard in the language of the text; in others where that gives nothing."""
    spoken = plain(text)
    said = fold(spoken)
    language = language_of(spoken)
    if language:
        found = list(_in_language(spoken, said, phrases, language))
        if found or language == "en":
            return found
        return list(_in_language(spoken, said, phrases, "en"))
    tried = [
        list(_in_language(spoken, said, phrases, one)) for one in ("en", *sorted(LATIN - {"en"}))
    ]
    return max(tried, key=lambda some: sum(one.end - one.start for one in some))


def _in_language(
    spoken: str, said: str, phrases: Mapping[str, Mapping[str, str]], language: str
) -> Iterator[Heard]:
    for name, lists in phrases.items():
        for hit in _pattern(lists.get(language, ""), language).finditer(said):
            if hit.end() > hit.start():
                yield Heard(name, spoken[hit.start() : hit.end()], hit.start(), hit.end())


@lru_cache(maxsize=4096)
def _pattern(phrases: str, language: str) -> re.Pattern[str]:
    # A blank of a phrase stands for a hyphen too, and must not stand inside a character class.
    listed = [one.strip().replace("[- ]", "( )") for one in phrases.split(",") if one.strip()]
    return any_phrase(listed, _SCRIPTS.get(language, "spaced"))


def _longest(heard: Iterable[Heard]) -> list[Heard]:
    """Without those that stand inside a longer one, by place."""
    found = sorted(heard, key=lambda one: (one.start, one.start - one.end))
    return [one for one in found if not any(_inside(one, other) for other in found)]


def _inside(one: Heard, other: Heard) -> bool:
    longer = other.end - other.start > one.end - one.start
    return longer and other.start <= one.start and one.end <= other.end and other.id != one.id


def _meet(one: Heard, other: Heard) -> bool:
    return one.start < other.end and other.start < one.end


@cache
def _country_pattern() -> re.Pattern[str]:
    names = sorted(country_names(), key=lambda name: -len(name))
    spaced = [re.escape(name) for name in names if re.match(r"[a-z\u0400-\u04ff]", name)]
    arabic = [re.escape(name) for name in names if re.match("[\u0620-\u064a]", name)]
    others = [re.escape(name) for name in names if re.match("[\u3040-\u9fff\uac00-\ud7af]", name)]
    return re.compile(
        rf"\b(?:{'|'.join(spaced)})\b|(?:{'|'.join(others)})|(?:{'|'.join(arabic)})\b"
    )
