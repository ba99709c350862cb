"""In which language a request is written, told by its script, its small words and its letters."""

import re
from functools import cache
from typing import NamedTuple

from graphs.planning.folding import folded
from graphs.planning.phrases import rules

UNKNOWN = "und"
_WORD = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(r"[A-Za-z0-9\-_/.]*\d[A-Za-z0-9\-_/.]*")
_KANA = ("぀", "ヿ")
_HAN = ("一", "鿿")
_ARABIC = ("؀", "ۿ")
_SURE_WORDS = 3
"""Small words that outweigh those of a language with rules."""
_UNTOLD_WORDS = 4
"""Words without any sign of a language up to which a request counts as English."""


class Language(NamedTuple):
    """The language of a request."""

    code: str
    """One of the nine that have rules, or `und`."""
    likely: str
    """The same, or the other language that it seems to be (ISO 639-1), or `und`."""


def supported_languages() -> tuple[str, ...]:
    """The languages that have rules, as ISO 639-1."""
    return tuple(rules("languages")["supported"])


def language_of(text: str, before: str | None = None) -> Language:
    """Tell the language of a request.

    Args:
        text: what was asked, as it was written.
        before: language of the thread so far, taken where the text itself says nothing.
    """
    likely = _by_script(text) or _by_words(text, before)
    return Language(likely if likely in supported_languages() else UNKNOWN, likely)


def _by_script(text: str) -> str | None:
    """A language that its letters alone give away."""
    if _count(text, _KANA) > 0:
        return "ja"
    letters = sum(map(str.isalpha, text))
    # A Latin name or code in a Chinese sentence weighs several letters, a character one word.
    if _count(text, _HAN) * 5 >= letters > 0:
        ours = rules("languages")["own_han"].items()
        return next((code for code, some in ours if any(one in text for one in some)), "zh")
    if _count(text, _ARABIC) * 4 >= letters > 0:
        own = rules("languages")["own_arabic"]
        return next((code for code, some in own.items() if set(some) & set(text)), "ar")
    for code, spans in rules("languages")["scripts"].items():
        if sum(_count(text, tuple(span)) for span in spans) * 4 >= letters > 0:
            return str(code)
    return None


def _by_words(text: str, before: str | None) -> str:
    words = [folded(word) for word in _WORD.findall(_IDENTIFIER.sub(" ", text))]
    scores = dict.fromkeys(_traits(), 0.0)
    for word in words:
        codes = _speakers().get(word, ())
        for code in codes:
            scores[code] += 1 / len(codes)
    for code, letters in _own_letters().items():
        scores[code] += sum(letter in letters for letter in set(text.lower()))
    doubtful = any(scores[code] for code in supported_languages())
    for code in rules("languages")["other"]:
        if doubtful and sum(code in _speakers().get(word, ()) for word in set(words)) < _SURE_WORDS:
            scores[code] = 0.0
    best = max(scores, key=lambda code: (scores[code], code == before))
    if scores[best] > 0:
        return best
    if before is not None:
        return before
    return "en" if len(words) <= _UNTOLD_WORDS else UNKNOWN


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Languages by small word."""
    found: dict[str, tuple[str, ...]] = {}
    for code, traits in _traits().items():
        for word in {folded(word) for word in traits["words"].split()}:
            found[word] = (*found.get(word, ()), code)
    return found


@cache
def _own_letters() -> dict[str, frozenset[str]]:
    return {code: frozenset(traits["letters"]) for code, traits in _traits().items()}


@cache
def _traits() -> dict[str, dict[str, str]]:
    return {**rules("languages")["supported"], **rules("languages")["other"]}


def _count(text: str, span: tuple[str, ...]) -> int:
    return sum(span[0] <= letter <= span[1] for letter in text)
