"""Questions to simulated plants, judged against their truth from the verdict to the citations."""

import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from multiprocessing import get_context
from typing import Any, NamedTuple

import yaml

from agents.wording.phrasebook import LANGUAGES
from agents.wording.wording import wording_for
from domain.errors import AndonError
from domain.records.cause import Condition
from evals.answers.plants import Plant, plant, put
from evals.figure import Figure, share
from evals.root_cause.scoring import matches
from tools.causes.cohort import cohort_of
from tools.causes.population import PopulationQuery, population_of

FIRST_SEED = 2000
SEEDS = 3
WORKERS = 2
CITATION = re.compile(r"\[(E-[A-Z2-7]{10})\]")
TARGET = 0.9


class Check(NamedTuple):
    """One thing that an answer had to get right."""

    aspect: str
    question: str
    right: bool


def figures(seeds: int = SEEDS, first_seed: int = FIRST_SEED) -> list[Figure]:
    """Share of right answers by what had to be right."""
    text = (files(__package__) / "cases.yaml").read_text(encoding="utf-8")
    worlds = yaml.safe_load(text)["worlds"]
    jobs = [(one, first_seed + number) for one in worlds for number in range(seeds)]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        checks = [check for some in pool.map(judged, *zip(*jobs, strict=True)) for check in some]
    by_aspect: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_aspect[check.aspect].append(check)
    return [
        share(aspect, [one.right for one in some], at_least=TARGET)
        for aspect, some in by_aspect.items()
    ]


def judged(world: dict[str, Any], seed: int) -> list[Check]:
    """All questions to one plant."""
    with plant(world["world"], seed) as on:
        found = []
        for number, case in enumerate(world["questions"]):
            language = next(name for name in LANGUAGES if name in case)
            text = case[language].format(**_places(on, language))
            try:
                answer = put(text, f"T-{number}", on)
            except AndonError as error:
                found.append(Check("an answer came", f"{text}: {error.message}", right=False))
                continue
            found += [Check(*one) for one in _checks(case, answer, text, on)]
        return found


def _places(on: Plant, language: str) -> dict[str, str]:
    wording, truth = wording_for(language), on.truth
    rows = on.context.snapshot.run(
        "SELECT min(model_id), min(supplier_id) FROM models, suppliers", {}
    )
    model, supplier = rows.values[0]
    change = truth.fix.condition.change_id if truth.fix else ""
    return {
        "symptom": wording.term("symptom", truth.symptom),
        "change": change or "",
        "model": model,
        "near_model": f"{model}X7",
        "supplier": supplier,
    }


def _checks(
    case: dict[str, Any], answer: dict[str, Any], text: str, on: Plant
) -> Iterator[tuple[str, str, bool]]:
    yield "an answer came", text, bool(answer["text"])
    yield "outcome", text, answer["outcome"] == case.get("outcome", "answered")
    if "agents" in case:
        agents = [task["agent"] for task in answer["plan"]["tasks"]]
        yield "agents", text, agents == case["agents"]
    yield "every claim cites kept evidence", text, _cited(answer, on)
    verdict = (answer["cause"] or {}).get("verdict")
    if case.get("verdict") == "planted":
        right = {on.truth.cause_verdict}
        yield f"verdict in {on.truth.world}", text, verdict in right
    if case.get("cause") == "planted":
        yield "planted cause first", text, _planted(answer, on)
    if case.get("no_cause"):
        yield (
            "no cause where there is none",
            text,
            verdict not in ("cause_found", "not_identifiable"),
        )
    if case.get("effect") == "planted":
        effect = (answer["effect"] or {}).get("verdict")
        yield (
            "effect of a fix",
            text,
            on.truth.fix is not None and effect == on.truth.fix.fix_verdict,
        )


def _cited(answer: dict[str, Any], on: Plant) -> bool:
    names = set(CITATION.findall(answer["text"]))
    names |= {one for finding in answer["findings"] for one in finding["evidence"]}
    store, scope = on.context.memory.evidence, on.context.snapshot.scope
    uncited = any(not finding["evidence"] for finding in answer["findings"])
    return not uncited and all(store.get(name, scope).summary for name in names)


def _planted(answer: dict[str, Any], on: Plant) -> bool:
    rows = (answer["cause"] or {}).get("ranked_causes") or ()
    if not rows:
        return False
    population = population_of(PopulationQuery(symptom=on.truth.symptom), on.context)
    cohort = cohort_of(population, on.context)
    named = Condition.model_validate(rows[0]["condition"])
    return any(matches(cohort, named, one.condition) for one in on.truth.causes)
