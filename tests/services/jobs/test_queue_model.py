"""Whatever happens in whatever order: no job is lost, none has two living holders, each ends once.

The machine plays enqueueing, three workers that take, beat, end and die, and time that passes, and
holds the queue to a small model of it.
"""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete

from services.jobs.job import Job
from services.jobs.jobs import Jobs
from services.jobs.leases import Leases
from services.jobs.retry import Retry
from services.jobs.tables import JOBS

KEYS = st.sampled_from(["a", "b", "c", "d"])
WORKERS = st.sampled_from(["W1", "W2", "W3"])
RETRY = Retry(attempts=3, first_seconds=10, factor=2, longest_seconds=30)
PATIENCE = timedelta(seconds=20)
FOREVER = timedelta(days=1)


class Held(NamedTuple):
    """A job in somebody's hands."""

    job: Job
    worker: str


class Queue(RuleBasedStateMachine):
    """The queue, beside what is known of it."""

    def __init__(self, jobs: Jobs, start) -> None:
        super().__init__()
        self.jobs, self.now = jobs, start
        with jobs.engine.begin() as connection:
            connection.execute(delete(JOBS))
        patience = PATIENCE.total_seconds()
        self.leases = Leases(jobs.engine, RETRY, patience, pulse=lambda _: self.now)
        self.state: dict[str, str] = {}
        self.beats: dict[int, tuple] = {}
        """Newest attempt and its last sign of life, by the number of the job."""
        self.hands: list[Held] = []
        self.ended: set[int] = set()

    @rule(key=KEYS, seconds=st.integers(0, 60))
    def enqueue(self, key, seconds) -> None:
        new = self.jobs.enqueue(key, self.now + timedelta(seconds=seconds), "q", {})
        assert new == (key not in self.state)
        self.state.setdefault(key, "waiting")

    @rule(worker=WORKERS, most=st.integers(1, 3))
    def take(self, worker, most) -> None:
        before = {job.key: job for job in self.jobs.listed()}
        taken = self.leases.take(worker, ["q"], self.now, most)
        assert len(taken) <= most
        for job in taken:
            was = before[job.key]
            assert job.attempt == was.attempt + 1
            if was.state == "running":
                assert not self._alive(was), "its holder lives"
                assert job.failures == was.failures + 1 < RETRY.attempts
            else:
                assert (was.state, was.try_at <= self.now) == ("waiting", True)
            self.state[job.key] = "running"
            self.beats[job.number] = (job.attempt, self.now)
            self.hands.append(Held(job, worker))
        for job in before.values():
            hopeless = job.failures + 1 >= RETRY.attempts
            if job.state == "running" and hopeless and not self._alive(job):
                self.state[job.key] = "dead"

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def beat(self, data) -> None:
        held = data.draw(st.sampled_from(self.hands))
        mine = self._mine(held)
        assert self.leases.beat(held.job) == mine
        if mine:
            self.beats[held.job.number] = (held.job.attempt, self.now)

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def finish(self, data) -> None:
        held = data.draw(st.sampled_from(self.hands))
        mine = self._mine(held)
        assert self.leases.finish(held.job, self.now) == mine
        if mine:
            assert held.job.number not in self.ended, "ended twice"
            self.ended.add(held.job.number)
            self.state[held.job.key] = "done"

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def fail(self, data) -> None:
        held = data.draw(st.sampled_from(self.hands))
        mine = self._mine(held)
        assert self.leases.fail(held.job, self.now, "broken") == mine
        if mine:
            last = held.job.failures + 1 >= RETRY.attempts
            self.state[held.job.key] = "dead" if last else "waiting"

    @rule(worker=WORKERS)
    def die(self, worker) -> None:
        self.hands = [held for held in self.hands if held.worker != worker]

    @rule(seconds=st.integers(1, 25))
    def time_passes(self, seconds) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(key=KEYS)
    def cancel(self, key) -> None:
        free = self.state.get(key) in ("waiting", "dead")
        assert self.jobs.cancel(key) == free
        if free:
            del self.state[key]

    @precondition(lambda self: "dead" in self.state.values())
    @rule()
    def retry(self) -> None:
        key = next(key for key, state in self.state.items() if state == "dead")
        self.jobs.retry(key)
        self.state[key] = "waiting"

    @invariant()
    def nothing_is_lost(self) -> None:
        assert {job.key: job.state for job in self.jobs.listed()} == self.state

    @invariant()
    def nobody_lives_beside_the_holder(self) -> None:
        for job in self.jobs.listed(state="running"):
            assert self.beats[job.number] == (job.attempt, job.beat_at)

    def teardown(self) -> None:
        """In the end, one worker that lives ends everything."""
        self.hands.clear()
        while True:
            self.now += FOREVER
            taken = self.leases.take("W9", ["q"], self.now, 9)
            for job in taken:
                assert self.leases.finish(job, self.now)
            if not taken:
                break
        assert {job.state for job in self.jobs.listed()} <= {"done", "dead"}

    def _mine(self, held: Held) -> bool:
        """Whether a job is still its taker's."""
        newest = self.beats[held.job.number][0] == held.job.attempt
        return newest and held.job.number not in self.ended and self._is_running(held.job)

    def _is_running(self, job: Job) -> bool:
        return any(one.number == job.number for one in self.jobs.listed(state="running"))

    def _alive(self, job: Job) -> bool:
        return self.now - self.beats[job.number][1] <= PATIENCE


def test_the_queue_keeps_its_promises_whatever_happens(jobs, morning) -> None:
    run_state_machine_as_test(
        partial(Queue, jobs, morning),
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
