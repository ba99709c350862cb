"""A small plant with people, as a folder that any face can be pointed at."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apps.settings import Settings
from apps.verbs.init import create
from apps.wiring import Wiring
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Plant(NamedTuple):
    """Where the plant is, and what was planted in it."""

    folder: Path
    symptom: str

    def env(self, user: str = "engineer") -> dict[str, str]:
        """The environment of a program that works on it."""
        return {
            "ANDON_HUB": str(self.folder / "hub"),
            "ANDON_STATE": str(self.folder / "state"),
            "ANDON_NOW": NOW.isoformat(),
            "ANDON_USER": user,
        }

    def parts(self, user: str = "engineer", **more: Any) -> Wiring:
        """The program's parts, for one of its people."""
        state = self.folder / "state"
        known = {"database_url": None, "now": NOW, **more}
        return Wiring(
            Settings(hub=self.folder / "hub", state=state, config=state, user=user, **known)
        )


@pytest.fixture(scope="session")
def made_plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    """A plant in which one supplier's lots of one part fail six times as often."""
    folder = tmp_path_factory.mktemp("place")
    plan = Plan(seed=11, units=2500, rate_ratio=6.0, exposed_failures=50.0, format="parquet")
    truth = simulate(plan, folder / "exports")
    plant = Plant(folder, truth.symptom)
    parts = plant.parts()
    create(folder / "hub", parts)
    ingest(parts.hub, folder / "exports", parts.vault, now=NOW)
    shutil.rmtree(folder / "exports")
    return plant


@pytest.fixture
def plant(made_plant: Plant, tmp_path: Path) -> Plant:
    """The same, with a memory of the test's own."""
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "hub").symlink_to(made_plant.folder / "hub")
    shutil.copytree(made_plant.folder / "state", folder / "state")
    return made_plant._replace(folder=folder)
