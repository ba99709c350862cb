"""What a text in any of nine languages says of a product: its kind, its features, its ratings.

A feature is denied by a word before it ("without", "ohne", "不带") or after it ("なし"), and so is
what "or" and "and" join to it; a comma alone ends what is denied.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import yaml

from services.lexicon.folding import fold, plain

Sort = Literal["kind", "family", "installation", "feature", "group", "before", "after", "neither"]
_ORDER: dict[Sort, int] = {"neither": 0, "kind": 1, "feature": 2}
_AFTER_GAP = 4
_WORDS_BETWEEN = 2
_UNSPACED = 0x2E80
"""First character of the scripts that are written without spaces."""
_STOP = re.compile(
    r"[,.;:!?，。；：！？、،؛()]|\b(?:with|mit|avec|con|com|z|but|aber|only|nur)\b|带|配|但"
)


class Group(NamedTuple):
    """A word for several features: what it says when affirmed and when denied."""

    has: tuple[str, ...]
    lacks: tuple[str, ...]


class Told(NamedTuple):
    """What a text says of a product."""

    kinds: tuple[str, ...]
    """Kinds of product that it names."""
    air_conditioner: bool
    """Whether it names an air conditioner without need to say of which installation."""
    has: frozenset[str]
    lacks: frozenset[str]


class _Word(NamedTuple):
    pattern: re.Pattern[str]
    sort: Sort
    name: str
    exact: bool


class _Mention(NamedTuple):
    start: int
    end: int
    sort: Sort
    name: str


@cache
def told(text: str) -> Told:
    """Kinds and features that a text names, affirmed or denied."""
    folded = fold(plain(text))
    mentions = _mentions(plain(text), folded)
    denied = _denied(mentions, folded)
    groups = _book()["groups"]
    has, lacks = set[str](), set[str]()
    for index, one in enumerate(mentions):
        if one.sort == "feature":
            (lacks if index in denied else has).add(one.name)
        elif one.sort == "group":
            (lacks if index in denied else has).update(
                groups[one.name]["lacks" if index in denied else "has"]
            )
    family = any(one.sort == "family" for one in mentions)
    kinds = dict.fromkeys(
        one.name
        for one in mentions
        if one.sort == "kind" or (one.sort == "installation" and family)
    )
    return Told(tuple(kinds), family, frozenset(has), frozenset(lacks))


def _mentions(spelled: str, folded: str) -> list[_Mention]:
    """Every word of the lists that the text holds, the longest where several begin."""
    found = [
        _Mention(match.start(), match.end(), word.sort, word.name)
        for word in _words()
        for match in word.pattern.finditer(spelled if word.exact else folded)
    ]
    found.sort(key=lambda one: (one.start, -one.end, _ORDER.get(one.sort, 9)))
    kept: list[_Mention] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return [one for one in kept if not _names_a_rule(one, folded)]


def _names_a_rule(one: _Mention, text: str) -> bool:
    """Whether a feature is named as the subject of a rule only: "Batteries Regulation"."""
    after = text[one.end :].lstrip(" -")
    return one.sort == "feature" and any(rule.match(after) for rule in _rules())


@cache
def _rules() -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(word) for word in _book()["a_rule"])


def _denied(mentions: list[_Mention], text: str) -> set[int]:
    denied = set[int]()
    for index, one in enumerate(mentions):
        if one.sort == "before" and index + 1 < len(mentions):
            between = text[one.end : mentions[index + 1].start]
            if _near(between) and not _STOP.search(between):
                denied |= set(_joined(mentions, text, index + 1, 1))
        elif one.sort == "after" and index:
            between = text[mentions[index - 1].end : one.start]
            if len(between) <= _AFTER_GAP and not _STOP.search(between):
                denied |= set(_joined(mentions, text, index - 1, -1))
    return denied


def _near(between: str) -> bool:
    """Whether little enough stands between a denying word and what it denies."""
    if any(ord(letter) >= _UNSPACED for letter in between):
        return len(between) <= _AFTER_GAP
    return len(between.split()) <= _WORDS_BETWEEN


def _joined(mentions: list[_Mention], text: str, index: int, step: int) -> Iterator[int]:
    """The feature at an index, and those that are joined to it in a direction."""
    run, commas = [index], [False]
    while 0 <= run[-1] + step < len(mentions):
        first, second = sorted((run[-1], run[-1] + step))
        between = text[mentions[first].end : mentions[second].start].strip()
        joined = between.lstrip(",，、، ") in _connectors()
        if not (joined or between in {",", "，", "、", "،"}):
            break
        run.append(run[-1] + step)
        commas.append(not joined)
    while commas[-1]:  # a list that ends in a comma is no list
        run.pop()
        commas.pop()
    return (at for at in run if mentions[at].sort in {"feature", "group"})


@cache
def _connectors() -> frozenset[str]:
    return frozenset(fold(plain(word)) for word in _book()["and_or"])


@cache
def _words() -> tuple[_Word, ...]:
    book = _book()
    lists: list[tuple[Sort, dict[str, list[str]]]] = [
        ("kind", book["kinds"]),
        ("family", {"air_conditioner": book["air_conditioner"]["words"]}),
        ("installation", book["air_conditioner"]["kinds"]),
        ("feature", book["features"]),
        ("group", {name: group["words"] for name, group in book["groups"].items()}),
        ("before", {"": book["denied_before"]}),
        ("after", {"": book["denied_after"]}),
        ("neither", {"": book["not_denied"]}),
    ]
    return tuple(
        _Word(_pattern(word), sort, name, word.startswith("="))
        for sort, entries in lists
        for name, words in entries.items()
        for word in words
    )


def _pattern(word: str) -> re.Pattern[str]:
    if word.startswith("="):
        return re.compile(rf"(?<![Vv] )(?<!\w){re.escape(word[1:])}(?!\w)")
    plainly = fold(plain(word))
    middle = "".join(
        r"[\s-]?" if letter in " -" else re.escape(letter) for letter in plainly.strip("*")
    )
    if not plainly.strip("*")[0].isascii():
        return re.compile(middle + (r"\w*" if plainly.endswith("*") else ""))
    before = r"[^\W\d_]*" if plainly.startswith("*") else r"(?<![a-z0-9])"
    after = r"[^\W\d_]*" if plainly.endswith("*") else r"(?![a-z0-9])"
    return re.compile(before + middle + after)


@cache
def _book() -> dict[str, Any]:
    text = (files(__package__) / "product_words.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar is text
    return book
