"""Simulated plants with their truth, and questions put to the whole supervisor on them."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from agents.roster import AGENTS
from domain.records.asked import Asked
from domain.records.evidence import Versions
from evals.root_cause.worlds import context_of
from graphs.conversation import converse
from graphs.run import Run
from memory.bundle import Conversations, Memory
from memory.evidence import EvidenceStore
from services.database import open_database
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.truth import Truth
from services.policy.vault import Vault
from tools.tool import ToolContext

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UNITS = 20_000


class Plant(NamedTuple):
    """A hub, what is true in it, and where conversations are kept."""

    truth: Truth
    context: ToolContext
    kept: Conversations


@contextmanager
def plant(world: str, seed: int) -> Iterator[Plant]:
    """A simulated plant of one world, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="andon-answers-") as name:
        folder = Path(name)
        planted = world in ("supplier_lot_window", "shift_change", "supplier_site", "drift")
        sizes = {"rate_ratio": 6.0, "exposed_failures": 50.0} if planted else {}
        plan = Plan(world=world, seed=seed, units=UNITS, format="parquet", **sizes)
        truth = simulate(plan, folder / "exports")
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        engine = open_database(folder / "state" / "conversations.sqlite")
        # Tools run in threads of their own, so evidence is kept in a file that all of them see.
        context = replace(context_of(hub), memory=Memory(evidence=EvidenceStore(engine)))
        yield Plant(truth, context, Conversations.open(engine, folder / "state"))


def put(text: str, thread_id: str, on: Plant) -> dict[str, Any]:
    """The answer to one request, without a model."""
    snapshot = on.context.snapshot
    run = Run(
        run_id=f"R-{thread_id}",
        thread_id=thread_id,
        as_of=snapshot.as_of,
        as_of_given=False,
        tools=on.context,
        agents=AGENTS,
        versions=Versions(hub_commit=snapshot.commit.commit_id, policy="eval", code="eval"),
    )

    async def follow() -> dict[str, Any]:
        asked = Asked(text=text, thread_id=thread_id)
        return [event async for event in converse(asked, run, on.kept)][-1]

    answer: dict[str, Any] = asyncio.run(follow())["data"]
    return answer
