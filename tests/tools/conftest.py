"""A hub that is filled once, with a module's WORLD, for all tests of it that only read."""

from collections.abc import Callable

import pytest

from services.hub.hub import Hub
from tests.conftest import asking, fill
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
    return asking(stocked, stocked.folder.parent)
