"""Failures in the field: hazards in service, reporting delay, warranty, and the claims they become.

Each symptom of a unit has a Weibull hazard on its time in use; effects multiply it. A failure is
known only when it is reported, inside warranty and before the end of the data.
"""

from typing import NamedTuple

import numpy as np

from domain.errors import BadArgument
from services.hub.simulate.catalogue import Symptom
from services.hub.simulate.exposure import meets
from services.hub.simulate.factory import Block
from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import DAY, Bools, Floats, Ints, day_number, usage_clock

YEAR = 365.25
MONTH = YEAR / 12
MOST_PER_YEAR = 0.9
"""Highest base hazard that a plan may need (failures per unit and year of use)."""
MOST_ATTEMPTS = 100
REPEAT = 0.06
"""Share of claims that come again with the same symptom within a month."""


class Claims(NamedTuple):
    """Claims of one block; arrays have one element a claim, in the order of report."""

    unit: Ints
    """Index of the unit in its block."""
    symptom: Ints
    failed: Ints
    reported: Ints


class Life(NamedTuple):
    """How long each unit can be observed with one symptom, in days of use."""

    start: Floats
    """Use that the clock showed at the start of service."""
    span: Floats
    """Use until the last failure that could be known; 0 or less if none could."""
    delay: Floats
    """Days from failure to report."""


class Surge(NamedTuple):
    """A hazard that rises on a day, for units in service."""

    units: Bools
    """The units that it concerns."""
    ratio: float
    """Hazard from the day on over that before it."""
    before: Floats
    """Use of each unit in service before the day; 0 for those not yet in service."""


class Hazards:
    """Base hazards of a setting; the world's own is fitted to the failures that are planned."""

    def __init__(self, setting: Setting, like: Block) -> None:
        self._setting = setting
        scenario = setting.scenario
        self.per_year = {one.code: one.per_year for one in setting.catalogue.symptoms}
        swing = scenario.scene.swing
        self._days = np.arange(setting.calendar.first, setting.calendar.end + 2).astype(np.float64)
        self._clocks = [
            usage_clock(market.climate, swing, setting.calendar)
            for market in setting.catalogue.markets
        ]
        if scenario.per_year is not None:
            self.per_year[scenario.symptom] = scenario.per_year
        self._attempt = 0
        if scenario.expected:
            self.per_year[scenario.symptom] = self._fitted(like)
        if scenario.between is not None:
            self._draw_again(like, *scenario.between)

    def claims(self, block: Block) -> Claims:
        """Every claim on the block's units that is reported before the end."""
        found = [
            self._of_symptom(block, index, symptom)
            for index, symptom in enumerate(self._setting.catalogue.symptoms)
        ]
        unit, symptom, failed, reported = (
            np.concatenate(column) for column in zip(*found, strict=True)
        )
        order = np.lexsort((unit, symptom, reported))
        return Claims(unit[order], symptom[order], failed[order], reported[order])

    def _of_symptom(self, block: Block, index: int, symptom: Symptom) -> Claims:
        random = self._random(block, symptom)
        life = self._life(block, symptom, random)
        rate = self.per_year[symptom.code] * self._multiplier(block, symptom)
        draw = random.exponential(size=block.units) / rate
        surge = self._surge(block, symptom, life)
        if surge is not None:
            spent = _load(surge.before, symptom)
            later = surge.units & (draw > spent)
            draw = np.where(later, spent + (draw - spent) / surge.ratio, draw)
        use = YEAR * draw ** (1 / symptom.shape)
        unit = np.flatnonzero(at_risk(self._setting, block, symptom) & (use < life.span))
        failed_on = self._calendar_day(block, symptom, life.start + use, unit)
        failed = (failed_on * DAY).astype(np.int64)
        reported = failed + (life.delay[unit] * DAY).astype(np.int64)
        return self._with_repeats(Claims(unit, np.full(len(unit), index), failed, reported), random)

    def _with_repeats(self, claims: Claims, random: np.random.Generator) -> Claims:
        count = len(claims.unit)
        again = claims.reported + random.integers(4 * DAY, 26 * DAY, size=count)
        later = again + random.integers(DAY, 3 * DAY, size=count)
        repeated = (random.random(count) < REPEAT) & (later < self._setting.calendar.stop)
        return Claims(
            np.concatenate([claims.unit, claims.unit[repeated]]),
            np.concatenate([claims.symptom, claims.symptom[repeated]]),
            np.concatenate([claims.failed, again[repeated]]),
            np.concatenate([claims.reported, later[repeated]]),
        )

    def _life(self, block: Block, symptom: Symptom, random: np.random.Generator) -> Life:
        count = block.units
        delay = np.clip(random.lognormal(np.log(6.0), 0.9, count), 0.1, 90.0)
        begins = block.sold + random.uniform(0.3, 7.0, count)
        months = np.array([market.warranty for market in self._setting.catalogue.markets])
        expires = block.sold + months[block.country] * MONTH
        ends = np.minimum(self._setting.calendar.end + 1 - delay, expires)
        start = self._use(block, symptom, begins)
        return Life(
            start, np.where(ends > begins, self._use(block, symptom, ends) - start, 0), delay
        )

    def _use(self, block: Block, symptom: Symptom, days: Floats) -> Floats:
        if not symptom.seasonal:
            return days
        use = np.empty_like(days)
        for index, clock in enumerate(self._clocks):
            here = block.country == index
            use[here] = np.interp(days[here], self._days, clock)
        return use

    def _calendar_day(self, block: Block, symptom: Symptom, use: Floats, unit: Ints) -> Floats:
        if not symptom.seasonal:
            return use[unit]
        day = np.empty(len(unit))
        for index, clock in enumerate(self._clocks):
            here = block.country[unit] == index
            day[here] = np.interp(use[unit][here], clock, self._days)
        return day

    def _multiplier(self, block: Block, symptom: Symptom) -> Floats:
        product = np.ones(block.units)
        if symptom.code == self._setting.scenario.symptom:
            for effect in self._setting.scenario.effects:
                if effect.rate_ratio != 1 and effect.since is None:
                    product[meets(self._setting, block, effect.condition)] *= effect.rate_ratio
        return product

    def _surge(self, block: Block, symptom: Symptom, life: Life) -> Surge | None:
        late = self._setting.scenario.late
        if late is None or late.since is None or symptom.code != self._setting.scenario.symptom:
            return None
        day = np.full(block.units, float(day_number(late.since)))
        before = np.maximum(self._use(block, symptom, day) - life.start, 0.0)
        return Surge(meets(self._setting, block, late.condition), late.rate_ratio, before)

    def _random(self, block: Block, symptom: Symptom) -> np.random.Generator:
        return self._setting.random(f"failures {symptom.code} {self._attempt}", block.number)

    def _exposed(self, block: Block, symptom: Symptom) -> Bools:
        exposed = np.zeros(block.units, dtype=np.bool_)
        for effect in self._setting.scenario.effects:
            if effect.cause:
                exposed |= meets(self._setting, block, effect.condition)
        return exposed & at_risk(self._setting, block, symptom)

    def _draw_again(self, like: Block, least: int, most: int) -> None:
        """Changes the random numbers of failures until the exposed have so many failed units."""
        symptom = self._setting.catalogue.symptom(self._setting.scenario.symptom)
        index = self._setting.catalogue.symptoms.index(symptom)
        exposed = self._exposed(like, symptom)
        while self._attempt < MOST_ATTEMPTS:
            failed = np.unique(self._of_symptom(like, index, symptom).unit)
            if least <= int(exposed[failed].sum()) <= most:
                return
            self._attempt += 1

    def _fitted(self, like: Block) -> float:
        """The base hazard at which the exposed of all causes have the expected failed units."""
        setting, scenario = self._setting, self._setting.scenario
        symptom = setting.catalogue.symptom(scenario.symptom)
        life = self._life(like, symptom, self._random(like, symptom))
        exposed = self._exposed(like, symptom) & (life.span > 0)
        whole = _load(np.maximum(life.span, 0.0), symptom)
        surge = self._surge(like, symptom, life)
        if surge is not None:
            spent = np.minimum(_load(surge.before, symptom), whole)
            whole = np.where(surge.units, spent + surge.ratio * (whole - spent), whole)
        load = (whole * self._multiplier(like, symptom))[exposed]
        wanted = scenario.expected * like.units / setting.plan.units
        low, high = 0.0, MOST_PER_YEAR
        held = float(-np.expm1(-high * load).sum())
        if setting.plan.exposed_failures is None:
            wanted = min(wanted, held / 3)
        if held < wanted or not held:
            raise BadArgument(
                f"{setting.plan.units} units cannot hold {scenario.expected:g} exposed failures "
                f"in the world {setting.plan.world!r}",
                holds="nothing was written",
                next_step="raise the units, or lower the exposed failures",
            )
        for _ in range(60):
            middle = (low + high) / 2
            enough = float(-np.expm1(-middle * load).sum()) >= wanted
            low, high = (low, middle) if enough else (middle, high)
        return high


def _load(use: Floats, symptom: Symptom) -> Floats:
    """Cumulative hazard after so much use, at a base hazard of one failure a year."""
    return np.asarray((use / YEAR) ** symptom.shape)


def at_risk(setting: Setting, block: Block, symptom: Symptom) -> Bools:
    """True for each unit whose family can show the symptom."""
    wanted = [model.family in symptom.families for model in setting.catalogue.models]
    return np.array(wanted)[block.model]
