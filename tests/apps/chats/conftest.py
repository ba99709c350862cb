"""A small plant, and a Slack of the tests' own that talks to the real app."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.settings import Settings
from apps.wiring import Wiring
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.jobs.retry import Retry
from services.policy.vault import Vault
from tests.apps.chats.workspace import CHANNELS, USERS, Workspace

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Moving(Wiring):
    """The program with a clock that begins at `NOW` and goes on."""

    _begun = time.monotonic()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - self._begun)


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the hub of a small plant and the state that belongs to it."""
    folder = tmp_path_factory.mktemp("chat-plant")
    simulate(Plan(seed=11, units=1500, rate_ratio=6.0, format="parquet"), folder / "exports")
    ingest(Hub.create(folder / "hub"), folder / "exports", Vault.open(folder / "state"), now=NOW)
    shutil.rmtree(folder / "exports")
    return folder


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks for work often, and tries again soon."""
    monkeypatch.setattr("services.jobs.worker.POLL_SECONDS", 0.05)
    monkeypatch.setattr("apps.chats.slack.cards.PERIOD", 0.2)
    monkeypatch.setattr("apps.chats.working.AGAIN", Retry(attempts=6, first_seconds=0.5))


@pytest.fixture
def new_parts(plant: Path, tmp_path: Path) -> Callable[[], Wiring]:
    """Opens the program on the plant; twice is two instances on one database."""
    state = tmp_path / "state"
    shutil.copytree(plant / "state", state)
    (state / "users.yaml").write_text(USERS, encoding="utf-8")
    (state / "channels.yaml").write_text(CHANNELS, encoding="utf-8")

    def make() -> Wiring:
        settings = Settings(
            hub=plant / "hub", state=state, config=state, user="engineer", database_url=None,
            now=NOW,
        )  # fmt: skip
        return Moving(settings).open_shared()

    return make


@pytest.fixture
def parts(new_parts: Callable[[], Wiring]) -> Wiring:
    """The program on the plant."""
    return new_parts()


@pytest.fixture
def workspace(parts: Wiring) -> Callable[[], contextlib.AbstractAsyncContextManager[Workspace]]:
    """Starts a Slack with the app in it."""

    @contextlib.asynccontextmanager
    async def start() -> AsyncIterator[Workspace]:
        async with Workspace.opened(parts) as one:
            yield one

    return start


@pytest.fixture
def run() -> Callable[..., object]:
    """Runs a scene on an event loop of its own."""

    def play(scene: Callable[[], object]) -> object:
        return asyncio.run(scene())

    return play
