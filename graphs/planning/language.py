"""In which language a request is written, told by its script, its small words and its letters."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from graphs.planning.folding import folded
from graphs.planning.phrases import rules
from graphs.planning.spelling import knows

UNKNOWN = "und"
_WORD = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(r"[A-Za-z0-9\-_/.]*\d[A-Za-z0-9\-_/.]*")
_KANA = re.compile("[぀-ヿ]")
_HAN = re.compile("[一-鿿]")
_ARABIC = re.compile("[؀-ۿ]")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 .,;:?!-()")
_TRADE = 0.5
"""What a word of the trade says of a language, where a small word says 1."""
_LONG_WORD = 5
"""Letters from which a word of the trade tells a language."""
_SURE_WORDS = 3
"""Small words, a letter of its own for two, that outweigh a language with rules."""
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
    if text.isascii():
        return None
    if _KANA.search(text) is not None:
        return "ja"
    letters = sum(map(str.isalpha, text))
    # A Latin name or code in a Chinese sentence weighs several letters, a character one word.
    if len(_HAN.findall(text)) * 5 >= letters > 0:
        ours = rules("languages")["own_han"].items()
        return next((code for code, some in ours if any(one in text for one in some)), "zh")
    if len(_ARABIC.findall(text)) * 4 >= letters > 0:
        own = rules("languages")["own_arabic"]
        return next((code for code, some in own.items() if set(some) & set(text)), "ar")
    for code, script in _scripts():
        if len(script.findall(text)) * 4 >= letters > 0:
            return code
    return None


def _by_words(text: str, before: str | None) -> str:
    """The language whose small words, words of the trade and letters a text has most of."""
    words = [folded(word) for word in _WORD.findall(_IDENTIFIER.sub(" ", text))]
    scores = dict.fromkeys(_traits(), 0.0)
    for codes, weight in (
        *((_speakers().get(word, ()), 1.0) for word in words),
        *((_users(word), _TRADE) for word in words),
        *((_writers().get(letter, ()), 1.0) for letter in set(text.lower()) - _PLAIN),
    ):
        for code in codes:
            scores[code] += weight / len(codes)
    if any(scores[code] for code in supported_languages()):
        sure = _signs(words, text)
        for code in rules("languages")["other"]:
            scores[code] *= sure[code] >= _SURE_WORDS
    best = max(scores, key=lambda code: (scores[code], code == before))
    if scores[best] > 0:
        return best
    if before is not None:
        return before
    return "en" if len(words) <= _UNTOLD_WORDS else UNKNOWN


def _signs(words: Iterable[str], text: str) -> Counter[str]:
    """Small words of each language, and twice the letters that it alone has."""
    small = Counter(code for word in set(words) for code in _speakers().get(word, ()))
    writers = (_writers().get(letter, ()) for letter in set(text.lower()) - _PLAIN)
    alone = Counter(codes[0] for codes in writers if len(codes) == 1)
    return small + alone + alone


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Languages by small word."""
    found: dict[str, tuple[str, ...]] = {}
    for code, traits in _traits().items():
        for word in {folded(word) for word in traits["words"].split()}:
            found[word] = (*found.get(word, ()), code)
    return found


@lru_cache(maxsize=4096)
def _users(word: str) -> tuple[str, ...]:
    """Languages that have a longer word among those of the trade."""
    if len(word) < _LONG_WORD:
        return ()
    return tuple(code for code in supported_languages() if knows(word, code))


@cache
def _writers() -> dict[str, tuple[str, ...]]:
    """Languages by letter with a mark."""
    found: dict[str, tuple[str, ...]] = {}
    for code, traits in _traits().items():
        for letter in traits["letters"]:
            found[letter] = (*found.get(letter, ()), code)
    return found


@cache
def _scripts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (code, re.compile("[" + "".join(f"{first}-{last}" for first, last in spans) + "]"))
        for code, spans in rules("languages")["scripts"].items()
    )


@cache
def _traits() -> dict[str, dict[str, str]]:
    return {**rules("languages")["supported"], **rules("languages")["other"]}
