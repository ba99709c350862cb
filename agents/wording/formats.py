"""Figures, dates and lists as readers of a language write them.

Digits are Western in every language and nothing is wrapped in direction marks, so that a figure or
an identifier that is copied out of an answer is the one in the data. Methods take plain values and
never raise for a figure that has no number.
"""

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

SIGNIFICANT = 3
"""Digits that a figure is rounded to; whole numbers keep all of theirs."""
SMALLEST_CHANCE = 0.0001
"""Probabilities below are only said to be below."""
SMALLEST_SHARE = 0.000001
"""Shares below are only said to be below."""
NO_NUMBER = "–"
_NO_SHARE = 1e9
_FIXED = range(-6, 15)
_MOST_DECIMALS = 9
_DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
_LONG_DATES = ("ar",)
"""Languages whose shorter dates are told apart by direction marks only."""
_JOINED_AND = ("ar",)
"""Languages that write "and" as a part of the word that follows."""


class Formats:
    """The number, date and list format of one language."""

    def __init__(self, locale: str) -> None:
        self._locale = _locale(locale)
        self._language = self._locale.language

    def number(self, value: float) -> str:
        """A figure with at least three significant digits, whole digits never rounded away."""
        if math.isnan(value):
            return NO_NUMBER
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        magnitude = _magnitude(value)
        if magnitude not in _FIXED:
            return self._plain(value, "0.##E0")
        return self._decimal(value, max(0, SIGNIFICANT - 1 - magnitude))

    def interval(self, low: float | None, high: float | None) -> str:
        """`[2.33, 8.35]`; an end without a bound is open: `[2.33, ∞)`."""
        first = "(-∞" if low is None else f"[{self.number(low)}"
        last = "∞)" if high is None else f"{self.number(high)}]"
        mark = ", " if self._decimal(0.5, 1) == "0.5" else "; "
        return f"{first}{mark}{last}"

    def share(self, value: float) -> str:
        """A share of 0 to 1 as percent; what is not all or nothing is never rounded to it."""
        if not abs(value) < _NO_SHARE:
            return NO_NUMBER
        percent = value * 100
        decimals = max(0, SIGNIFICANT - 1 - _magnitude(percent))
        while value < 1 and decimals < _MOST_DECIMALS and round(percent, decimals) == 100:
            decimals += 1
        pattern = self._locale.percent_formats[None].pattern
        if 0 < abs(value) < SMALLEST_SHARE:
            return f"< {self._plain(SMALLEST_SHARE, pattern, 4)}"
        return self._plain(round(percent, decimals) / 100, pattern, decimals)

    def chance(self, value: float, symbol: str = "p") -> str:
        """`p = 0.003`, or `p < 0.0001`."""
        if not 0 <= value <= 1:
            return f"{symbol} = {NO_NUMBER}"
        if value < SMALLEST_CHANCE:
            return f"{symbol} < {self._decimal(SMALLEST_CHANCE, 4)}"
        return f"{symbol} = {self._decimal(value, min(4, 1 - _magnitude(value)))}"

    def day(self, value: date) -> str:
        """A date with its year, its month by name where the language has no fixed order."""
        from babel.dates import format_date

        length = "long" if self._language in _LONG_DATES else "medium"
        return format_date(value, length, locale=self._locale).translate(_DIRECTION_MARKS)

    def several(self, items: Sequence[str], separator: str) -> str:
        """Items with the language's "and"; where that sticks to a word, the separator alone."""
        from babel.lists import format_list

        if self._language in _JOINED_AND:
            return separator.join(items)
        return format_list(items, style="standard", locale=self._locale)

    def country(self, code: str) -> str:
        """A market's name with its code, `Mexico (MX)`; a code without a name stays alone."""
        name = self._locale.territories.get(code)
        return f"{name} ({code})" if name else code

    def plural(self, value: float) -> str:
        """Which form of a noun goes with a count: `one`, `few`, `other` … (CLDR)."""
        if not math.isfinite(value):
            return "other"
        number = Decimal(str(value))
        return self._locale.plural_form(int(number) if number == int(number) else number)

    def _decimal(self, value: float, decimals: int) -> str:
        return self._plain(value, "#,##0", decimals)

    def _plain(self, value: float, pattern: str, decimals: int = 0) -> str:
        from babel.numbers import parse_pattern

        if decimals:
            pattern = pattern.replace("0", "0." + "#" * decimals, 1)
        shown = parse_pattern(pattern).apply(Decimal(repr(value)), self._locale)
        return str(shown).translate(_DIRECTION_MARKS)


def _locale(name: str) -> "Locale":
    import babel

    return babel.Locale.parse(name)


def _magnitude(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0
