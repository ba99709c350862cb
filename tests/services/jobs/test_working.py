"""A worker does what is due by its clock, tries again what fails, and gives up in the end."""

import threading
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NoData
from services.jobs.job import Job
from services.jobs.leases import LONGEST_ERROR
from services.jobs.retry import Retry
from services.jobs.worker import Tally, Worker

THRICE = Retry(attempts=3, first_seconds=10, factor=2)


def test_what_is_due_by_the_given_clock_is_done_and_no_more(jobs, put, morning) -> None:
    done = []
    worker = Worker(jobs, {"mail": lambda job: done.append(job.key)}, lambda: morning, at_once=1)
    in_a_year = morning + timedelta(days=365)
    put("second", morning)
    put("first", morning - timedelta(days=1))
    put("in a year", in_a_year)
    assert worker.run_due(morning) == Tally(done=2)
    assert done == ["first", "second"]
    assert worker.run_due(in_a_year) == Tally(done=1)
    assert {job.finished_at for job in jobs.listed(state="done")} == {morning, in_a_year}


def test_what_a_job_enqueues_for_now_is_done_in_the_same_go(jobs, put, morning) -> None:
    def chain(job: Job) -> None:
        if job.payload["left"]:
            put(f"{job.key}+", left=job.payload["left"] - 1)

    put("link", left=3)
    assert Worker(jobs, {"mail": chain}, lambda: morning).run_due(morning) == Tally(done=4)


def test_a_job_of_another_queue_is_left_to_other_workers(jobs, put, morning, states) -> None:
    put("mail:1")
    assert Worker(jobs, {"digest": print}, lambda: morning).run_due(morning) == Tally()
    assert Worker(jobs, {}, lambda: morning).run_due(morning) == Tally()
    assert states() == {"mail:1": "waiting"}


def test_a_failure_is_tried_again_after_waits_that_grow_and_then_given_up(
    jobs, put, morning, states
) -> None:
    def fails(job: Job) -> None:
        raise NoData(f"no lot for try {job.attempt}")

    worker = Worker(jobs, {"mail": fails}, lambda: morning, retry=THRICE)
    put("mail:1")
    now, waits = morning, []
    for _ in range(2):
        assert worker.run_due(now) == Tally(failed=1)
        (job,) = jobs.listed()
        assert (job.state, job.at) == ("waiting", morning)
        waits.append((job.try_at - now).total_seconds())
        assert worker.run_due(now) == Tally(), "not before its time"
        now = job.try_at
    assert 5 <= waits[0] <= 10 <= waits[1] <= 20
    assert worker.run_due(now) == Tally(failed=1)
    (job,) = jobs.listed(state="dead")
    assert (job.error, job.failures, job.finished_at) == ("no lot for try 3", 3, now)
    assert worker.run_due(now + timedelta(days=9)) == Tally(), "dead is dead"


def test_a_defect_of_a_handler_is_told_by_its_kind_and_cut(jobs, put, morning) -> None:
    def fails(_: Job) -> None:
        raise KeyError("x\0\ud800" + "y" * 5000)

    put("mail:1")
    put("mail:2")
    worker = Worker(jobs, {"mail": fails}, lambda: morning, retry=THRICE)
    assert worker.run_due(morning) == Tally(failed=2)
    for job in jobs.listed():
        assert job.error.startswith("KeyError: ")
        assert len(job.error) == LONGEST_ERROR


def test_a_worker_does_no_more_at_once_than_it_may(jobs, put, morning) -> None:
    inside, most, lock = [0], [0], threading.Lock()
    both = threading.Barrier(2, timeout=30)

    def count(_: Job) -> None:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        both.wait()  # two run side by side, or nobody gets on
        with lock:
            inside[0] -= 1

    for number in range(6):
        put(f"mail:{number}")
    worker = Worker(jobs, {"mail": count}, lambda: morning, at_once=2)
    assert worker.run_due(morning) == Tally(done=6)
    assert most == [2]


def test_a_worker_that_is_told_to_stop_finishes_what_runs_and_takes_no_more(
    jobs, put, morning, states
) -> None:
    stop = threading.Event()

    def handler(_: Job) -> None:
        stop.set()

    put("first")
    put("second", morning + timedelta(seconds=1))
    worker = Worker(jobs, {"mail": handler}, lambda: morning + timedelta(1), at_once=1)
    assert worker.run_forever(stop) == Tally(done=1)
    assert states() == {"first": "done", "second": "waiting"}


def test_two_workers_on_one_queue_do_each_job_once(jobs, put, morning) -> None:
    done = []
    for number in range(40):
        put(f"mail:{number}")
    workers = [
        Worker(jobs, {"mail": lambda job: done.append(job.key)}, lambda: morning) for _ in range(2)
    ]
    threads = [threading.Thread(target=one.run_due, args=(morning,)) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(f"mail:{number}" for number in range(40))
    assert {job.attempt for job in jobs.listed()} == {1}


@given(st.integers(1, 10_000), st.floats(0, 1), st.floats(0, 1))
def test_a_wait_stays_between_half_and_all_of_its_length(failures, chance, other) -> None:
    retry = Retry()
    wait, another = retry.wait(failures, chance), retry.wait(failures + 1, other)
    assert timedelta(seconds=5) <= wait <= timedelta(hours=6)
    assert another >= wait / 2


def test_the_shortest_waits_of_the_default_cover_a_target_that_is_down_for_a_day() -> None:
    retry = Retry()
    shortest = sum((retry.wait(n, 0) for n in range(1, retry.attempts)), timedelta())
    assert shortest >= timedelta(days=1)
