"""False alarms a week where nothing begins; delay and share found where something does."""

import statistics
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from domain.intervals import poisson_interval
from evals.figure import Figure, share
from evals.triage.replay import REPLAYED, WATCH, Detection, Outcome, run
from services.hub.simulate import Plan

EMERGING, QUIET = 40, 10
"""Worlds with something that begins, and of each kind in which nothing does (count)."""
FIRST_SEED = 2000
"""Seeds below 1000 are for building; figures are reported on these."""
UNITS = 20_000
WORKERS = 2
NOTHING = ("null", "growth_only", "season", "new_channel")
RATIOS = (2.0, 3.0, 5.0)
ALLOWED = 1.0
"""Weeks that the median delay may exceed that of the oracle by."""
NOT_FOUND = float(REPLAYED + 1)
"""Stands for the delay of what was not found before the end: later than all (weeks)."""
RESAMPLES, SEED = 2000, 20_260_101


def figures(
    emerging: int = EMERGING, quiet: int = QUIET, first_seed: int = FIRST_SEED
) -> list[Figure]:
    """Every figure, over so many worlds with something that begins and of each quiet kind."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        found = list(pool.map(run, plans(emerging, quiet, first_seed)))
    return of_outcomes([one for one in found if one is not None])


def plans(emerging: int, quiet: int, first_seed: int) -> list[Plan]:
    """The worlds to replay."""
    return [
        *(
            Plan(
                world="emerging",
                seed=first_seed + number,
                units=UNITS,
                rate_ratio=RATIOS[number % len(RATIOS)],
                format="parquet",
            )
            for number in range(emerging)
        ),
        *(
            Plan(world=name, seed=first_seed + number, units=UNITS, format="parquet")
            for name in NOTHING
            for number in range(quiet)
        ),
    ]


def of_outcomes(outcomes: Sequence[Outcome]) -> list[Figure]:
    """The figures of worlds that were replayed."""
    quiet = [one for one in outcomes if one.detection is None]
    found = [one.detection for one in outcomes if one.detection is not None]
    return [
        _false_alarms("all worlds where nothing begins", quiet, judged=True),
        *(
            _false_alarms(name, [one for one in quiet if one.world == name], judged=False)
            for name in NOTHING
        ),
        _confirmed(quiet),
        *_delays("emerging", found, judged=True),
        *(
            figure
            for ratio in RATIOS
            for figure in _delays(
                f"emerging, ratio {ratio:g}",
                [one for one in found if one.ratio == ratio],
                judged=False,
            )
        ),
        share(
            "emerging, seen by the oracle: found",
            [one.watch is not None for one in found if one.oracle is not None],
        ),
        share(
            "emerging in one market: found",
            [one.watch is not None for one in found if one.in_one_market],
        ),
        share(
            "emerging, found: first alarm names the planted cell itself",
            [one.exact for one in found if one.watch is not None],
        ),
    ]


def _false_alarms(name: str, outcomes: Sequence[Outcome], *, judged: bool) -> Figure:
    """New false alarms a week, with the exact Poisson interval."""
    return _per_week(
        f"{name}: false alarms a week", outcomes, [one.new_alarms for one in outcomes], judged
    )


def _confirmed(outcomes: Sequence[Outcome]) -> Figure:
    return _per_week(
        "all worlds where nothing begins: confirmed false alarms a week",
        outcomes,
        [one.confirmed for one in outcomes],
        judged=False,
    )


def _per_week(name: str, outcomes: Sequence[Outcome], counts: list[int], judged: bool) -> Figure:
    weeks = sum(one.weeks for one in outcomes)
    if not weeks:
        return Figure(figure=name, value=0, n=0, skipped="no case of this kind")
    interval = poisson_interval(sum(counts), weeks)
    budget = WATCH.budget_per_week
    return Figure(
        figure=name,
        value=sum(counts) / weeks,
        n=weeks,
        low=interval.low,
        high=interval.high,
        target=f"interval <= {budget:g}" if judged else None,
        met=interval.high is not None and interval.high <= budget if judged else None,
    )


def _delays(name: str, found: Sequence[Detection], *, judged: bool) -> list[Figure]:
    """Median delays (weeks); what was not found counts as a week after the last run."""
    if not found:
        return [Figure(figure=f"{name}: delay", value=0, n=0, skipped="no case of this kind")]
    watch, confirmed, oracle = (
        [NOT_FOUND if weeks is None else float(weeks) for weeks in some]
        for some in zip(*((one.watch, one.confirmed, one.oracle) for one in found), strict=True)
    )
    allowed = statistics.median(oracle) + ALLOWED
    median = _median(f"{name}: median delay of the watch (weeks)", watch)
    if judged:
        target = f"<= that of the oracle + {ALLOWED:g}: {allowed:g}"
        median = median.model_copy(update={"target": target, "met": median.value <= allowed})
    return [
        median,
        _median(f"{name}: median delay until confirmed (weeks)", confirmed),
        _median(f"{name}: median delay of the oracle (weeks)", oracle),
        share(f"{name}: found", [one.watch is not None for one in found]),
        share(f"{name}: found by the oracle", [one.oracle is not None for one in found]),
    ]


def _median(name: str, weeks: list[float]) -> Figure:
    """A median with its bootstrap interval (percentile, 95 %)."""
    random = np.random.Generator(np.random.PCG64(SEED))
    drawn = random.integers(len(weeks), size=(RESAMPLES, len(weeks)))
    medians = np.sort(np.median(np.array(weeks)[drawn], axis=1))
    low, high = (float(medians[int(part * (RESAMPLES - 1))]) for part in (0.025, 0.975))
    return Figure(figure=name, value=statistics.median(weeks), n=len(weeks), low=low, high=high)
