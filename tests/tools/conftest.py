"""A hub that is filled once, with a module's WORLD, for all tests of it that only read."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine

from domain.records.policy import Principal
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from tests.conftest import EVERYTHING, fill
from tools.tool import ToolContext


@pytest.fixture(scope="module")
def stocked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """A hub with the rows of the module's `WORLD`; nobody writes to it."""
    hub = Hub.create(tmp_path_factory.mktemp("stocked") / "hub")
    fill(hub, request.module.WORLD)
    return hub


@pytest.fixture(scope="module")
def ask_stocked(stocked: Hub) -> Callable[..., ToolContext]:
    """Makes the context of a tool call on the stocked hub."""
    engine = create_engine(f"sqlite:///{stocked.folder.parent}/state.sqlite")
    memory = Memory(evidence=EvidenceStore(engine))

    def context(**scope: Any) -> ToolContext:
        as_of = scope.pop("as_of", None)
        seen = EVERYTHING.model_copy(update=scope)
        return ToolContext(
            principal=Principal(id="tester", regions=seen.regions),
            snapshot=stocked.snapshot(seen, as_of=as_of),
            services=Services(hub=stocked, policy_version="test"),
            memory=memory,
            run_id="R-TEST",
        )

    return context
