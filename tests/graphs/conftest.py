"""A plant with a known cause, asked through the whole supervisor."""

import asyncio
import json
import re
import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, create_engine

from agents.roster import AGENTS
from domain.records.asked import Asked
from domain.records.evidence import Versions
from graphs.conversation import converse
from graphs.run import Run
from memory.bundle import Conversations
from memory.ledger import Ledger
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.model.scripted import ScriptedReply, ScriptedWire, scripted_model
from services.policy.vault import Vault
from tests.conftest import asking
from tests.graphs.acting_parts import House
from tests.graphs.casework_parts import analysed, desk, new_desk
from tests.memory.conftest import mark, shared_database

NOW = datetime(2026, 11, 22, tzinfo=UTC)
__all__ = ["analysed", "desk", "mark", "new_desk", "shared_database"]


class Plant(NamedTuple):
    """A hub with a planted cause, and what is known of it."""

    hub: Hub
    symptom: str
    supplier: str
    part: str


class Told(NamedTuple):
    """What came of one request."""

    answer: dict[str, Any]
    events: list[dict[str, Any]]

    def kinds(self) -> list[str]:
        """The kinds of its events, in order."""
        return [one["kind"] for one in self.events]

    def warned(self) -> str:
        """Everything that it was warned of."""
        return " ".join(one["data"]["text"] for one in self.events if one["kind"] == "warning")


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    """A small plant in which one supplier's lots of one part fail six times as often."""
    folder = tmp_path_factory.mktemp("plant")
    plan = Plan(seed=11, units=6000, rate_ratio=6.0, exposed_failures=50.0, format="parquet")
    truth = simulate(plan, folder / "exports")
    hub = Hub.create(folder / "hub")
    ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
    shutil.rmtree(folder / "exports")
    cause = truth.causes[0].condition
    assert cause.supplier_id is not None
    assert cause.part_id is not None
    return Plant(hub, truth.symptom, cause.supplier_id, cause.part_id)


@pytest.fixture
def house(shared_database: Engine, tmp_path: Path) -> House:
    """Those who carry out what people approve, in a ledger in which others write too."""
    return House(Ledger(shared_database), tmp_path)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    """Conversations of the test's own."""
    return conversations_in(tmp_path)


def conversations_in(folder: Path) -> Conversations:
    """Conversations that are kept in a folder."""
    engine = create_engine(f"sqlite:///{folder}/conversations.sqlite")
    return Conversations.open(engine, folder)


@pytest.fixture
def new_run(plant: Plant, tmp_path: Path) -> Callable[..., Run]:
    """Makes runs on the plant; `wire` or `model` gives them a language model."""
    return runs_on(plant, tmp_path)


def runs_on(plant: Plant, folder: Path) -> Callable[..., Run]:
    """Makes runs on the plant, with a memory in the folder."""
    contexts = asking(plant.hub, folder)

    def make(
        thread_id: str = "T-1",
        wire: ScriptedWire | None = None,
        as_of: date | None = None,
        **more: Any,
    ) -> Run:
        run_id = f"R-{uuid.uuid4().hex[:8]}"
        tools = replace(contexts(as_of=as_of), run_id=run_id)
        return Run(
            run_id=run_id,
            thread_id=thread_id,
            as_of=tools.snapshot.as_of,
            as_of_given=as_of is not None,
            tools=tools,
            agents=more.pop("agents", AGENTS),
            versions=Versions(
                hub_commit=tools.snapshot.commit.commit_id, policy="test", code="test"
            ),
            model=more.pop("model", scripted_model(wire) if wire else None),
            **more,
        )

    return make


@pytest.fixture
def put(new_run: Callable[..., Run], kept: Conversations) -> Callable[..., Told]:
    """Puts a request to the supervisor and waits for its answer."""
    return putting(new_run, kept)


def putting(new_run: Callable[..., Run], kept: Conversations) -> Callable[..., Told]:
    """Puts requests to the supervisor by such runs, in such conversations."""

    def ask(text: str, *, language: str | None = None, **more: Any) -> Told:
        run = new_run(**more)

        async def follow() -> list[dict[str, Any]]:
            asked = Asked(text=text, thread_id=run.thread_id, language=language)
            return [event async for event in converse(asked, run, kept)]

        events = asyncio.run(follow())
        return Told(events[-1]["data"], events)

    return ask


def says(*texts: str) -> ScriptedWire:
    """A language model that gives these answers one after the other."""
    return ScriptedWire([ScriptedReply(text) for text in texts])


def must_be_said(body: dict[str, Any]) -> str:
    """The slots that a request's text has to hold, as a text with only these."""
    prompt = " ".join(str(message["content"]) for message in body["messages"])
    return " ".join(dict.fromkeys(re.findall(r"(⟦c\d+⟧) \(must be said\)", prompt)))


def worded(opening: str) -> ScriptedWire:
    """A language model that opens with these words and then says what must be said."""
    return ScriptedWire(
        lambda body: ScriptedReply(json.dumps({"text": f"{opening} {must_be_said(body)}"}))
    )
