"""Whatever happens to a case in whatever order: one lives, and it ends on an effect only."""

import uuid
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.errors import InvalidArgument
from memory.audit import verify
from memory.case_rows import case_file
from memory.cases import set_state, take_sign
from memory.effect_checks import judge, register, withdraw
from memory.ledger import Ledger
from tests.memory.ledgers import CASE_RUN, NOW, POLICY, check_of, sign

KEYS = st.sampled_from([0, 0, 0, 1])
VERDICTS = ("effective", "effective", "not_effective", "undetermined")
STATES = ("closed", "closed", "open", "verifying", "dismissed")


class Known:
    """What one case should be."""

    def __init__(self, key: int, follows: str | None) -> None:
        self.key, self.follows, self.state = key, follows, "open"
        self.signs: set[str] = set()
        self.severity, self.reopened = 0, 0
        self.waiting: str | None = None
        self.asked: set[str] = set()
        self.shown = False
        """Whether the last fix was shown to work, and nothing came after."""

    @property
    def ended(self) -> bool:
        return self.state in ("closed", "dismissed")

    def open_again(self) -> None:
        if self.state != "open":
            self.state, self.reopened, self.shown = "open", self.reopened + 1, False


class Cases(RuleBasedStateMachine):
    """Signs, checks, verdicts, and people who close and open."""

    ledger: Ledger

    def __init__(self) -> None:
        super().__init__()
        self.mark, self.at = uuid.uuid4().hex[:12], NOW
        self.known: dict[str, Known] = {}

    def _live(self, key: int) -> str | None:
        return next(
            (one for one, held in self.known.items() if held.key == key and not held.ended),
            None,
        )

    def _waiting(self) -> bool:
        return any(held.waiting is not None for held in self.known.values())

    def _newest(self, key: int) -> str | None:
        return next((one for one, held in reversed(self.known.items()) if held.key == key), None)

    @rule(key=KEYS, name=st.sampled_from("abcdef"), severity=st.integers(1, 5))
    def take(self, key: int, name: str, severity: int) -> None:
        with self.ledger.change(by=CASE_RUN, at=self.at) as change:
            one = sign(f"{self.mark}{key}", name, severity=severity)
            told = take_sign(change, one, POLICY)
        bearer = next(
            (n for n, held in self.known.items() if held.key == key and name in held.signs), None
        )
        live = self._live(key)
        if bearer is not None:
            assert told == (bearer, False, False)
            return
        assert told.opened == (live is None)
        assert told.new
        if live is None:
            self.known[told.case_id] = Known(key, self._newest(key))
        held = self.known[told.case_id]
        held.signs.add(name)
        held.severity = max(held.severity, severity)

    @precondition(lambda self: self.known)
    @rule(key=KEYS, question=st.integers(0, 9), verdict=st.sampled_from(VERDICTS))
    def fix(self, key: int, question: int, verdict: Any) -> None:
        self.register(key, question)
        self.judge(key, verdict)

    @precondition(lambda self: self.known)
    @rule(key=KEYS, question=st.integers(0, 9))
    def register(self, key: int, question: int) -> None:
        case_id = self._newest(key)
        if case_id is None:
            return
        held, check = self.known[case_id], check_of(case_id, str(question), judge_on=self.at.date())
        again = held.waiting == check.id
        refused = held.ended or (not again and (held.waiting is not None or check.id in held.asked))
        try:
            with self.ledger.change(by=CASE_RUN, at=self.at) as change:
                assert register(change, check) != again
        except InvalidArgument:
            assert refused
            return
        assert not refused
        held.waiting, held.state = check.id, "verifying"
        held.asked.add(check.id)
        held.shown = False

    @precondition(lambda self: self._waiting())
    @rule(key=KEYS, verdict=st.sampled_from(VERDICTS))
    def judge(self, key: int, verdict: Any) -> None:
        case_id = self._newest(key)
        held = self.known.get(case_id or "")
        if held is None or held.waiting is None:
            return
        with self.ledger.change(by=CASE_RUN, at=self.at) as change:
            judge(change, held.waiting, verdict, f"E-{uuid.uuid4().hex[:8]}")
        if verdict == "undetermined":
            return
        held.waiting, held.shown = None, verdict == "effective"
        if verdict == "not_effective":
            held.open_again()

    @precondition(lambda self: self._waiting())
    @rule(key=KEYS)
    def withdraw(self, key: int) -> None:
        held = self.known.get(self._newest(key) or "")
        if held is None or held.waiting is None:
            return
        with self.ledger.change(by="olga", at=self.at) as change:
            withdraw(change, held.waiting, "the cut-in moved")
        held.waiting = None
        held.open_again()

    @precondition(lambda self: self.known)
    @rule(which=st.integers(0, 3), state=st.sampled_from(STATES))
    def move(self, which: int, state: Any) -> None:
        case_id = list(reversed(self.known))[which % len(self.known)]
        held = self.known[case_id]
        live = self._live(held.key)
        allowed = {
            "closed": held.state == "closed" or (held.state == "verifying" and held.shown),
            "dismissed": held.state in ("dismissed", "open"),
            "verifying": held.state == "verifying",
            "open": held.waiting is None and (not held.ended or live is None),
        }[state]
        try:
            with self.ledger.change(by="olga", at=self.at) as change:
                set_state(change, case_id, state, "…")
        except InvalidArgument:
            assert not allowed
            return
        assert allowed
        if state == "open":
            held.open_again()
        held.state = state

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        for case_id, held in self.known.items():
            with self.ledger.read() as connection:
                file = case_file(connection, case_id)
            found = file.case
            assert (found.state, found.severity) == (held.state, held.severity)
            assert (found.follows, found.times_reopened) == (held.follows, held.reopened)
            assert (found.closed_at is not None) == held.ended
            assert len(file.signs) == len(held.signs)
            assert {one.id for one in file.checks} == held.asked
            if held.state == "closed":
                assert any(one.verdict == "effective" for one in file.checks)
        for key in (0, 1):
            live = [one for one in self.known.values() if one.key == key and not one.ended]
            assert len(live) <= 1


def test_cases_keep_their_promises_in_any_order(ledger: Ledger) -> None:
    few = ledger.engine.dialect.name == "postgresql"
    machine = type("Here", (Cases,), {"ledger": ledger})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10 if few else 35, stateful_step_count=25, deadline=None, database=None
        ),
    )
    with ledger.read() as connection:
        assert verify(connection).whole
