"""Runs of triage: one at a time, known by name, taken over if dead."""

from datetime import UTC, date, datetime, timedelta

from memory.ledger import Ledger
from memory.runs import (
    SILENCE,
    Begun,
    KeptRun,
    beat,
    begin,
    fail,
    finish,
    kept_run,
    kept_runs,
    last_whole,
)
from tests.memory.ledgers import NOW, at_once

WALL = datetime(2026, 11, 23, 6, tzinfo=UTC)
TRIAGE = "andon:triage"


def run_of(region: str, day: int = 20) -> KeptRun:
    as_of = date(2026, 11, day)
    return KeptRun(
        run_id=f"T-{region}-{day}",
        what="triage",
        region=region,
        as_of=as_of,
        state="running",
        commit_before=f"c{day}",
        commit_after=None,
        started_at=NOW,
        finished_at=None,
        report=None,
        digest=None,
    )


def begun(ledger: Ledger, run: KeptRun, wall: datetime = WALL) -> Begun:
    with ledger.change(by=TRIAGE, at=NOW) as change:
        return begin(change, run, wall)


def finished(ledger: Ledger, run: KeptRun, **report: int) -> bool:
    with ledger.change(by=TRIAGE, at=NOW) as change:
        return finish(change, run.run_id, report, {"words": "漏水"}, "after")


def test_a_run_is_done_once_and_its_first_report_stays(ledger: Ledger, mark: str) -> None:
    run = run_of(mark)
    assert begun(ledger, run).mine
    assert finished(ledger, run, read=3)
    assert not finished(ledger, run, read=99)
    again = begun(ledger, run)
    assert (again.mine, again.reason) == (False, "it is done already")
    assert again.run.report == {"read": 3}
    assert again.run.digest == {"words": "漏水"}
    assert again.run.commit_after == "after"


def test_one_run_of_a_region_is_at_work_at_a_time(ledger: Ledger, mark: str) -> None:
    run = run_of(mark)
    results = at_once([lambda: begun(ledger, run)] * 3)
    assert sum(result.mine for result in results) == 1
    other = begun(ledger, run_of(mark, 21))
    assert (other.mine, other.reason) == (False, f"{run.run_id} is at work")
    assert begun(ledger, run_of(f"{mark}2")).mine


def test_a_run_that_died_is_taken_up_under_its_own_name(ledger: Ledger, mark: str) -> None:
    run = run_of(mark)
    begun(ledger, run)
    later = WALL + SILENCE
    again = begun(ledger, run, later)
    assert (again.mine, again.run.run_id) == (True, run.run_id)
    assert not begun(ledger, run, later + timedelta(seconds=1)).mine


def test_a_dead_run_makes_way_for_the_next_day_and_can_report_no_more(
    ledger: Ledger, mark: str
) -> None:
    dead, next_day = run_of(mark), run_of(mark, 21)
    begun(ledger, dead)
    assert begun(ledger, next_day, WALL + SILENCE).mine
    assert not finished(ledger, dead)
    with ledger.read() as connection:
        held = kept_run(connection, dead.run_id)
    assert held is not None
    assert held.state == "failed"


def test_a_sign_of_life_keeps_the_turn(ledger: Ledger, mark: str) -> None:
    run = run_of(mark)
    begun(ledger, run)
    with ledger.engine.begin() as connection:
        assert beat(connection, run.run_id, WALL + SILENCE)
    assert not begun(ledger, run_of(mark, 21), WALL + SILENCE).mine
    finished(ledger, run)
    with ledger.engine.begin() as connection:
        assert not beat(connection, run.run_id, WALL)


def test_a_run_that_failed_is_tried_again_and_is_running_then(ledger: Ledger, mark: str) -> None:
    run = run_of(mark)
    begun(ledger, run)
    with ledger.change(by=TRIAGE, at=NOW) as change:
        assert fail(change, run.run_id, "no hub")
        assert not fail(change, run.run_id, "no hub")
    again = begun(ledger, run)
    assert (again.mine, again.run.state, again.run.finished_at) == (True, "running", None)
    with ledger.read() as connection:
        assert kept_run(connection, run.run_id) == again.run


def test_what_is_new_is_new_since_the_last_day_that_was_done(ledger: Ledger, mark: str) -> None:
    for day in (21, 20):
        begun(ledger, run_of(mark, day))
        finished(ledger, run_of(mark, day))
    begun(ledger, run_of(mark, 22))
    with ledger.read() as connection:
        last = last_whole(connection, "triage", mark)
        assert last_whole(connection, "watch", mark) is None
        assert len(kept_runs(connection, what="triage", region=mark)) == 3
    assert last is not None
    assert last.as_of == date(2026, 11, 21)


def test_a_run_that_left_out_what_is_older_is_not_what_the_next_one_goes_on_from(
    ledger: Ledger, mark: str
) -> None:
    begun(ledger, run_of(mark, 20))
    finished(ledger, run_of(mark, 20))
    partial = run_of(mark, 21)
    begun(ledger, partial)
    with ledger.change(by=TRIAGE, at=NOW) as change:
        finish(change, partial.run_id, {"since": "2026-11-21"}, {}, "after")
    with ledger.read() as connection:
        last = last_whole(connection, "triage", mark)
    assert last is not None
    assert last.as_of == date(2026, 11, 20)
