"""Camera stations: camera or product, is the station sound, which threshold keeps a promise."""

from typing import Any

from agents.agent import Looks
from domain.records.task import Brief
from tools.vision.camera_or_product import CameraOrProduct

MOST_STATIONS = 3
"""Stations that are looked up in one answer (count)."""
LONGEST = 90
"""Days that may count as now (count)."""


def camera_or_product(brief: Brief, looks: Looks) -> None:
    """Why a station rejects more: by golden samples where it has them, else by its course."""
    for station in _stations(brief):
        found = looks.ask("camera_or_product", station_id=station, **_since(brief, looks))
        reasons = CameraOrProduct.model_validate(found.result).reasons if found else ()
        if not reasons or any(one.code == "golden_absent" for one in reasons):
            looks.ask("station_trend", station_id=station)


def station_health(brief: Brief, looks: Looks) -> None:
    """Golden samples, drift, threshold and scale of a station."""
    for station in _stations(brief):
        looks.ask("vision_station_status", station_id=station)


def calibration(brief: Brief, looks: Looks) -> None:
    """The threshold that keeps a promise, by the number of defects where that is all there is."""
    kinds = ("most_missed", "confidence", "defects")
    asked: dict[str, Any] = {name: brief.given[name] for name in kinds if name in brief.given}
    stations = _stations(brief)
    if not stations:
        looks.ask("vision_calibration", **{"defects": "0", **asked})
    for station in stations:
        looks.ask("vision_calibration", station_id=station, **asked)


def _stations(brief: Brief) -> tuple[str, ...]:
    return brief.scope.get("station", ())[:MOST_STATIONS]


def _since(brief: Brief, looks: Looks) -> dict[str, Any]:
    """The first day of the trouble, if one is named from which it lasts until now.

    One day alone ("today") is too short to judge, and "last month" is what now is compared with.
    """
    if brief.period is None or brief.period.first == brief.period.last:
        return {}
    hub = looks.ask("describe_hub")
    days = (brief.period.last - brief.period.first).days + 1
    lasts = hub is not None and hub.as_of == f"{brief.period.last}" and days <= LONGEST
    return {"since": brief.period.first} if lasts else {}
