"""When a duty falls due: time limits in hours, days and working days, at the place that counts.

Conventions, which a rule names by its unit and by how it ends:

- `hours` run on without regard to clocks on walls: 24 hours are 24 elapsed hours, also over a
  daylight-saving change, over nights and over weekends.
- `days` and `working_days` are counted in the local time of a place. The day on which the clock
  starts is not counted. `end_of_day`: due at the local midnight that ends the last day.
  `same_time`: due when clocks there show the time of the start again; a time that a
  daylight-saving change skips becomes the same moment after the gap, and of a time that comes
  twice the first counts.
- A working day is neither a day of the country's weekend nor a public holiday of the whole
  country. Make-up workdays at weekends count.
- A pause stops the clock. Hours run on after it. A day counts if the clock runs when that day
  closes (its midnight, or the time of the start), so nothing falls due within a pause.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import InvalidArgument

if TYPE_CHECKING:
    from holidays import HolidayBase

LimitUnit = Literal["hours", "days", "working_days"]
LimitEnd = Literal["end_of_day", "same_time"]
_NEVER = datetime.max.replace(tzinfo=UTC)


class Limit(NamedTuple):
    """How long somebody has."""

    amount: int
    """How many, one or more."""
    unit: LimitUnit
    """Of what."""
    ends: LimitEnd = "end_of_day"
    """How days end; of no meaning for hours."""


class Place(NamedTuple):
    """Whose clock and calendar count."""

    zone: str
    """Time zone (IANA)."""
    country: str | None = None
    """Country whose weekends and holidays count (ISO 3166-1 alpha-2); needed for working days."""


class Pause(NamedTuple):
    """A time in which the clock stands."""

    start: datetime
    """Its begin (aware)."""
    end: datetime | None = None
    """Its end (aware); none: it lasts."""


def due_at(
    start: datetime, limit: Limit, place: Place, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The last moment of a time limit (UTC); the module says how it is counted.

    Args:
        start: the event that starts the clock (aware).
        limit: how long.
        place: whose days are counted.
        pauses: times in which the clock stands; they may overlap.

    Returns:
        The moment, or none while a pause without an end keeps it from being reached.

    Raises:
        InvalidArgument: a time without zone, a limit below one, a pause that ends before it
            begins, an unknown time zone, or a country without a calendar of holidays.
    """
    if limit.amount < 1:
        raise InvalidArgument(f"a time limit is one or more; got {limit.amount}")
    begin, stops = _utc(start), _joined(pauses)
    if limit.unit == "hours":
        return _after_hours(begin, limit.amount, stops)
    return _after_days(begin, limit, place, stops)


def local(moment: datetime, zone: str) -> datetime:
    """A moment as clocks in a zone show it.

    Raises:
        InvalidArgument: there is no such zone.
    """
    return moment.astimezone(_zone(zone))


def is_working_day(day: date, country: str) -> bool:
    """Whether a country works on a day.

    Raises:
        InvalidArgument: no calendar of holidays for that country.
    """
    return _calendar(country, day.year).is_working_day(day)


class _Stop(NamedTuple):
    start: datetime
    end: datetime


def _after_hours(begin: datetime, amount: int, stops: Sequence[_Stop]) -> datetime | None:
    now, left = begin, timedelta(hours=amount)
    for stop in stops:
        if stop.end <= now:
            continue
        running = max(stop.start - now, timedelta(0))
        if running >= left:
            break
        if stop.end == _NEVER:
            return None
        now, left = stop.end, left - running
    return now + left


def _after_days(
    begin: datetime, limit: Limit, place: Place, stops: Sequence[_Stop]
) -> datetime | None:
    zone = _zone(place.zone)
    there = begin.astimezone(zone)
    day, counted, closing = there.date(), 0, begin
    while counted < limit.amount:
        day += timedelta(days=1)
        closing = _closing(day, there.time(), limit.ends, zone)
        if any(stop.start < closing and stop.end == _NEVER for stop in stops):
            return None
        if not any(stop.start < closing <= stop.end for stop in stops) and _counts(
            day, limit.unit, place
        ):
            counted += 1
    return closing


def _closing(day: date, clock: time, ends: LimitEnd, zone: ZoneInfo) -> datetime:
    if ends == "end_of_day":
        day, clock = day + timedelta(days=1), time()
    return datetime.combine(day, clock.replace(fold=0), zone).astimezone(UTC)


def _counts(day: date, unit: LimitUnit, place: Place) -> bool:
    if unit == "days":
        return True
    if place.country is None:
        raise InvalidArgument("working days need the country whose calendar counts")
    return is_working_day(day, place.country)


def _joined(pauses: Sequence[Pause]) -> list[_Stop]:
    """Pauses in order, overlapping ones as one."""
    stops: list[_Stop] = []
    for start, end in sorted((_utc(one.start), _end(one)) for one in pauses):
        if stops and start <= stops[-1].end:
            stops[-1] = _Stop(stops[-1].start, max(end, stops[-1].end))
        else:
            stops.append(_Stop(start, end))
    return stops


def _end(pause: Pause) -> datetime:
    end = _NEVER if pause.end is None else _utc(pause.end)
    if end < _utc(pause.start):
        raise InvalidArgument(f"a pause ends at {pause.end} before it begins at {pause.start}")
    return end


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidArgument(
            f"{moment.isoformat()} has no time zone", next_step="write it as 2026-03-29T08:00+01:00"
        )
    return moment.astimezone(UTC)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidArgument(
            f"there is no time zone {name!r}", next_step="write it as Europe/Berlin"
        ) from error


@cache
def _calendar(country: str, year: int) -> "HolidayBase":
    """Holidays of one year, complete when made, so that threads may share it."""
    from holidays import country_holidays

    try:
        return country_holidays(country, years=year, expand=False)
    except NotImplementedError as error:
        raise InvalidArgument(
            f"there is no calendar of holidays for {country!r}",
            next_step="count calendar days, or name the country whose calendar holds",
        ) from error
