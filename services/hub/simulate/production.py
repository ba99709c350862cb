"""The tables of a block: units and what belongs to them, from the line to the market."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.hub.simulate.factory import Block
from services.hub.simulate.failures import Claims
from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import DAY, Floats, Ints, Texts
from services.hub.simulate.writing import Columns, dates, named, times

BEFORE_EXIT = {"SMT": 5400, "ASM": 3300, "FILL": 2400, "LEAK": 1800, "EOL": 600, "VIS": 300}
"""Seconds between a process step and leaving the line."""
FIRMWARE = ("3.2.0", "4.0.1", "4.1.0")
NO_FAULT = 0.12
"""Share of claims whose part is found sound."""


def units(setting: Setting, block: Block) -> Columns:
    """Table `units`; a unit without a country still stands at its site."""
    book = setting.catalogue
    left = block.shipped < setting.calendar.stop
    return {
        "serial": block.serial,
        "model_id": named([model.model_id for model in book.models], block.model),
        "site_id": named([site.site_id for site in book.sites], block.site),
        "line_id": named([line.line_id for line in book.lines], block.line),
        "shift": named(list(book.shifts), block.shift),
        "built_at": times(block.built),
        "country": named([market.country for market in book.markets], block.country, left),
        "sold_on": dates(block.sold, block.sold <= setting.calendar.end),
    }


def unit_attributes(setting: Setting, block: Block) -> Columns:
    """Table `unit_attributes`: firmware at building, and one update over the air for some."""
    random = setting.random("firmware", block.number)
    wireless = [
        bool({"P-WIFI"} & set(setting.catalogue.families[m.family].parts))
        for m in setting.catalogue.models
    ]
    unit = np.flatnonzero(np.array(wireless)[block.model])
    age = (block.built[unit] // DAY - setting.calendar.first) // 220
    version = np.clip(age, 0, len(FIRMWARE) - 2)
    update = (block.sold[unit] + random.integers(20, 300, size=len(unit))) * DAY + 7200
    updated = (update < setting.calendar.stop) & (random.random(len(unit)) < 0.6)
    everyone = np.concatenate([unit, unit[updated]])
    return {
        "serial": block.serial[everyone],
        "name": named(["firmware"], np.zeros(len(everyone), dtype=np.int64)),
        "value": named(list(FIRMWARE), np.concatenate([version, version[updated] + 1])),
        "valid_from": times(np.concatenate([block.built[unit], update[updated]])),
    }


def unit_parts(setting: Setting, block: Block) -> Columns:
    """Table `unit_parts`."""
    unit, part = np.nonzero(block.lots >= 0)
    return {
        "serial": block.serial[unit],
        "part_id": named([one.part_id for one in setting.catalogue.parts], part),
        "lot_id": setting.lots.lot_id[block.lots[unit, part]],
    }


def measurements(setting: Setting, block: Block) -> Columns:
    """Table `measurements`, characteristic by characteristic."""
    lines = setting.catalogue.lines
    serial: list[Texts] = []
    name: list[Texts] = []
    station: list[Texts] = []
    value: list[Floats] = []
    second: list[Ints] = []
    for one in setting.catalogue.characteristics:
        values = block.values[one.characteristic_id]
        unit = np.flatnonzero(~np.isnan(values))
        serial.append(block.serial[unit])
        name.append(_repeated(one.characteristic_id, len(unit)))
        station.append(named([f"{line.line_id}-{one.step}" for line in lines], block.line[unit]))
        value.append(values[unit])
        second.append(block.built[unit] - BEFORE_EXIT[one.step])
    return {
        "serial": np.concatenate(serial),
        "characteristic_id": np.concatenate(name),
        "station_id": np.concatenate(station),
        "value": np.concatenate(value),
        "measured_at": times(np.concatenate(second)),
    }


def shipments(setting: Setting, block: Block) -> Columns:
    """Table `shipments`: where each unit is, since when; the first block adds lots in stock."""
    stop, book = setting.calendar.stop, setting.catalogue
    left, arrived = block.shipped < stop, block.arrived < stop
    sold = block.sold <= setting.calendar.end
    status = np.where(sold, 2, np.where(left & ~arrived, 1, 0))
    arrived_at = np.where(sold, block.sold * DAY, np.where(arrived, block.arrived, block.shipped))
    sites = [site.site_id for site in book.sites]
    columns = {
        "shipment_id": np.array([f"SH-{serial}" for serial in block.serial.tolist()], dtype=object),
        "serial": block.serial,
        "lot_id": np.full(block.units, None, dtype=object),
        "from_site": named(sites, block.site),
        "to_country": named([market.country for market in book.markets], block.country, left),
        "at": times(np.where(left, arrived_at, block.built)),
        "status": named(["stock", "in_transit", "sold"], status),
    }
    return _with_lots_in_stock(setting, columns, sites) if block.number == 1 else columns


def _with_lots_in_stock(
    setting: Setting, columns: dict[str, NDArray[Any]], sites: list[str]
) -> Columns:
    lots = setting.lots
    left = np.flatnonzero(lots.used_until > setting.calendar.end)
    nothing = np.full(len(left), None, dtype=object)
    stock = {
        "shipment_id": np.array([f"SH-{lot}" for lot in lots.lot_id[left].tolist()], dtype=object),
        "serial": nothing,
        "lot_id": lots.lot_id[left],
        "from_site": named(sites, lots.site[left]),
        "to_country": nothing,
        "at": times(lots.received[left]),
        "status": _repeated("stock", len(left)),
    }
    return {name: np.concatenate([column, stock[name]]) for name, column in columns.items()}


def claims(setting: Setting, block: Block, found: Claims) -> Columns:
    """Table `claims`, in the order of report; cost in the currency of the market."""
    random = setting.random("claims", block.number)
    book, count = setting.catalogue, len(found.unit)
    sound = random.random(count) < NO_FAULT
    market = block.country[found.unit]
    euros = np.array([one.cost for one in book.symptoms])[found.symptom] * random.lognormal(
        0.0, 0.35, count
    )
    rate = np.array([book.currencies[one.currency] for one in book.markets])[market]
    part_names = {part.part_id: part.name for part in book.parts}
    findings = [f"{part_names[one.part_id]} replaced" for one in book.symptoms]
    return {
        "claim_id": np.array(
            [f"CL-{block.number:03d}{index + 1:06d}" for index in range(count)], dtype=object
        ),
        "serial": block.serial[found.unit],
        "model_id": named([m.model_id for m in book.models], block.model[found.unit]),
        "country": named([m.country for m in book.markets], market),
        "failed_at": times(found.failed),
        "reported_at": times(found.reported),
        "symptom_code": named([one.code for one in book.symptoms], found.symptom),
        "part_id": named([one.part_id for one in book.symptoms], found.symptom, ~sound),
        "no_fault_found": sound,
        "finding": named(
            [*findings, "no fault found"], np.where(sound, len(findings), found.symptom)
        ),
        "cost": np.round(np.where(sound, 0.3, 1.0) * euros / rate, 2),
        "currency": named([one.currency for one in book.markets], market),
    }


def _repeated(text: str, count: int) -> NDArray[np.object_]:
    column = np.empty(count, dtype=object)
    column[:] = text
    return column
