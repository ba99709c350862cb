"""The word lists of limits, as patterns: of the phrases that fit at a place the longest counts."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Literal, get_args

import yaml

Operator = Literal["<=", "<", ">=", ">", "=", "between", "every"]
"""`between` has a lower and an upper value; `every` is a period at which something recurs."""
OPERATORS: tuple[Operator, ...] = get_args(Operator)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_NO_LETTER = r"(?![^\W\u3040-\u30ff\u4e00-\u9fff])"
"""No letter or digit follows, other than of a script that puts no space between words."""


@cache
def lists(name: str) -> dict[str, Any]:
    """A file of word lists as it is written."""
    text = (files(__package__) / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


@cache
def phrases(*path: str) -> tuple[str, ...]:
    """The phrases of a list of words.yaml, by the keys that lead to it."""
    found: Any = lists("words")
    for key in path:
        found = found[key]
    return tuple(one for line in found for one in split(line))


@cache
def pattern(*path: str) -> re.Pattern[str]:
    """A pattern that finds a phrase of such a list."""
    return re.compile(any_of(phrases(*path)), re.IGNORECASE)


@cache
def comparators(place: Literal["before", "after"]) -> re.Pattern[str]:
    """A pattern that finds words of comparison."""
    return re.compile(any_of(_operators(place)), re.IGNORECASE)


def operator_of(match: re.Match[str], place: Literal["before", "after"]) -> Operator:
    """The operator that words of comparison stand for."""
    said = " ".join(match[0].lower().split())
    known = _operators(place)
    if said in known:
        return known[said]
    stems = [one for one in known if one.endswith("*") and said.startswith(one[:-1])]
    return known[max(stems, key=len)]


@cache
def _operators(place: Literal["before", "after"]) -> dict[str, Operator]:
    """Operator by phrase in lower case."""
    return {
        phrase.lower(): operator
        for operator in OPERATORS
        if operator in lists("words")[place]
        for phrase in phrases(place, operator)
    }


def any_of(spellings: Iterable[str], *, opens: bool = True) -> str:
    """A pattern of whole phrases, longest first.

    Args:
        spellings: the phrases; `*` at the end of one stands for any ending.
        opens: whether no letter or digit may stand before a phrase.
    """
    listed = sorted(set(spellings), key=lambda one: (-len(one), one))
    parts = []
    for (before, behind), some in groupby(listed, key=lambda one: _bounds(one, opens=opens)):
        parts.append(f"{before}(?:{'|'.join(map(_body, some))}){behind}")
    return "|".join(parts)


def split(line: str) -> list[str]:
    """The phrases of a comma-separated line."""
    return [one.strip() for one in line.split(",") if one.strip()]


def _bounds(phrase: str, *, opens: bool) -> tuple[str, str]:
    """What may not stand before and behind a phrase."""
    stem = phrase.removesuffix("*")
    spaced = _UNSPACED.search(phrase) is None
    before = r"(?<!\w)" if opens and spaced and stem[0].isalnum() else ""
    behind = _NO_LETTER if spaced and stem == phrase and stem[-1].isalnum() else ""
    return before, behind


def _body(phrase: str) -> str:
    stem = phrase.removesuffix("*")
    return r"\s+".join(map(re.escape, stem.split())) + (r"\w*" if stem != phrase else "")
