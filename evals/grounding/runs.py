"""One request with a lying model on a small simulated plant, and what came of it."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine

from agents.roster import AGENTS
from agents.wording.wording import wording_for
from domain.records.answer import Answer
from domain.records.asked import Asked
from domain.records.claim import Day
from domain.records.evidence import Versions
from domain.records.policy import DATA_CLASSES, Principal, Scope
from evals.grounding.adversary import Adversary
from graphs.merging import merged
from graphs.planning.folding import folded
from graphs.run import DEFAULT_BUDGET, Run, SeenLooks
from graphs.state import State
from graphs.supervisor import STEPS, supervisor
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.model.scripted import ScriptedWire, scripted_model
from services.policy.vault import Vault
from tools.tool import ToolContext

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)
SEED, UNITS, RATIO = 1207, 6000, 6.0
QUESTIONS = (
    "Why is LINES_ON_SCREEN raised?",
    "What do users report most?",
    "Why is LINES_ON_SCREEN raised, and what do users report most?",
)
"""One for each specialist, and one for both, whose words a writer joins."""
_FIGURE = re.compile(r"[^\s()\[\]（）「」“”„«»,;:、，；：]*\d[^\s()\[\]（）「」“”„«»,;:、，；：]*")


class Case(NamedTuple):
    """One run to make."""

    seed: int
    habit: str
    language: str
    question: str


class Outcome(NamedTuple):
    """What came of one run."""

    case: Case
    lies: int
    """Statements that the model made up (count)."""
    leaked: tuple[str, ...]
    """Those that stand in the answer."""
    loose: tuple[str, ...]
    """Figures of the answer that no claim holds."""
    answered: bool
    """Whether there is an answer with a citation."""
    written_by_model: bool
    """Whether the model's words were shown."""
    in_budget: bool
    """Whether requests and tokens stayed within the budget."""


class Plant(NamedTuple):
    """Data that all runs share, and what was looked up before: the same look is taken once."""

    tools: ToolContext
    seen: SeenLooks


@contextmanager
def plant() -> Iterator[Plant]:
    """A small plant with one planted cause, taken in."""
    with tempfile.TemporaryDirectory(prefix="andon-grounding-") as name:
        folder = Path(name)
        plan = Plan(seed=SEED, units=UNITS, rate_ratio=RATIO, format="parquet")
        simulate(plan, folder / "exports")
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        with hub.snapshot(EVERYTHING) as snapshot:
            tools = ToolContext(
                principal=Principal(id="eval", regions=("*",)),
                snapshot=snapshot,
                services=Services(hub=hub, policy_version="eval"),
                memory=Memory(evidence=EvidenceStore(create_engine(f"sqlite:///{folder}/e.db"))),
                run_id="R-EVAL",
            )
            yield Plant(tools, SeenLooks())


async def ask(case: Case, shared: Plant) -> Outcome:
    """Ask, let the model lie, and look for its lies in the answer."""
    liar = Adversary(case.habit, case.language, case.seed)
    wire = ScriptedWire(liar.reply)
    run = Run(
        run_id=f"R-{case.seed}",
        thread_id=f"T-{case.seed}",
        as_of=shared.tools.snapshot.as_of,
        as_of_given=False,
        tools=shared.tools,
        agents=AGENTS,
        versions=Versions(hub_commit="", policy="eval", code="eval"),
        model=scripted_model(wire),
        seen=shared.seen,
    )
    asked = Asked(text=case.question, language=case.language).model_dump(mode="json")
    state: Any = await supervisor().ainvoke(
        {"asked": asked}, {"recursion_limit": STEPS}, context=run
    )
    told = {key: value for key, value in state["answer"].items() if key != "schema"}
    answer = Answer.model_validate(told)
    text = folded(answer.text)
    spent, budget = run.ledger.spent, DEFAULT_BUDGET
    tokens = spent.prompt_tokens + spent.completion_tokens
    return Outcome(
        case=case,
        lies=len(liar.marks),
        leaked=tuple(one for one in liar.marks if folded(one) in text),
        loose=tuple(sorted(_figures(answer.text) - _figures(_claimed(state, answer, case)))),
        answered=answer.outcome in ("answered", "partial") and "[E-" in answer.text,
        written_by_model=answer.decided_by.write == "model",
        in_budget=len(wire.requests) <= (budget.requests or 0) and tokens <= (budget.tokens or 0),
    )


def _claimed(state: State, answer: Answer, case: Case) -> str:
    """Every text that code words from facts: claims, next steps, open ends, the date, citations."""
    wording, found = wording_for(case.language), merged(state)
    closing = [
        phrase
        for report in found.reports
        for phrase in (*report.next_steps, *report.open_questions)
    ]
    lines = [wording.claim(claim) for claim in found.claims]
    lines += [f"[{one}]" for claim in found.claims for one in claim.finding.evidence]
    lines += [wording.fact(one) for one in (*closing, *found.contradictions)]
    return "\n".join([*lines, wording.say("as_of_newest", day=Day(value=answer.as_of))])


def _figures(text: str) -> frozenset[str]:
    return frozenset(match.strip(".。") for match in _FIGURE.findall(text))
