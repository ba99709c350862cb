"""`andon bench answer`: what a question costs, and what the supervisor adds to a bare loop.

The bare loop sends the same bodies to the same server and asks the same tools on the same snapshot.
The two take turns in one run, because the machine's speed drifts. The model answers at once, so the
overhead is that of a machine in which nothing else takes time.
"""

import asyncio
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from agents.roster import AGENTS
from domain.records.answer import Answer
from domain.records.asked import Asked
from domain.records.evidence import Versions
from domain.records.policy import DATA_CLASSES, Principal, Scope
from evals.bench.model_server import honest_server
from evals.bench.recorded import Look, RecordingLooks, RecordingWire, Step, bare_loop
from evals.figure import Figure, at_most, measured, seconds
from graphs.conversation import converse
from graphs.run import Run
from memory.bundle import Conversations, Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.database import open_database
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.model.capability import EVERYTHING
from services.model.chat import ChatModel
from services.policy.vault import Vault
from tools.tool import ToolContext

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERY_ROW = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)
SEED, MOST_UNITS, RATIO, FAILURES = 1300, 10_000, 6.0, 50.0
REPEAT = 10
FEW_REQUESTS = 4
"""Requests within which two specialists answer when their playbooks suffice."""
QUESTIONS = {
    "look-up": "How many claims of the 65Q8 are there for the units in service?",
    "one specialist": "Why is {symptom} raised?",
    "two specialists": "What do customers complain about most, and why?",
}
BARE = "the OpenAI SDK and asyncio with the same requests and tool calls, in the same run"


class Bench(NamedTuple):
    """What every run shares."""

    tools: ToolContext
    kept: Conversations
    address: str
    """Where the model is served, up to `/v1`."""
    symptom: str
    """The symptom with a planted cause."""


class Taken(NamedTuple):
    """Time that a run took."""

    wall: float
    """By the clock (s)."""
    processor: float
    """Of the processor, in all threads (s); other programs on the machine disturb it less."""


class Asking(NamedTuple):
    """One run, and what it asked for."""

    answer: Answer
    steps: list[Step]


def run(units: int, repeat: int = REPEAT) -> list[Figure]:
    """Measure every kind of question on a plant of that many units, 10,000 at most."""
    with (
        tempfile.TemporaryDirectory(prefix="andon-bench-") as name,
        _bench(Path(name), min(units, MOST_UNITS)) as bench,
    ):
        return [one for kind in QUESTIONS for one in _figures(kind, bench, repeat)]


def _figures(kind: str, bench: Bench, repeat: int) -> Iterator[Figure]:
    first = _ask(kind, bench)  # also fills the caches that both ways share
    cost = first.answer.cost
    looks = sum(isinstance(step, Look) for step in first.steps)
    few = [float(cost.model_requests)]
    if kind == "two specialists":
        yield at_most(f"{kind}: requests", few, FEW_REQUESTS, None)
    else:
        yield measured(f"{kind}: requests", few, None)
    yield measured(f"{kind}: requests that waited for each other", [cost.serial_requests], None)
    yield measured(f"{kind}: prompt tokens (estimated)", [cost.prompt_tokens], None)
    yield measured(f"{kind}: tool calls", [looks], None)
    bare, asked = [], []
    for _ in range(repeat):
        bare.append(_taken(lambda: asyncio.run(bare_loop(first.steps, bench.address, bench.tools))))
        asked.append(_taken(lambda: _ask(kind, bench)))
    pairs = list(zip(asked, bare, strict=True))
    yield measured(f"{kind}: bare loop, ms", [1000 * one.wall for one in bare], None)
    ratios = [one.wall / other.wall for one, other in pairs]
    yield measured(f"{kind}: supervisor, multiple of a bare loop", ratios, BARE)
    more = [1000 * (one.processor - other.processor) for one, other in pairs]
    yield measured(f"{kind}: supervisor adds, ms of processor", more, BARE)


def _taken(work: Callable[[], object]) -> Taken:
    before = time.process_time()
    [wall] = seconds(work, 1)
    return Taken(wall, time.process_time() - before)


def _ask(kind: str, bench: Bench) -> Asking:
    steps: list[Step] = []
    answer = asyncio.run(_answered(QUESTIONS[kind].format(symptom=bench.symptom), bench, steps))
    if answer.outcome != "answered" or answer.decided_by.write != "model":
        raise RuntimeError(f"{kind}: {answer.outcome}, {answer.limits}")
    return Asking(answer, steps)


async def _answered(text: str, bench: Bench, steps: list[Step]) -> Answer:
    model = ChatModel(RecordingWire(bench.address, steps), known=EVERYTHING)
    name = uuid.uuid4().hex[:12]
    run_of = Run(
        run_id=f"R-{name}",
        thread_id=f"T-{name}",
        as_of=bench.tools.snapshot.as_of,
        as_of_given=False,
        tools=bench.tools,
        agents=AGENTS,
        versions=Versions(hub_commit="", policy="bench", code="bench"),
        model=model,
        seen=RecordingLooks(steps),
    )
    try:
        events = [one async for one in converse(Asked(text=text), run_of, bench.kept)]
    finally:
        await model.close()
    told = {key: value for key, value in events[-1]["data"].items() if key != "schema"}
    return Answer.model_validate(told)


@contextmanager
def _bench(folder: Path, units: int) -> Iterator[Bench]:
    plant = Plan(
        seed=SEED, units=units, rate_ratio=RATIO, exposed_failures=FAILURES, format="parquet"
    )
    truth = simulate(plant, folder / "exports")
    hub = Hub.create(folder / "hub")
    ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
    database = open_database(folder / "memory.sqlite")
    with hub.snapshot(EVERY_ROW) as snapshot, honest_server() as address:
        tools = ToolContext(
            principal=Principal(id="bench", regions=("*",)),
            snapshot=snapshot,
            services=Services(hub=hub, policy_version="bench"),
            memory=Memory(evidence=EvidenceStore(database)),
            run_id="R-BENCH",
        )
        yield Bench(tools, Conversations.open(database, folder), address, truth.symptom)
