"""Power beside an oracle, and causes named where there is none, over simulated worlds."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context

import numpy as np

from evals.figure import Figure, share
from evals.root_cause.worlds import LEVEL, Outcome, run
from services.hub.simulate import Plan

SEEDS = 40
FIRST_SEED = 1000
"""Seeds below are for building; figures are reported on others."""
UNITS = 20_000
WORKERS = 2
RATIOS = (1.5, 2.0, 3.0, 6.0)
FAILURES = (6.0, 12.0, 25.0, 50.0)
POWER = ("supplier_lot_window", "drift", "shift_change", "supplier_site", "simpson")
INNOCENT = ("null", "growth_only", "season", "new_channel")
FEW_FACTORS = 5
"""What a search would share its error among if it knew the kinds of these worlds beforehand."""
RESAMPLES, SEED = 2000, 20_260_101
WHOLE, MOST_FALSE, MOST_ALIASED = 0.9, 0.05, 0.8


def figures(seeds: int = SEEDS, first_seed: int = FIRST_SEED) -> list[Figure]:
    """Every figure; `seeds` worlds of each kind."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        outcomes = [one for one in pool.map(run, plans(seeds, first_seed)) if one is not None]
    return of_outcomes(outcomes)


def plans(seeds: int, first_seed: int) -> list[Plan]:
    """The worlds to ask, one of each kind by turns."""
    kinds = [spread(name, seeds, first_seed) for name in POWER]
    others = (*INNOCENT, "aliased", "few_cases", "two_causes")
    kinds += [[_plan(name, first_seed + number) for number in range(seeds)] for name in others]
    return [plan for some in zip(*kinds, strict=True) for plan in some]


def of_outcomes(outcomes: list[Outcome]) -> list[Figure]:
    """The figures of worlds that were asked."""
    found = [figure for name in POWER for figure in power_figures(name, _of(outcomes, name))]
    innocent = [one for one in outcomes if one.world in INNOCENT]
    found.append(_false_causes("null, growth, season and new channel", innocent))
    found += [_false_causes(name, _of(outcomes, name)) for name in INNOCENT]
    found += [_right_verdict(name, _of(outcomes, name)) for name in INNOCENT]
    found += _aliased(_of(outcomes, "aliased"))
    found += _few(_of(outcomes, "few_cases"))
    found.append(_two(_of(outcomes, "two_causes")))
    return found


def spread(name: str, seeds: int, first_seed: int) -> list[Plan]:
    """Plans that go through all ratios and failures in turn."""
    sizes = list(product(RATIOS, FAILURES))
    return [
        Plan(
            world=name,
            seed=first_seed + number,
            units=UNITS,
            rate_ratio=sizes[number % len(sizes)][0],
            exposed_failures=sizes[number % len(sizes)][1],
            format="parquet",
        )
        for number in range(seeds)
    ]


def _plan(name: str, seed: int) -> Plan:
    return Plan(world=name, seed=seed, units=UNITS, format="parquet")


def _of(outcomes: Iterable[Outcome], name: str) -> list[Outcome]:
    return [one for one in outcomes if one.world == name]


def power_figures(name: str, outcomes: list[Outcome]) -> list[Figure]:
    """Power by effect size, and over that of the oracle that is told the factor."""
    found = []
    for ratio in RATIOS:
        some = [one for one in outcomes if one.ratio == ratio]
        found.append(_share(f"{name}, ratio {ratio:g}: named", some, _named))
        found.append(_share(f"{name}, ratio {ratio:g}: oracle told the factor", some, _told_factor))
        found.append(_share(f"{name}, ratio {ratio:g}: oracle told the units", some, _told_units))
    known = [one for one in outcomes if _told_factor(one)]
    return [
        *found,
        _share(f"{name}: named, where the oracle told the factor sees it", known, _named),
        _times(f"{name}: power over that of the oracle told the factor", outcomes, _named, WHOLE),
        _times(
            f"{name}: the same oracle at {LEVEL / FEW_FACTORS:g}, as if {FEW_FACTORS} factors "
            "shared the error",
            outcomes,
            lambda one: one.factor_p <= LEVEL / FEW_FACTORS,
        ),
    ]


def _times(
    text: str,
    outcomes: list[Outcome],
    holds: Callable[[Outcome], bool],
    at_least: float | None = None,
) -> Figure:
    """Worlds of which something holds over those that the oracle told the factor sees.

    The interval is a bootstrap over worlds (percentile, 95 %).
    """
    seen = np.array([_told_factor(one) for one in outcomes], dtype=np.float64)
    if not seen.any():
        return Figure(figure=text, value=0, n=len(outcomes), skipped="the oracle sees none")
    held = np.array([holds(one) for one in outcomes], dtype=np.float64)
    value = float(held.sum() / seen.sum())
    random = np.random.Generator(np.random.PCG64(SEED))
    drawn = random.integers(len(seen), size=(RESAMPLES, len(seen)))
    ratios = held[drawn].sum(axis=1) / np.maximum(seen[drawn].sum(axis=1), 1)
    low, high = np.quantile(ratios, [0.025, 0.975]).tolist()
    target = f">= {at_least:g}" if at_least is not None else None
    met = None if at_least is None else value >= at_least
    return Figure(
        figure=text, value=value, n=len(outcomes), low=low, high=high, target=target, met=met
    )


def _false_causes(name: str, outcomes: list[Outcome]) -> Figure:
    return _share(
        f"{name}: a cause named", outcomes, lambda one: one.claims_cause, at_most=MOST_FALSE
    )


def _right_verdict(name: str, outcomes: list[Outcome]) -> Figure:
    return _share(f"{name}: right verdict", outcomes, lambda one: one.verdict == one.right)


def _aliased(outcomes: list[Outcome]) -> list[Figure]:
    def honest(one: Outcome) -> bool:
        return one.verdict == "not_identifiable" or all(one.named)

    seen = [one for one in outcomes if any(one.named)]
    return [
        _share("aliased: not identifiable or both named", outcomes, honest, at_least=MOST_ALIASED),
        _share("aliased, where one of them is named: both are", seen, honest),
    ]


def _few(outcomes: list[Outcome]) -> list[Figure]:
    return [
        _share(
            "few cases: undetermined", outcomes, lambda one: one.verdict == one.right, at_least=0.95
        ),
        _share("few cases: suspect part first", outcomes, lambda one: one.suspect_first),
    ]


def _two(outcomes: list[Outcome]) -> Figure:
    return _share("two causes: both named", outcomes, lambda one: all(one.named))


def _named(one: Outcome) -> bool:
    return bool(one.named and one.named[0])


def _told_units(one: Outcome) -> bool:
    return one.told_units


def _told_factor(one: Outcome) -> bool:
    return one.factor_p <= LEVEL


def _share(
    text: str,
    outcomes: list[Outcome],
    holds: Callable[[Outcome], bool],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Share of the outcomes of which something holds."""
    return share(text, [holds(one) for one in outcomes], at_least=at_least, at_most=at_most)
