"""A request is written down before its run starts, belongs to its asker, and survives the run."""

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from memory.requests import RequestLog
from services.database import open_database

ANSWER = {"schema": "andon.answer/1", "outcome": "answered", "text": "Lot L-7 [E-AAAA]."}
AT_ONCE = timedelta(0)


def log_at(path: Path) -> RequestLog:
    return RequestLog(open_database(path))


@pytest.fixture
def log(tmp_path: Path) -> RequestLog:
    return log_at(tmp_path / "memory.sqlite")


@pytest.fixture
def asked(log: RequestLog) -> Callable[..., None]:
    def begin(run_id: str = "R-1", **changes: object) -> None:
        known = {"thread_id": "T-1", "principal_id": "maria", "text": "why?"}
        log.begin(run_id=run_id, **{**known, **changes})

    return begin


def test_a_request_is_there_before_its_run_has_done_anything(log, asked) -> None:
    before = datetime.now(UTC)
    asked(text="pourquoi des fuites ?", language="fr", as_of=date(2026, 3, 1))
    row = log.get("R-1", "maria")
    assert (row.state, row.text, row.language) == ("running", "pourquoi des fuites ?", "fr")
    assert (row.as_of, row.attempts) == (date(2026, 3, 1), 1)
    assert before <= row.started_at == row.heartbeat_at <= datetime.now(UTC)
    assert row.outcome is row.answer is row.finished_at is None


def test_an_answer_comes_back_as_it_was_given(log, asked, tmp_path) -> None:
    asked()
    answer = {**ANSWER, "outcome": "partial", "findings": [{"value": 0.1, "window": None}]}
    assert log.finish("R-1", answer)
    again = log_at(tmp_path / "memory.sqlite").get("R-1", "maria")
    assert (again.state, again.outcome, again.answer) == ("done", "partial", answer)
    assert again.finished_at is not None
    assert again.finished_at >= again.started_at


def test_the_first_answer_to_a_run_stays(log, asked) -> None:
    asked()
    assert log.finish("R-1", ANSWER)
    assert not log.finish("R-1", {**ANSWER, "text": "another"})
    assert not log.fail("R-1", "too late")
    assert log.get("R-1", "maria").answer == ANSWER


def test_a_failed_run_says_why(log, asked) -> None:
    asked()
    assert log.fail("R-1", "the hub is gone")
    row = log.get("R-1", "maria")
    assert (row.state, row.outcome, row.reason) == ("failed", "failed", "the hub is gone")


def test_two_runs_cannot_bear_one_name(asked) -> None:
    asked()
    with pytest.raises(IntegrityError):
        asked()


def test_somebody_elses_request_is_not_shown(log, asked) -> None:
    asked()
    with pytest.raises(NotPermitted):
        log.get("R-1", "tom")
    assert log.get("R-1", None).principal_id == "maria"
    with pytest.raises(UnknownName, match="R-2"):
        log.get("R-2", "maria")


def test_a_thread_belongs_to_whoever_began_it(log, asked) -> None:
    asked()
    for refused in (
        lambda: asked("R-2", principal_id="tom"),
        lambda: log.thread("T-1", "tom"),
        lambda: log.forget("T-1", "tom"),
    ):
        with pytest.raises(NotPermitted) as error:
            refused()
        assert error.value.exit_code == 4
        assert "maria" not in str(error.value.to_json())
    assert [row.run_id for row in log.thread("T-1", "maria")] == ["R-1"]


def test_a_thread_is_listed_newest_last(log, asked) -> None:
    for number in range(5):
        asked(f"R-{number}")
    asked("R-9", thread_id="T-2")
    assert [row.run_id for row in log.thread("T-1", "maria")] == [f"R-{n}" for n in range(5)]
    assert [row.run_id for row in log.thread("T-1", None, limit=2)] == ["R-3", "R-4"]
    assert log.thread("T-none", "maria") == []


def test_threads_are_listed_by_their_last_question_under_their_first(log, asked) -> None:
    asked("R-1", thread_id="T-1", text="leaks in Brazil?")
    asked("R-2", thread_id="T-2", text="noise?")
    asked("R-3", thread_id="T-1", text="and in Chile?")
    asked("R-4", thread_id="T-3", principal_id="tom", text="mine")
    mine = [(one.thread_id, one.title, one.requests) for one in log.threads("maria")]
    assert mine == [("T-1", "leaks in Brazil?", 2), ("T-2", "noise?", 1)]
    assert [one.thread_id for one in log.threads(None)] == ["T-3", "T-1", "T-2"]
    newest = log.threads("maria", limit=1)[0]
    assert newest.asked_at == log.get("R-3", None).started_at > newest.begun_at


def test_a_forgotten_thread_is_gone_and_its_name_is_free(log, asked) -> None:
    asked()
    asked("R-2", thread_id="T-2")
    log.forget("T-1", "maria")
    assert [one.thread_id for one in log.threads("maria")] == ["T-2"]
    asked("R-3", principal_id="tom")
    assert [row.run_id for row in log.thread("T-1", "tom")] == ["R-3"]


@pytest.mark.parametrize("name", ["", "two words", "x" * 81, "fädchen", "\ud800", "a\0b"])
def test_a_name_that_no_database_should_see_is_a_wrong_argument(log, asked, name: str) -> None:
    with pytest.raises(InvalidArgument):
        asked(thread_id=name)
    with pytest.raises(InvalidArgument):
        log.thread(name, "maria")
    with pytest.raises(UnknownName):
        log.get(name, "maria")


def test_only_a_silent_run_passes_for_interrupted(log, asked) -> None:
    asked("R-dead")
    asked("R-done")
    log.finish("R-done", ANSWER)
    assert log.interrupted() == []
    assert [row.run_id for row in log.interrupted(AT_ONCE)] == ["R-dead"]
    silent_since = log.get("R-dead", None).heartbeat_at
    assert log.beat("R-dead")
    assert log.get("R-dead", None).heartbeat_at > silent_since
    assert not log.beat("R-done")


def test_an_interrupted_run_is_reported_and_no_longer_listed(log, asked) -> None:
    asked()
    assert log.mark_interrupted("R-1", "the process died")
    assert not log.mark_interrupted("R-1", "again")
    assert log.interrupted(AT_ONCE) == []
    row = log.get("R-1", "maria")
    assert (row.state, row.reason, row.outcome) == ("interrupted", "the process died", None)


def test_a_run_that_was_only_slow_may_still_answer(log, asked) -> None:
    asked()
    log.mark_interrupted("R-1", "silent")
    assert log.finish("R-1", ANSWER)
    row = log.get("R-1", "maria")
    assert (row.state, row.answer, row.reason) == ("done", ANSWER, None)


def test_a_dead_run_is_taken_over_once_and_counts_its_attempts(log, asked) -> None:
    asked()
    assert not log.take_over("R-1")
    died_at = log.get("R-1", None).heartbeat_at
    silence = timedelta(milliseconds=50)
    time.sleep(0.06)
    assert [log.take_over("R-1", silence) for _ in range(2)] == [True, False]
    row = log.get("R-1", None)
    assert (row.state, row.attempts) == ("running", 2)
    assert row.heartbeat_at > died_at
    log.finish("R-1", ANSWER)
    assert not log.take_over("R-1", AT_ONCE)


@settings(deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=50))
def test_any_text_can_be_asked(text: str) -> None:
    log = RequestLog(create_engine("sqlite://"))
    log.begin(run_id="R-any", thread_id="T-any", principal_id="p", text=text)
    log.finish("R-any", {**ANSWER, "text": text})
    row = log.get("R-any", "p")
    assert row.answer == {**ANSWER, "text": text}
    if not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        assert row.text == text


def test_an_answer_without_a_number_is_no_answer(log, asked) -> None:
    asked()
    with pytest.raises(ValueError, match="JSON"):
        log.finish("R-1", {**ANSWER, "value": float("nan")})
    assert log.get("R-1", "maria").state == "running"


def work_until_killed(path: Path, started: "multiprocessing.synchronize.Event") -> None:
    log = log_at(path)
    log.begin(run_id="R-killed", thread_id="T-1", principal_id="maria", text="why?")
    with log.alive("R-killed"):
        started.set()
        time.sleep(60)


def ask_many(path: Path, who: int, count: int) -> None:
    log = log_at(path)
    for number in range(count):
        run_id = f"R-{who}-{number}"
        log.begin(run_id=run_id, thread_id="T-all", principal_id="maria", text="why?")
        log.beat(run_id)
        log.finish(run_id, json.loads(json.dumps(ANSWER)))


def test_a_killed_run_is_found_by_the_next_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    path = tmp_path / "memory.sqlite"
    process = context.Process(target=work_until_killed, args=(path, started), daemon=True)
    process.start()
    assert started.wait(30)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    log = log_at(path)
    (died,) = log.interrupted(AT_ONCE)
    assert (died.run_id, died.text, died.principal_id) == ("R-killed", "why?", "maria")
    assert log.take_over("R-killed", AT_ONCE)
    assert log.finish("R-killed", ANSWER)


def test_several_processes_lose_no_request(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    path = tmp_path / "memory.sqlite"
    workers = [context.Process(target=ask_many, args=(path, who, 20)) for who in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    rows = log_at(path).thread("T-all", "maria", limit=100)
    assert len(rows) == 40
    assert {row.state for row in rows} == {"done"}
