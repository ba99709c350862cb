"""The picture of one watched place: its statistic day by day, and where it signals."""

from typing import Any

from tools.production.factory_alarms import day_of
from tools.production.factory_charts import Chart, ShareChart
from tools.production.metric_chart import SCHEMA


def watch_picture(chart: Chart) -> dict[str, Any]:
    """A Vega-Lite specification with inline data."""
    share = isinstance(chart, ShareChart)
    values = chart.watch.sums if isinstance(chart, ShareChart) else chart.watch.scores
    days = chart.day[chart.known :].tolist()
    points = [
        {"day": str(day_of(day)), "value": float(f"{value:.4g}")}
        for day, value in zip(days, values.tolist(), strict=True)
    ]
    title = "sum of log likelihood ratios" if share else "weighted mean (standard errors)"
    limits = [chart.watch.limit] if share else [-chart.watch.limit, chart.watch.limit]
    axis = {"field": "value", "type": "quantitative", "title": title}
    return {
        "$schema": SCHEMA,
        "title": chart.place.key,
        "data": {"values": points},
        "layer": [
            {
                "mark": {"type": "line", "point": True},
                "encoding": {"x": {"field": "day", "type": "ordinal", "title": "day"}, "y": axis},
            },
            *(
                {"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"y": {"datum": one}}}
                for one in limits
            ),
        ],
    }
