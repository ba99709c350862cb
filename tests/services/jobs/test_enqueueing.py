"""A job is written down once under its name, in the transaction of whoever needs it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from domain.errors import InvalidArgument, UnknownName
from services.jobs.retry import Retry
from services.jobs.tables import JOBS, writing
from services.jobs.worker import Worker


def test_a_job_comes_back_as_it_was_given(jobs, morning) -> None:
    payload = {"to": "王芳", "lines": [1, 2.5, None, True], "nul": "a\0b"}
    berlin = datetime.fromisoformat("2026-11-23T09:00+01:00")
    assert jobs.enqueue("mail:1", berlin, "mail", payload)
    (job,) = jobs.listed()
    assert (job.key, job.queue, job.payload) == ("mail:1", "mail", payload)
    assert (job.at, job.at.utcoffset()) == (morning, timedelta(0))
    assert (job.state, job.attempt, job.failures, job.error) == ("waiting", 0, 0, None)


def test_the_same_key_again_makes_no_second_job(jobs, put, morning) -> None:
    assert put("mail:1", to="maria")
    assert not put("mail:1", to="tom")
    assert [job.payload for job in jobs.listed()] == [{"to": "maria"}]


def test_the_same_key_makes_no_second_job_after_it_ran(jobs, put, morning, states) -> None:
    done = []
    worker = Worker(jobs, {"mail": lambda job: done.append(job.key)}, lambda: morning)
    put("mail:1")
    worker.run_due(morning)
    assert not put("mail:1")
    worker.run_due(morning)
    assert (done, states()) == (["mail:1"], {"mail:1": "done"})


@pytest.mark.parametrize("kept", [True, False])
def test_a_job_is_kept_or_lost_with_the_callers_transaction(jobs, morning, kept) -> None:
    with jobs.engine.begin() as connection:
        connection.execute(text("CREATE TABLE approvals (id TEXT)"))
    with writing(jobs.engine) as connection:
        connection.execute(text("INSERT INTO approvals VALUES ('P-1')"))
        assert jobs.enqueue("execute:P-1", morning, "mail", {}, connection=connection)
        if not kept:
            connection.rollback()
    with jobs.engine.connect() as connection:
        approvals = connection.execute(text("SELECT id FROM approvals")).scalars().all()
        keys = connection.execute(select(JOBS.c.key)).scalars().all()
    assert (approvals, keys) == ((["P-1"], ["execute:P-1"]) if kept else ([], []))


@pytest.mark.parametrize(
    "payload",
    [{"day": datetime(2026, 1, 1)}, {"pair": (1, 2)}, {1: "one"}, {"rate": float("nan")}],  # noqa: DTZ001
    ids=["datetime", "tuple", "number as key", "nan"],
)
def test_a_payload_that_would_come_back_changed_is_refused(jobs, morning, payload) -> None:
    with pytest.raises(ValueError, match=r"mail:1 is no plain JSON"):
        jobs.enqueue("mail:1", morning, "mail", payload)
    assert jobs.listed() == []


def test_a_moment_without_zone_and_a_key_that_cannot_be_kept_are_refused(jobs, morning) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        jobs.enqueue("mail:1", morning.replace(tzinfo=None), "mail", {})
    for key in ("", "k" * 201, "a\0b"):
        with pytest.raises(ValueError, match="is no key"):
            jobs.enqueue(key, morning, "mail", {})
    assert jobs.listed() == []


def test_a_cancelled_job_never_runs_and_its_name_is_free(jobs, put, morning) -> None:
    done = []
    worker = Worker(jobs, {"mail": lambda job: done.append(job.payload)}, lambda: morning)
    put("reminder", day=1)
    assert jobs.cancel("reminder")
    assert not jobs.cancel("reminder")
    assert put("reminder", day=2)
    worker.run_due(morning)
    assert done == [{"day": 2}]
    assert not jobs.cancel("reminder"), "what is done cannot be taken back"


def test_a_cancellation_is_lost_with_the_callers_transaction(jobs, put, states) -> None:
    put("reminder")
    with writing(jobs.engine) as connection:
        assert jobs.cancel("reminder", connection=connection)
        connection.rollback()
    assert states() == {"reminder": "waiting"}


def test_jobs_are_listed_by_state_and_queue_in_the_order_of_their_moments(
    jobs, put, morning
) -> None:
    put("later", morning + timedelta(hours=1))
    put("sooner", morning)
    jobs.enqueue("other", morning + timedelta(minutes=1), "digest", {})
    assert [job.key for job in jobs.listed()] == ["sooner", "other", "later"]
    assert [job.key for job in jobs.listed(queue="digest")] == ["other"]
    assert [job.key for job in jobs.listed(most=2)] == ["other", "later"]
    assert jobs.listed(state="done") == []


def test_only_a_dead_job_is_retried_by_a_person(jobs, put, morning, states) -> None:
    broken = [True]

    def handler(_: object) -> None:
        if broken:
            raise OSError("target is down")

    worker = Worker(jobs, {"mail": handler}, lambda: morning, retry=Retry(attempts=1))
    put("mail:1")
    with pytest.raises(InvalidArgument, match="waiting, not dead"):
        jobs.retry("mail:1")
    with pytest.raises(UnknownName, match="mail:2"):
        jobs.retry("mail:2")
    worker.run_due(morning)
    assert states() == {"mail:1": "dead"}
    broken.clear()
    jobs.retry("mail:1")
    worker.run_due(morning)
    (job,) = jobs.listed()
    assert (job.state, job.attempt, job.failures, job.error) == ("done", 2, 0, None)
