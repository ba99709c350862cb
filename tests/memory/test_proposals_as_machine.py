"""Whatever people do in whatever order: executed only after enough approvals of that very hash."""

import uuid
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from domain.errors import InvalidArgument
from memory.audit import verify
from memory.ledger import Ledger
from memory.proposals import MOST_ATTEMPTS, checked_payload, edit, record_attempt, settle
from tests.memory.ledgers import NOW, POLICY, decided, person, proposed, seen, to_sorting

PEOPLE = (
    person("olga", "quality_manager"),
    person("pit", "viewer", "supplier_manager"),
    person("sven", "quality_engineer"),
    person("maria", "quality_manager"),
)
MAY = {"olga", "pit", "maria"}
KIND, NEEDED, WAITS = "enter_controlled_shipping", 2, timedelta(hours=72)


class Known:
    """What one proposal should be."""

    def __init__(self, by: str, payload: dict[str, Any], at: Any) -> None:
        self.by, self.payload, self.end = by, payload, at + WAITS
        self.state, self.tries, self.carried_out = "proposed", 0, 0
        self.decisions: dict[str, str] = {}

    def decide(self, who: str, decision: str, at: Any) -> None:
        if self.state == "proposed" and at >= self.end:
            self.state = "expired"
        counts = who in MAY and who != self.by and who not in self.decisions
        if self.state != "proposed" or not counts:
            return
        self.decisions[who] = decision
        if decision == "reject":
            self.state = "rejected"
        elif list(self.decisions.values()).count("approve") == NEEDED:
            self.state = "approved"


class Proposals(RuleBasedStateMachine):
    """Propose, edit, decide with fresh and stale hashes, wait, carry out."""

    ids = Bundle("ids")
    ledger: Ledger

    def __init__(self) -> None:
        super().__init__()
        self.mark, self.at = uuid.uuid4().hex[:12], NOW
        self.known: dict[str, Known] = {}

    @rule(target=ids, number=st.integers(0, 2), by=st.sampled_from(["maria", "olga"]))
    def propose(self, number: int, by: str) -> Any:
        payload = to_sorting(f"wish {number}")
        key = f"{self.mark}{number}"
        one = proposed(self.ledger, key, KIND, by, payload=payload, at=self.at)
        if one in self.known:
            return multiple()
        self.known[one] = Known(by, payload, self.at)
        return one

    @rule(
        one=ids,
        who=st.sampled_from(PEOPLE),
        decision=st.sampled_from(["approve", "approve", "reject"]),
    )
    def decide(self, one: str, who: Any, decision: str) -> None:
        told = decided(self.ledger, one, who, decision, at=self.at)
        self.known[one].decide(who.id, decision, self.at)
        assert told.state == self.known[one].state

    @rule(one=ids, who=st.sampled_from(PEOPLE))
    def decide_on_what_was_seen_elsewhere(self, one: str, who: Any) -> None:
        told = decided(self.ledger, one, who, sha256="f" * 64, at=self.at)
        assert not told.accepted
        if self.known[one].state == "proposed" and self.at >= self.known[one].end:
            self.known[one].state = "expired"

    @rule(target=ids, one=ids, number=st.integers(0, 5))
    def edit(self, one: str, number: int) -> Any:
        held, payload = self.known[one], to_sorting(f"edit {number}")
        refused = held.state != "proposed" or self.at >= held.end
        try:
            with self.ledger.change(by="sven", at=self.at) as change:
                new = edit(change, one, payload, POLICY)
        except InvalidArgument:
            assert refused
            return multiple()
        assert not refused
        if payload == held.payload:
            assert new == one
            return multiple()
        held.state = "rejected"
        self.known[new] = Known("sven", payload, self.at)
        return new

    @rule(hours=st.sampled_from([1, 24, 48]))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(
        one=ids,
        all_approve=st.sampled_from([True, True, False]),
        outcomes=st.lists(st.sampled_from(["failed", "done"]), min_size=1, max_size=3),
    )
    def carry_out(self, one: str, all_approve: bool, outcomes: list[str]) -> None:
        for who in PEOPLE if all_approve else ():
            self.decide(one, who, "approve")
        for outcome in outcomes:
            self._carry_out(one, outcome)

    def _carry_out(self, one: str, outcome: str) -> None:
        held = self.known[one]
        refused = held.state != "approved"
        try:
            with self.ledger.change(by="andon:executor", at=self.at) as change:
                record_attempt(change, one, outcome, "…")
                if outcome != "done":
                    assert (held.tries + 1 >= MOST_ATTEMPTS) or (
                        checked_payload(change, one, POLICY) == held.payload
                    )
        except InvalidArgument:
            assert refused
            return
        assert not refused
        held.tries += 1
        held.carried_out += outcome == "done"
        if outcome == "done":
            held.state = "executed"
        elif held.tries >= MOST_ATTEMPTS:
            held.state = "failed"

    @rule(one=ids)
    def fail_again_and_again(self, one: str) -> None:
        for _ in range(MOST_ATTEMPTS + 1):
            self._carry_out(one, "failed")

    @rule(one=ids)
    def have_it_tried_again(self, one: str) -> None:
        held = self.known[one]
        try:
            with self.ledger.change(by="olga", at=self.at) as change:
                settle(change, one, "approved", "…")
        except InvalidArgument:
            assert held.state not in ("approved", "failed")
            return
        assert held.state in ("approved", "failed")
        held.state = "approved"

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        for one, held in self.known.items():
            found = seen(self.ledger, one)
            assert (found.state, found.payload) == (held.state, held.payload)
            assert {ruling.by: ruling.decision for ruling in found.rulings} == held.decisions
            assert held.carried_out <= 1
            if held.state == "executed":
                assert list(held.decisions.values()).count("approve") >= NEEDED


def test_proposals_keep_their_promises_in_any_order(ledger: Ledger) -> None:
    few = ledger.engine.dialect.name == "postgresql"
    machine = type("Here", (Proposals,), {"ledger": ledger})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8 if few else 30, stateful_step_count=25, deadline=None, database=None
        ),
    )
    with ledger.read() as connection:
        assert verify(connection).whole
