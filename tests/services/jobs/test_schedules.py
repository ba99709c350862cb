"""What comes again comes at the right time, once for all that was missed, and never over itself."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadArgument
from services.jobs.job import Job
from services.jobs.retry import Retry
from services.jobs.schedule import Schedule
from services.jobs.worker import Tally, Worker

BERLIN = ZoneInfo("Europe/Berlin")
CRONS = ("30 2 * * *", "0,30 2 * * *", "15 */4 * * *", "*/20 * * * *", "0 7 * * 1", "5 3 1 * *")
CHANGES = [
    datetime(2026, month, day)  # noqa: DTZ001
    for month, day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31), (11, 22))
]
"""Days before clocks are changed somewhere, and some others."""
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")


def digest(cron: str = "30 7 * * *", zone: str = "Europe/Berlin", **payload: object) -> Schedule:
    return Schedule(key="digest:emea", cron=cron, zone=zone, queue="digest", payload=payload)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.fixture
def ran(jobs):
    """Moments that the runs of a schedule stand for, and a worker that does them."""
    runs: list[Job] = []
    worker = Worker(jobs, {"digest": runs.append}, lambda: datetime.max.replace(tzinfo=UTC))
    return runs, worker


def times_of(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    def following():
        moment = start
        while True:
            moment = schedule.after(moment)
            yield moment

    return list(takewhile(lambda moment: moment <= end, following()))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-27", "2026-03-31", ["28 02:30", "29 03:00", "30 02:30"]),  # no 02:30 on the 29th
        ("2026-10-23", "2026-10-27", ["24 02:30", "25 02:30", "26 02:30"]),  # twice on the 25th
    ],
)
def test_a_daily_job_at_half_past_two_runs_once_on_days_that_change_the_clocks(
    jobs, ran, first, last, expected
) -> None:
    runs, worker = ran
    now, end = local(f"{first}T12:00"), local(f"{last}T01:00")
    jobs.schedule(digest("30 2 * * *"), now)
    while now <= end:
        worker.run_due(now)
        now += timedelta(minutes=30)
    assert [f"{job.at.astimezone(BERLIN):%d %H:%M}" for job in runs] == expected


def test_the_hour_that_comes_twice_is_taken_the_first_time(jobs) -> None:
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    assert digest("30 2 * * *").after(between) == local("2026-10-26T02:30")
    before = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
    assert digest("30 2 * * *").after(before) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@settings(deadline=None)
@given(
    st.sampled_from(CRONS),
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES).flatmap(lambda day: st.datetimes(day, day + timedelta(days=3))),
    st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_the_newest_missed_time_is_one_of_the_schedules_times(cron, zone, start, gap) -> None:
    schedule = digest(cron, zone)
    first = schedule.after(start.replace(tzinfo=UTC))
    until = first + gap
    newest = schedule.last(first, until)
    assert first <= newest <= until
    assert newest in times_of(schedule, first - timedelta(seconds=1), until)
    assert schedule.after(until) > until


def test_all_that_was_missed_is_made_up_for_once_with_the_newest_time(jobs, ran) -> None:
    runs, worker = ran
    jobs.schedule(digest("0 7 * * *"), local("2026-11-02T12:00"))
    assert worker.run_due(local("2026-11-23T09:15")) == Tally(done=1)
    assert [(job.key, job.at) for job in runs] == [
        ("digest:emea@2026-11-23T06:00Z", local("2026-11-23T07:00"))
    ]
    assert worker.run_due(local("2026-11-23T09:15")) == Tally()
    assert worker.run_due(local("2026-11-24T07:00")) == Tally(done=1)


def test_what_was_missed_while_nobody_worked_survives_a_new_start(jobs, ran) -> None:
    runs, worker = ran
    jobs.schedule(digest("0 7 * * *"), local("2026-11-02T12:00"))
    jobs.schedule(digest("0 7 * * *", lines=9), local("2026-11-05T12:00"))
    worker.run_due(local("2026-11-05T12:01"))
    assert [(job.at, job.payload) for job in runs] == [(local("2026-11-05T07:00"), {"lines": 9})]


def test_a_run_is_not_made_while_the_one_before_goes_on(jobs, morning) -> None:
    jobs.schedule(digest("*/10 * * * *"), morning)
    seen: list[int] = []

    def slow(job: Job) -> None:
        seen.append(jobs.tick(job.at + timedelta(hours=2)))

    due = morning + timedelta(minutes=10)
    Worker(jobs, {"digest": slow}, lambda: due).run_due(due)
    assert seen == [0]
    assert jobs.tick(due + timedelta(hours=2)) == 1, "it waited"
    assert jobs.tick(due + timedelta(hours=3)) == 0, "one that waits is enough"
    assert len(jobs.listed()) == 2


def test_a_run_waits_while_the_one_before_is_to_be_tried_again_but_not_for_a_dead_one(
    jobs, morning
) -> None:
    def fails(_: Job) -> None:
        raise OSError("down")

    jobs.schedule(digest("*/10 * * * *"), morning)
    retry = Retry(attempts=2, first_seconds=3600)
    due = morning + timedelta(minutes=10)
    worker = Worker(jobs, {"digest": fails}, lambda: due, retry=retry)
    assert worker.run_due(due) == Tally(failed=1)
    assert worker.run_due(due + timedelta(minutes=20)) == Tally()
    assert worker.run_due(due + timedelta(minutes=60)) == Tally(failed=2)
    assert [job.state for job in jobs.listed()] == ["dead", "waiting"]


def test_a_schedule_that_is_changed_comes_at_its_new_times_only(jobs, ran) -> None:
    runs, worker = ran
    jobs.schedule(digest("0 7 * * *"), local("2026-11-02T06:00"))
    jobs.schedule(digest("0 9 * * *", region="EMEA"), local("2026-11-02T06:30"))
    assert worker.run_due(local("2026-11-02T08:00")) == Tally()
    assert worker.run_due(local("2026-11-02T09:00")) == Tally(done=1)
    assert [(one.schedule.cron, one.next_at) for one in jobs.schedules()] == [
        ("0 9 * * *", local("2026-11-03T09:00"))
    ]
    assert runs[0].payload == {"region": "EMEA"}


def test_a_schedule_that_is_removed_comes_no_more_nor_does_its_run_that_waits(jobs, ran) -> None:
    runs, worker = ran
    jobs.schedule(digest("0 7 * * *"), local("2026-11-02T06:00"))
    jobs.tick(local("2026-11-02T07:00"))
    assert jobs.unschedule("digest:emea")
    assert not jobs.unschedule("digest:emea")
    assert worker.run_due(local("2026-12-02T07:00")) == Tally()
    assert (runs, jobs.schedules(), jobs.listed()) == ([], [], [])


@pytest.mark.parametrize("cron", ["", "0 7 * *", "0 0 7 * * *", "61 7 * * *", "0 0 30 2 *", "soon"])
def test_a_cron_line_that_cannot_be_used_is_named(jobs, morning, cron) -> None:
    with pytest.raises(BadArgument, match=r"digest:emea.*is no cron line"):
        jobs.schedule(digest(cron), morning)
    assert jobs.schedules() == []


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc"])
def test_a_time_zone_that_there_is_not_is_named(jobs, morning, zone) -> None:
    with pytest.raises(BadArgument, match="no time zone"):
        jobs.schedule(digest(zone=zone), morning)
