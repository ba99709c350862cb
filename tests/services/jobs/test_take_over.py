"""A dead worker's jobs are done by another; a slow one keeps its own; the dead have no say."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from services.jobs.leases import Leases
from services.jobs.retry import Retry
from services.jobs.worker import Tally, Worker

PATIENCE = 1.0
DEADLINE = 60.0
VICTIM = """
import sys, time
from datetime import datetime
from sqlalchemy import create_engine
from services.jobs.jobs import Jobs
from services.jobs.worker import Worker
now = datetime.fromisoformat(sys.argv[3])
jobs = Jobs(create_engine(sys.argv[1]))
sleep = lambda job: time.sleep(600)
Worker(jobs, {"mail": sleep}, lambda: now, patience=float(sys.argv[2])).run_due(now)
"""


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@contextlib.contextmanager
def at_the_latest(stop: threading.Event) -> Iterator[None]:
    """Stops a worker that would else work on for ever."""
    timer = threading.Timer(DEADLINE, stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def leases(jobs, now: list, **changes: object) -> Leases:
    """Leases whose real time a test sets."""
    options = {"retry": Retry(attempts=3), "patience": 20.0, **changes}
    return Leases(jobs.engine, pulse=lambda _: now[0], **options)


def test_the_job_of_a_killed_worker_is_done_by_another(
    jobs, put, morning, states, database_url
) -> None:
    put("mail:1")
    put("mail:2", morning + timedelta(days=9000))
    told = (database_url, str(PATIENCE), morning.isoformat())
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, *told])
    try:
        until(lambda: states()["mail:1"] == "running")
        os.kill(victim.pid, signal.SIGKILL)
    finally:
        victim.kill()
        victim.wait()
    (dead,) = jobs.listed(state="running")
    stop, done = threading.Event(), []
    worker = Worker(
        jobs,
        {"mail": lambda job: (done.append(job), stop.set())},
        lambda: morning,
        patience=PATIENCE,
    )
    with at_the_latest(stop):
        assert worker.run_forever(stop) == Tally(done=1)
    assert [(job.key, job.attempt, job.failures) for job in done] == [("mail:1", 2, 1)]
    assert done[0].worker == worker.name != dead.worker
    assert states() == {"mail:1": "done", "mail:2": "waiting"}


def test_a_slow_worker_that_lives_keeps_its_job(jobs, put, morning, states) -> None:
    begun, stop, done = threading.Event(), threading.Event(), []

    def slow(job) -> None:
        begun.set()
        time.sleep(2.5 * PATIENCE)
        done.append(job.attempt)

    put("mail:1")
    first = Worker(jobs, {"mail": slow}, lambda: morning, patience=PATIENCE)
    other = Worker(jobs, {"mail": slow}, lambda: morning, patience=PATIENCE)
    working = threading.Thread(target=first.run_due, args=(morning,))
    waiting = threading.Thread(target=other.run_forever, args=(stop,))
    working.start()
    assert begun.wait(DEADLINE)
    waiting.start()
    working.join()
    stop.set()
    waiting.join()
    assert (done, states()) == ([1], {"mail:1": "done"})


def test_whoever_lost_a_job_can_neither_keep_nor_end_it(jobs, put, morning, states) -> None:
    put("mail:1")
    now = [morning]
    hands = leases(jobs, now)
    (old,) = hands.take("A", ["mail"], morning, 9)
    now[0] += timedelta(seconds=20)
    assert hands.take("B", ["mail"], morning, 9) == [], "not yet dead"
    now[0] += timedelta(seconds=1)
    (new,) = hands.take("B", ["mail"], morning, 9)
    assert not hands.beat(old)
    assert not hands.finish(old, morning)
    assert not hands.fail(old, morning, "late")
    assert states() == {"mail:1": "running"}
    assert hands.beat(new)
    assert hands.finish(new, morning)
    assert not hands.finish(new, morning)
    assert states() == {"mail:1": "done"}


def test_a_silent_holder_may_end_its_job_while_nobody_has_taken_it(jobs, put, morning) -> None:
    put("mail:1")
    now = [morning]
    hands = leases(jobs, now)
    (job,) = hands.take("A", ["mail"], morning, 9)
    now[0] += timedelta(days=1)
    assert hands.finish(job, morning)
    assert hands.take("B", ["mail"], morning, 9) == []


def test_a_job_that_kills_its_workers_is_given_up(jobs, put, morning) -> None:
    put("poison")
    put("mail:1", morning + timedelta(seconds=1))
    now = [morning]
    hands = leases(jobs, now)
    for attempt in (1, 2, 3):
        (job,) = hands.take(f"W{attempt}", ["mail"], morning, 1)
        assert (job.key, job.attempt) == ("poison", attempt)
        now[0] += timedelta(seconds=21)
    (next_one,) = hands.take("W4", ["mail"], morning + timedelta(seconds=1), 1)
    assert next_one.key == "mail:1"
    (dead,) = jobs.listed(state="dead")
    assert (dead.key, dead.failures) == ("poison", 3)
    assert dead.error == "W3 gave no sign of life"


def test_the_name_of_a_job_that_was_forgotten_gives_its_old_holder_no_say(
    jobs, put, morning
) -> None:
    put("mail:1")
    now = [morning]
    hands = leases(jobs, now, retry=Retry(attempts=1))
    (old,) = hands.take("A", ["mail"], morning, 1)
    now[0] += timedelta(seconds=21)
    assert hands.take("B", ["mail"], morning, 1) == []
    assert jobs.cancel("mail:1")
    put("mail:1")
    (new,) = hands.take("B", ["mail"], morning, 1)
    assert new.attempt == old.attempt
    assert not hands.finish(old, morning)
    assert hands.finish(new, morning)


def test_a_worker_survives_a_database_that_is_away_for_a_while(jobs, put, morning) -> None:
    away, stop = [True], threading.Event()

    @event.listens_for(jobs.engine, "before_cursor_execute")
    def refuse(*_: object) -> None:
        if away:
            away.pop()
            raise OperationalError("SELECT", {}, OSError("the server went away"))

    worker = Worker(jobs, {"mail": lambda _: stop.set()}, lambda: morning)
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    with at_the_latest(stop):
        thread.start()
        until(lambda: not away)
        put("mail:1")
        thread.join()
    assert [job.state for job in jobs.listed()] == ["done"]
