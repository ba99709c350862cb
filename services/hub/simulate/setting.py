"""A scenario made ready for arithmetic: indexes, tables and random streams instead of names."""

import zlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.hub.simulate.catalogue import Catalogue, catalogue, shares
from services.hub.simulate.lots import Lots, make_lots, with_lot_ids
from services.hub.simulate.plan import Plan
from services.hub.simulate.timeline import (
    DAY,
    Bools,
    Floats,
    Ints,
    Timeline,
    day_number,
    timeline,
)
from services.hub.simulate.worlds import WORLDS
from services.hub.simulate.worlds.declaration import Scenario, Stage


class OneLotUse(NamedTuple):
    """The use of the one lot, in indexes and seconds."""

    part: int
    line: int
    first: int
    stop: int


class DriftPath(NamedTuple):
    """A drift, in indexes and seconds."""

    characteristic: int
    line: int
    first: int
    stop: int
    sigmas: float

    def sigmas_at(self, line: Ints, second: Ints) -> Floats:
        """How far the mean has left its place, in sigmas."""
        ramp = np.clip((second - self.first) / (0.2 * (self.stop - self.first)), 0, 1)
        inside = (line == self.line) & (second >= self.first) & (second < self.stop)
        return np.where(inside, self.sigmas * ramp, 0.0)


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that the makers of units, claims and feedback share."""

    plan: Plan
    catalogue: Catalogue
    scenario: Scenario
    calendar: Timeline
    lots: Lots
    models_of: tuple[tuple[Ints, Floats], ...]
    """Models and their shares, by line."""
    markets_of: tuple[Floats, ...]
    """Shares of the markets, by model."""
    abroad: Bools
    """True where site and market lie in different countries."""
    takes: Bools
    """True where a line's family holds a part."""
    measures: Bools
    """True where a line's family has a characteristic."""
    _waves: Floats
    """Offset, then amplitude, period (days), phase of three waves; by line and characteristic."""
    drift: DriftPath | None
    one_lot: OneLotUse | None

    def random(self, what: str, number: int = 0) -> np.random.Generator:
        """A random stream of its own for each use and block."""
        return _stream(self.plan, what, number)

    def wander(self, line: Ints, characteristic: int, days: Floats) -> Floats:
        """Where the mean of a station stands, in sigmas: fixed offset and slow, smooth waves."""
        waves = self._waves[:, characteristic]
        score: Floats = waves[line, 0]
        for first in (1, 4, 7):
            amplitude, period, phase = waves[line, first : first + 3].T
            score = score + amplitude * np.sin(2 * np.pi * (days / period + phase))
        return score


def _stream(plan: Plan, what: str, number: int = 0) -> np.random.Generator:
    words = [plan.seed, zlib.crc32(plan.world.encode()), zlib.crc32(what.encode()), number]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def make_setting(plan: Plan) -> Setting:
    """The plan's world with its lots; KeyError if the world is unknown."""
    book = catalogue()
    scenario = WORLDS[plan.world].declare(Stage(book, plan, _stream(plan, "world")))
    calendar = timeline(book, plan.end, scenario.scene.growth)
    lots = make_lots(book, scenario.scene, calendar, plan.units, _stream(plan, "lots"))
    lines = book.lines
    return Setting(
        plan,
        book,
        _with_lot_ids(book, lots, scenario),
        calendar,
        lots,
        models_of=tuple(_models(book, line.family) for line in lines),
        markets_of=tuple(_markets(book, model.volts) for model in book.models),
        abroad=np.array([[s.country != m.country for m in book.markets] for s in book.sites]),
        takes=np.array(
            [[p.part_id in book.families[line.family].parts for p in book.parts] for line in lines]
        ),
        measures=np.array(
            [[line.family in c.families for c in book.characteristics] for line in lines]
        ),
        _waves=_waves(len(lines), len(book.characteristics), _stream(plan, "stations")),
        drift=_drift(book, scenario),
        one_lot=_one_lot(book, scenario),
    )


def _with_lot_ids(book: Catalogue, lots: Lots, scenario: Scenario) -> Scenario:
    return scenario._replace(
        effects=tuple(
            effect._replace(condition=with_lot_ids(book, lots, effect.condition))
            for effect in scenario.effects
        ),
        rivals=tuple(
            rival._replace(condition=with_lot_ids(book, lots, rival.condition))
            for rival in scenario.rivals
        ),
    )


def _models(book: Catalogue, family: str) -> tuple[Ints, Floats]:
    made = [(i, model.share) for i, model in enumerate(book.models) if model.family == family]
    return np.array([i for i, _ in made]), np.array(shares([share for _, share in made]))


def _markets(book: Catalogue, volts: int) -> Floats:
    fitting = [m.share if volts in (0, m.volts) else 0.0 for m in book.markets]
    return np.array(shares(fitting))


def _waves(lines: int, characteristics: int, random: np.random.Generator) -> Floats:
    shape = (lines, characteristics)
    columns = [0.25 * random.standard_normal(shape)]
    for shortest, longest in ((0.3, 1.0), (2.0, 6.0), (15.0, 45.0)):
        columns.append(random.uniform(0.1, 0.35, shape))
        columns.append(random.uniform(shortest, longest, shape))
        columns.append(random.random(shape))
    return np.stack(columns, axis=-1)


def _drift(book: Catalogue, scenario: Scenario) -> DriftPath | None:
    drift = scenario.scene.drift
    if drift is None:
        return None
    names = [one.characteristic_id for one in book.characteristics]
    return DriftPath(
        names.index(drift.characteristic_id),
        [line.line_id for line in book.lines].index(drift.line_id),
        day_number(drift.first) * DAY,
        (day_number(drift.last) + 1) * DAY,
        drift.sigmas,
    )


def _one_lot(book: Catalogue, scenario: Scenario) -> OneLotUse | None:
    lot = scenario.scene.one_lot
    if lot is None:
        return None
    return OneLotUse(
        [part.part_id for part in book.parts].index(lot.part_id),
        [line.line_id for line in book.lines].index(lot.line_id),
        day_number(lot.first) * DAY,
        (day_number(lot.last) + 1) * DAY,
    )
