"""Verdicts on fixes, by the power that was registered before anybody could look."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from evals.effects.worlds import WANTED, Judged, run
from evals.figure import Figure, measured, share
from services.hub.simulate import Plan

SEEDS = 40
FIRST_SEED = 2000
"""Seeds below are for building; figures are reported on these."""
UNITS = 20_000
WORKERS = 2
SIZES = {
    "fix_works": (150.0, 450.0, 900.0),
    "fix_fails": (150.0, 450.0, 900.0),
    "supplier_fix_works": (300.0, 700.0, 1200.0),
    "supplier_fix_fails": (300.0, 700.0, 1200.0),
}
"""Failures among the exposed (count), by turns."""
BANDS = ((0.0, 0.5), (0.5, 0.8), (0.8, WANTED))
RIGHT, WRONG = 0.95, 0.05


def figures(seeds: int = SEEDS, first_seed: int = FIRST_SEED) -> list[Figure]:
    """Every figure; `seeds` worlds of each kind."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        outcomes = [one for one in pool.map(run, plans(seeds, first_seed)) if one is not None]
    return of_outcomes(outcomes)


def plans(seeds: int, first_seed: int) -> list[Plan]:
    """The worlds to judge, one of each kind by turns."""
    return [
        Plan(
            world=name,
            seed=first_seed + number,
            units=UNITS,
            exposed_failures=sizes[number % len(sizes)],
            format="parquet",
        )
        for number in range(seeds)
        for name, sizes in SIZES.items()
    ]


def of_outcomes(outcomes: list[Judged]) -> list[Figure]:
    """The figures of fixes that were judged."""
    sure = [one for one in outcomes if one.power >= WANTED]
    unsure = [one for one in outcomes if one.power < WANTED]
    useless = [one for one in outcomes if one.right == "not_effective"]
    found = [_share(f"power >= {WANTED:g}: right verdict", sure, _right, at_least=RIGHT)]
    found += [
        _share(f"power >= {WANTED:g}, {name}: right verdict", _of(sure, name), _right)
        for name in SIZES
    ]
    found.append(_share(f"power < {WANTED:g}: wrong verdict", unsure, _wrong, at_most=WRONG))
    found.append(_share(f"power < {WANTED:g}: undetermined", unsure, _undetermined))
    found.append(_share("useless fixes called effective", useless, _wrong, at_most=WRONG))
    found.append(_share("the same without a control", useless, lambda one: one.naive_fell))
    return found + [figure for low, high in BANDS for figure in _band(outcomes, low, high)]


def _band(outcomes: list[Judged], low: float, high: float) -> list[Figure]:
    """What became of fixes of one band of power, beside the power itself."""
    some = [one for one in outcomes if low <= one.power < high]
    text = f"power {low:g} to {high:g}"
    if not some:
        return [Figure(figure=text, value=0, n=0, skipped="no fix of this kind")]
    return [
        _share(f"{text}: right verdict", some, _right),
        measured(f"{text}: median power registered", [one.power for one in some], None),
    ]


def _of(outcomes: list[Judged], name: str) -> list[Judged]:
    return [one for one in outcomes if one.world == name]


def _right(one: Judged) -> bool:
    return one.verdict == one.right


def _wrong(one: Judged) -> bool:
    return one.verdict not in (one.right, "undetermined")


def _undetermined(one: Judged) -> bool:
    return one.verdict == "undetermined"


def _share(
    text: str,
    outcomes: list[Judged],
    holds: Callable[[Judged], bool],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    return share(text, [holds(one) for one in outcomes], at_least=at_least, at_most=at_most)
