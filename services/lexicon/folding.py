"""One plain spelling for what people write in many: accents, alef forms, kana, old characters.

Word lists and texts go through the same folding, so a list needs each word once.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

_HIDDEN = re.compile(
    "[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_KANA = range(0x30A1, 0x30F7)
_TO_HIRAGANA = 0x60
_LETTERS = {
    **dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك",
    "ł": "l", "ß": "s", "ø": "o", "đ": "d", "ı": "i", "’": "'", "`": "'", "´": "'", "‘": "'",
}  # fmt: skip
_LAST_LATIN = 0x24F


def plain(text: str) -> str:
    """The text in compatibility form, without marks that hide or decorate; spans refer to it."""
    if text.isascii():
        return text
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text))


def fold(text: str) -> str:
    """Plain text in lower case and one spelling; every character keeps its position."""
    return text.lower() if text.isascii() else text.translate(_Table())


class _Table(dict[int, str]):
    """Folded character by code point, filled as they occur and shared by all calls."""

    _seen: dict[int, str] = {}

    def __getitem__(self, point: int) -> str:
        found = self._seen.get(point)
        if found is None:
            found = self._seen[point] = _folded(chr(point))
        return found


def _folded(character: str) -> str:
    lower = character.lower()[:1]
    if ord(lower) in _KANA:
        return chr(ord(lower) - _TO_HIRAGANA)
    known = _LETTERS.get(lower) or _simplified().get(lower)
    if known:
        return known
    if unicodedata.category(lower) == "Nd":
        return str(unicodedata.decimal(lower))
    return unicodedata.normalize("NFD", lower)[0] if ord(lower) <= _LAST_LATIN else lower


@cache
def _simplified() -> dict[str, str]:
    """Simplified by traditional or Japanese form, for characters that the word lists use."""
    text = (files("services.lexicon") / "characters.txt").read_text(encoding="utf-8")
    pairs = (pair for line in text.splitlines() if line[:1] != "#" for pair in line.split())
    return {old: new for pair in pairs for old, new in [tuple(pair)]}
