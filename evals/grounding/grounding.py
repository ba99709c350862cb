"""What left of a lying model's words, and whether an answer came within its budget all the same."""

import asyncio
from collections.abc import Callable, Iterable

from agents.wording.phrasebook import LANGUAGES
from domain.intervals import binomial_interval
from evals.figure import Figure
from evals.grounding.adversary import HABITS
from evals.grounding.runs import QUESTIONS, Case, Outcome, ask, plant

SEEDS, FIRST_SEED = 200, 1000


def figures(seeds: int = SEEDS, first_seed: int = FIRST_SEED) -> list[Figure]:
    """Every figure over `seeds` runs; habits, languages and questions take turns."""
    with plant() as shared:
        cases = [_case(first_seed + number) for number in range(seeds)]
        outcomes = [asyncio.run(ask(case, shared)) for case in cases]
    liars = [one for one in outcomes if one.case.habit != "honest"]
    lies = sum(one.lies for one in liars)
    leaks = sum(len(one.leaked) for one in outcomes)
    return [
        _none_of("statements made up by the model that left", leaks, lies),
        _none_of("answers with a figure that no claim holds", _sum(outcomes, _loose), seeds),
        _always("an answer with a citation came", outcomes, lambda one: one.answered),
        _always("requests and tokens within the budget", outcomes, lambda one: one.in_budget),
        _always(
            "honest words let through",
            [one for one in outcomes if one.case.habit == "honest"],
            lambda one: one.written_by_model,
        ),
    ]


def _case(seed: int) -> Case:
    habits = list(HABITS)
    turn = seed // len(habits)
    return Case(
        seed=seed,
        habit=habits[seed % len(habits)],
        language=LANGUAGES[(turn + seed) % len(LANGUAGES)],
        question=QUESTIONS[turn % len(QUESTIONS)],
    )


def _loose(outcome: Outcome) -> bool:
    return bool(outcome.loose)


def _sum(outcomes: Iterable[Outcome], test: Callable[[Outcome], bool]) -> int:
    return sum(map(test, outcomes))


def _none_of(figure: str, found: int, n: int) -> Figure:
    interval = binomial_interval(found, n)
    return Figure(
        figure=figure,
        value=found,
        n=n,
        low=interval.low * n,
        high=(interval.high or 0.0) * n,
        target="0",
        met=found == 0,
    )


def _always(figure: str, outcomes: list[Outcome], test: Callable[[Outcome], bool]) -> Figure:
    hits = _sum(outcomes, test)
    interval = binomial_interval(hits, len(outcomes))
    return Figure(
        figure=f"{figure}: share",
        value=hits / len(outcomes),
        n=len(outcomes),
        low=interval.low,
        high=interval.high,
        target="1",
        met=hits == len(outcomes),
    )
