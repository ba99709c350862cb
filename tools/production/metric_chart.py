"""The picture of a metric: a line with its band over time, else bars with error bars."""

from collections.abc import Sequence
from typing import Any

from tools.production.metric_rows import MetricRow

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MOST_BARS = 20


def metric_chart(rows: Sequence[MetricRow], unit: str, step: str | None) -> dict[str, Any] | None:
    """A Vega-Lite specification with inline data; none with fewer than two figures.

    Args:
        rows: the metric by group, as ordered in the answer.
        unit: unit of the values, for the axis.
        step: the time dimension among the groups; none: bars, the first 20.
    """
    shown = [row for row in rows if row.value is not None]
    if len(shown) < 2:
        return None
    if step is None:
        return _bars([_point(row, None) for row in shown[:MOST_BARS]], unit)
    return _lines([_point(row, step) for row in shown], unit, step)


def _point(row: MetricRow, step: str | None) -> dict[str, Any]:
    names = [str(value) for name, value in row.group.items() if name != step]
    point: dict[str, Any] = {"group": ", ".join(names), "value": row.value}
    if row.interval is not None:
        point |= {"low": row.interval.low, "high": row.interval.high}
    return point | ({"time": row.group[step]} if step else {})


def _bars(points: list[dict[str, Any]], unit: str) -> dict[str, Any]:
    y = {"field": "group", "type": "nominal", "sort": None, "title": None}
    return {
        "$schema": SCHEMA,
        "data": {"values": points},
        "encoding": {"y": y},
        "layer": [
            {"mark": "bar", "encoding": {"x": _value("value", unit)}},
            {"mark": "rule", "encoding": {"x": _value("low", unit), "x2": {"field": "high"}}},
        ],
    }


def _lines(points: list[dict[str, Any]], unit: str, step: str) -> dict[str, Any]:
    encoding: dict[str, Any] = {"x": {"field": "time", "type": "ordinal", "title": step}}
    if any(point["group"] for point in points):
        encoding["color"] = {"field": "group", "type": "nominal", "title": None}
    band = {"y": _value("low", unit), "y2": {"field": "high"}}
    return {
        "$schema": SCHEMA,
        "data": {"values": points},
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "area", "opacity": 0.2}, "encoding": band},
            {"mark": {"type": "line", "point": True}, "encoding": {"y": _value("value", unit)}},
        ],
    }


def _value(field: str, unit: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": unit}
