"""An ingest of files that a test writes."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.records.load import LoadReport
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.policy.vault import Vault
from tests.conftest import EVERYTHING

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path / "state")


@pytest.fixture
def take_in(hub: Hub, vault: Vault, tmp_path: Path) -> Callable[..., LoadReport]:
    """Writes files into a folder of its own and ingests it."""
    number = 0

    def run(files: dict[str, str | bytes], mapping: str | None = None) -> LoadReport:
        nonlocal number
        number += 1
        folder = tmp_path / f"exports{number}"
        for name, body in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body.encode() if isinstance(body, str) else body)
        if mapping is not None:
            (folder / "andon-mapping.yaml").write_text(mapping, encoding="utf-8")
        return ingest(hub, folder, vault, now=NOW)

    return run


@pytest.fixture
def rows(hub: Hub) -> Callable[[str], list[tuple[Any, ...]]]:
    """Runs a statement on the hub's newest commit, with everything visible."""

    def run(sql: str) -> list[tuple[Any, ...]]:
        with hub.snapshot(EVERYTHING) as snapshot:
            return list(snapshot.run(sql, {}).values)

    return run
