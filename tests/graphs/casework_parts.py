"""Cases of a small plant with a known cause, each test in a ledger of its own."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from domain.records.case import Step
from domain.records.cause import Condition
from domain.records.message import Message
from domain.records.proposal import Proposal
from graphs.actions import Acting
from graphs.case import EventName, happen
from graphs.casework.working import Working
from memory.audit import entries
from memory.case_rows import CaseFile
from memory.cases import take_sign
from memory.ledger import Ledger
from memory.outbox import outbox
from memory.proposal_rows import proposals
from services.database import open_database
from services.jobs.jobs import Jobs
from services.messaging.reading import read_settings
from services.messaging.routing import Messaging
from tests.conftest import asking
from tests.graphs.acting_parts import MESSAGING
from tests.memory.ledgers import NOW, POLICY, sign

if TYPE_CHECKING:
    from tests.graphs.conftest import Plant

LANGUAGES = """
sites:
  CPT: {language: en, timezone: Africa/Johannesburg}
  MAO: {language: pt, timezone: America/Manaus}
  MTY: {language: es, timezone: America/Monterrey}
  QDA: {language: zh, timezone: Asia/Shanghai}
  RYG: {language: en, timezone: Asia/Bangkok}
  WRO: {language: pl, timezone: Europe/Warsaw}
"""


@dataclass(frozen=True)
class Desk:
    """The work on one case, and what came of it."""

    working: Working
    case_id: str

    def at(self, now: datetime) -> "Desk":
        """The same at another moment."""
        return replace(self, working=replace(self.working, now=now))

    def happen(self, event: EventName) -> list[str]:
        return happen(self.working, self.case_id, event)

    @property
    def file(self) -> CaseFile:
        return self.working.file(self.case_id)

    def step(self, name: str) -> Step:
        return next(one for one in self.file.steps if one.step == name)

    def proposals(self, kind: str) -> list[Proposal]:
        """Proposals of a kind, the newest first."""
        with self.working.acting.ledger.read() as connection:
            found = proposals(connection, POLICY, case_id=self.case_id)
        return [one for one in found if one.kind == kind]

    def messages(self, kind: str) -> list[Message]:
        with self.working.acting.ledger.read() as connection:
            return [one.message for one in outbox(connection) if one.message.kind == kind]

    def written(self) -> int:
        """Entries of the audit (count)."""
        with self.working.acting.ledger.read() as connection:
            return len(entries(connection))


def desk_in(folder: Path, plant: "Plant", **more: Any) -> Desk:
    """The work on a new case of the plant's symptom, in a ledger in the folder."""
    path = folder / "messaging.yaml"
    path.write_text(MESSAGING + LANGUAGES, encoding="utf-8")
    ledger = Ledger(open_database(folder / "ledger.sqlite"))
    acting = Acting(ledger, Jobs(ledger.engine), POLICY, Messaging(read_settings(path)))
    working = Working(acting, asking(plant.hub, folder)(), NOW)
    raised = sign(
        "one", **{"symptom": plant.symptom, "where": Condition(), "regions": ("*",), **more}
    )
    with working.change() as change:
        case_id = take_sign(change, raised, POLICY).case_id
    return Desk(working, case_id)


@pytest.fixture
def new_desk(plant: "Plant", tmp_path: Path) -> Callable[..., Desk]:
    """Opens a case; what is given differs from an ordinary sign."""
    return lambda **more: desk_in(tmp_path, plant, **more)


@pytest.fixture(scope="session")
def analysed(plant: "Plant", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ledger of a case whose cause was found; asking takes seconds."""
    folder = tmp_path_factory.mktemp("analysed")
    desk = desk_in(folder, plant)
    desk.happen("opened")
    desk.happen("investigate")
    desk.working.acting.ledger.engine.dispose()
    return folder


@pytest.fixture
def desk(analysed: Path, plant: "Plant", tmp_path: Path) -> Desk:
    """A case whose cause was found, with what was proposed."""
    for path in analysed.iterdir():
        shutil.copy(path, tmp_path / path.name)
    return desk_in(tmp_path, plant)
