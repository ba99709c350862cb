"""Moments as their readers need them: in local time, and in UTC so that two readers can compare."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Both(NamedTuple):
    """One moment, said twice."""

    here: str
    """`2026-11-22 14:05 Europe/Berlin`."""
    utc: str
    """`(2026-11-22 13:05 UTC)`."""


def local_moment(value: datetime, timezone: str) -> Both:
    """An aware moment in a time zone (IANA), and in UTC."""
    here = value.astimezone(ZoneInfo(timezone))
    return Both(
        f"{here:%Y-%m-%d %H:%M} {timezone}", f"({value.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
    )
