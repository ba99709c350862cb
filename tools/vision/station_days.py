"""What the hub records of a camera station day by day, as counts and means that can be watched."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from domain.contingency import TwoByTwo
from domain.drift import SignalMove, signal_move
from domain.mean_watch import DailyMeans
from domain.records.station import GoldenLooks
from tools.tool import ToolContext

SIGNALS = ("brightness", "sharpness", "pose_shift")
"""Signals of a camera and its fixture that are watched where a station sends them."""
SCORE = "score"
_Row = dict[str, Any]


class Windows(NamedTuple):
    """Two stretches of days: when all was well, and now."""

    first: date
    """First day of the reference."""
    known: date
    """Last day of the reference."""
    since: date
    """First day of now."""
    last: date
    """Last day of now."""

    def side(self, day: date) -> bool | None:
        """True: now. False: the reference. None: neither."""
        if self.first <= day <= self.known:
            return False
        return True if self.since <= day <= self.last else None


class VisionDays(NamedTuple):
    """Verdicts of a station in the two windows."""

    rejects: TwoByTwo
    """Units that it rejected; group: now, reference: before."""
    examined: int
    """Rejects of now that a person looked at (count)."""
    cleared: int
    """Of them, units that the person found good (count)."""
    score: SignalMove | None
    """The mean score; None: too few days."""


def windows(last: date, now_days: int, gap_days: int, before_days: int) -> Windows:
    """Windows that end on a day.

    Args:
        last: the last day of now.
        now_days: length of now (days).
        gap_days: days between the two that belong to neither, for a fault may grow slowly.
        before_days: length of the reference (days).
    """
    since = last - timedelta(days=now_days - 1)
    known = since - timedelta(days=gap_days + 1)
    return Windows(known - timedelta(days=before_days - 1), known, since, last)


def vision_days(station_id: str, of: Windows, context: ToolContext) -> VisionDays:
    """Verdicts and scores of a station."""
    rows = _rows("vision_days", station_id, of, context)
    now = [row for row in rows if of.side(row["day"]) is True]
    before = [row for row in rows if of.side(row["day"]) is False]
    scored = [row for row in rows if row["scored"]]
    return VisionDays(
        rejects=_table(now, before, "failed", "judged"),
        examined=_sum(now, "examined"),
        cleared=_sum(now, "cleared"),
        score=_moved(SCORE, scored, "scored", of),
    )


def golden_looks(station_id: str, of: Windows, context: ToolContext) -> GoldenLooks | None:
    """Looks at golden pieces; None if there are none in either window."""
    rows = _rows("golden_looks", station_id, of, context)
    for row in rows:
        row["wrong"] = row["rejected_good"] + row["missed_bad"]
    now = [row for row in rows if of.side(row["day"]) is True]
    before = [row for row in rows if of.side(row["day"]) is False]
    if not now and not before:
        return None
    wrong = {row["serial"] for row in now if row["wrong"]}
    return GoldenLooks(_table(now, before, "wrong", "looks"), len(wrong))


def camera_signals(station_id: str, of: Windows, context: ToolContext) -> tuple[SignalMove, ...]:
    """The signals that have enough days, each watched against its own past."""
    rows = _rows("camera_signal_days", station_id, of, context, signals=list(SIGNALS))
    found = (
        _moved(name, [row for row in rows if row["signal"] == name], "readings", of)
        for name in dict.fromkeys(row["signal"] for row in rows)
    )
    return tuple(one for one in found if one is not None)


def _rows(
    query: str, station_id: str, of: Windows, context: ToolContext, **more: list[str]
) -> list[_Row]:
    asked: dict[str, Any] = {"first_on": of.first, "last_on": of.last, **more}
    return context.snapshot.query(query, station_id=station_id, **asked).dicts()


def _moved(name: str, rows: list[_Row], counted: str, of: Windows) -> SignalMove | None:
    """A daily mean, watched from the day after the reference on."""
    known = sum(row["day"] <= of.known for row in rows)
    days = DailyMeans(
        readings=np.array([row[counted] for row in rows], dtype=np.int64),
        means=np.array([row["mean"] for row in rows], dtype=float),
        squares=np.array([row["squares"] for row in rows], dtype=float),
    )
    return signal_move(name, days, known) if rows else None


def _table(now: list[_Row], before: list[_Row], events: str, units: str) -> TwoByTwo:
    return TwoByTwo(_sum(now, events), _sum(now, units), _sum(before, events), _sum(before, units))


def _sum(rows: Iterable[_Row], name: str) -> int:
    return sum(int(row[name]) for row in rows)
