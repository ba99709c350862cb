"""Which language a text is in, as far as the word lists go: by script, then by function words."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml

from services.lexicon.folding import fold
from services.lexicon.lexicon import LANGUAGES

LATIN = frozenset({"de", "en", "es", "fr", "pl", "pt"})
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u3400-\u9fff]")
_ARABIC = re.compile("[\u0620-\u064a]")
_NOT_ARABIC = re.compile("[پچژگٹڈڑںےہۆێۇېڭ]")
_FOREIGN = re.compile("[\u0370-\u05ff\u0900-\u10ff\u1100-\u11ff\u1780-\u17ff\uac00-\ud7af]")
_LATIN = re.compile("[a-z\u00c0-\u024f]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str, recorded: str | None = None) -> str | None:
    """One of the languages with word lists, or null where none fits.

    The script decides first, whatever was recorded. Among languages in Latin letters the recorded
    one is believed; if none or `und` is recorded, function words decide, and a tie is unknown.

    Args:
        text: the words.
        recorded: language that came with it (BCP 47).
    """
    written = _by_script(text)
    if written != "latin":
        return written
    primary = (recorded or "und").split("-")[0].lower()
    if primary in LATIN:
        return primary
    if primary not in ("und", "mul", "") and primary not in LANGUAGES:
        return None
    return _by_words(text)


def _by_script(text: str) -> str | None:
    """A language, `latin`, or null for a script without word lists."""
    if text.isascii():
        return "latin"
    counts = {
        "ja": len(_KANA.findall(text)), "zh": len(_HAN.findall(text)),
        "ar": len(_ARABIC.findall(text)), "foreign": len(_FOREIGN.findall(text)),
        "latin": len(_LATIN.findall(text)) / 2,
    }  # fmt: skip
    if counts["ja"] and counts["zh"] + counts["ja"] > counts["foreign"]:
        return "ja"
    most = max(counts, key=lambda name: counts[name])
    if most == "foreign" or (most == "ar" and _NOT_ARABIC.search(text)):
        return None
    return most


def _by_words(text: str) -> str | None:
    votes: dict[str, int] = {}
    for word in _WORD.findall(fold(text)):
        for language in _voters().get(word, ()):
            votes[language] = votes.get(language, 0) + 1
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0] if ranked[0][0] in LATIN else None


@cache
def _voters() -> dict[str, tuple[str, ...]]:
    """Languages by function word, those without word lists among them."""
    found: dict[str, tuple[str, ...]] = {}
    for language, word in _function_words():
        found[word] = (*found.get(word, ()), language)
    return found


def _function_words() -> Iterator[tuple[str, str]]:
    text = (files("services.lexicon") / "function_words.yaml").read_text(encoding="utf-8")
    for language, words in yaml.load(text, Loader=yaml.CBaseLoader).items():
        for word in sorted({fold(word) for word in words.split()}):
            yield language, word
