"""A heat map as a chart whose colours mean the same for every picture."""

from typing import Any

from services.vision.contract import HeatMap
from tools.production.metric_chart import SCHEMA


def heat_chart(heat: HeatMap | None) -> dict[str, Any] | None:
    """A Vega-Lite specification of the coarse grid; none without a map.

    The colour's domain is the map's fixed scale, never the picture's own least and most: a good
    part stays dark.
    """
    if heat is None or not heat.cells:
        return None
    values = [
        {"x": x, "y": y, "value": value}
        for y, row in enumerate(heat.cells)
        for x, value in enumerate(row)
    ]
    axis = {"type": "ordinal", "axis": None}
    colour = {
        "field": "value",
        "type": "quantitative",
        "title": "strangeness (fixed scale)",
        "scale": {"domain": [heat.low, heat.high], "scheme": "inferno"},
    }
    return {
        "$schema": SCHEMA,
        "data": {"values": values},
        "mark": "rect",
        "encoding": {"x": {"field": "x", **axis}, "y": {"field": "y", **axis}, "color": colour},
    }
