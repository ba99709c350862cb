"""What tests of carrying out begin with: one of each proposal, and a house that acts on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.records.message import Message
from domain.records.policy import Principal
from domain.records.proposal import Proposal
from graphs.actions import Acting, carry_out, decide_on
from graphs.delivery import Delivering, deliver
from memory.audit import Entry, entries
from memory.ledger import Ledger
from memory.measures import Measure, in_force
from memory.outbox import Posted, messages_of
from memory.proposal_rows import proposal
from memory.proposals import Decided, Wish, propose
from services.jobs.jobs import Jobs
from services.messaging.messenger import Messenger, Surroundings
from services.messaging.reading import read_settings
from services.messaging.routing import Messaging
from services.policy.actions import ActionPolicy

NOW = datetime.fromisoformat("2026-11-20T08:00:00+00:00")
POLICY = ActionPolicy.default()
MESSAGING = """
sender: {company: Our company, contact: Supplier quality}
targets:
  letters: {kind: file, folder: letters}
  pages: {kind: file, folder: pages}
suppliers: letters
default: {language: en, timezone: UTC, digest: [pages], page: [pages],
          triage: "0 5 * * *", watch: "30 5 * * *"}
"""


def person(name: str, *roles: str) -> Principal:
    return Principal(id=name, roles=roles, regions=("*",))


OLGA, PIT = person("olga", "quality_manager"), person("pit", "supplier_manager")
PLANT, SAFETY = person("ana", "plant_manager"), person("tom", "safety_officer")
STRANGER = person("sven", "quality_engineer")
APPROVERS = {
    "issue_scar": (PIT,),
    "message_supplier": (PIT,),
    "change_rating_band": (PIT,),
    "enter_controlled_shipping": (PIT, OLGA),
    "leave_controlled_shipping": (PIT,),
    "activate_test_recipe": (OLGA, person("uwe", "quality_manager")),
    "activate_vision_threshold": (OLGA, person("uwe", "quality_manager")),
    "block_stock": (PLANT,),
    "close_case": (OLGA,),
    "authority_notice": (SAFETY, OLGA),
}


def letter(text: str = "Please answer.\n请回复 – 0.1 %") -> dict[str, str]:
    return {"language": "de", "subject": "Charge 7", "text": text}


def payload(kind: str, supplier: str, text: str = "Please answer.\n请回复 – 0.1 %") -> Any:
    """A payload of a kind about a supplier; everything that it names is the supplier's alone."""
    part = {"supplier_id": supplier, "part_id": "P-7", "letter": letter(text)}
    due = {"D3": "2026-11-23T08:00:00Z"}
    recipe = {
        "recipe_id": "R-2",
        "model_id": "M1",
        "country": "DE",
        "differences": ["hipot 1.5 kV"],
    }
    return {
        "issue_scar": {**part, "lot_ids": ["L-7"], "symptom": "leak", "due": due},
        "message_supplier": {"supplier_id": supplier, "reason": "reply", "letter": letter(text)},
        "change_rating_band": {"supplier_id": supplier, "band_before": "A", "band": "C",
                               "reasons": ["900 ppm"], "letter": letter(text)},
        "enter_controlled_shipping": {**part, "level": 2, "exit_criteria": "20 days"},
        "leave_controlled_shipping": part,
        "activate_test_recipe": {**recipe, "line_id": supplier},
        "activate_vision_threshold": {
            "threshold_id": "V-AAAAAAAAAA", "station_id": supplier, "model_version": "v1",
            "pass_below": 0.4, "reject_from": 0.6, "most_missed": 0.02, "defects": 60, "missed": 0,
            "good": 300, "rejected_good": 4, "source": "given",
            "valid_until": "2027-02-20T08:00:00Z"},
        "block_stock": {"condition": {"supplier_id": supplier, "lot_ids": ["L-7"]},
                        "sites": ["QDA", "WRO"], "units": {"stock": 4},
                        "letters": {"QDA": letter(text), "WRO": letter(text)}},
        "authority_notice": {"case_id": supplier, "country": "US", "authority": "CPSC",
                             "due_at": None, "letter": letter(text)},
    }[kind]  # fmt: skip


@dataclass
class House:
    """A ledger, those who act on it, and a supplier master."""

    ledger: Ledger
    folder: Path
    """Where the targets keep messages."""
    addresses: dict[str, str] = field(default_factory=dict)
    """The supplier master."""
    settings: str = MESSAGING

    def __post_init__(self) -> None:
        path = self.folder / "messaging.yaml"
        path.write_text(self.settings, encoding="utf-8")
        self.clock = [NOW]
        settings = read_settings(path)
        around = Surroundings(self.folder, lambda _: "hush", lambda: self.clock[0], lambda _: None)
        self.jobs = Jobs(self.ledger.engine)
        self.acting = Acting(self.ledger, self.jobs, POLICY, Messaging(settings))
        self.delivering = Delivering(
            self.ledger, Messenger.open(settings, around), self.addresses.get
        )

    def proposed(self, kind: str, mark: str, *, by: str = "maria", **more: Any) -> str:
        """A proposal about the supplier `mark`, whose address is known."""
        self.addresses.setdefault(mark, f"{mark}@example.com")
        body = more.pop("payload", None) or payload(kind, mark)
        wish = Wish(f"{kind}:{mark}:{more.pop('turn', 0)}", kind, body, **more)
        with self.ledger.change(by=by, at=NOW) as change:
            return propose(change, wish, POLICY)

    def decided(self, proposal_id: str, who: Principal, **more: Any) -> Decided:
        """One person's decision on what they see."""
        sha256 = more.pop("sha256", None) or self.seen(proposal_id).sha256
        decision, now = more.pop("decision", "approve"), more.pop("now", NOW)
        return decide_on(self.acting, proposal_id, who, decision, sha256=sha256, now=now, **more)

    def approved(self, kind: str, mark: str, **more: Any) -> str:
        """A proposal that enough people approved."""
        proposal_id = self.proposed(kind, mark, **more)
        for who in APPROVERS[kind]:
            assert self.decided(proposal_id, who).accepted
        return proposal_id

    def carried(self, proposal_id: str, now: datetime = NOW) -> Proposal:
        """Carry out what is approved, without delivering."""
        carry_out(self.acting, proposal_id, now)
        return self.seen(proposal_id)

    def delivered(self, proposal_id: str, now: datetime = NOW) -> Proposal:
        """Deliver what waits of a proposal."""
        for one in self.messages(proposal_id):
            deliver(self.delivering, one.message.key, now)
        return self.seen(proposal_id)

    def seen(self, proposal_id: str) -> Proposal:
        with self.ledger.read() as connection:
            return proposal(connection, proposal_id, POLICY)

    def messages(self, proposal_id: str) -> list[Posted]:
        with self.ledger.read() as connection:
            return messages_of(connection, proposal_id)

    def measures(self, kind: str, mark: str) -> list[Measure]:
        """What is in force of a kind because of proposals about `mark`."""
        with self.ledger.read() as connection:
            found = in_force(connection, kind)
        return [one for one in found if mark in f"{one.subject} {one.value}"]

    def audit(self, subject: str | None = None) -> list[Entry]:
        with self.ledger.read() as connection:
            return entries(connection, subject=subject)

    def files(self, folder: str) -> list[Message]:
        """What a target of files holds."""
        paths: Sequence[Path] = sorted((self.folder / folder).glob("*.json"))
        return [Message.model_validate_json(path.read_text(encoding="utf-8")) for path in paths]


def later(**spans: float) -> datetime:
    return NOW + timedelta(**spans)
