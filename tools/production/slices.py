"""Windows of time cut into weeks, months, quarters or years."""

from datetime import date, timedelta
from typing import NamedTuple

from domain.errors import InvalidArgument

MOST_SLICES = 240
EARLIEST = date(1, 1, 1)


class Slices(NamedTuple):
    """Consecutive stretches of days, as the queries take them."""

    starts: tuple[date, ...]
    """First day of each."""
    ends: tuple[date, ...]
    """Last day of each."""
    labels: tuple[str, ...]
    """Name of each, for example 2026-05, 2026-Q2, 2026-W19."""


def whole(first: date | None, last: date) -> Slices:
    """The window as one slice; without a first day it begins with the records."""
    return Slices((first or EARLIEST,), (last,), ("whole",))


def cut(first: date, last: date, step: str) -> Slices:
    """The window cut at calendar weeks (ISO 8601), months, quarters or years.

    Args:
        first: First day; the first slice may be a part of its week, month, quarter or year.
        last: Last day, included; the same holds for the last slice.
        step: week, month, quarter or year.

    Raises:
        InvalidArgument: there would be more than 240 slices.
    """
    starts, ends, labels = [], [], []
    day = first
    while day <= last:
        after = _next(day, step)
        starts.append(day)
        ends.append(min(after - timedelta(days=1), last))
        labels.append(_label(day, step))
        day = after
        if len(starts) > MOST_SLICES:
            raise InvalidArgument(
                f"{first} to {last} has more than {MOST_SLICES} slices of a {step}",
                next_step="give a later `first`, or group by quarter or year",
            )
    return Slices(tuple(starts), tuple(ends), tuple(labels))


def _next(day: date, step: str) -> date:
    if step == "week":
        return day + timedelta(days=8 - day.isoweekday())
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    following = (day.year * 12 + day.month - 1) // months * months + months
    return date(following // 12, following % 12 + 1, 1)


def _label(day: date, step: str) -> str:
    if step == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if step == "month":
        return f"{day:%Y-%m}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if step == "quarter" else f"{day.year}"
