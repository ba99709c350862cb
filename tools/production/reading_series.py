"""A series of subgroups of readings: its level, its drift, its jump and its gaps."""

import math
from itertools import pairwise
from statistics import median
from typing import Any

from pydantic import AwareDatetime

from domain.contract import Contract
from domain.intervals import Interval, binomial_interval
from domain.trend import robust_slope, step_change

MOST_SUBGROUPS = 1_000
FEWEST_SUBGROUPS = 8
"""Below it neither slope nor step is judged."""
STEP_LEVEL = 0.05
GAP_FACTOR = 4
"""A gap is longer than so many times the usual distance of subgroups."""
DAY = 86_400.0

Row = dict[str, Any]


class Level(Contract):
    """Where readings lie and how they spread."""

    n: int
    """Readings (count)."""
    mean: float
    """Mean (unit of the reading)."""
    s: float | None
    """Standard deviation (unit of the reading); null for one reading."""
    minimum: float
    """Smallest (unit of the reading)."""
    maximum: float
    """Largest (unit of the reading)."""


class Subgroup(Level):
    """Readings of one hour, shift, day or count."""

    subgroup: str
    """Its name: day, hour or shift, or its number from 0."""
    first_at: AwareDatetime
    """First reading (UTC)."""
    below: int
    """Readings below the lower limit (count)."""
    above: int
    """Readings above the upper limit (count)."""

    @classmethod
    def of(cls, row: Row) -> "Subgroup":
        """A row of the query `reading_subgroups`, with its values to six digits."""
        values = {name: _short(row[name]) for name in ("mean", "s", "minimum", "maximum")}
        names = ("subgroup", "first_at", "n", "below", "above")
        return cls.model_validate({**values, **{name: row[name] for name in names}})


class Step(Contract):
    """The place at which the series is most likely to have jumped."""

    at: AwareDatetime
    """First reading after the jump (UTC)."""
    before: float
    """Median of the subgroup means before it (unit of the reading)."""
    after: float
    """Median of the subgroup means after it (unit of the reading)."""
    p_value: float
    """Approximate p-value of no change; a slow drift makes it small too."""
    shown: bool
    """True: the p-value is below 0.05."""


class SubgroupGap(Contract):
    """A time without readings."""

    from_at: AwareDatetime
    """Last reading before it (UTC)."""
    to_at: AwareDatetime
    """First reading after it (UTC)."""
    days: float
    """Its length (days)."""


def level_of(rows: list[Row]) -> Level:
    """All readings of the subgroups together."""
    n = sum(row["n"] for row in rows)
    mean = math.fsum(row["n"] * row["mean"] for row in rows) / n
    squares = math.fsum(
        (row["n"] - 1) * (row["s"] or 0.0) ** 2 + row["n"] * (row["mean"] - mean) ** 2
        for row in rows
    )
    return Level(
        n=n,
        mean=float(f"{mean:.6g}"),
        s=_short(math.sqrt(squares / (n - 1))) if n > 1 else None,
        minimum=float(f"{min(row['minimum'] for row in rows):.6g}"),
        maximum=float(f"{max(row['maximum'] for row in rows):.6g}"),
    )


def share_outside(outside: int, n: int) -> Interval:
    """Share of readings outside the limits, 0 to 1, with exact interval."""
    return _short_interval(binomial_interval(outside, n))


def slope_of(rows: list[Row]) -> Interval | None:
    """Drift of the subgroup means a day; none for too few subgroups, or all at one time."""
    if len(rows) < FEWEST_SUBGROUPS or rows[0]["first_at"] == rows[-1]["first_at"]:
        return None
    start = rows[0]["first_at"]
    days = [(row["first_at"] - start).total_seconds() / DAY for row in rows]
    return _short_interval(robust_slope(days, [row["mean"] for row in rows]))


def step_in(rows: list[Row]) -> Step | None:
    """The most likely jump of the subgroup means; none for too few of them."""
    if len(rows) < FEWEST_SUBGROUPS:
        return None
    step = step_change([row["mean"] for row in rows])
    return Step(
        at=rows[step.position]["first_at"],
        before=float(f"{step.before:.6g}"),
        after=float(f"{step.after:.6g}"),
        p_value=float(f"{step.p_value:.4g}"),
        shown=step.p_value < STEP_LEVEL,
    )


def gaps_in(rows: list[Row]) -> tuple[SubgroupGap, ...]:
    """Times without readings that are much longer than the usual distance of subgroups."""
    pairs = list(pairwise(rows))
    if len(pairs) < 2:
        return ()
    usual = median(
        (after["first_at"] - before["first_at"]).total_seconds() for before, after in pairs
    )
    return tuple(
        SubgroupGap(from_at=before["last_at"], to_at=after["first_at"], days=round(empty / DAY, 3))
        for before, after in pairs
        if (empty := (after["first_at"] - before["last_at"]).total_seconds()) > GAP_FACTOR * usual
    )


def trend_chart(title: str, limits: Row, subgroups: tuple[Subgroup, ...]) -> Row:
    """Subgroup means over time with their range and the specification limits (Vega-Lite)."""
    unit = limits["unit"] or "no unit"
    values = [
        {"at": s.first_at.isoformat(), "mean": s.mean, "low": s.minimum, "high": s.maximum}
        for s in subgroups
    ]
    across = {"field": "at", "type": "temporal", "title": "time (UTC)"}
    up = {"field": "mean", "type": "quantitative", "title": unit, "scale": {"zero": False}}
    rules = [
        {"limit": name, "value": limits[name]}
        for name in ("lsl", "target", "usl")
        if limits[name] is not None
    ]
    band = {"x": across, "y": {**up, "field": "low"}, "y2": {"field": "high"}}
    rule = {"y": {**up, "field": "value"}, "color": {"field": "limit", "type": "nominal"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"{title}: mean and range of subgroups",
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "area", "opacity": 0.2}, "encoding": band},
            {"mark": {"type": "line", "point": True}, "encoding": {"x": across, "y": up}},
            {"data": {"values": rules}, "mark": "rule", "encoding": rule},
        ],
    }


def _short_interval(interval: Interval) -> Interval:
    return Interval(
        estimate=_short(interval.estimate),
        low=float(f"{interval.low:.6g}"),
        high=_short(interval.high),
        level=interval.level,
    )


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
