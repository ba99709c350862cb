"""The phrases and words of each language, read from its file and checked as they are read.

A phrase is a sentence with places: `{ratio}` is filled by the fact of that name, and
`{failures:failure}` by that count with the form of the noun that goes with it. No phrase holds a
digit: every figure is a fact.
"""

import re
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml
from pydantic import TypeAdapter

LANGUAGES = ("en", "zh", "de", "fr", "es", "pt", "ja", "ar", "pl")
"""Languages that have a phrase file (ISO 639-1)."""
ENGLISH = "en"
PARTS = ("", "standards", "metrics", "suppliers", "stations")
"""Folders whose files together are the words of a language."""
PLACE = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}")
_STRAY = re.compile(r"[{}⟦⟧]|\d")


class Phrasebook(NamedTuple):
    """What one language says."""

    language: str
    """ISO 639-1."""
    locale: str
    """Whose number and date format its readers expect."""
    phrases: dict[str, str]
    """Sentences by name."""
    terms: dict[str, dict[str, str]]
    """Words of closed lists, by list and code."""
    nouns: dict[str, dict[str, str]]
    """Forms of counted nouns by name and plural category (CLDR)."""


class _File(NamedTuple):
    phrases: dict[str, str]
    terms: dict[str, dict[str, str]]
    nouns: dict[str, dict[str, str]]


@cache
def phrasebook(language: str) -> Phrasebook:
    """The phrases of a language; what a translation lacks is there in English.

    Raises:
        ValueError: a file has a digit, a stray bracket or a wrong shape in a phrase, or says what
            another one says.
    """
    read = [_read(part, language) for part in PARTS]
    locale = str(read[0].pop("locale"))
    own = _joined([TypeAdapter(_File).validate_python(one) for one in read], language)
    if language == ENGLISH:
        return Phrasebook(language, locale, *own)
    english = phrasebook(ENGLISH)
    terms = {group: words | own.terms.get(group, {}) for group, words in english.terms.items()}
    return Phrasebook(
        language,
        locale,
        english.phrases | own.phrases,
        terms,
        {**english.nouns, **own.nouns},
    )


def _read(part: str, language: str) -> dict[str, object]:
    path = files(__package__) / part / f"{language}.yaml"
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Words)
    assert isinstance(found, dict)
    return found


def _joined(parts: list[_File], language: str) -> _File:
    """The files of a language as one; a name stands in one of them only."""
    whole = _File({}, {}, {})
    for part in parts:
        _only_once(whole.phrases, part.phrases, language)
        _only_once(whole.nouns, part.nouns, language)
        _only_once(whole.terms, part.terms, language)
        whole.phrases.update(part.phrases)
        whole.nouns.update(part.nouns)
        whole.terms.update(part.terms)
    for name, phrase in whole.phrases.items():
        if _STRAY.search(PLACE.sub("", phrase)):
            raise ValueError(f"{language}: phrase {name} has a digit or a stray bracket")
    return whole


def _only_once(kept: Collection[str], new: Collection[str], language: str) -> None:
    if twice := set(kept) & set(new):
        raise ValueError(f"{language}: {', '.join(sorted(twice))} stands in two files")


def places(phrase: str) -> frozenset[str]:
    """Names of the facts that a phrase needs."""
    return frozenset(match[1] for match in PLACE.finditer(phrase))


class _Words(yaml.CSafeLoader):
    """Reads every scalar as the text that it is: `no` is a word here."""


_Words.yaml_implicit_resolvers = {}
