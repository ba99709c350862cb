"""A server over a small plant with people of several regions, to be asked over HTTP."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from apps.http.app import create_app
from apps.loop import watch_now
from apps.settings import Settings
from apps.verbs.init import create
from apps.wiring import Wiring
from domain.records.cause import Condition
from memory.cases import Sign, take_sign
from memory.proposals import Wish, propose
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from tests.apps.http.live_server import live

__all__ = ["live"]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PEOPLE = """
  bruno:
    roles: [quality_engineer]
    regions: [LATAM]
  lena:
    roles: [quality_manager]
    regions: [EU]
  half:
    roles: [analyst]
    regions: ["*"]
    suppliers: [S-0102]
"""
Client = Callable[..., TestClient]


class House:
    """One server's parts and what tests put into them."""

    def __init__(self, parts: Wiring, app: FastAPI) -> None:
        self.parts = parts
        self.app = app
        self._numbers = itertools.count()
        self._keys: dict[str, str] = {}

    def client(self, user: str, host: str = "192.0.2.7") -> TestClient:
        """Somebody with a key of their own, at another machine if nothing else is said."""
        if user not in self._keys:
            made = self.app.state.served.keys.add(user, "test", by="operator", at=NOW)
            self._keys[user] = made.text
        headers = {"Authorization": f"Bearer {self._keys[user]}"}
        return TestClient(self.app, headers=headers, client=(host, 50_000))

    def as_user(self, user: str) -> Wiring:
        """The parts as somebody uses them."""
        return self.parts.speaking_as(self.parts.people.principal(user))

    def case(self, *regions: str, severity: int = 3) -> str:
        """A new case that concerns these regions."""
        number = next(self._numbers)
        sign = Sign(
            key=f"trouble {number}",
            name=f"alarm:{number}",
            kind="field",
            symptom="WATER_LEAK",
            where=Condition(model_id=("65Q8",)),
            severity=severity,
            regions=regions,
            aware_at=NOW,
            body={"number": number},
        )
        with self.parts.ledger.change(by="andon:triage", at=NOW) as change:
            return take_sign(change, sign, self.parts.action_policy).case_id

    def proposal(self, kind: str, case_id: str | None = None, **payload: Any) -> dict[str, Any]:
        """A new proposal, as whoever may see everything reads it."""
        number = next(self._numbers)
        content = {**PAYLOADS[kind], **payload}
        with self.parts.ledger.change(by="andon:case", at=NOW) as change:
            wish = Wish(f"wish {number}", kind, content, case_id)
            proposal_id = propose(change, wish, self.parts.action_policy)
        return self.client("engineer").get(f"/proposals/{proposal_id}").json()


LETTER = {"language": "en", "subject": "Lots", "text": "Please sort them."}
PAYLOADS: dict[str, dict[str, Any]] = {
    "block_stock": {
        "condition": {"lot_ids": ["LT-01001"]},
        "sites": ["QDA"],
        "letters": {"QDA": LETTER},
    },
    "enter_controlled_shipping": {
        "supplier_id": "S-0102",
        "part_id": "P-PSU",
        "level": 1,
        "exit_criteria": "no reject in 20 deliveries",
        "letter": LETTER,
    },
}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The server, over a plant."""
    folder = tmp_path_factory.mktemp("house")
    simulate(Plan(seed=11, units=800, format="parquet"), folder / "exports")
    state = folder / "state"
    settings = Settings(folder / "hub", state, state, "engineer", None, NOW)
    create(settings.hub, Wiring(settings))
    users = state / "users.yaml"
    users.write_text(users.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")
    parts = Wiring(settings)
    ingest(parts.hub, folder / "exports", parts.vault, now=NOW)
    return House(parts, create_app(parts))


@pytest.fixture(scope="session")
def watched(house: House) -> House:
    """The same, after its sites were watched once."""
    watch_now(house.parts)
    return house


@pytest.fixture
def client(house: House) -> Client:
    """Clients by the person who uses them."""
    return house.client
