from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.clocks import Limit, Pause, Place, due_at, is_working_day, local
from domain.errors import InvalidArgument

BERLIN, NEW_YORK = Place("Europe/Berlin", "DE"), Place("America/New_York", "US")
SYDNEY, RIYADH = Place("Australia/Sydney", "AU"), Place("Asia/Riyadh", "SA")
DAY = Limit(1, "days")
CHANGES = {  # the local day of each change, and by how much it is longer than 24 hours
    (BERLIN, date(2026, 3, 29)): -1,
    (BERLIN, date(2026, 10, 25)): 1,
    (NEW_YORK, date(2026, 3, 8)): -1,
    (NEW_YORK, date(2026, 11, 1)): 1,
    (SYDNEY, date(2026, 10, 4)): -1,
    (SYDNEY, date(2026, 4, 5)): 1,
}
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
PLACES = st.sampled_from([BERLIN, NEW_YORK, SYDNEY, RIYADH])
LIMITS = st.builds(
    Limit,
    st.integers(1, 40),
    st.sampled_from(["hours", "days", "working_days"]),
    st.sampled_from(["end_of_day", "same_time"]),
)
PAUSES = st.lists(
    st.builds(
        lambda start, hours: Pause(start, start + timedelta(hours=hours)),
        MOMENTS,
        st.integers(0, 400),
    ),
    max_size=4,
)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("place", "day"), CHANGES)
def test_24_hours_are_24_elapsed_hours_over_a_daylight_saving_change(place, day) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(place.zone)) - timedelta(hours=4)
    due = due_at(start, Limit(24, "hours"), place)
    assert due - start.astimezone(UTC) == timedelta(hours=24)


@pytest.mark.parametrize(("place", "day"), CHANGES)
def test_two_days_end_at_local_midnight_over_a_daylight_saving_change(place, day) -> None:
    before = day - timedelta(days=1)
    start = datetime(before.year, before.month, before.day, 20, tzinfo=ZoneInfo(place.zone))
    due = due_at(start, Limit(2, "days"), place)
    there = local(due, place.zone)
    assert (there.date(), there.hour, there.minute) == (day + timedelta(days=2), 0, 0)
    assert due - start.astimezone(UTC) == timedelta(hours=52 + CHANGES[place, day])


@pytest.mark.parametrize(("place", "day"), CHANGES)
def test_two_days_to_the_same_time_show_the_same_clock_over_a_change(place, day) -> None:
    before = day - timedelta(days=1)
    start = datetime(before.year, before.month, before.day, 20, tzinfo=ZoneInfo(place.zone))
    due = due_at(start, Limit(2, "days", "same_time"), place)
    assert local(due, place.zone).replace(tzinfo=None) == start.replace(tzinfo=None) + timedelta(2)
    assert due - start.astimezone(UTC) == timedelta(hours=48 + CHANGES[place, day])


def test_a_time_that_a_change_skips_is_the_moment_after_the_gap() -> None:
    due = due_at(at("2026-03-28T02:30", "Europe/Berlin"), Limit(1, "days", "same_time"), BERLIN)
    assert local(due, "Europe/Berlin").isoformat() == "2026-03-29T03:30:00+02:00"


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    due = due_at(at("2026-10-24T02:30", "Europe/Berlin"), Limit(1, "days", "same_time"), BERLIN)
    assert local(due, "Europe/Berlin").isoformat() == "2026-10-25T02:30:00+02:00"


def test_ten_american_working_days_leave_out_weekends_and_thanksgiving() -> None:
    due = due_at(at("2026-11-25T12:00"), Limit(10, "working_days"), NEW_YORK)
    assert local(due, "America/New_York").isoformat() == "2026-12-11T00:00:00-05:00"


def test_the_saudi_weekend_is_friday_and_saturday() -> None:
    assert [is_working_day(date(2026, 11, day), "SA") for day in range(26, 30)] == [
        True,
        False,
        False,
        True,
    ]
    due = due_at(at("2026-11-25T12:00"), Limit(2, "working_days"), RIYADH)
    assert local(due, "Asia/Riyadh").isoformat() == "2026-11-30T00:00:00+03:00"


def test_a_chinese_make_up_saturday_is_a_working_day() -> None:
    assert is_working_day(date(2026, 2, 14), "CN")
    assert not is_working_day(date(2026, 2, 17), "CN")


def test_the_day_is_that_of_the_place_not_of_the_asker() -> None:
    late = at("2026-06-01T23:30")  # already the second of June in Sydney
    assert local(due_at(late, DAY, SYDNEY), "Australia/Sydney").date() == date(2026, 6, 4)
    assert local(due_at(late, DAY, NEW_YORK), "America/New_York").date() == date(2026, 6, 3)


def test_hours_stand_still_in_a_pause() -> None:
    pause = Pause(at("2026-06-01T10:00"), at("2026-06-03T10:00"))
    due = due_at(at("2026-06-01T08:00"), Limit(24, "hours"), BERLIN, [pause])
    assert due == at("2026-06-04T08:00")


def test_a_day_counts_if_the_clock_runs_when_the_day_closes() -> None:
    start, two = at("2026-06-01T08:00", "Europe/Berlin"), Limit(2, "days")
    over_a_night = Pause(
        at("2026-06-02T20:00", "Europe/Berlin"), at("2026-06-03T09:00", "Europe/Berlin")
    )
    within_a_day = Pause(
        at("2026-06-02T09:00", "Europe/Berlin"), at("2026-06-02T20:00", "Europe/Berlin")
    )
    plain = due_at(start, two, BERLIN)
    assert due_at(start, two, BERLIN, [over_a_night]) == plain + timedelta(days=1)
    assert due_at(start, two, BERLIN, [within_a_day]) == plain


@pytest.mark.parametrize("unit", ["hours", "days", "working_days"])
def test_a_pause_without_end_leaves_no_due_moment_unless_it_comes_after(unit) -> None:
    start, limit = at("2026-06-01T08:00"), Limit(3, unit)
    due = due_at(start, limit, BERLIN)
    assert due_at(start, limit, BERLIN, [Pause(start + timedelta(hours=1))]) is None
    assert due_at(start, limit, BERLIN, [Pause(due)]) == due


@given(MOMENTS, LIMITS, PLACES, PAUSES)
def test_pauses_only_lengthen_and_nothing_falls_due_within_one(start, limit, place, pauses) -> None:
    plain, due = due_at(start, limit, place), due_at(start, limit, place, pauses)
    assert due >= plain
    for count in range(len(pauses)):
        assert due >= due_at(start, limit, place, pauses[:count])
    if due > plain:
        assert not any(pause.start < due < pause.end for pause in pauses)


@given(MOMENTS, st.integers(1, 300), PAUSES)
def test_hours_that_run_add_up_to_the_limit(start, amount, pauses) -> None:
    due = due_at(start, Limit(amount, "hours"), BERLIN, pauses)
    edges = sorted({start, due, *(moment for one in pauses for moment in one)})
    ran = sum(
        (
            end - begin
            for begin, end in pairwise(edges)
            if begin >= start
            and end <= due
            and not any(one.start <= begin and end <= one.end for one in pauses)
        ),
        timedelta(0),
    )
    assert ran == timedelta(hours=amount)


@given(MOMENTS, LIMITS, PLACES)
def test_more_time_is_never_less(start, limit, place) -> None:
    due = due_at(start, limit, place)
    assert due > start
    assert due_at(start, limit._replace(amount=limit.amount + 1), place) > due
    if limit.unit == "days":
        assert due_at(start, limit._replace(unit="working_days"), place) >= due


@example(at("2026-10-25T00:30"), Limit(1, "days", "same_time"), BERLIN)
@example(at("2026-10-25T01:30"), Limit(1, "days", "same_time"), BERLIN)
@given(MOMENTS, LIMITS, PLACES)
def test_it_does_not_matter_in_which_zone_the_start_is_written(start, limit, place) -> None:
    due = due_at(start, limit, place)
    assert due.tzinfo is UTC
    for zone in ("Asia/Tokyo", "America/New_York", place.zone):
        assert due_at(start.astimezone(ZoneInfo(zone)), limit, place) == due
    assert local(due, place.zone).astimezone(UTC) == due


@given(MOMENTS, st.integers(1, 40), PLACES)
def test_working_days_end_with_a_working_day_and_count_so_many(start, amount, place) -> None:
    due = due_at(start, Limit(amount, "working_days"), place)
    first = local(start, place.zone).date()
    last = local(due - timedelta(seconds=1), place.zone).date()
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert is_working_day(last, place.country)
    assert sum(is_working_day(day, place.country) for day in days) == amount


def test_what_cannot_be_reckoned_with_is_named() -> None:
    start = at("2026-06-01T08:00")
    with pytest.raises(InvalidArgument, match="no time zone"):
        due_at(start.replace(tzinfo=None), DAY, BERLIN)
    with pytest.raises(InvalidArgument, match="one or more"):
        due_at(start, Limit(0, "days"), BERLIN)
    with pytest.raises(InvalidArgument, match="no time zone 'Europe/Bärlin'"):
        due_at(start, DAY, Place("Europe/Bärlin"))
    with pytest.raises(InvalidArgument, match="calendar of holidays for 'XX'"):
        due_at(start, Limit(1, "working_days"), Place("Europe/Berlin", "XX"))
    with pytest.raises(InvalidArgument, match="need the country"):
        due_at(start, Limit(1, "working_days"), Place("Europe/Berlin"))
    with pytest.raises(InvalidArgument, match="before it begins"):
        due_at(start, DAY, BERLIN, [Pause(start, start - timedelta(days=1))])
