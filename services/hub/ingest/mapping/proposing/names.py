"""How alike a source column's name and a canonical column are, in many languages."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

import yaml

_BRACKETS = re.compile(r"[\[(（].*?[\])）]+")
_GENERIC = ("id", "no", "nr", "number", "nummer", "key", "编号", "番号", "번호", "№", "num", "رقم")


def folded(name: str) -> str:
    """A column name as plain words: no case, accents, brackets, punctuation or camel case."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _BRACKETS.sub(" ", name) or name)
    plain = unicodedata.normalize("NFKD", split).casefold()
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    text = (files("services.hub.ingest.mapping.proposing") / "synonyms.yaml").read_text("utf-8")
    return {
        name: tuple(folded(str(word)) for word in words)
        for name, words in yaml.safe_load(text).items()
    }


def likeness(source: str, table: str, column: str) -> float:
    """0 to 1: how sure it is by the names alone that a source column is the canonical one."""
    from rapidfuzz import fuzz

    name = folded(source)
    own = (folded(column), *_synonyms().get(f"{table}.{column}", _synonyms().get(column, ())))
    if not name:
        return 0.0
    best = 0.0
    for word in own:
        if name == word:
            return 1.0
        if word.isascii() and min(len(name), len(word)) > 3:
            alike = max(fuzz.ratio(name, word), 0.95 * fuzz.token_sort_ratio(name, word))
            held = 88.0 if set(word.split()) < set(name.split()) else 0.0
            best = max(best, alike, held)
        elif not word.isascii() and len(word) > 1 and word in name:
            best = max(best, 85.0)
        elif not word.isascii():
            best = max(best, fuzz.ratio(name, word))
    return round(best / 100 * 0.95, 2)


def is_generic_id(source: str) -> bool:
    """True for a name that says no more than "identifier"."""
    return folded(source) in _GENERIC
