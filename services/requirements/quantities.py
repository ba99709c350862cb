"""Figures with their units in a text: written with digits or as words, single, as a range, with ±.

What looks like a figure and is none (hours of service, dates, editions, versions, screen formats)
is blanked out first, and kept as a condition where it is one.
"""

import re
from functools import cache
from typing import NamedTuple

from services.requirements.units import (
    COUNT,
    SHARE,
    multipliers,
    number_words,
    rates,
    unit_named,
    unit_pattern,
)
from services.requirements.wordlists import any_of, pattern, phrases

BLANK = "\x00"
_DIGITS = str.maketrans(
    "０１２３４５６７８９％～，．٠١٢٣٤٥٦٧٨٩٫٬−\u00a0\u202f\u2009", "0123456789%~,.0123456789.,-   "
)
_COMMA_IS_DECIMAL = ("de", "fr", "es", "pt", "pl")
_CLOCK = (
    r"(?:\d{1,2}(?::\d\d)?\s*(?:am\b|pm\b|a\.m\.|p\.m\.|Uhr\b)|\d{1,2}:\d\d)(?:\s*[A-Z]{2,4}\b)?"
)
_BLANKED = {
    "hours": re.compile(
        rf"(?:between\s+(?:the\s+hours\s+of\s+)?|from\s+)?(?:{_CLOCK}|\d{{1,2}})\s*(?:to|and|-|–|bis|à|a)"
        rf"\s*{_CLOCK}|{_CLOCK}|24\s*[x×/]\s*7(?:\s*[x×/]\s*365)?"
        r"|(?:24|twenty-four)[\s-]*hours?(?:\s+(?:a|per|every)\s+day)?|(?:7|seven)\s+days\s+(?:a|per)\s+week"
        r"|36[56]\s+days\s+(?:a|per)\s+year|rund um die Uhr|全天候|24\s*小时",
        re.IGNORECASE,
    ),
    "designation": re.compile(
        r"\b(?:IEC|EN|ISO|UL|DIN|JIS|GB/T|GB|ANSI|IEEE|CISPR|ETSI|AHRI|CIE|ABNT|NBR|SASO|CSA|BS|NF|PN|ICDM)"
        r"(?:[\s/-]+(?:IEC|EN|ISO|TR|TS|NBR))*[\s-]*\d[\w.:+-]*(?:/\w+)?"
    ),
    "version": re.compile(
        r"\b(?:version|release|ver\.|v|Windows|Explorer|Firefox|Framework|Player|Matrix|Tool|Netscape|HDMI|USB|"
        r"Wi-?Fi|Bluetooth|section|clause|table|figure|edition|class)\s*\d+(?:\.\w+)*(?:\s+(?:and|or)\s+(?:above|"
        r"higher|later))?",
        re.IGNORECASE,
    ),
    "format": re.compile(r"\b\d{2,4}\s*(?:x|×|by)\s*\d{2,4}\b|\b[48]K\b|\b\d{3,4}p\b"),
    "date": re.compile(
        r"\b(?:19|20)\d\d-\d\d?-\d\d?\b|\b\d\d?[./]\d\d?[./](?:19|20)\d\d\b|\b(?:19|20)\d\d年(?:\d+月)?(?:\d+日)?"
        r"|\b(?:in|since|by|until|before|after|seit|bis|en|em|w)\s+(?:19|20)\d\d\b(?!\s*[\w%°])"
    ),
}  # fmt: skip

_MOST_WORDS = 3
_CURRENCY = re.compile(r"(?:US\$|R\$|[€$£¥]|EUR|USD|GBP|PLN|BRL|CNY|JPY)\s?$")
_WORD = re.compile(r"[ \t]+([^\W\d_][^\W\d_'-]*(?:-[^\W\d_]+)*)")
_NEED_OPENING = ("and", "und", "et", "y", "e", "i", "و", "a", "à")


class Quantity(NamedTuple):
    """A figure with its unit."""

    start: int
    """Where it begins in the text (characters)."""
    end: int
    """Where it ends."""
    value: float
    """The figure; the lower one of a range."""
    high: float | None
    """The upper figure of a range; None: no range."""
    unit: str | None
    """Canonical unit; None: none is written."""
    written: str
    """Unit, or the counted thing, as written."""


class Blanked(NamedTuple):
    """A text without what only looks like a quantity."""

    text: str
    """The text, as long as before."""
    hours: tuple[tuple[int, int], ...]
    """Where hours of service stood."""
    designations: tuple[tuple[int, int], ...]
    """Where designations of standards stood."""


def blanked(text: str) -> Blanked:
    """The text with digits of one kind, and without figures that are no quantities."""
    left = text.translate(_DIGITS)
    spans: dict[str, list[tuple[int, int]]] = {name: [] for name in _BLANKED}
    for name in ("designation", "hours", "version", "format", "date"):
        for match in _BLANKED[name].finditer(left):
            spans[name].append(match.span())
        left = _BLANKED[name].sub(lambda match: BLANK * len(match[0]), left)
    return Blanked(left, tuple(spans["hours"]), tuple(spans["designation"]))


def quantities(text: str, language: str | None) -> list[Quantity]:
    """The quantities of a blanked text, in order."""
    found: list[Quantity] = []
    place = 0
    while match := _figure().search(text, place):
        one = _quantity(text, match, language)
        place = max(one.end, match.end())
        if found and (joined := _joined(text, found[-1], one)):
            found[-1] = joined
        else:
            found.append(one)
    return found


def _quantity(text: str, match: re.Match[str], language: str | None) -> Quantity:
    value, end = _value(match, language), match.end()
    for factor, times in multipliers():
        if scaled := times.match(text, end):
            value, end = value * factor, scaled.end()
            break
    unit = _unit_at(text, end)
    if unit is None and (before := _currency_before(text, match.start())):
        return Quantity(before.start(), end, value, None, unit_named(before[0].strip()), before[0])
    if unit is not None:
        written = text[end : unit.end()].strip(" -")
        named, end = unit_named(written), unit.end()
    else:
        written, end = ("", end) if match["word"] and value <= 1 else _noun(text, end)
        named = COUNT if written else None
    if named not in (None, SHARE) and (rate := _rate_at(text, end)):
        named, end = f"{named}/{rate[0]}", rate[1]
    return Quantity(match.start(), end, value, None, named, written)


@cache
def _figure() -> re.Pattern[str]:
    words = any_of(number_words())
    figure = r"(?:\d{1,3}(?:[ ,.']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?!\d|/\d)"
    spaced, unspaced = r"(?<![\w.,/])[-+]?", r"(?<=[\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff])"
    return re.compile(rf"(?:{spaced}|{unspaced}){figure}|(?P<word>(?i:{words}))")


def _value(match: re.Match[str], language: str | None) -> float:
    if match["word"]:
        plain = re.sub(r"\s+", " ", match["word"]).lower()
        return next(value for word, value in number_words().items() if word.lower() == plain)
    digits = match[0].replace(" ", "").replace("'", "")
    thousands, decimal = (".", ",") if language in _COMMA_IS_DECIMAL else (",", ".")
    grouped = rf"[-+]?\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?"
    if re.fullmatch(grouped, digits):
        digits = digits.replace(thousands, "")
    return float(digits.replace(",", "."))


def _unit_at(text: str, place: int) -> re.Match[str] | None:
    return _unit_behind().match(text, place)


@cache
def _unit_behind() -> re.Pattern[str]:
    return re.compile(rf"[ \t]*-?[ \t]*{unit_pattern()}(?![²³])")


def _currency_before(text: str, place: int) -> re.Match[str] | None:
    return _CURRENCY.search(text[:place])


def _rate_at(text: str, place: int) -> tuple[str, int] | None:
    for unit, rate in rates():
        if match := rate.match(text, place):
            return unit, match.end()
    return None


def _noun(text: str, place: int) -> tuple[str, int]:
    """The counted thing behind a figure: up to three words, and where they end."""
    words: list[str] = []
    end = place
    for _ in range(_MOST_WORDS):
        match = _WORD.match(text, end)
        if match is None or match[1].lower() in phrases("no_noun") or _rate_at(text, end):
            break
        words.append(match[1])
        end = match.end()
    return " ".join(words), end


def _joined(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Two figures as one range, or a figure with its tolerance; None: they stand apart."""
    between = text[first.end : second.start].strip().lower()
    if first.high is not None or first.unit not in (None, second.unit):
        return None
    if between in ("±", "+/-", "+-"):
        low, high = (round(first.value + sign * second.value, 12) for sign in (-1, 1))
    elif pattern("range_joins").fullmatch(between) and (
        between not in _NEED_OPENING or _opened(text[: first.start])
    ):
        low, high = first.value, second.value
    else:
        return None
    return Quantity(first.start, second.end, low, high, second.unit, second.written)


def _opened(before: str) -> bool:
    found = list(pattern("range_opens").finditer(before))
    return bool(found) and not before[found[-1].end() :].strip()
