"""Claims month by month in service, as a table and as a picture."""

from typing import Any

from domain.contract import Contract
from domain.cumulative import cumulative_hazard
from domain.intervals import Interval
from tools.needs.service_counts import Counts

PER_1000 = 1000.0
MATURE_SHARE = 0.1
"""Share of the units in service that must have completed a month for it to be mature: later months
speak of the oldest builds only."""


class ServiceMonth(Contract):
    """One month in service."""

    month: int
    """Month in service, from 1."""
    units: int
    """Units that completed it under warranty (count): the denominator."""
    claims: int
    """Claims of these units in it (count): the numerator."""
    hazard: Interval
    """Claims in the month per 1,000 units, with exact Poisson interval."""
    cumulative: Interval
    """Claims up to and with the month per 1,000 units, with gamma interval."""
    mature: bool
    """False: too few units have completed it; it is not in the headline."""
    units_past_warranty: int
    """Units that completed it after their warranty had ended (count); they are not in `units`."""


def service_months(counts: Counts, minimum_units: int) -> tuple[ServiceMonth, ...]:
    """Every month in service that a unit has completed, with its hazard and their sum.

    Args:
        counts: units and claims by month.
        minimum_units: fewest units of a mature month (count); all of them, where they are fewer.
    """
    total = counts.of_status("in_service")
    enough = max(min(minimum_units, total), MATURE_SHARE * total)
    units: list[int] = []
    while completed := counts.completed(len(units) + 1):
        units.append(completed)
    claims = [counts.by_month.get(place + 1, 0) for place in range(len(units))]
    return tuple(
        ServiceMonth(
            month=place + 1,
            units=units[place],
            claims=claims[place],
            hazard=rounded(month.hazard, PER_1000),
            cumulative=rounded(month.cumulative, PER_1000),
            mature=units[place] >= enough,
            units_past_warranty=counts.past_warranty(place + 1),
        )
        for place, month in enumerate(cumulative_hazard(claims, units))
    )


def rounded(interval: Interval, scale: float = 1.0) -> Interval:
    """An interval in another unit, to six significant digits, so that a re-run is identical."""

    def short(value: float) -> float:
        return float(f"{value * scale:.6g}")

    return Interval(
        estimate=None if interval.estimate is None else short(interval.estimate),
        low=short(interval.low),
        high=None if interval.high is None else short(interval.high),
        level=interval.level,
    )


def cumulative_chart(months: tuple[ServiceMonth, ...]) -> dict[str, Any] | None:
    """Cumulative claims per 1,000 units over months in service with their band (Vega-Lite)."""
    if not months:
        return None
    values = [
        {
            "month": month.month,
            "rate": month.cumulative.estimate,
            "low": month.cumulative.low,
            "high": month.cumulative.high,
            "units": month.units,
            "state": "mature" if month.mature else "immature",
        }
        for month in months
    ]
    across = {"field": "month", "type": "quantitative", "title": "month in service"}
    up = {"field": "rate", "type": "quantitative", "title": "claims per 1,000 units (cumulative)"}
    band = {"x": across, "y": {**up, "field": "low"}, "y2": {"field": "high"}}
    state = {"field": "state", "type": "nominal", "title": "month"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "Claims by month in service, with 95 % interval",
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "area", "opacity": 0.2}, "encoding": band},
            {"mark": "line", "encoding": {"x": across, "y": up}},
            {"mark": "point", "encoding": {"x": across, "y": up, "color": state}},
        ],
    }
