"""Days, shifts, seasons: when units are built and how hard they are used.

Times are whole seconds and days are whole days since 1970-01-01, both UTC, as numpy integers.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from services.hub.simulate.catalogue import Catalogue, Climate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

DAY = 86_400
PRODUCTION_DAYS = 600
"""Length of the production that is simulated (days)."""
EPOCH = date(1970, 1, 1)
HOTTEST: dict[Climate, float] = {"north": 205.0, "south": 22.0, "tropic": 205.0}
"""Day of the year on which cooling is used most."""


class Timeline(NamedTuple):
    """The calendar of one simulation."""

    first: int
    """First day of production."""
    end: int
    """Last day of the data."""
    built: Floats
    """Share of all units built before each day of production; 601 rising values, 0 to 1."""
    offsets: Ints
    """Seconds that each site's clock is ahead of UTC, by site and day of production."""

    @property
    def stop(self) -> int:
        """The first second after the data."""
        return (self.end + 1) * DAY

    def share_until(self, days: Floats | Ints) -> Floats:
        """Share of all units that are built before the given days."""
        return np.interp(days, self.first + np.arange(len(self.built)), self.built)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


def timeline(catalogue: Catalogue, end: date, growth: float) -> Timeline:
    """The calendar up to `end`, with daily output `growth` times as high at the end as at first."""
    last = day_number(end)
    first = last - 1 - PRODUCTION_DAYS
    days = np.arange(PRODUCTION_DAYS)
    sunday = (first + days + 4) % 7 == 0
    output = growth ** (days / PRODUCTION_DAYS) * np.where(sunday, 0.25, 1.0)
    built = np.concatenate([[0.0], np.cumsum(output) / output.sum()])
    offsets = np.array([_offsets(site.timezone, first) for site in catalogue.sites], dtype=np.int64)
    return Timeline(first, last, built, offsets)


def usage_clock(climate: Climate, swing: float, calendar: Timeline) -> Floats:
    """Days of average use since the first day, at the start of each day until `end` is over.

    One unit of use is what an average day of the year brings; `swing` 0 is even use, 1 none at all
    in the coldest week. The tropics swing a quarter as much.
    """
    days = np.arange(calendar.first, calendar.end + 2)
    of_year = (days - day_number(date(day_of(calendar.first).year, 1, 1))) % 365.25
    strength = swing / 4 if climate == "tropic" else swing
    use = 1 + strength * np.cos(2 * np.pi * (of_year - HOTTEST[climate]) / 365.25)
    return np.concatenate([[0.0], np.cumsum(use[:-1])])


def _offsets(zone: str, first: int) -> list[int]:
    place = ZoneInfo(zone)
    noon = datetime.combine(day_of(first), datetime.min.time(), UTC) + timedelta(hours=12)
    return [
        int(
            (
                (noon + timedelta(days=day)).astimezone(place).utcoffset() or timedelta()
            ).total_seconds()
        )
        for day in range(PRODUCTION_DAYS)
    ]
