"""Times that come again, as people write them: a cron line in a time zone.

A line that names hour and minute runs once a day whatever the clocks do: a time that a change of
the clocks leaves out is taken right after the gap, one that comes twice is taken the first time.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from domain.contract import Contract
from domain.errors import BadArgument

LONGEST_KEY = 150
_WINDOWS = tuple(timedelta(hours=hours) for hours in (1, 48, 1_000, 10_000, 100_000))


class Schedule(Contract):
    """Work that comes again."""

    key: str
    """Its name."""
    cron: str
    """Minute, hour, day of month, month and day of week, as in `30 7 * * 1-5`."""
    zone: str
    """Time zone that the cron line speaks of, as in `Europe/Berlin`."""
    queue: str
    """What kind of work it is."""
    payload: dict[str, Any]
    """What the handler must know, plain JSON."""

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment (UTC).

        Raises:
            BadArgument: cron line or zone cannot be used.
        """
        for found in self._times(moment):
            if found.astimezone(UTC) > moment:  # in the hour that comes twice, it may lie behind
                return found.astimezone(UTC)
        raise self._wrong("it never comes")

    def last(self, first: datetime, until: datetime) -> datetime:
        """The newest time from `first`, which is one of them, to `until` (UTC)."""
        for window in _WINDOWS:  # from shortly before the end: between may lie very many
            newest = start = max(first, until - window)
            while (following := self.after(newest)) <= until:
                newest = following
            if newest > start or start == first:
                return newest
        return first

    def _times(self, moment: datetime) -> CronSim:
        if len(self.cron.split()) != 5:
            raise self._wrong("it has not five fields")
        try:
            local = moment.replace(microsecond=0).astimezone(ZoneInfo(self.zone))
            return CronSim(self.cron, local)
        except CronSimError as error:
            raise self._wrong(str(error)) from error
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadArgument(
                f"schedule {self.key}: there is no time zone {self.zone!r}",
                next_step="name it as in Europe/Berlin",
            ) from error

    def _wrong(self, why: str) -> BadArgument:
        return BadArgument(
            f"schedule {self.key}: {self.cron!r} is no cron line: {why}",
            next_step="write minute, hour, day of month, month, day of week: 30 7 * * 1-5",
        )
