"""A hub with the five camera stations, filled once for all tests of them."""

from collections.abc import Callable

import pytest

from services.hub.hub import Hub
from tests.conftest import asking, fill
from tests.tools.vision.camera_worlds import camera_world
from tools.tool import ToolContext


@pytest.fixture(scope="session")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The filled hub; nobody writes to it."""
    hub = Hub.create(tmp_path_factory.mktemp("cameras") / "hub")
    fill(hub, camera_world())
    return hub


@pytest.fixture(scope="session")
def ask_cameras(cameras: Hub) -> Callable[..., ToolContext]:
    """Makes the context of a tool call on that hub."""
    return asking(cameras, cameras.folder.parent)
