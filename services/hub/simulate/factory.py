"""Units: when and where each was built, of which lots, how it measured, and where it went.

Units come in blocks of 50,000 in the order of building. Each block has its own random numbers, so
that a block can be made alone and the result does not depend on the blocks around it.
"""

from dataclasses import dataclass

import numpy as np

from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import DAY, PRODUCTION_DAYS, Bools, Floats, Ints, Texts

BLOCK = 50_000
"""Units made at a time (count); files are cut at the same places."""
NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True)
class Block:
    """Units in the order of building; arrays have one element a unit, indexes the catalogue's."""

    number: int
    """Number of the block, from 1."""
    serial: Texts
    model: Ints
    line: Ints
    site: Ints
    shift: Ints
    built: Ints
    """Second of leaving the line."""
    country: Ints
    """Index of the market that it is meant for."""
    shipped: Ints
    """Second of leaving the site."""
    arrived: Ints
    """Second of reaching the market."""
    sold: Ints
    """Day of sale, also if that lies after the end."""
    lots: Ints
    """Index of the lot by unit and part; -1 where the family has no such part."""
    values: dict[str, Floats]
    """Recorded value by characteristic; NaN where the family has no such characteristic."""

    @property
    def units(self) -> int:
        """How many units (count)."""
        return len(self.serial)


def make_block(setting: Setting, number: int, size: int = BLOCK) -> Block:
    """Block `number` (from 1) of the plan's units, cut into blocks of `size`."""
    total = setting.plan.units
    first = (number - 1) * size
    places = np.arange(first, min(first + size, total))
    return _build(setting, places, number, setting.random("units", number))


def sample(setting: Setting) -> Block:
    """Units spread evenly over all that will be made; all of them if one block holds them."""
    if setting.plan.units <= BLOCK:
        return make_block(setting, 1)
    places = np.linspace(0, setting.plan.units - 1, BLOCK).astype(np.int64)
    return _build(setting, places, 0, setting.random("units", 0))


def _build(setting: Setting, places: Ints, number: int, random: np.random.Generator) -> Block:
    count = len(places)
    calendar = setting.calendar
    day = np.searchsorted(calendar.built, (places + 0.5) / setting.plan.units, side="right") - 1
    day = np.clip(day, 0, PRODUCTION_DAYS - 1)
    lines = setting.catalogue.lines
    line = random.choice(len(lines), size=count, p=[line.share for line in lines])
    site = np.array([line.site for line in lines])[line]
    shift, second = _clocked_out(setting, count, random)
    built = (calendar.first + day) * DAY + second - calendar.offsets[site, day]
    order = np.argsort(built, kind="stable")
    line, site, shift, built = line[order], site[order], shift[order], built[order]
    model = _models(setting, line, random)
    country = _countries(setting, model, random)
    shipped = built + random.integers(DAY // 2, 4 * DAY, size=count)
    abroad = setting.abroad[site, country]
    arrived = shipped + random.integers(2 * DAY, 8 * DAY, size=count)
    arrived += np.where(abroad, random.integers(12 * DAY, 40 * DAY, size=count), 0)
    on_shelf = random.gamma(1.6, 15 * DAY, size=count).astype(np.int64)
    return Block(
        number=number,
        serial=_serials(setting, site, places),
        model=model,
        line=line,
        site=site,
        shift=shift,
        built=built,
        country=country,
        shipped=shipped,
        arrived=arrived,
        sold=(arrived + on_shelf) // DAY + 1,
        lots=_lots(setting, line, site, built, random),
        values=_values(setting, line, built, random),
    )


def _serials(setting: Setting, site: Ints, places: Ints) -> Texts:
    prefix = [one.site_id for one in setting.catalogue.sites]
    pairs = zip(site.tolist(), places.tolist(), strict=True)
    return np.array([f"{prefix[at]}{place + 1:08d}" for at, place in pairs], dtype=object)


def _clocked_out(setting: Setting, count: int, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Shift of each unit, and the second after local midnight at which it leaves the line."""
    starts = np.array([start for start, _ in setting.catalogue.shifts.values()])
    weights = np.array([share for _, share in setting.catalogue.shifts.values()])
    shift = random.choice(len(starts), size=count, p=weights / weights.sum())
    return shift, starts[shift] * 3600 + random.integers(0, 8 * 3600, size=count)


def _models(setting: Setting, line: Ints, random: np.random.Generator) -> Ints:
    draw = random.random(len(line))
    model = np.zeros(len(line), dtype=np.int64)
    for index in range(len(setting.catalogue.lines)):
        here = line == index
        made, weights = setting.models_of[index]
        model[here] = made[np.searchsorted(np.cumsum(weights)[:-1], draw[here], side="right")]
    return model


def _countries(setting: Setting, model: Ints, random: np.random.Generator) -> Ints:
    draw = random.random(len(model))
    country = np.zeros(len(model), dtype=np.int64)
    for index, weights in enumerate(setting.markets_of):
        here = model == index
        country[here] = np.searchsorted(np.cumsum(weights)[:-1], draw[here], side="right")
    return country


def _lots(
    setting: Setting, line: Ints, site: Ints, built: Ints, random: np.random.Generator
) -> Ints:
    lots = setting.lots
    taken = np.full((len(line), len(setting.catalogue.parts)), -1, dtype=np.int64)
    for (at, part), streams in lots.streams.items():
        takes = setting.takes[line, part] & (site == at)
        from_first = random.random(len(line)) < lots.shares[at, part]
        for rank, stream in enumerate(streams):
            here = takes & (from_first == (rank == 0))
            turn = np.searchsorted(stream.starts, built[here] // DAY, side="right") - 1
            taken[here, part] = stream.lots[turn]
    if setting.one_lot is not None:
        only = setting.one_lot
        inside = (built >= only.first) & (built < only.stop) & (line == only.line)
        taken[inside, only.part] = lots.one_lot
    return taken


def _values(
    setting: Setting, line: Ints, built: Ints, random: np.random.Generator
) -> dict[str, Floats]:
    """Station offset, slow wander, drift and noise in sigmas, brought to the unit of each."""
    days = built / DAY
    values: dict[str, Floats] = {}
    for index, one in enumerate(setting.catalogue.characteristics):
        measured: Bools = setting.measures[line, index]
        score = setting.wander(line, index, days) + 0.87 * random.standard_normal(len(line))
        if setting.drift is not None and setting.drift.characteristic == index:
            score += setting.drift.sigmas_at(line, built)
        value = np.round(one.mean + one.sigma * score, one.decimals)
        if one.lsl is None:
            value = np.maximum(value, 0.0)
        values[one.characteristic_id] = np.where(measured, value, np.nan)
    return values
