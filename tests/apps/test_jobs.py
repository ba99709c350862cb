"""`andon worker` does what is due and stops when told; `andon jobs` says how things stand."""

import json
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from apps.options import wiring
from apps.verbs.jobs import jobs
from apps.verbs.worker import worker
from apps.worker import make_worker, run_until_stopped
from domain.errors import BadArgument, UnknownName, UnknownUser
from services.jobs.job import Job
from services.jobs.retry import Retry
from services.jobs.schedule import Schedule
from services.jobs.worker import Tally, Worker

NOW = datetime(2026, 11, 22, tzinfo=UTC)  # as ANDON_NOW says here


@pytest.fixture
def parts(ready):
    """The program's parts, beside an empty hub."""
    return wiring(None)


@pytest.fixture
def handle(monkeypatch):
    """Registers a handler for the queue `mail`."""

    def register(handler) -> None:
        monkeypatch.setattr("apps.worker.HANDLERS", {"mail": lambda parts: handler})

    return register


def listed(capfd, **options) -> dict:
    capfd.readouterr()
    jobs(as_json=True, **options)
    return json.loads(capfd.readouterr().out)


def test_jobs_and_schedules_are_told_as_one_object(parts, capfd) -> None:
    parts.jobs.enqueue("mail:1", NOW, "mail", {"to": "maria"})
    weekly = {"key": "digest", "cron": "0 7 * * 1", "zone": "Asia/Tokyo", "queue": "digest"}
    parts.jobs.schedule(Schedule(**weekly, payload={}), NOW)
    told = listed(capfd)
    assert told.keys() == {"schema", "jobs", "schedules", "messages"}
    assert told["schema"] == "andon.jobs/1"
    (job,) = told["jobs"]
    assert (job["key"], job["state"], job["at"]) == ("mail:1", "waiting", "2026-11-22T00:00:00Z")
    assert job["payload"] == {"to": "maria"}
    assert told["schedules"] == [{**weekly, "payload": {}, "next_at": "2026-11-22T22:00:00+00:00"}]


def test_once_does_what_is_due_by_the_set_clock(parts, handle, capfd) -> None:
    done: list[Job] = []
    handle(done.append)
    parts.jobs.enqueue("mail:1", NOW, "mail", {})
    parts.jobs.enqueue("mail:2", NOW + timedelta(seconds=1), "mail", {})
    worker(once=True)
    assert [job.key for job in done] == ["mail:1"]
    assert capfd.readouterr().out == "1 done, 0 failed\n"


def test_a_dead_job_is_shown_with_its_error_and_tried_again_when_asked(parts, capfd) -> None:
    def fails(_: Job) -> None:
        raise OSError("[bold]target is down[/bold]")

    parts.jobs.enqueue("mail:1", NOW, "mail", {})
    Worker(parts.jobs, {"mail": fails}, parts.now, retry=Retry(attempts=1)).run_due(NOW)
    jobs(dead=True)
    out = capfd.readouterr().out
    assert out.startswith("dead ")
    assert "[bold]target is down[/bold]" in out
    assert [job["key"] for job in listed(capfd, dead=True)["jobs"]] == ["mail:1"]
    jobs(retry="mail:1")
    assert capfd.readouterr().out.startswith("waiting ")
    assert listed(capfd, dead=True)["jobs"] == []
    with pytest.raises(UnknownName, match="mail:2"):
        jobs(retry="mail:2")


def test_a_queue_without_handler_is_named(ready, handle) -> None:
    handle(print)
    with pytest.raises(BadArgument, match="no handler for fax") as error:
        worker(once=True, queues="mail, fax")
    assert "mail" in error.value.next_step


def test_an_unknown_user_neither_works_nor_looks(ready) -> None:
    for verb in (jobs, worker):
        with pytest.raises(UnknownUser):
            verb(user="nobody")


def test_a_worker_that_gets_sigterm_finishes_what_runs_and_leaves_the_rest(parts, handle) -> None:
    before = signal.getsignal(signal.SIGTERM)
    handle(lambda job: os.kill(os.getpid(), signal.SIGTERM))
    for number in range(6):
        parts.jobs.enqueue(f"mail:{number}", NOW + timedelta(number), "mail", {})
    assert run_until_stopped(make_worker(parts)) == Tally(done=1)
    assert len(parts.jobs.listed(state="waiting")) == 5
    assert signal.getsignal(signal.SIGTERM) == before
