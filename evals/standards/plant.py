"""The simulated maker's models and sales, for cases that speak of them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from evals.root_cause.worlds import context_of
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.policy.vault import Vault
from tools.tool import ToolContext

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UNITS = 3_000


@contextmanager
def maker() -> Iterator[ToolContext]:
    """The context of a tool call on the simulated maker's hub, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="andon-standards-") as name:
        folder = Path(name)
        simulate(Plan(units=UNITS, format="parquet"), folder / "exports")
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        yield context_of(hub)


def gold(name: str) -> list[dict[str, Any]]:
    """The cases of a gold file."""
    text = (files("evals.standards") / "gold" / f"{name}.yaml").read_text(encoding="utf-8")
    cases: list[dict[str, Any]] = yaml.safe_load(text)["cases"]
    return cases
