"""Misspelt words put right before they are compared: one wrong letter in a long word."""

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from graphs.planning.folding import folded
from graphs.planning.phrases import every, rules

_LONG = 8
"""Letters from which a word may have a wrong one."""
_TRIED = 40
"""Unknown words of a clause that are put right; what is longer is no question any more."""
_WORD = re.compile(rf"[a-z]{{{_LONG},}}")
_STEM = re.compile(r"[a-z]{4,}")
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""Two letters for one with dots above, where a keyboard has none."""


class _Words(NamedTuple):
    known: frozenset[str]
    long: dict[str, tuple[str, ...]]


def mended(text: str, language: str) -> str:
    """Folded text with the misspelt long words of the concept lists put right.

    Args:
        text: folded text.
        language: whose words count besides the English ones, ISO 639-1.
    """
    return _WORD.sub(lambda hit: _nearest(hit[0], language), text, count=_TRIED)


def knows(word: str, language: str) -> bool:
    """Whether a folded word begins like one of the concept lists of a language."""
    known = _words(language).known
    return any(word[:length] in known for length in range(4, len(word) + 1))


def _nearest(word: str, language: str) -> str:
    if knows(word, language) or knows(word, "en"):
        return word
    plain = word
    for written, meant in _UMLAUTS:
        plain = plain.replace(written, meant)
    if knows(plain, language):
        return plain
    return _one_letter_off(word, language) or word


def _one_letter_off(word: str, language: str) -> str | None:
    from rapidfuzz.distance import OSA

    for stem in _words(language).long.get(word[0], ()):
        for length in (len(stem), len(stem) - 1, len(stem) + 1):
            if OSA.distance(word[:length], stem, score_cutoff=1) <= 1:
                return stem + word[length:]
    return None


@cache
def _words(language: str) -> _Words:
    phrases = map(folded, every(rules(f"words/{language}")))
    others = (every(one.get(language, "")) for one in rules("symptoms").values())
    small = rules("languages")["supported"].get(language, {"words": ""})["words"]
    known = {stem for phrase in phrases for stem in _STEM.findall(phrase)}
    long = defaultdict(list)
    for stem in sorted(known):
        if len(stem) >= _LONG - 1:
            long[stem[0]].append(stem)
    known |= set(_STEM.findall(folded(" ".join([small, *(" ".join(one) for one in others)]))))
    return _Words(frozenset(known), {initial: tuple(some) for initial, some in long.items()})
