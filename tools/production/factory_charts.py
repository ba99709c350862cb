"""Every chart of a factory on one day, with limits that keep all of them within one budget."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.mean_watch import FEWEST_DAYS, DailyMeans, MeanWatch, watch_means
from domain.share_watch import ShareWatch, watch_shares
from tools.production.factory_days import FactoryDays, MeanDays, Place, ShareDays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]

WEEK = 7
FEWEST_UNITS = 20
"""Inspected units of a reference below which there is no chart (count)."""
SHORTEST = 100.0
"""Shortest run length that is used, however large the budget (days)."""


class Watching(NamedTuple):
    """How the charts are set."""

    last: int
    """Last day that is known (days since 1970-01-01)."""
    days: int
    """Days in all (count)."""
    watched: int
    """Days of these, the last ones, that are watched; those before are the reference (count)."""
    ratio: float
    """Odds of failing an inspection to be found, over those of the reference."""
    budget: float
    """False alarms a week over all charts that are accepted (count)."""

    @property
    def first(self) -> int:
        """First day of the reference."""
        return self.last - self.days + 1

    @property
    def first_watched(self) -> int:
        """First day that is watched."""
        return self.last - self.watched + 1


class ShareChart(NamedTuple):
    """Inspections of a place on a chart; only days with an inspection."""

    place: Place
    """What is watched."""
    day: "Days"
    """Days of reference and watch, in order of time (days since 1970-01-01)."""
    failed: "Days"
    """Units that failed a first inspection (count)."""
    inspected: "Days"
    """Units first inspected (count)."""
    known: int
    """Days of the reference (count)."""
    watch: ShareWatch
    """The chart."""

    @property
    def since(self) -> int:
        """Position at which the excess begins."""
        return self.known + self.watch.since


class MeanChart(NamedTuple):
    """Readings of a place on a chart; only days with a reading."""

    place: Place
    """What is watched."""
    day: "Days"
    """Days of reference and watch, in order of time (days since 1970-01-01)."""
    daily: DailyMeans
    """Their readings."""
    beyond: "Days"
    """Readings beyond a specification limit (count)."""
    known: int
    """Days of the reference (count)."""
    watch: MeanWatch
    """The chart."""

    @property
    def since(self) -> int:
        """Position at which the shift most likely began."""
        return self.watch.since

    @property
    def side(self) -> float:
        """1: too high; -1: too low, at the signal or else at the end."""
        at = -1 if self.watch.first is None else self.watch.first
        return 1.0 if self.watch.scores[at] >= 0 else -1.0


Chart = ShareChart | MeanChart


class Charts(NamedTuple):
    """All charts of one day."""

    charts: tuple[Chart, ...]
    """Those that could be drawn."""
    run_length: float
    """Days to a signal of one chart in control: at least so many on average."""
    too_short: tuple[Place, ...]
    """Places whose reference holds too little for a chart, though something is to be watched."""


def charts_of(factory: FactoryDays, watching: Watching) -> Charts:
    """Draw every chart; the budget is shared out evenly.

    A chart that signals once in `run_length` days gives 7 / run length false alarms a week, so the
    run length is 7 times the number of charts over the budget.
    """
    shares = list(_cut_shares(factory, watching))
    means = list(_cut_means(factory, watching))
    fit = [one for one in shares if one[1].inspected[: one[2]].sum() >= FEWEST_UNITS]
    full = [one for one in means if one[2] >= FEWEST_DAYS]
    length = run_length(len(fit) + len(full), watching.budget)
    drawn = [
        *(share_chart(place, days, known, length, watching.ratio) for place, days, known in fit),
        *(mean_chart(place, days, known, length) for place, days, known in full),
    ]
    charts = tuple(one for one in drawn if one is not None)
    places = {one.place for one in charts}
    short = [place for place, _, _ in (*shares, *means) if place not in places]
    return Charts(charts, length, tuple(short))


def run_length(charts: int, budget: float) -> float:
    """Days to a signal of one chart in control, so that all together keep within a budget.

    Args:
        charts: charts in all (count).
        budget: false alarms a week over all of them.
    """
    return max(SHORTEST, WEEK * charts / budget)


def share_chart(
    place: Place, days: ShareDays, known: int, length: float, ratio: float
) -> ShareChart | None:
    """The chart of inspections; none where the reference does not allow one.

    Args:
        place: what is watched.
        days: its days with an inspection.
        known: days of the reference.
        length: days to a signal in control.
        ratio: odds to be found over those of the reference.
    """
    watch = watch_shares(days.failed, days.inspected, known, run_length=length, ratio=ratio)
    if watch is None:
        return None
    return ShareChart(place, days.day, days.failed, days.inspected, known, watch)


def mean_chart(place: Place, days: MeanDays, known: int, length: float) -> MeanChart | None:
    """The chart of readings; none where the reference does not allow one.

    Args:
        place: what is watched.
        days: its days with a reading.
        known: days of the reference.
        length: days to a signal in control.
    """
    watch = watch_means(days.daily, known, run_length=length)
    if watch is None:
        return None
    return MeanChart(place, days.day, days.daily, days.beyond, known, watch)


def _cut_shares(factory: FactoryDays, watching: Watching) -> Iterator[tuple[Place, ShareDays, int]]:
    """Places with something to watch: their days with an inspection, and those of the reference."""
    for place, days in factory.shares.items():
        some = (days.day >= watching.first) & (days.day <= watching.last) & (days.inspected > 0)
        cut = ShareDays(*(column[some] for column in days))
        known = int(np.searchsorted(cut.day, watching.first_watched))
        if known < len(cut.day):
            yield place, cut, known


def _cut_means(factory: FactoryDays, watching: Watching) -> Iterator[tuple[Place, MeanDays, int]]:
    for place, days in factory.means.items():
        some = slice(
            int(np.searchsorted(days.day, watching.first)),
            int(np.searchsorted(days.day, watching.last + 1)),
        )
        cut = MeanDays(days.day[some], days.daily.cut(some), days.beyond[some])
        known = int(np.searchsorted(cut.day, watching.first_watched))
        if known < len(cut.day):
            yield place, cut, known
