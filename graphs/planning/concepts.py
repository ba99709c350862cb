"""What a request speaks of: concepts of quality work, told by the words of many languages.

A concept stands for all the ways in which people say one thing: `complaint` for claims, returns,
moans and tickets. Who is asked depends on which concepts meet in one clause, so that a wording
that nobody foresaw is understood as long as its words are known.
"""

import re
from functools import cache
from typing import NamedTuple

from graphs.planning.language import supported_languages
from graphs.planning.phrases import compiled, every, rules
from graphs.planning.spelling import mended

_ENGLISH_LETTERS = 5
"""Letters from which an English word counts in other languages."""
ASKED = "="
"""Before a concept that says what is asked of an agent (`aspects.yaml`)."""
_BOUNDARY = re.compile(
    r"[.,;:?!…](?=\s|$|[぀-鿿])|(?<=[぀-鿿])[.,;:?!]|[\n。、؟؛،]|\s[–—-]\s|"
    r"(?<=\s)(?:and|then|und|dann|et|puis|y|luego|depois|oraz|potem|ثم|وبعدها|وبعدين)(?=\s)|"
    r"(?<=\s)e(?=\s(?:qua|que|o que|como|por|onde|prepar|escrev|redig|mand|faz|diz|ja deix|deix))|"
    r"\s(?=و(?:ما|ماذا|كيف|هل|لماذا|اي|من|اكتب|جهز|قارن|متى|اين|ليش|ايش|شو|وش)\s)"
)


_POLISH_AND = re.compile(rf"{_BOUNDARY.pattern}|(?<=\s)i(?=\s)")
"""In English "i" is the asker."""


class Clause(NamedTuple):
    """A part of a request."""

    start: int
    """Where it starts in the folded text."""
    concepts: dict[str, int]
    """What it speaks of, each with the place where it is first said."""


def clauses(said: str, language: str) -> list[Clause]:
    """The clauses of a request that speak of something, in their order.

    Args:
        said: the folded text.
        language: of the request, ISO 639-1; English words and abbreviations count in all.
    """
    own = language if language in supported_languages() else "en"
    found = (_clause(said[start:end], start, own) for start, end in spans_of_clauses(said, own))
    return [clause for clause in found if clause.concepts]


def spans_of_clauses(said: str, language: str) -> list[tuple[int, int]]:
    """Where the clauses of a folded text in a language start and end."""
    boundary = _POLISH_AND if language == "pl" else _BOUNDARY
    cuts = [hit.span() for hit in boundary.finditer(said)]
    starts = [0, *(end for _, end in cuts)]
    return list(zip(starts, [*(start for start, _ in cuts), len(said)], strict=True))


def _clause(text: str, start: int, language: str) -> Clause:
    text = mended(text, language)
    concepts = {}
    if text.strip():
        for concept, pattern in _patterns(language):
            hit = pattern.search(text)
            if hit is not None:
                concepts[concept] = start + hit.start()
    return Clause(start, concepts)


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    lists = [*_english_for(language), rules(f"words/{language}"), rules("words/all")]
    lists += _aspect_words(language)
    concepts = dict.fromkeys(concept for words in lists for concept in words)
    return tuple(
        (concept, compiled(every([words[concept] for words in lists if concept in words])))
        for concept in concepts
    )


def _aspect_words(language: str) -> list[dict[str, list[str]]]:
    """Words for what is asked of an agent, as concepts such as `=edition`."""
    told: dict[str, dict[str, str]] = {}
    for agent in rules("aspects")["default"]:
        told |= rules("aspects").get(agent, {})
    spoken = ["all", language]
    words = [{f"{ASKED}{a}": every(of.get(one, "")) for a, of in told.items()} for one in spoken]
    if language != "en":
        english = {f"{ASKED}{a}": every(of["en"]) for a, of in told.items()}
        words.append({a: [one for one in some if _is_long(one)] for a, some in english.items()})
    return [{a: [one for one in some if one] for a, some in one.items()} for one in words]


def _english_for(language: str) -> list[dict[str, list[str]]]:
    """English words that people mix into their language: long ones, so that none is their own."""
    if language == "en":
        return []
    english = rules("words/en").items()
    return [{c: [one for one in every(words) if _is_long(one)] for c, words in english}]


def _is_long(phrase: str) -> bool:
    return len(re.split(r"\W", phrase)[0]) >= _ENGLISH_LETTERS
