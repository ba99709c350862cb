"""How much a text looks like writing: tells right decodings from wrong ones.

A wrong multi-byte decoding lands on rare signs, a wrong single-byte one on letters in odd company
(a Cyrillic letter within a Latin word). Each candidate encoding rates its own decoding: signs that
are everyday in its languages weigh about 1, the others a fraction; the mean is the likeness.
The weights are ours; "common" is the first level of the national standards (GB 2312, Big5,
JIS X 0208) and the Hangul rows of KS X 1001, with a bonus for the most frequent signs.
"""

from collections.abc import Iterator
from typing import NamedTuple

_HANZI = frozenset(
    "的一是不了在有人我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于下自之"
)
_HANZI_TRADITIONAL = frozenset(
    "的一是不了在有人我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得"
)
_HANGUL = frozenset("이다는에의가을고하지로기도사은를인한서어나리아해대자시그있일수스전부것제정보")
_LATIN = frozenset("äöüßéèêëàâáãåçñíóúôõîïìòùûøæœÄÖÜÉÅØÑÇÁÀÓÚÊ")
_MARKS = frozenset("‘’“”„–—…€°±²³µ·½¼×«»¿¡©®™§£¥º\u00a0•№")
_TYPOGRAPHY = frozenset("‘’“”„–—…«»\u00a0№")
_COMMON, _KNOWN, _MARK, _ODD, _FOREIGN = 1.2, 0.6, 0.8, 0.1, 0.05


class _Seen(NamedTuple):
    before: str
    sign: str
    after: str


def _outside_ascii(text: str) -> Iterator[_Seen]:
    padded = f" {text} "
    for place, sign in enumerate(text, start=1):
        if sign > "\x7f":
            yield _Seen(padded[place - 1], sign, padded[place + 1])


def latin(text: str) -> float:
    """Likeness to Western European writing, 0 to 1: accented letters among ASCII letters."""
    return _mean(_latin(seen) for seen in _outside_ascii(text))


def cyrillic(text: str) -> float:
    """Likeness to Russian and its neighbours, 0 to 1: own words, capitals in front."""
    return _mean(_own_words(seen, "\u0410", "\u044f", "Ёёіїєґ") for seen in _outside_ascii(text))


def arabic(text: str) -> float:
    """Likeness to Arabic and Persian, 0 to 1: letters in words of their own."""
    return _mean(_own_words(seen, "\u0621", "\u0652", "پچژگکہ") for seen in _outside_ascii(text))


def simplified(text: str) -> float:
    """Likeness to Chinese of the GB encodings, 0 to 1."""
    return _mean(_national(seen.sign, "gb2312", 0xD7, _HANZI) for seen in _outside_ascii(text))


def traditional(text: str) -> float:
    """Likeness to Chinese of Big5, 0 to 1."""
    common = _HANZI_TRADITIONAL
    return _mean(_national(seen.sign, "big5", 0xC6, common) for seen in _outside_ascii(text))


def korean(text: str) -> float:
    """Likeness to Korean, 0 to 1: Hangul, few Hanja."""
    return _mean(_national(seen.sign, "euc_kr", 0xC8, _HANGUL) for seen in _outside_ascii(text))


def japanese(text: str) -> float:
    """Likeness to Japanese, 0 to 1: kana between common kanji; half-width kana are rare."""
    return _mean(_japanese(seen.sign) for seen in _outside_ascii(text))


def _mean(weights: Iterator[float]) -> float:
    collected = list(weights)
    return min(1.0, sum(collected) / len(collected)) if collected else 0.0


def _latin(seen: _Seen) -> float:
    beside = [sign for sign in (seen.before, seen.after) if sign > "\x7f"]
    if seen.sign in _MARKS:
        return _ODD if any(sign not in _MARKS | _LATIN for sign in beside) else _MARK
    if not seen.sign.isalpha() or seen.sign > "\u0192":
        return _FOREIGN
    if len(beside) == 2 or any(sign not in _LATIN | _TYPOGRAPHY for sign in beside):
        return 2 * _ODD
    return 1.0 if seen.sign in _LATIN else 0.4


def _own_words(seen: _Seen, first: str, last: str, others: str) -> float:
    """Weight of a sign where letters of one script make up whole words."""

    def own(sign: str) -> bool:
        return first <= sign <= last or sign in others

    outside = [sign for sign in (seen.before, seen.after) if sign > "\x7f" and not own(sign)]
    if not own(seen.sign):
        lone = not outside and (seen.sign in _TYPOGRAPHY or not own(seen.before))
        return _MARK - _ODD if seen.sign in _MARKS and lone else _FOREIGN
    if any(sign not in _TYPOGRAPHY for sign in outside):
        return 2 * _ODD
    in_foreign_word = any(sign.isascii() and sign.isalpha() for sign in (seen.before, seen.after))
    odd_capital = seen.sign.isupper() and seen.before.islower()
    return _ODD if in_foreign_word or odd_capital else 1.0


def _national(sign: str, standard: str, last_common_row: int, frequent: frozenset[str]) -> float:
    if sign in frequent:
        return _COMMON
    try:
        row = sign.encode(standard)[0]
    except UnicodeEncodeError:
        return _FOREIGN
    first_common_row = 0xA4 if standard == "big5" else 0xB0
    if first_common_row <= row <= last_common_row:
        return _KNOWN
    return _MARK if 0xA1 <= row <= 0xA3 else _ODD


def _japanese(sign: str) -> float:
    if "\u3041" <= sign <= "\u30fe":
        return 1.0
    if "\uff61" <= sign <= "\uff9f":
        return _ODD
    try:
        row = sign.encode("cp932")[0]
    except UnicodeEncodeError:
        return _FOREIGN
    if 0x88 <= row <= 0x97:
        return _MARK
    return _MARK if row == 0x81 else _ODD
