"""The words that only a slot may bring into an answer, as expressions by language.

Verdicts, causes and numbers in words stand in `claim_words.yaml`; months, days and markets come
from the locale data. English is looked for beside every language, because models fall back to it.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from graphs.planning.folding import folded
from graphs.planning.phrases import compiled, every

_DENSE = ("zh", "ja")
"""Languages that put no blanks between words."""
_CAPITALISED = ("en", "de")
"""Languages whose months are told from other words by their capital."""
_ALSO_VERBS = ("May", "March")


class Words(NamedTuple):
    """Words to look for in folded text."""

    pattern: re.Pattern[str]
    """Finds them."""
    spare: frozenset[str]
    """Finds that mean something else in this language."""


@cache
def words(kind: str, language: str) -> Words:
    """The words of one list, such as `verdicts`, in a language and in English."""
    lists = _file()[kind]
    phrases = [*every(lists["en"]), *(every(lists[language]) if language != "en" else [])]
    spare = every(_file()["spare"].get(language, []))
    return Words(compiled(phrases), frozenset(map(folded, spare)))


@cache
def letters(language: str) -> re.Pattern[str]:
    """One folded letter that a text of the language may hold."""
    return re.compile(f"[a-zœæ{_file()['scripts'].get(language, '')}]")


@cache
def calendar(language: str) -> re.Pattern[str]:
    """Names of months and days of the week."""
    from babel.dates import get_day_names, get_month_names

    names = {
        *get_month_names("wide", "format", language).values(),
        *get_month_names("wide", "stand-alone", language).values(),
        *get_day_names("wide", "format", language).values(),
    }
    plain = sorted((n for n in names if n not in _ALSO_VERBS and not n[0].isdigit()), key=len)
    found = "|".join(map(re.escape, reversed(plain)))
    verbs = rf"|(?<=[^.!?\n] )(?:{'|'.join(_ALSO_VERBS)})\b" if language == "en" else ""
    pattern = found if language in _DENSE else rf"\b(?:{found})\b{verbs}"
    return re.compile(pattern, re.NOFLAG if language in _CAPITALISED else re.IGNORECASE)


@cache
def countries(language: str) -> re.Pattern[str]:
    """Names of countries as the language writes them."""
    from babel import Locale

    names = Locale.parse(language).territories
    ours = sorted((name for code, name in names.items() if len(code) == 2), key=len, reverse=True)
    found = "|".join(map(re.escape, ours))
    return re.compile(found if language in _DENSE else rf"(?<!\w)(?:{found})(?!\w)")


@cache
def _file() -> Any:  # noqa: ANN401  each list has a shape of its own
    text = (files(__package__) / "claim_words.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)
