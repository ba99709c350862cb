"""The tables that do not grow with the units: master data, changes, gauges, stations, suppliers."""

from datetime import timedelta

import numpy as np

from services.hub.simulate.plan import Plan
from services.hub.simulate.setting import Setting
from services.hub.simulate.stations.readings import with_readings
from services.hub.simulate.timeline import DAY, PRODUCTION_DAYS, day_number
from services.hub.simulate.writing import Columns, TableWriter, dates, named, rows, times

CHANGES_PER_SITE = 9
READINGS_PER_DAY = 2
LATE_SHARE_WORSE, REJECTS_WORSE = 0.4, 9.0
"""A worsening supplier at the end: added share of late deliveries, factor on its rejects."""
UNFIT_GRR = 0.30
"""Share of variation beyond which a gauge is not usable."""
Record = tuple[object, ...]


def write_plant(setting: Setting, writer: TableWriter) -> None:
    """Writes every table that does not grow with the units."""
    for table, records in (_master(setting) | _product(setting) | _money(setting)).items():
        writer.write(table, rows(table, records))
    writer.write("process_changes", rows("process_changes", _changes(setting)))
    writer.write("gauge_studies", rows("gauge_studies", _gauges(setting)))
    writer.write("signals", with_readings(setting, _signals(setting)))
    writer.write("part_lots", _part_lots(setting))
    writer.write("deliveries", _deliveries(setting))


def unfit_gauges(setting: Setting) -> tuple[str, ...]:
    """Characteristics whose gauge is not usable."""
    return tuple(
        one.characteristic_id for one in setting.catalogue.characteristics if one.grr > UNFIT_GRR
    )


def _master(setting: Setting) -> dict[str, list[Record]]:
    book = setting.catalogue
    return {
        "sites": [(s.site_id, s.name, s.country, s.region, s.timezone) for s in book.sites],
        "markets": [(m.country, m.region, " ".join(m.languages)) for m in book.markets],
        "suppliers": [
            (
                s.supplier_id,
                s.name,
                s.country,
                s.language,
                f"quality@{s.supplier_id.lower()}.example",
            )
            for s in book.suppliers
        ],
        "parts": [(p.part_id, p.name, p.commodity) for p in book.parts],
        "characteristics": [
            (c.characteristic_id, c.name, c.step, c.unit, c.lsl, c.target, c.usl)
            for c in book.characteristics
        ],
        "codes": [
            *(
                (
                    s.code,
                    "symptom",
                    s.name,
                    s.families[0] if len(s.families) == 1 else None,
                    s.safety,
                )
                for s in book.symptoms
            ),
            *(
                (code, "defect", name, family or None, safe)
                for code, name, family, safe in book.defects
            ),
        ],
    }


def _product(setting: Setting) -> dict[str, list[Record]]:
    book = setting.catalogue
    later = setting.plan.end - Plan().end
    return {
        "models": [(m.model_id, m.family, m.name, m.launched_on + later) for m in book.models],
        "model_features": [
            (model, feature, value, unit or None)
            for model, features in book.model_features.items()
            for feature, (value, unit) in features.items()
        ],
        "benchmarks": [tuple(row) for row in book.benchmarks],
        "requirements": [
            (f"RQ-{index + 1:03d}", *row) for index, row in enumerate(book.requirements)
        ],
        "warranties": [
            (model.model_id, market.country, market.warranty)
            for model in book.models
            for market in book.markets
        ],
    }


def _money(setting: Setting) -> dict[str, list[Record]]:
    random = setting.random("rates")
    end = setting.plan.end.replace(day=1)
    months = [end]
    while len(months) < PRODUCTION_DAYS // 30 + 2:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    months.reverse()
    records: list[Record] = []
    for currency, rate in setting.catalogue.currencies.items():
        steps = random.normal(0, 0.0 if currency == "EUR" else 0.008, len(months))
        levels = rate * np.exp(np.cumsum(steps))
        records += [(currency, m, f"{level:.7g}") for m, level in zip(months, levels, strict=True)]
    return {"fx_rates": records}


def _changes(setting: Setting) -> list[Record]:
    random = setting.random("changes")
    taken = [int(change.change_id[4:]) for change in setting.scenario.changes]
    numbers = random.permutation(np.setdiff1d(np.arange(1000, 10_000), taken))
    records: list[tuple[int, Record]] = []
    for change in setting.scenario.changes:
        second = day_number(change.day) * DAY
        place = (change.site_id, change.line_id, None)
        records.append(
            (second, (change.change_id, _iso(second), *place, change.kind, change.description))
        )
    for site in [*setting.catalogue.sites, None]:
        for _ in range(CHANGES_PER_SITE):
            kind, text = setting.catalogue.changes[
                int(random.integers(len(setting.catalogue.changes)))
            ]
            second = (setting.calendar.first + int(random.integers(5, PRODUCTION_DAYS - 5))) * DAY
            line = None
            if site is not None and random.random() < 0.5:
                line = f"{site.site_id}-L{int(random.integers(len(site.lines))) + 1}"
            name = f"ECN-{int(numbers[len(records)])}"
            where = (site.site_id if site else None, line, None)
            records.append((second, (name, _iso(second), *where, kind, text)))
    return [record for _, record in sorted(records, key=lambda pair: pair[0])]


def _iso(second: int) -> str:
    return f"{np.datetime64(second, 's')}Z"


def _gauges(setting: Setting) -> list[Record]:
    """One crossed study a characteristic: three operators, ten parts, three trials."""
    random = setting.random("gauges")
    records: list[Record] = []
    for one in setting.catalogue.characteristics:
        gauge = one.sigma * one.grr / np.sqrt(1 - one.grr**2)
        parts = random.normal(one.mean, one.sigma, 10)
        operators = random.normal(0, gauge * 0.5, 3)
        for operator, offset in zip("ABC", operators, strict=True):
            for part, true in enumerate(parts):
                for trial in range(1, 4):
                    seen = true + offset + random.normal(0, gauge * 0.87)
                    study = f"MSA-{one.characteristic_id[4:]}"
                    records.append(
                        (
                            study,
                            one.characteristic_id,
                            f"G-{one.characteristic_id[4:]}-01",
                            operator,
                            f"{part + 1}",
                            trial,
                            round(float(seen), one.decimals + 1),
                        )
                    )
    return records


def _signals(setting: Setting) -> Columns:
    """Oven temperature and spindle current at each line; a planted drift shows in both."""
    random = setting.random("signals")
    lines, count = setting.catalogue.lines, PRODUCTION_DAYS * READINGS_PER_DAY
    second = setting.calendar.first * DAY + np.arange(count) * (DAY // READINGS_PER_DAY) + 1800
    line = np.repeat(np.arange(len(lines)), count)
    at = np.tile(second, len(lines))
    heat = 240 + setting.wander(line, 0, at / DAY) * 0.8 + random.normal(0, 0.5, len(line))
    current = 2.4 + setting.wander(line, 1, at / DAY) * 0.05 + random.normal(0, 0.04, len(line))
    if setting.drift is not None:
        sigmas = setting.drift.sigmas_at(line, at)
        heat, current = heat + 1.2 * sigmas, current + 0.06 * np.abs(sigmas)
    stations = [f"{one.line_id}-{step}" for step in ("SMT", "ASM") for one in lines]
    return {
        "station_id": named(stations, np.concatenate([line, line + len(lines)])),
        "signal": named(["oven_temperature", "spindle_current"], np.repeat([0, 1], len(line))),
        "at": times(np.tile(at, 2)),
        "value": np.round(np.concatenate([heat, current]), 3),
    }


def _part_lots(setting: Setting) -> Columns:
    lots = setting.lots
    return {
        "lot_id": lots.lot_id,
        "part_id": named([part.part_id for part in setting.catalogue.parts], lots.part),
        "supplier_id": named([s.supplier_id for s in setting.catalogue.suppliers], lots.supplier),
        "received_at": times(lots.received),
        "quantity": lots.quantity,
    }


def _deliveries(setting: Setting) -> Columns:
    """One delivery a lot; a worsening supplier's rejects and delays grow from its day on."""
    random = setting.random("deliveries")
    lots, suppliers = setting.lots, setting.catalogue.suppliers
    day = lots.received // DAY
    late = 1 - np.array([s.on_time for s in suppliers])[lots.supplier]
    rejects = np.array([s.rejects for s in suppliers])[lots.supplier]
    worsening = setting.scenario.scene.worsening
    if worsening is not None:
        names = [supplier.supplier_id for supplier in suppliers]
        first = day_number(worsening[1])
        grown = np.clip((day - first) / (setting.calendar.end - first), 0, 1)
        grown = np.where(lots.supplier == names.index(worsening[0]), grown, 0.0)
        late, rejects = late + LATE_SHARE_WORSE * grown, rejects * (1 + REJECTS_WORSE * grown)
    delayed = random.random(len(day)) < late
    slack = np.where(delayed, -random.integers(1, 15, len(day)), random.integers(0, 4, len(day)))
    return {
        "delivery_id": np.array([f"DL-{lot[3:]}" for lot in lots.lot_id.tolist()], dtype=object),
        "supplier_id": named([s.supplier_id for s in suppliers], lots.supplier),
        "part_id": named([part.part_id for part in setting.catalogue.parts], lots.part),
        "lot_id": lots.lot_id,
        "promised_on": dates(np.minimum(day + slack, setting.calendar.end)),
        "delivered_on": dates(day),
        "quantity": lots.quantity,
        "rejected_quantity": random.binomial(lots.quantity, rejects),
    }
