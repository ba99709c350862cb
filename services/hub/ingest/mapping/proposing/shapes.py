"""What the values of a column look like: numbers, dates, countries, words.

A shape carries the words that a rule needs to read such values, and a question where the values
alone cannot decide.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Literal, NamedTuple

from domain.errors import BadArgument
from services.hub.ingest.codes import country_codes, country_of
from services.hub.ingest.mapping.proposing.sample import ColumnSample
from services.hub.ingest.mapping.units import conversion

Kind = Literal["empty", "whole", "number", "date", "time", "truth", "country", "text"]

MOST = 0.95
"""Share of the values that must fit for a shape to be certain."""
HALF = 0.5
"""Share that suffices if the rest are a few repeated words ("Date Not Captured")."""
FEW_WORDS = 5
"""Most different words that pass for "no value"."""
DATE_FORMATS = (
    "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y",
    "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y%m%d", "%Y.%m.%d",
    "%Y年%m月%d日", "%d%m%Y",
)  # fmt: skip
CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S.%f")
_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d{1,3}([. \u00a0\u202f]\d{3})+|\d+),\d+|[+-]?\d+")
_GROUPED = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(?P<offset>Z|[+-]\d{2}(:?\d{2})?)?"
)
_TRUTH = frozenset(("true", "false", "yes", "no", "y", "n", "t", "f", "0", "1"))
_UNIT = re.compile(r"[\[(（]\s*([^\])）]{1,15}?)\s*[\])）]")


class Shape(NamedTuple):
    """What a column's values look like."""

    kind: Kind
    """Kind of value."""
    words: dict[str, object] = {}
    """Words for the rule: date, decimal, thousands, map, null_values."""
    share: float = 1.0
    """Share of the non-empty values that fit."""
    question: str = ""
    """What a person must decide."""


def shape_of(column: ColumnSample) -> Shape:
    """The narrowest shape that the values of a column fit."""
    if not column.texts:
        return Shape("empty")
    for look in (_country, _truth, _moment, _numeric):
        shape = look(column)
        if shape is not None:
            return shape
    return Shape("text")


def unit_in(header: str) -> str | None:
    """The unit that stands in brackets in a column name, if pint knows it."""
    for text in _UNIT.findall(header):
        try:
            conversion(text, text)
        except BadArgument:
            continue
        return str(text)
    return None


class _Fit(NamedTuple):
    share: float
    others: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.share >= MOST or (self.share >= HALF and len(self.others) <= FEW_WORDS)


def _fit(texts: Iterable[str], fits: Callable[[str], object]) -> _Fit:
    every = tuple(texts)
    others = [text for text in every if not fits(text)]
    return _Fit(1 - len(others) / len(every), tuple(dict.fromkeys(others)))


def _without(fit: _Fit, words: dict[str, object]) -> dict[str, object]:
    # Only words can stand for "nothing"; a text with digits is more likely a value gone wrong.
    words_only = all(not any(map(str.isdigit, text)) for text in fit.others)
    if words_only and 0 < len(fit.others) <= FEW_WORDS:
        return {**words, "null_values": list(fit.others)}
    return words


def _truth(column: ColumnSample) -> Shape | None:
    words = {text.lower() for text in column.distinct}
    return Shape("truth") if words <= _TRUTH and len(words) <= 2 else None


def _country(column: ColumnSample) -> Shape | None:
    names = column.distinct
    if any(len(name) > 60 for name in names) or not any(name[0].isalpha() for name in names):
        return None
    codes = {name: country_of(name) for name in names}
    fit = _fit(names, lambda name: codes[name] is not None)
    if fit.share < 0.8 or (fit.share == 1 and len(names) == 1 and len(names[0]) <= 2):
        return None
    if set(names) <= country_codes():
        return Shape("country")
    listed = {name: code for name, code in codes.items() if code is not None}
    question = f"Which countries are {', '.join(fit.others)}?" if fit.others else ""
    return Shape("country", {"map": listed}, fit.share, question)


def _numeric(column: ColumnSample) -> Shape | None:
    for pattern, words in (
        (_WHOLE, {}),
        (_NUMBER, {}),
        (_COMMA, {"decimal": ","}),
        (_GROUPED, {"thousands": ","}),
    ):
        fit = _fit(column.texts, pattern.fullmatch)
        if fit.holds:
            return _number_shape(column, pattern, dict(words), fit)
    return None


def _number_shape(
    column: ColumnSample, pattern: re.Pattern[str], words: dict[str, object], fit: _Fit
) -> Shape:
    question = ""
    if "decimal" in words:
        for separator in ". \u00a0\u202f":
            if any(separator in text for text in column.texts):
                words["thousands"] = "." if separator == "." else " "
    elif "thousands" in words and not any("." in text for text in column.texts):
        question = f"Is the comma in {column.texts[0]} a decimal or a grouping sign?"
    kind: Kind = "whole" if pattern is _WHOLE else "number"
    return Shape(kind, _without(fit, words), fit.share, question)


def _moment(column: ColumnSample) -> Shape | None:
    dated = [text for text in column.texts if any(letter.isdigit() for letter in text)]
    if not dated:
        return None
    for iso in (_ISO_DATE, _ISO_TIME):
        fit = _fit(column.texts, iso.fullmatch)
        if fit.holds:
            return _iso_shape(column, iso, fit)
    candidates = [day + clock for day in DATE_FORMATS for clock in CLOCKS]
    fits = {
        pattern: _fit(column.texts, partial(_reads, pattern=pattern))
        for pattern in candidates
        if any(_reads(text, pattern) for text in dated[:20])
    }
    best = max((fit.share for fit in fits.values()), default=0.0)
    formats = [form for form, fit in fits.items() if fit.share == best and fit.holds]
    return _format_shape(column, formats, fits[formats[0]]) if formats else None


def _iso_shape(column: ColumnSample, pattern: re.Pattern[str], fit: _Fit) -> Shape:
    if pattern is _ISO_DATE:
        return Shape("date", _without(fit, {}), fit.share)
    local = [text for text in column.texts if (m := pattern.fullmatch(text)) and not m["offset"]]
    question = "Which time zone are these times in? UTC is assumed." if local else ""
    return Shape("time", _without(fit, {}), fit.share, question)


def _format_shape(column: ColumnSample, formats: list[str], fit: _Fit) -> Shape:
    example = next(text for text in column.texts if _reads(text, formats[0]))
    has_clock = "%H" in formats[0] or "%I" in formats[0]
    question = ""
    if len(formats) > 1:
        question = f"Is {example} day-first or month-first? Doubtful rows are rejected until then."
    elif has_clock:
        question = "Which time zone are these times in? UTC is assumed."
    words = _without(fit, {"date": formats})
    return Shape("time" if has_clock else "date", words, fit.share, question)


def _reads(text: str, pattern: str) -> bool:
    if ("%Y%m%d" in pattern or "%d%m%Y" in pattern) and len(text.partition(" ")[0]) != 8:
        return False
    try:
        year = datetime.strptime(text, pattern).year  # noqa: DTZ007
    except ValueError:
        return False
    return 1950 <= year <= 2100
