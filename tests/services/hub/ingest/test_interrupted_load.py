"""A load that is killed leaves the hub as it was; the repeated load ends as an undisturbed one."""

import multiprocessing
import random
import shutil
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.policy.vault import Vault
from tests.conftest import EVERYTHING

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KILLS = 25
"""In each of the two halves that run side by side."""
EXPORTED = (
    "sites", "markets", "models", "suppliers", "parts", "units", "feedback", "claims",
)  # fmt: skip
TABLES = (*EXPORTED, "loads", "quarantine")


def load(hub: Path, exports: Path, state: Path, announced: "multiprocessing.Queue[float]") -> None:
    vault = Vault.open(state)
    opened = Hub(hub)
    announced.put(time.time())
    ingest(opened, exports, vault, now=NOW)


def content(hub: Path) -> dict[str, tuple[object, ...]]:
    """Row count and an order-free hash of every table, times of loading aside."""
    found = {}
    with Hub(hub).snapshot(EVERYTHING) as snapshot:
        for name in TABLES:
            what = "* EXCLUDE loaded_at" if name == "loads" else "*"
            sql = f"SELECT count(*), sum(hash(t)::HUGEINT) FROM (SELECT {what} FROM {name}) t"
            found[name] = snapshot.run(sql, {}).values[0]
    return found


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of a small plant, a hub that holds its first half, and what a full load gives."""
    folder = tmp_path_factory.mktemp("plant")
    simulate(Plan(units=200, dirt=0.02), folder / "all")
    for name in ("exports", "first"):
        (folder / name).mkdir()
    for name in EXPORTED:
        shutil.copy(folder / "all" / f"{name}.csv", folder / "exports")
    for name in ("sites", "markets", "models", "suppliers", "parts"):
        shutil.copy(folder / "exports" / f"{name}.csv", folder / "first")
    vault = Vault.open(folder / "state")
    hub = Hub.create(folder / "before")
    ingest(hub, folder / "first", vault, now=NOW)
    shutil.copytree(folder / "before", folder / "after")
    started = time.monotonic()
    ingest(Hub(folder / "after"), folder / "exports", vault, now=NOW)
    (folder / "seconds").write_text(str(time.monotonic() - started))
    return folder


@pytest.mark.parametrize("half", [1, 2])
def test_a_load_killed_at_any_moment_changes_nothing_or_everything(
    plant: Path, tmp_path: Path, half: int
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["services.hub.ingest.load", "services.policy.vault"])
    vault = Vault.open(plant / "state")
    before, after = content(plant / "before"), content(plant / "after")
    seconds = float((plant / "seconds").read_text())
    moments = random.Random(half)
    survived = 0
    for kill in range(KILLS):
        hub = tmp_path / f"hub{kill}"
        shutil.copytree(plant / "before", hub)
        announced: multiprocessing.Queue[float] = context.Queue()
        process = context.Process(
            target=load, args=(hub, plant / "exports", plant / "state", announced)
        )
        process.start()
        announced.get(timeout=60)
        time.sleep(moments.uniform(0, seconds))
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        shown = content(hub)
        assert shown in (before, after)
        survived += shown == after
        ingest(Hub(hub), plant / "exports", vault, now=NOW)
        assert content(hub) == after
        left = [path.name for path in hub.iterdir()]
        assert sorted(left) == ["commits", "hub.json", "lease", "tables"]
        shutil.rmtree(hub)
    assert survived < KILLS, "no kill hit a running load"
