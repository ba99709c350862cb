"""Phrases as the rule files write them, compiled to regular expressions over folded text.

Phrases of one language stand in one text, with a comma and a blank between them. A phrase is a
regular expression with four shorthands: a blank stands for any blank, hyphen or apostrophe, ` ?`
for one or none; `*` for the rest of a word; `~` for up to sixty characters of the same sentence.
Words in Latin letters begin and end where the phrase does; Arabic words may carry a joined particle
before and a pronoun behind, and long ones any ending.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from graphs.planning.folding import folded

_ARABIC = "ء-ي"
_PARTICLES = rf"(?<![{_ARABIC}])[وف]?(?:[بكل]?ال|لل|[بكل])?"
_PRONOUN = rf"(?:ها|هم|نا|كم|ه|ك|ي|ا)?(?![{_ARABIC}])"
_SHORT = 3
"""Letters up to which an Arabic word ends where the phrase does, but for a pronoun."""
_GAP = r"[^.?!。؟\n]{0,60}?"


@cache
def rules(name: str) -> Any:  # noqa: ANN401  each rule file has a shape of its own
    """The content of a rule file of this package, read once."""
    text = (files(__package__) / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast as the one in Python


def every(tree: object) -> list[str]:
    """All phrases below a place in a rule file, whatever their language."""
    if isinstance(tree, str):
        return tree.split(", ")
    if isinstance(tree, dict):
        return [phrase for below in tree.values() for phrase in every(below)]
    return [phrase for below in tree for phrase in every(below)] if isinstance(tree, list) else []


def compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    """One expression that finds any of the phrases in folded text; without phrases, nothing."""
    return re.compile(uncompiled(phrases))


def uncompiled(phrases: Iterable[str]) -> str:
    """The same expression as text, for whoever puts more into it: compiling takes its time."""
    found = sorted((_expression(phrase) for phrase in phrases), key=len, reverse=True)
    return "|".join(found) or r"(?!)"


@cache
def cue(name: str, *path: str) -> re.Pattern[str]:
    """The expression for all phrases at a place in a rule file."""
    place = rules(name)
    for key in path:
        place = place[key]
    return compiled(every(place))


def _expression(phrase: str) -> str:
    text = folded(phrase)
    letters = [letter for letter in text if letter.isalnum()]
    blank = r"[\s'\-]*" if _dense(text) else r"[\s'\-]+"
    body = text.replace("*", rf"[a-z{_ARABIC}]*").replace(" ~", "~")
    body = body.replace(" ?", r"[\s'\-]*").replace(" ", blank).replace("~", _GAP)
    before = after = ""
    if letters and _latin(letters[0]):
        before = r"(?<![a-z0-9])"
    elif letters and "ء" <= letters[0] <= "ي":
        before = _PARTICLES
    if letters and not text.endswith("*"):
        if _latin(letters[-1]):
            after = r"(?![a-z0-9])"
        elif "ء" <= letters[-1] <= "ي" and len(letters) <= _SHORT:
            after = _PRONOUN
    return f"{before}(?:{body}){after}"


def _latin(letter: str) -> bool:
    return letter.isascii()


def _dense(text: str) -> bool:
    """Scripts without blanks between words."""
    return any("぀" <= letter <= "鿿" for letter in text)
