"""Simulated plants, made once for all tests that only read them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine

from domain.records.policy import Principal
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.truth import Truth
from services.policy.vault import Vault
from tests.conftest import EVERYTHING
from tools.tool import ToolContext

UNREAD = ("inspections", "signals", "deliveries", "shipments", "gauge_studies")


class Plant(NamedTuple):
    """A simulated plant in a hub, with what was planted."""

    truth: Truth
    context: ToolContext


def context_of(hub: Hub) -> ToolContext:
    return ToolContext(
        principal=Principal(id="tester", regions=("*",)),
        snapshot=hub.snapshot(EVERYTHING),
        services=Services(hub=hub, policy_version="test"),
        memory=Memory(evidence=EvidenceStore(create_engine("sqlite://"))),
        run_id="R-TEST",
    )


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Plant]:
    """Makes a plant of a world, each only once."""
    made: dict[Plan, Plant] = {}

    def make(world: str, **settings: object) -> Plant:
        plan = Plan.model_validate({"world": world, "format": "parquet", **settings})
        if plan not in made:
            folder: Path = tmp_path_factory.mktemp(plan.world)
            truth = simulate(plan, folder / "exports")
            for table in (*UNREAD, *([] if plan.world == "new_channel" else ["feedback"])):
                (folder / "exports" / f"{table}.parquet").unlink()
            hub = Hub.create(folder / "hub")
            now = datetime(2026, 11, 22, tzinfo=UTC)
            ingest(hub, folder / "exports", Vault.open(folder / "state"), now=now)
            made[plan] = Plant(truth, context_of(hub))
        return made[plan]

    return make
