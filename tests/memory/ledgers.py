"""What tests of the ledger begin with: people, wishes, signs, and how two decide at once."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url

from domain.records.case import EffectCheck
from domain.records.cause import Condition
from domain.records.message import Message
from domain.records.policy import Principal
from domain.records.proposal import Proposal
from memory.cases import Sign, take_sign
from memory.effect_checks import check_name, judge, register
from memory.ledger import Ledger
from memory.proposal_rows import proposal
from memory.proposals import Decided, Wish, decide, propose
from services.database import open_database
from services.policy.actions import ActionPolicy

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TODAY = NOW.date()
POLICY = ActionPolicy.default()
ENGINEER, CASE_RUN = "maria", "andon:case"


def person(name: str, *roles: str) -> Principal:
    return Principal(id=name, roles=roles, regions=("*",))


OLGA, PIT = person("olga", "quality_manager"), person("pit", "supplier_manager")
STRANGER = person("sven", "quality_engineer")


def letter(text: str = "Please answer.") -> dict[str, Any]:
    return {"language": "de", "subject": "Charge 7", "text": text}


def to_supplier(text: str = "Please answer.") -> dict[str, Any]:
    """Payload of a proposal that one person approves."""
    about = {"supplier_id": "S-1", "reason": "question", "reference": None}
    return {**about, "letter": letter(text)}


def to_sorting(text: str = "Sort.") -> dict[str, Any]:
    """Payload of a proposal that two people approve."""
    part = {"supplier_id": "S-1", "part_id": "P-7", "level": 2, "exit_criteria": "20 days"}
    return {**part, "letter": letter(text)}


def proposed(
    ledger: Ledger, key: str, kind: str = "message_supplier", by: str = ENGINEER, **more: Any
) -> str:
    payload = more.pop("payload", to_supplier() if kind == "message_supplier" else to_sorting())
    with ledger.change(by=by, at=more.pop("at", NOW)) as change:
        return propose(change, Wish(key, kind, payload, **more), POLICY)


def seen(ledger: Ledger, proposal_id: str) -> Proposal:
    with ledger.read() as connection:
        return proposal(connection, proposal_id, POLICY)


def decided(
    ledger: Ledger, proposal_id: str, who: Principal, decision: Any = "approve", **more: Any
) -> Decided:
    sha256 = more.pop("sha256", None) or seen(ledger, proposal_id).sha256
    policy = more.pop("policy", POLICY)
    with ledger.change(by=who.id, at=more.pop("at", NOW)) as change:
        return decide(change, proposal_id, who, decision, sha256=sha256, policy=policy, **more)


def sign(key: str, name: str = "feedback:1", **more: Any) -> Sign:
    given: dict[str, Any] = {
        "key": key,
        "name": name,
        "kind": "field",
        "symptom": "leak",
        "where": Condition(model_id=("M1",)),
        "severity": 3,
        "regions": ("EU",),
        "aware_at": NOW,
        "body": {"feedback": name},
    }
    return Sign(**{**given, **more})


def opened(ledger: Ledger, key: str, by: str = CASE_RUN) -> str:
    with ledger.change(by=by, at=NOW) as change:
        return take_sign(change, sign(key), POLICY).case_id


def check_of(case_id: str, question: str = "cut-in 1", judge_on: date = TODAY) -> EffectCheck:
    query = {"metric": "claims", "cohort": question}
    return EffectCheck(
        id=check_name(case_id, query),
        case_id=case_id,
        query=query,
        power=0.98,
        judge_on=judge_on,
        state="registered",
        verdict=None,
        evidence=None,
        by=ENGINEER,
        at=NOW,
    )


def shown_to_work(ledger: Ledger, case_id: str, evidence: str = "E-EFFECT0000") -> str:
    """Register and judge a check that comes out effective; returns its id."""
    check = check_of(case_id)
    with ledger.change(by=CASE_RUN, at=NOW) as change:
        register(change, check)
        judge(change, check.id, "effective", evidence)
    return check.id


def message(key: str, kind: str = "page") -> Message:
    words = {"subject": "Danger", "text": "Look at once.", "language": "en"}
    return Message(key=key, kind=kind, target="console", to=(), **words)


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Results of several at the same moment, each on a thread of its own; errors are results."""
    start = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def work(place: int) -> None:
        start.wait()
        try:
            results[place] = works[place]()
        except Exception as error:  # noqa: BLE001  an error is what came of it
            results[place] = error

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def ledger_at(url: str) -> Ledger:
    """The ledger of an address, for another process."""
    where = make_url(url)
    if where.drivername == "sqlite":
        return Ledger(open_database(Path(where.database or "")))
    return Ledger(create_engine(where))


def approve_from_elsewhere(url: str, proposal_id: str, who: str, sign_at: str) -> None:
    """Another process: approve as soon as the sign is there."""
    ledger = ledger_at(url)
    Path(f"{sign_at}.{who}").touch()
    while not Path(sign_at).exists():
        time.sleep(0.005)
    decided(ledger, proposal_id, person(who, "quality_manager"))


def hang_in_a_change(url: str, sign_at: str) -> None:
    """Another process: begin a change and never end it."""
    with ledger_at(url).change(by="maria", at=NOW) as change:
        change.audit("case.noted", "C-HANGING")
        Path(sign_at).touch()
        time.sleep(120)
