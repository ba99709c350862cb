"""Three suppliers, their lots and a ledger; what is approved is carried out as in the house."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.records.evidence import Evidence
from domain.records.policy import Principal
from graphs.actions import Acting, carry_out, decide_on
from memory.bundle import Memory
from memory.casebook import Casebook
from memory.evidence import EvidenceStore
from memory.ledger import Ledger
from memory.proposal_rows import proposal, proposals
from services.database import open_database
from services.hub.hub import Hub
from services.jobs.jobs import Jobs
from services.messaging.routing import Messaging
from services.policy.actions import ActionPolicy
from tests.conftest import asking, fill
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OTTO = Principal(id="otto", roles=("supplier_manager",))
OLGA = Principal(id="olga", roles=("quality_manager",))
WORLD = {
    "codes": [
        {"code": "HINGE_CRACK", "kind": "symptom", "name": "cracked hinge"},
        {"code": "SMOKE_BURN", "kind": "symptom", "name": "smoke", "safety_critical": True},
        {"code": "SCRATCH", "kind": "defect", "name": "scratch"},
    ],
    "suppliers": [
        {"supplier_id": "S-1", "name": "Nordwerk", "country": "DE", "language": "de",
         "contact_email": "qs@nordwerk.example"},
        {"supplier_id": "S-2", "name": "Huaxin", "country": "CN", "language": "zh"},
        {"supplier_id": "S-3", "name": "Serra", "country": "BR", "language": "pt",
         "contact_email": "q@serra.example"},
    ],
    "parts": [{"part_id": "P-HINGE", "name": "hinge"}, {"part_id": "P-PSU", "name": "supply"}],
    "part_lots": [
        {"lot_id": "L-88", "part_id": "P-HINGE", "supplier_id": "S-1", "quantity": 500},
        {"lot_id": "L-90", "part_id": "P-HINGE", "supplier_id": "S-2", "quantity": 500},
        {"lot_id": "L-91", "part_id": "P-PSU", "supplier_id": "S-2", "quantity": 500},
        {"lot_id": "L-92", "part_id": "P-PSU", "supplier_id": "S-3", "quantity": 500},
    ],
    "deliveries": [
        {"delivery_id": f"D-{n}", "supplier_id": supplier, "part_id": part, "lot_id": lot,
         "delivered_on": day, "promised_on": day, "quantity": 500, "rejected_quantity": rejected}
        for n, (supplier, part, lot, day, rejected) in enumerate([
            ("S-1", "P-HINGE", "L-88", datetime(2026, 11, 2, tzinfo=UTC).date(), 12),
            ("S-2", "P-HINGE", "L-90", datetime(2024, 11, 3, tzinfo=UTC).date(), 1),
            ("S-2", "P-PSU", "L-91", datetime(2026, 11, 4, tzinfo=UTC).date(), 0),
            ("S-3", "P-PSU", "L-92", datetime(2026, 11, 20, tzinfo=UTC).date(), 0),
        ])
    ],
    "models": [{"model_id": "M-1", "family": "TV"}],
    "units": [
        {"serial": f"U-{n}", "model_id": "M-1", "built_at": datetime(2026, 11, 5, tzinfo=UTC)}
        for n in range(3)
    ],
    "unit_parts": [{"serial": f"U-{n}", "part_id": "P-HINGE", "lot_id": "L-88"} for n in range(3)],
    "claims": [{"claim_id": "K-1", "serial": "U-1", "symptom_code": "HINGE_CRACK"}],
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """A person at work with suppliers."""

    context: ToolContext
    acting: Acting

    def ask(self, tool: str, **question: Any) -> Evidence:
        return run_tool(named(tool), question, self.context)

    def at(self, now: datetime) -> "Desk":
        """The same at another moment."""
        book = self.context.memory.casebook
        assert book is not None
        memory = replace(self.context.memory, casebook=replace(book, clock=lambda: now))
        return replace(self, context=replace(self.context, memory=memory))

    def approve(self, proposal_id: str, now: datetime = NOW, who: Principal = OTTO) -> bool:
        """Somebody else approves what is proposed; carried out once enough people did."""
        with self.acting.ledger.read() as connection:
            sha256 = proposal(connection, proposal_id, self.acting.policy).sha256
        decided = decide_on(self.acting, proposal_id, who, "approve", sha256=sha256, now=now)
        assert decided.accepted, decided.reason
        if decided.state == "approved":
            carry_out(self.acting, proposal_id, now)
        return decided.state == "approved"

    def proposed(self) -> int:
        """Proposals that were made (count)."""
        with self.acting.ledger.read() as connection:
            return len(proposals(connection, self.acting.policy))

    def issued(self, **more: Any) -> str:
        """Issue a SCAR to S-1; returns its id."""
        asked = {"supplier": "S-1", "symptom": "HINGE_CRACK", "part": "P-HINGE", **more}
        made = self.ask("draft_scar", **asked).result["proposal"]["proposal_id"]
        self.approve(made)
        return str(made)


@pytest.fixture(scope="session")
def supplied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled hub, to which nobody writes, and an empty ledger to copy."""
    folder = tmp_path_factory.mktemp("supplied")
    fill(Hub.create(folder / "hub"), WORLD)
    Ledger(open_database(folder / "book.sqlite")).engine.dispose()
    return folder


@pytest.fixture
def seen(supplied: Path, tmp_path: Path) -> Callable[..., ToolContext]:
    """Makes contexts without a casebook on the filled hub."""
    return asking(Hub(supplied / "hub"), tmp_path)


@pytest.fixture
def desk(seen: Callable[..., ToolContext], supplied: Path, tmp_path: Path) -> Desk:
    shutil.copy(supplied / "book.sqlite", tmp_path / "book.sqlite")
    ledger = Ledger(open_database(tmp_path / "book.sqlite"))
    policy = ActionPolicy.default()
    acting = Acting(ledger, Jobs(ledger.engine), policy, Messaging.default())
    context = seen()
    maria = context.principal.model_copy(update={"id": "maria", "roles": ("quality_engineer",)})
    memory = Memory(EvidenceStore(ledger.engine), Casebook(ledger, policy, lambda: NOW))
    return Desk(replace(context, principal=maria, memory=memory), acting)
