"""Workers that are killed at any point between approved and executed: each thing is done once.

Real workers on a real ledger, forked so that one costs little, die at a random SQL statement or
after a random time. Only the patience of the take-over is shorter than in the program.
"""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, make_url

from graphs.actions import carry_out
from graphs.delivery import deliver
from memory.audit import verify
from memory.ledger import Ledger
from services.jobs.job import Job
from services.jobs.retry import Retry
from services.jobs.worker import Worker
from tests.graphs.acting_parts import House
from tests.memory.ledgers import ledger_at

KILLS = {"sqlite": 100, "postgresql": 20}
AHEAD = 8
"""Waiting jobs before each worker starts, so that every kill has something to hit (count)."""
PATIENCE = 0.6
MOST_STATEMENTS = 120
DEADLINE = 120.0
LONGEST = 10.0
"""After so long a worker is killed from outside: a fork of a process with threads may hang (s)."""
KINDS = ("issue_scar", "enter_controlled_shipping", "block_stock", "activate_test_recipe")
IN_FORCE = dict(
    zip(KINDS, ("scar", "controlled_shipping", "stock_block", "test_recipe"), strict=True)
)
SITES = 2


def work(url: str, folder: str, addresses: dict[str, str], fatal: int | None) -> None:
    """A worker; it kills itself before its `fatal`th SQL statement, in whatever thread that is."""
    house = House(ledger_at(url), Path(folder), addresses)
    left = [fatal]

    @event.listens_for(house.ledger.engine, "before_cursor_execute")
    def die(*_: object) -> None:
        if left[0] is not None:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def act(job: Job) -> None:
        carry_out(house.acting, job.payload["proposal_id"], house.clock[0])

    def send(job: Job) -> None:
        last = job.failures + 1 >= Retry().attempts
        deliver(house.delivering, job.payload["key"], house.clock[0], last_try=last)

    handlers = {"actions": act, "outbox": send}
    clock, retry = (lambda: house.clock[0]), Retry(attempts=1000)  # no job is to blame for a kill
    one = Worker(house.jobs, handlers, clock, retry=retry, patience=PATIENCE)
    one.run_forever(threading.Event())


class Shift:
    """Starts workers one after the other and has them die."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self.url = url
        self.dice = random.Random(20261120)
        self.kills = 0
        self.running: multiprocessing.process.BaseProcess | None = None

    def start(self, fatal: int | None, how: str = "fork") -> multiprocessing.process.BaseProcess:
        self.house.ledger.engine.dispose()
        told = (self.url, str(self.house.folder), self.house.addresses, fatal)
        self.running = multiprocessing.get_context(how).Process(target=work, args=told, daemon=True)
        self.running.start()
        return self.running

    def kill_one(self) -> None:
        """One worker, killed by its own hand at a statement or by ours after a while."""
        by_statement = self.dice.random() < 0.7
        one = self.start(self.dice.randint(1, MOST_STATEMENTS) if by_statement else None)
        one.join(LONGEST if by_statement else self.dice.uniform(0.02, 0.35))
        one.kill()
        one.join()
        assert one.exitcode == -signal.SIGKILL
        self.kills += 1

    def finish(self) -> None:
        """A worker that lives until nothing is left to do."""
        self.start(None, "spawn")
        end = time.monotonic() + DEADLINE
        while self.house.jobs.listed(state="waiting") or self.house.jobs.listed(state="running"):
            assert time.monotonic() < end, "it is never done"
            time.sleep(0.1)


@pytest.fixture
def shift(database: Engine, database_url: str, tmp_path: Path) -> Iterator[Shift]:
    one = Shift(House(Ledger(database), tmp_path), database_url)
    yield one
    if one.running is not None:
        one.running.kill()
        one.running.join()


@pytest.mark.timeout(DEADLINE + 120)
def test_whatever_dies_between_approved_and_executed_each_thing_is_done_once(
    shift: Shift,
) -> None:
    house, kills = shift.house, KILLS[make_url(shift.url).get_backend_name()]
    given: dict[str, tuple[str, str]] = {}
    while shift.kills < kills:
        while len(house.jobs.listed(state="waiting")) < AHEAD:
            given |= one_of_each_kind(house, len(given))
        shift.kill_one()
    shift.finish()
    assert Counter(job.state for job in house.jobs.listed(most=10_000)) == {
        "done": len(given) * (len(KINDS) + 1 + 1 + SITES) // len(KINDS)
    }
    files = Counter(one.key for folder in ("letters", "pages") for one in house.files(folder))
    audited = Counter((one.action, one.subject) for one in house.audit())
    for one, (kind, mark) in given.items():
        counts_once(house, one, files, audited)
        assert len(house.measures(IN_FORCE[kind], mark)) == 1
    keys = {one.message.key for proposal in given for one in house.messages(proposal)}
    assert set(files) == keys
    assert audited.total() == len(house.audit())
    assert max(audited.values()) == 1 or set(repeated(audited)) <= {"proposal.approved"}
    with house.ledger.read() as connection:
        assert verify(connection).whole


def one_of_each_kind(house: House, number: int) -> dict[str, tuple[str, str]]:
    """Proposals that a person has approved just now, by id: their kind and mark."""
    marks = {kind: f"{kind}-{number:04}" for kind in KINDS}
    return {house.approved(kind, mark): (kind, mark) for kind, mark in marks.items()}


def counts_once(
    house: House, proposal_id: str, files: Counter[str], audited: Counter[tuple[str, str]]
) -> None:
    """One try that counts, and each message taken once and audited once."""
    done = house.seen(proposal_id)
    assert done.state == "executed"
    messages = house.messages(proposal_id)
    assert [one.outcome for one in done.attempts] == ["handed_over" if messages else "done"]
    assert audited["proposal.executed" if messages else "proposal.done", proposal_id] == 1
    for one in messages:
        key = one.message.key
        assert (one.state, files[key]) == ("sent", 1)
        assert audited["message.posted", key] == audited["message.sent", key] == 1


def repeated(audited: Counter[tuple[str, str]]) -> list[str]:
    """Actions that were audited more than once for one subject."""
    return [action for (action, _), times in audited.items() if times > 1]
