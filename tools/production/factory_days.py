"""A factory day by day: units inspected and failed, and means of readings, by site, line, shift."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from domain.mean_watch import DailyMeans
from domain.records.cause import Condition, Direction
from tools.tool import ToolContext

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]
    Columns = Mapping[str, NDArray[Any]]

Level = Literal["site", "line", "shift"]


class Place(NamedTuple):
    """What one chart watches: a place in the factory, and there perhaps a characteristic."""

    site_id: str
    """Site."""
    line_id: str | None = None
    """Line; none: all of the site."""
    shift: str | None = None
    """Shift; none: all."""
    station_id: str | None = None
    """Station; none for inspections."""
    characteristic_id: str | None = None
    """Characteristic; none for inspections."""

    @property
    def level(self) -> Level:
        """How narrow it is."""
        return "shift" if self.shift else "line" if self.line_id else "site"

    @property
    def key(self) -> str:
        """Name of the cell in every run."""
        what = self.characteristic_id or "first_pass"
        at = (self.site_id, self.line_id, self.station_id, self.shift)
        return "/".join(["factory", what, *(name for name in at if name)])

    @property
    def parent(self) -> "Place | None":
        """The next wider place; none for a site, and for a characteristic over all shifts."""
        if self.shift:
            return self._replace(shift=None)
        return self._replace(line_id=None) if self.line_id and not self.station_id else None

    def condition(self, direction: Direction | None = None) -> Condition:
        """The place as a cause would name it."""
        return Condition(**self._asdict(), direction=direction)


class ShareDays(NamedTuple):
    """Units of a place by day, in order of time; arrays of one length."""

    day: "Days"
    """Day (days since 1970-01-01)."""
    built: "Days"
    """Units built (count)."""
    inspected: "Days"
    """Units first inspected, with a verdict (count)."""
    failed: "Days"
    """Units of these that failed a first inspection (count)."""


class MeanDays(NamedTuple):
    """Readings of a place by day, in order of time; arrays of one length."""

    day: "Days"
    """Day (days since 1970-01-01)."""
    daily: DailyMeans
    """Number, mean and spread of the readings."""
    beyond: "Days"
    """Readings beyond a specification limit (count)."""


class FactoryDays(NamedTuple):
    """All that the watch looks at."""

    shares: dict[Place, ShareDays]
    """Inspections by site, line, and shift of a line."""
    means: dict[Place, MeanDays]
    """Readings by station and characteristic, over all shifts and for each."""
    left_out: dict[str, int]
    """Rows that could not be used, by rule (count)."""


def factory_days(asked: dict[str, Any], context: ToolContext) -> FactoryDays:
    """Read the days of a window.

    Args:
        asked: `first_on`, `last_on` (UTC), and `sites` and `lines` or none.
        context: who asks.
    """
    units = context.snapshot.arrays("factory_units", **asked)
    readings = context.snapshot.arrays("factory_readings", **asked)
    known = units["site_id"] != ""
    placed = (readings["site_id"] != "") & (readings["line_id"] != "")
    placed &= readings["station_id"] != ""
    return FactoryDays(
        shares=_share_days({name: column[known] for name, column in units.items()}),
        means=_mean_days({name: column[placed] for name, column in readings.items()}),
        left_out={
            "units_without_site": int(units["built"][~known].sum()),
            "first_inspections_without_verdict": int(units["unjudged"].sum()),
            "readings_without_site_line_or_station": int(readings["readings"][~placed].sum()),
            "readings_that_are_no_number": int(readings["not_finite"].sum()),
        },
    )


def _share_days(rows: "Columns") -> dict[Place, ShareDays]:
    counts = ("built", "inspected", "failed")
    found: dict[Place, ShareDays] = {}
    for names in (("site_id",), ("site_id", "line_id"), ("site_id", "line_id", "shift")):
        for at, some in _groups(rows, names):
            day, turn = np.unique(rows["day"][some], return_inverse=True)
            sums = [_summed(turn, rows[name][some]).astype(np.int64) for name in counts]
            found[Place(*at)] = ShareDays(day, *sums)
    return found


def _mean_days(rows: "Columns") -> dict[Place, MeanDays]:
    found: dict[Place, MeanDays] = {}
    spot = ("site_id", "line_id", "station_id", "characteristic_id")
    for names in (spot, (*spot, "shift")):
        for at, some in _groups(rows, names):
            found[Place(**dict(zip(names, at, strict=True)))] = _pooled(rows, some)
    return found


def _pooled(rows: "Columns", some: "Days") -> MeanDays:
    """Readings of a day from those of its shifts."""
    day, turn = np.unique(rows["day"][some], return_inverse=True)
    readings, means = rows["readings"][some], rows["mean"][some]
    number = _summed(turn, readings)
    used = number > 0
    mean = _summed(turn, readings * means) / np.maximum(number, 1)
    squares = _summed(turn, rows["squares"][some] + readings * (means - mean[turn]) ** 2)
    beyond = _summed(turn, rows["below"][some] + rows["above"][some]).astype(np.int64)
    daily = DailyMeans(number.astype(np.int64), mean, squares)
    return MeanDays(day[used], daily.cut(used), beyond[used])


def _groups(rows: "Columns", names: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], "Days"]]:
    """Rows by the values of some columns, in alphabetical order; rows without a value left away."""
    if not len(rows["day"]):
        return
    keys = np.array(["\x1f".join(key) for key in zip(*(rows[n] for n in names), strict=True)])
    values, turn = np.unique(keys, return_inverse=True)
    order = np.argsort(turn, kind="stable")
    bounds = np.searchsorted(turn[order], np.arange(len(values) + 1))
    for number, value in enumerate(values.tolist()):
        at = tuple(value.split("\x1f"))
        if all(at):
            yield at, order[bounds[number] : bounds[number + 1]]


def _summed(turn: "Days", values: "NDArray[Any]") -> "NDArray[np.float64]":
    return np.asarray(np.bincount(turn, weights=values), dtype=np.float64)
