"""Suppliers: known answers, a real history, and simulated ones that get worse."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from evals.figure import Figure, measured, share
from evals.suppliers.oracles import delivery_history, sampling_plans, textbook
from evals.suppliers.worlds import Asked, run
from services.hub.simulate import Plan

SEEDS = 60
FIRST_SEED = 2000
"""Seeds below are for building; figures are reported on these."""
UNITS = 20_000
WORKERS = 2
IN_TIME, FALSE = 0.9, 0.05


def figures(seeds: int = SEEDS, first_seed: int = FIRST_SEED) -> list[Figure]:
    """Every figure; `seeds` plants."""
    plans = [
        Plan(world="supplier_deteriorates", seed=first_seed + n, units=UNITS, format="parquet")
        for n in range(seeds)
    ]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        outcomes = list(pool.map(run, plans))
    return [textbook(), sampling_plans(), *delivery_history(), *of_outcomes(outcomes)]


def of_outcomes(outcomes: list[Asked]) -> list[Figure]:
    """The figures of plants in which one supplier gets worse."""
    worse = [
        (one, one.verdicts.get(name), one.at_end.get(name))
        for one in outcomes
        for name, right in one.right.items()
        if right == "deteriorating"
    ]
    sound = [
        verdict
        for one in outcomes
        for name, right in one.right.items()
        if right == "stable"
        for verdict in (one.verdicts.get(name), one.at_end.get(name))
    ]
    before = "flagged before the field effect (late +40 points, rejects x10, hazard x3 by the end)"
    flagged = [verdict == "deteriorating" for verdict in sound]
    return [
        share(before, [early == "deteriorating" for _, early, _ in worse], at_least=IN_TIME),
        share(
            "flagged before, where the field effect is seen within the data",
            [early == "deteriorating" for one, early, _ in worse if one.seen],
            at_least=IN_TIME,
        ),
        share("flagged at the end", [late == "deteriorating" for _, _, late in worse]),
        share("suppliers that do not change flagged", flagged, at_most=FALSE),
        share("suppliers that do not change called stable", [one == "stable" for one in sound]),
        measured("days from first worse lot to the question", [one.days for one in outcomes], None),
    ]
