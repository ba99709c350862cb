"""The phrases and words of each language, read from its file and checked as they are read.

A phrase is a sentence with places: `{ratio}` is filled by the fact of that name, and
`{failures:failure}` by that count with the form of the noun that goes with it. No phrase holds a
digit: every figure is a fact.
"""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml
from pydantic import TypeAdapter

LANGUAGES = ("en", "zh", "de", "fr", "es", "pt", "ja", "ar", "pl")
"""Languages that have a phrase file (ISO 639-1)."""
ENGLISH = "en"
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
    locale: str
    phrases: dict[str, str]
    terms: dict[str, dict[str, str]]
    nouns: dict[str, dict[str, str]]


@cache
def phrasebook(language: str) -> Phrasebook:
    """The phrases of a language; what a translation lacks is there in English.

    Raises:
        ValueError: the file has a digit, a stray bracket or a wrong shape in a phrase.
    """
    text = (files(__package__) / f"{language}.yaml").read_text(encoding="utf-8")
    own = TypeAdapter(_File).validate_python(yaml.load(text, Loader=_Words))
    for name, phrase in own.phrases.items():
        if _STRAY.search(PLACE.sub("", phrase)):
            raise ValueError(f"{language}.yaml: phrase {name} has a digit or a stray bracket")
    if language == ENGLISH:
        return Phrasebook(language, *own)
    english = phrasebook(ENGLISH)
    terms = {group: words | own.terms.get(group, {}) for group, words in english.terms.items()}
    return Phrasebook(
        language,
        own.locale,
        english.phrases | own.phrases,
        terms,
        {**english.nouns, **own.nouns},
    )


def places(phrase: str) -> frozenset[str]:
    """Names of the facts that a phrase needs."""
    return frozenset(match[1] for match in PLACE.finditer(phrase))


class _Words(yaml.CSafeLoader):
    """Reads every scalar as the text that it is: `no` is a word here."""


_Words.yaml_implicit_resolvers = {}
