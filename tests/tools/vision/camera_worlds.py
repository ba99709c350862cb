"""Five camera stations with one story each: three units a day, trouble in the last fortnight."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
DAYS, PER_DAY, TROUBLE = 62, 3, 14
STATIONS = ("CAMERA", "LOT", "POSE", "NULL", "BARE")
RANDOM = np.random.default_rng(11)
Rows = dict[str, list[dict[str, Any]]]


def camera_world() -> Rows:
    """The hub rows; BARE rejects more and records nothing else."""
    world: Rows = {
        "sites": [{"site_id": "QDA", "region": "APAC"}],
        "models": [{"model_id": "M1"}],
        "units": [], "unit_parts": [], "inspections": [], "signals": [],
    }  # fmt: skip
    for station in STATIONS:
        for day in range(DAYS):
            _units(world, station, day)
            if station != "BARE":
                _golden(world, station, day)
                _signals(world, station, day)
    world["signals"].append({"station_id": "GAUGE", "signal": "torque", "at": START, "value": 1.0})
    return world


def _units(world: Rows, station: str, day: int) -> None:
    trouble = day >= DAYS - TROUBLE and station != "NULL"
    for place in range(PER_DAY):
        serial = f"{station}-{day:03}-{place}"
        at = START + timedelta(days=day, hours=place)
        spoilt = trouble and place < PER_DAY // 2
        failed = spoilt or (day * PER_DAY + place) % 53 == 0
        lot = "L-BAD" if spoilt and station == "LOT" else f"L-{day // 25}"
        row = {"serial": serial, "station_id": station}
        world["units"].append(
            {"serial": serial, "model_id": "M1", "site_id": "QDA", "built_at": at, "country": "JP"}
        )
        world["inspections"].append(
            {**row, "inspection_id": f"V-{serial}", "inspected_at": at, "method": "vision",
             "score": 0.7 + RANDOM.normal(0, 0.05) if failed else 0.2 + RANDOM.normal(0, 0.05),
             "result": "fail" if failed else "pass", "model_version": "g-1", "recipe_id": "R1"}
        )  # fmt: skip
        if station == "BARE":
            continue
        world["unit_parts"].append({"serial": serial, "part_id": "P1", "lot_id": lot})
        if failed:
            good = station in ("CAMERA", "POSE")
            world["inspections"].append(
                {**row, "inspection_id": f"H-{serial}", "method": "person",
                 "inspected_at": at + timedelta(minutes=2), "result": "pass" if good else "fail"}
            )  # fmt: skip


def _golden(world: Rows, station: str, day: int) -> None:
    bad = station == "CAMERA" and day >= DAYS - TROUBLE
    for place in (day % 4, (day + 1) % 4):
        at = START + timedelta(days=day, minutes=place)
        result = ("missed" if place % 2 else "false_reject") if bad and place else "as_expected"
        world["inspections"].append(
            {"inspection_id": f"G-{station}-{day}-{place}", "serial": f"GOLD-{station}-{place}",
             "station_id": station, "inspected_at": at, "method": "golden", "result": result}
        )  # fmt: skip
        if day in (0, 2):
            unit = {"serial": f"GOLD-{station}-{place}", "model_id": "M1", "site_id": "QDA"}
            world["units"].append({**unit, "built_at": START})


def _signals(world: Rows, station: str, day: int) -> None:
    trouble = day >= DAYS - TROUBLE
    usual = {"sharpness": 1.0, "pose_shift": 0.6}
    moved = {"CAMERA": {"sharpness": -0.4}, "POSE": {"pose_shift": 4.0}}.get(station, {})
    for name, value in usual.items():
        for shift in range(2):
            reading = value + moved.get(name, 0.0) * trouble + RANDOM.normal(0, 0.02 * value)
            at = START + timedelta(days=day, hours=8 * shift)
            row = {"station_id": station, "signal": name, "at": at, "value": float(reading)}
            world["signals"].append(row)
