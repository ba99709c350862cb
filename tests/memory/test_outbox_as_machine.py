"""Whatever a target does: each message is taken once or given up, and none is lost."""

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

from memory.audit import verify
from memory.ledger import Ledger
from memory.outbox import QUEUE, mark_failed, mark_sent, messages_of, post, posted, send_again
from memory.proposals import record_attempt
from services.jobs.job import Job
from services.jobs.jobs import Jobs
from services.jobs.retry import Retry
from services.jobs.worker import Worker
from tests.memory.ledgers import NOW, OLGA, decided, message, proposed, seen

RETRY = Retry(attempts=3, first_seconds=60, factor=2, longest_seconds=600)


class TargetDown(Exception):
    """The target took nothing."""


class Outbox(RuleBasedStateMachine):
    """Messages of proposals, a target with moods, and a worker that is started now and then."""

    ledger: Ledger

    def __init__(self) -> None:
        super().__init__()
        self.mark, self.at, self.number = uuid.uuid4().hex[:12], NOW, 0
        self.mood = "takes"
        self.taken: dict[str, int] = {}
        self.proposals: dict[str, list[str]] = {}
        self.jobs = Jobs(self.ledger.engine)

    @rule(places=st.integers(1, 3))
    def carry_out(self, places: int) -> None:
        self.number += 1
        one = proposed(self.ledger, f"{self.mark}{self.number}", at=self.at)
        decided(self.ledger, one, OLGA, at=self.at)
        keys = [f"{one}/{self.mark}/{place}" for place in range(places)]
        for _ in range(2):  # the second time finds all of it done
            if seen(self.ledger, one).attempts:
                continue
            with self.ledger.change(by="andon:executor", at=self.at) as change:
                for key in (*keys, keys[0]):
                    post(change, self.jobs, message(key, "letter"), proposal_id=one)
                record_attempt(change, one, "handed_over", "…")
        self.proposals[one] = keys

    @rule(
        minutes=st.sampled_from([5, 0, 60]),
        mood=st.sampled_from(["refuses", "takes", "is down", "takes and dies"]),
    )
    def work(self, minutes: int, mood: str) -> None:
        self.at, self.mood = self.at + timedelta(minutes=minutes), mood
        worker = Worker(self.jobs, {QUEUE: self._deliver}, lambda: self.at, retry=RETRY, at_once=2)
        worker.run_due(self.at)

    @precondition(lambda self: self._dead())
    @rule(which=st.integers(0, 9))
    def send_again(self, which: int) -> None:
        dead = self._dead()
        with self.ledger.change(by="olga", at=self.at) as change:
            send_again(change, self.jobs, dead[which % len(dead)])

    @invariant()
    def nothing_is_lost_and_nothing_is_taken_twice(self) -> None:
        waiting = {
            str(job.payload["key"])
            for job in self.jobs.listed(state="waiting", queue=QUEUE, most=10_000)
        }
        for key in self._keys():
            state = self._state(key)
            assert state != "waiting" or key in waiting
            assert (state == "sent") <= (self.taken.get(key, 0) == 1)

    @invariant()
    def a_proposal_stands_where_its_messages_have_it(self) -> None:
        for one in self.proposals:
            with self.ledger.read() as connection:
                states = {held.state for held in messages_of(connection, one)}
            expected = "approved"
            if "dead" in states:
                expected = "failed"
            elif states == {"sent"}:
                expected = "executed"
            assert seen(self.ledger, one).state == expected

    def _deliver(self, job: Job) -> None:
        key = job.payload["key"]
        if self._state(key) != "waiting" or self.mark not in key:
            return
        error = {"refuses": "no such address", "is down": "no answer"}.get(self.mood)
        if error is None:
            self.taken[key] = 1  # a target that knows keys has it once, however often it is handed
            if self.mood == "takes and dies" and job.failures == 0:
                raise TargetDown("the worker died before it could write that down")
            with self.ledger.change(by="andon:courier", at=self.at) as change:
                mark_sent(change, key, "taken")
            return
        for_good = self.mood == "refuses" or job.failures + 1 >= RETRY.attempts
        with self.ledger.change(by="andon:courier", at=self.at) as change:
            mark_failed(change, key, error, for_good=for_good)
        if not for_good:
            raise TargetDown(error)

    def _keys(self) -> list[str]:
        return [key for keys in self.proposals.values() for key in keys]

    def _dead(self) -> list[str]:
        return [key for key in self._keys() if self._state(key) == "dead"]

    def _state(self, key: str) -> Any:
        with self.ledger.read() as connection:
            held = posted(connection, key)
        return held and held.state


def test_the_outbox_keeps_its_promises_in_any_order(ledger: Ledger) -> None:
    few = ledger.engine.dialect.name == "postgresql"
    machine = type("Here", (Outbox,), {"ledger": ledger})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=5 if few else 12, stateful_step_count=18, deadline=None, database=None
        ),
    )
    with ledger.read() as connection:
        assert verify(connection).whole
