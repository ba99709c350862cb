"""The course of an inspection station beside the other stations of its method."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime

from domain.contract import Contract
from domain.intervals import Interval, binomial_interval


class StationPoint(Contract):
    """First looks at units in one stretch of days."""

    at: AwareDatetime
    """First look (UTC)."""
    looks: int
    """Units looked at (count)."""
    failed: int
    """Units that failed (count)."""
    pass_rate: Interval | None
    """Share that passed, 0 to 1, with exact interval; null without verdicts."""
    score: float | None
    """Mean score (as the station gives it); null without scores."""
    score_elsewhere: float | None
    """Mean score at the other stations of this method in these days; null without."""
    fail_share_elsewhere: float | None
    """Share that failed there, 0 to 1; null without."""


def points_of(rows: list[dict[str, Any]]) -> tuple[StationPoint, ...]:
    """Rows of the query `inspection_days` at the station, beside those elsewhere."""
    elsewhere = {row["stretch"]: row for row in rows if not row["here"]}
    return tuple(_point(row, elsewhere.get(row["stretch"])) for row in rows if row["here"])


def _point(row: dict[str, Any], other: dict[str, Any] | None) -> StationPoint:
    rate = None
    if row["judged"]:
        found = binomial_interval(row["judged"] - row["failed"], row["judged"])
        rate = Interval(
            estimate=_short(found.estimate),
            low=float(f"{found.low:.6g}"),
            high=_short(found.high),
            level=found.level,
        )
    judged = other["judged"] if other else 0
    return StationPoint(
        at=row["first_at"],
        looks=row["looks"],
        failed=row["failed"],
        pass_rate=rate,
        score=_short(row["score"]),
        score_elsewhere=_short(other["score"]) if other else None,
        fail_share_elsewhere=_short(other["failed"] / judged) if other and judged else None,
    )


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def station_chart(
    station: str, measure: str, points: tuple[StationPoint, ...], jump_at: datetime | None
) -> dict[str, Any]:
    """The measure over time here and elsewhere, with the jump (Vega-Lite)."""
    values = []
    for point in points:
        shares = (_failed(point), point.fail_share_elsewhere)
        scores = (point.score, point.score_elsewhere)
        pair = scores if measure == "score" else shares
        for where, value in zip((station, "other stations"), pair, strict=True):
            values.append({"at": point.at.isoformat(), "where": where, "value": value})
    x = {"field": "at", "type": "temporal", "title": "time (UTC)"}
    title = "mean score" if measure == "score" else "share failed"
    y = {"field": "value", "type": "quantitative", "title": title, "scale": {"zero": False}}
    colour = {"field": "where", "type": "nominal", "title": None}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "line", "point": True}, "encoding": {"x": x, "y": y, "color": colour}}
    ]
    if jump_at:
        jump = {"data": {"values": [{"at": jump_at.isoformat()}]}}
        layers.append({**jump, "mark": "rule", "encoding": {"x": x}})
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"{station} over time",
        "data": {"values": values},
        "layer": layers,
    }


def _failed(point: StationPoint) -> float | None:
    rate = point.pass_rate.estimate if point.pass_rate else None
    return None if rate is None else 1 - rate
