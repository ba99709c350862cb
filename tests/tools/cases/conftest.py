"""A casebook beside a hub, and a person who may write into it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memory.bundle import Memory
from memory.casebook import Casebook
from memory.evidence import EvidenceStore
from memory.ledger import Ledger
from services.database import open_database
from services.policy.actions import ActionPolicy
from tests.conftest import fill
from tools.tool import ToolContext

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Casebook:
    ledger = Ledger(open_database(tmp_path / "book.sqlite"))
    return Casebook(ledger, ActionPolicy.default(), lambda: NOW)


@pytest.fixture
def maria(hub, ask: Callable[..., ToolContext], book: Casebook) -> ToolContext:
    rows = {
        "codes": [{"code": "NO_POWER", "kind": "symptom", "name": "no power"}],
        "suppliers": [{"supplier_id": "S-1", "name": "Nordwerk"}],
    }
    fill(hub, rows)
    context = ask()
    person = context.principal.model_copy(update={"id": "maria", "roles": ("quality_engineer",)})
    memory = Memory(evidence=EvidenceStore(book.ledger.engine), casebook=book)
    return replace(context, principal=person, memory=memory)


@pytest.fixture
def viewer(maria: ToolContext) -> ToolContext:
    return replace(maria, principal=maria.principal.model_copy(update={"roles": ("viewer",)}))
