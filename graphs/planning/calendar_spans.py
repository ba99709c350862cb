"""Whole weeks, months, quarters and years, and spans that end with a day."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

Unit = Literal["day", "week", "month", "quarter", "half", "year"]
_MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class Days(NamedTuple):
    """A stretch of days, both included."""

    first: date
    """First day."""
    last: date
    """Last day."""


def whole(unit: Unit, today: date, back: int = 0) -> Days:
    """The unit that holds today, or the one so many units before it; weeks run from Monday."""
    if unit in ("day", "week"):
        length = 1 if unit == "day" else 7
        start = today - timedelta(days=today.weekday() if unit == "week" else 0)
        first = start - timedelta(days=length * back)
        return Days(first, first + timedelta(days=length - 1))
    length = _MONTHS[unit]
    start_month = (today.month - 1) // length * length
    first = month_start(today.year, start_month - length * back)
    return Days(first, _before(month_start(first.year, first.month - 1 + length)))


def ending(unit: Unit, today: date, number: float) -> Days:
    """So many units that end with today: the last 30 days, the last three months."""
    if unit in ("day", "week"):
        days = max(1, round(number * (1 if unit == "day" else 7)))
        return Days(_back(today, days - 1), today)
    months = max(1, round(number * _MONTHS[unit]))
    start = month_start(today.year, today.month - 1 - months)
    length = whole("month", start).last.day
    first = start.replace(day=min(today.day, length)) + timedelta(days=1)
    return Days(min(first, today), today)


def month_start(year: int, months: int) -> date:
    """The first day of the month so many months after January of a year."""
    shifted = max(1, year + months // 12)
    return date(shifted, months % 12 + 1, 1)


def _before(day: date) -> date:
    return day - timedelta(days=1)


def _back(day: date, days: int) -> date:
    return day - timedelta(days=min(days, day.toordinal() - 1))
