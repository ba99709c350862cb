"""How soon the factory watch sees a drift beside an oracle, and how often it is wrong."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from typing import NamedTuple

import numpy as np

from domain.intervals import poisson_interval
from evals.factory import shares
from evals.factory.oracle import oracle_delay
from evals.factory.worlds import Replay, replay
from evals.figure import Figure, share
from services.hub.simulate import Plan
from services.hub.simulate.timeline import DAY
from tools.production.factory_alarms import alarms_of, day_of
from tools.production.factory_charts import Watching, charts_of, run_length
from tools.production.factory_days import FactoryDays

FIRST_SEED = 2000
"""Seeds below are for building; figures are reported on others."""
DRIFTS, NULLS, LINES = 20, 10, 1000
UNITS = 20_000
WORKERS = 2
DAYS, WATCHED, RATIO, BUDGET = 90, 14, 2.0, 0.2
WEEK = 7
WHOLE, LATEST = 0.95, 7.0
"""Wanted: share of drifts found before they end; days later than the oracle, at the median."""
RESAMPLES, SEED = 2000, 20_260_101


class Drifted(NamedTuple):
    """One drift."""

    lasts: int
    """Days from its onset to its end."""
    found: int | None
    """Days from its onset to the alarm; none: never while it lasts."""
    confirmed: int | None
    """Days to a confirmed alarm."""
    oracle: int | None
    """Days to the oracle's signal."""


class Quiet(NamedTuple):
    """A factory in which nothing happens, asked once a week."""

    weeks: int
    """Weeks watched."""
    alarms: int
    """Alarms that the week before had not (count)."""
    confirmed: int
    """Confirmed ones, likewise (count)."""


def figures(drifts: int = DRIFTS, nulls: int = NULLS, first_seed: int = FIRST_SEED) -> list[Figure]:
    """Every figure, over so many worlds with a drift and without, and lines drawn by themselves."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        quiet = list(pool.map(quiet_world, plans("null", nulls, first_seed)))
        drifted = list(pool.map(drift_world, plans("drift", drifts, first_seed)))
    lines = shares.figures(LINES, first_seed)
    return [*_quiet_figures(quiet), *_drift_figures(drifted), *lines]


def plans(world: str, number: int, first_seed: int) -> list[Plan]:
    """Plans of a kind of world, by rising seed."""
    return [
        Plan(world=world, seed=first_seed + place, units=UNITS, format="parquet")
        for place in range(number)
    ]


def drift_world(plan: Plan) -> Drifted:
    """Ask every day from the onset on, until the alarm is confirmed or the drift ends."""
    world = replay(plan)
    drift = world.setting.drift
    if drift is None:
        raise ValueError(f"{plan.world} plants no drift")
    line = world.setting.catalogue.lines[drift.line].line_id
    name = world.setting.catalogue.characteristics[drift.characteristic].characteristic_id
    onset, end = drift.first // DAY, drift.stop // DAY - 1
    where = (line, name, "high" if drift.sigmas > 0 else "low")
    found, confirmed = _delays(world.factory, onset, end, where)
    charts = charts_of(world.factory, _watching(onset)).charts
    length = run_length(len(charts), BUDGET)
    return Drifted(end - onset + 1, found, confirmed, oracle_delay(world.setting, length))


def _delays(
    factory: FactoryDays, onset: int, end: int, where: tuple[str, str, str]
) -> tuple[int | None, int | None]:
    """Days from the onset to the first alarm that signals after it, and to a confirmed one."""
    found = None
    for today in range(onset, end + 1):
        new = [
            one
            for one in alarms_of(charts_of(factory, _watching(today)), ())
            if (one.where.line_id, one.symptom, one.where.direction) == where
            and one.signalled_on >= day_of(onset)
        ]
        if new and found is None:
            found = today - onset
        if any(one.state == "confirmed" for one in new):
            return found, today - onset
    return found, None


def quiet_world(plan: Plan) -> Quiet:
    """Ask once a week, from the first whole reference to the end."""
    return quiet_weeks(replay(plan))


def quiet_weeks(world: Replay) -> Quiet:
    """Alarms of weeks in which each is false."""
    weeks, counts = 0, {"any": 0, "confirmed": 0}
    before: dict[str, set[str]] = {"any": set(), "confirmed": set()}
    for today in range(world.first + DAYS, world.last + 1, WEEK):
        alarms = alarms_of(charts_of(world.factory, _watching(today)), ())
        now = {
            "any": {one.key for one in alarms},
            "confirmed": {one.key for one in alarms if one.state == "confirmed"},
        }
        for kind, keys in now.items():
            counts[kind] += len(keys - before[kind])
        before, weeks = now, weeks + 1
    return Quiet(weeks, counts["any"], counts["confirmed"])


def _watching(today: int) -> Watching:
    return Watching(today, DAYS, WATCHED, RATIO, BUDGET)


def _quiet_figures(worlds: list[Quiet]) -> list[Figure]:
    weeks = sum(one.weeks for one in worlds)
    return [
        _rate("false alarms a week, all charts", sum(one.alarms for one in worlds), weeks),
        _rate("false confirmed alarms a week", sum(one.confirmed for one in worlds), weeks),
    ]


def _rate(text: str, events: int, weeks: int) -> Figure:
    """A rate that keeps to the budget if the upper end of its interval does."""
    found = poisson_interval(events, weeks)
    return Figure(
        figure=text,
        value=events / weeks,
        n=weeks,
        low=found.low,
        high=found.high,
        target=f"<= {BUDGET:g}",
        met=(found.high or 0.0) <= BUDGET,
    )


def _drift_figures(worlds: list[Drifted]) -> list[Figure]:
    both = [one for one in worlds if one.found is not None and one.oracle is not None]
    late = [float((one.found or 0) - (one.oracle or 0)) for one in both]
    return [
        share("drift: found", [one.found is not None for one in worlds], at_least=WHOLE),
        share("drift: confirmed", [one.confirmed is not None for one in worlds]),
        share("drift: found by the oracle", [one.oracle is not None for one in worlds]),
        _median("drift: days to the alarm", (one.found for one in worlds)),
        _median("drift: days to a confirmed alarm", (one.confirmed for one in worlds)),
        _median("drift: days to the oracle's signal", (one.oracle for one in worlds)),
        _median("drift: days later than the oracle", late, LATEST),
    ]


def _median(text: str, days: Iterable[float | None], at_most: float | None = None) -> Figure:
    """A median with a percentile bootstrap over worlds (95 %)."""
    known = [float(one) for one in days if one is not None]
    if not known:
        return Figure(figure=text, value=0, n=0, skipped="none was found")
    random = np.random.Generator(np.random.PCG64(SEED))
    drawn = np.median(random.choice(known, size=(RESAMPLES, len(known))), axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    value = median(known)
    return Figure(
        figure=text,
        value=value,
        n=len(known),
        low=low,
        high=high,
        target=None if at_most is None else f"<= {at_most:g}",
        met=None if at_most is None else value <= at_most,
    )
