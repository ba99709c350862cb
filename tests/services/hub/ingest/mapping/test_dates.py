"""Dates and times in many spellings become UTC, and doubtful ones are rejected."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FORMATS = ["%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d-%b-%y", "%Y年%m月%d日", "%B %d, %Y"]


def _values(outcome, column):
    return [row[column] for row in outcome.rows]


def _rules(outcome):
    return [rule for _, rule, _ in outcome.rejected]


def test_dates_are_iso_unless_declared(value):
    rows = [["2026-01-05"], ["2026-1-5"], ["2026-01-05 00:00:00"], ["2026-01-05T00:00:00Z"]]
    found = value("deliveries.promised_on", "d", ["d"], *rows)
    assert _values(found, "promised_on") == ["2026-01-05"] * 4


@pytest.mark.parametrize(
    "text",
    ["03/04/2026", "03-04-26", "2026-01-05 10:00", "2026-13-01", "epoch", "infinity", "5.1.2026",
     "2026-01-05x", "20260105", "0044-03-15 (BC)"],
)  # fmt: skip
def test_a_text_that_is_no_iso_date_is_rejected(value, text):
    found = value("deliveries.promised_on", "d", ["d"], [text])
    assert found.rejected == [(0, "date", f"promised_on: {text} is not an ISO date (YYYY-MM-DD)")]


def test_a_row_in_another_format_than_the_declared_one_is_rejected(value):
    rows = [["2-Jun-06"], ["14-NOV-06"], ["2006-06-02"], ["Date Not Captured"]]
    found = value("deliveries.promised_on", "{from: d, date: '%d-%b-%y'}", ["d"], *rows)
    assert _values(found, "promised_on") == ["2006-06-02", "2006-11-14"]
    assert _rules(found) == ["date", "date"]


def test_a_date_that_two_declared_formats_read_differently_is_rejected(value):
    rule = "{from: d, date: ['%d/%m/%Y', '%m/%d/%Y', iso]}"
    rows = [["03/04/2026"], ["13/04/2026"], ["04/13/2026"], ["05/05/2026"], ["2026-05-06"]]
    found = value("deliveries.promised_on", rule, ["d"], *rows)
    expected = ["2026-04-13", "2026-04-13", "2026-05-05", "2026-05-06"]
    assert _values(found, "promised_on") == expected
    assert _rules(found) == ["date_ambiguous"]


def test_two_digit_years_do_not_fit_a_four_digit_format(value):
    rule = "{from: d, date: ['%d.%m.%Y', '%d.%m.%y']}"
    found = value("deliveries.promised_on", rule, ["d"], ["02.06.06"], ["02.06.2006"])
    assert _values(found, "promised_on") == ["2006-06-02", "2006-06-02"]


def test_times_with_an_offset_become_utc_and_times_without_are_utc(value):
    rows = [["2026-01-05T10:00:00+02:00"], ["2026-01-05T10:00:00Z"], [" 2026-01-05 10:00 "]]
    found = value("signals.at", "t", ["t"], *rows)
    hours = ["2026-01-05 08:00:00+00", "2026-01-05 10:00:00+00", "2026-01-05 10:00:00+00"]
    assert _values(found, "at") == hours


@pytest.mark.parametrize("text", ["10:00", "gestern", "03-04-26 10:00", "2026-01-05 25:00:00"])
def test_a_text_that_is_no_time_is_rejected(value, text):
    assert _rules(value("signals.at", "t", ["t"], [text])) == ["date"]


def test_a_local_time_becomes_utc_by_its_zone(value):
    rule = "{from: [Datum, Zeit], date: '%d.%m.%Y %H:%M', zone: Europe/Berlin}"
    rows = [["05.01.2026", "10:00"], ["05.07.2026", "10:00"], ["05.07.2026", ""]]
    found = value("signals.at", rule, ["Datum", "Zeit"], *rows)
    assert _values(found, "at") == ["2026-01-05 09:00:00+00", "2026-07-05 08:00:00+00"]
    assert _rules(found) == ["date"]


def test_a_repeated_local_time_is_standard_time_and_a_skipped_one_moves_on(value):
    rule = "{from: t, zone: Europe/Berlin}"
    rows = [["2026-10-25 02:30:00"], ["2026-03-29 02:30:00"], ["2026-10-25T02:30:00+02:00"]]
    found = value("signals.at", rule, ["t"], *rows)
    expected = ["2026-10-25 01:30:00+00", "2026-03-29 01:30:00+00", "2026-10-25 00:30:00+00"]
    assert _values(found, "at") == expected


def test_each_row_may_have_its_own_zone(value):
    rule = "{from: t, zone_from: tz, zone_map: {MEZ: Europe/Berlin}, zone: UTC}"
    clock = "2026-01-05 10:00:00"
    rows = [[clock, "Asia/Tokyo"], [clock, "MEZ"], [clock, ""], [clock, "Atlantis"], ["", "?"]]
    found = value("signals.at", rule, ["t", "tz"], *rows)
    expected = ["2026-01-05 01:00:00+00", "2026-01-05 09:00:00+00", "2026-01-05 10:00:00+00", None]
    assert _values(found, "at") == expected
    assert found.rejected == [(3, "zone", "at: Atlantis is no known time zone")]


def test_a_format_with_an_offset_is_not_shifted_again(value):
    rule = "{from: t, date: '%Y-%m-%d %H:%M %z', zone: Asia/Tokyo}"
    found = value("signals.at", rule, ["t"], ["2026-01-05 10:00 +0100"])
    assert _values(found, "at") == ["2026-01-05 09:00:00+00"]


def test_excel_serials_and_epochs_are_moments(value):
    excel = value("signals.at", "{from: t, date: excel}", ["t"], ["45000.5"], ["59"], ["4e9"])
    assert _values(excel, "at") == ["2023-03-15 12:00:00+00"]
    assert _rules(excel) == ["date", "date"]
    day = value("deliveries.promised_on", "{from: t, date: excel}", ["t"], ["45000"])
    assert _values(day, "promised_on") == ["2023-03-15"]
    seconds = value("signals.at", "{from: t, date: epoch_s}", ["t"], ["1e9"], ["1e300"], ["nan"])
    assert _values(seconds, "at") == ["2001-09-09 01:46:40+00"]
    assert _rules(seconds) == ["date", "date"]
    millis = value("signals.at", "{from: t, date: epoch_ms}", ["t"], ["1000000000500"])
    assert _values(millis, "at") == ["2001-09-09 01:46:40.5+00"]


def test_a_moment_may_be_computed_from_the_record_number(value):
    rule = "{expression: '1577836800 + row * 180', date: epoch_s}"
    found = value("signals.at", rule, ["x"], ["a"], ["b"])
    assert _values(found, "at") == ["2020-01-01 00:03:00+00", "2020-01-01 00:06:00+00"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    days=st.lists(st.dates(date(1970, 1, 1), date(2067, 12, 31)), min_size=1, max_size=30),
    pattern=st.sampled_from(FORMATS),
)
def test_a_written_date_is_read_back(value, days, pattern):
    texts = [[day.strftime(pattern)] for day in days]
    found = value("deliveries.promised_on", f"{{from: d, date: '{pattern}'}}", ["d"], *texts)
    assert _values(found, "promised_on") == [day.isoformat() for day in days]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 4_000_000_000), min_size=1, max_size=30))
def test_a_moment_written_in_any_offset_is_read_back(value, seconds):
    start = datetime(1970, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(seconds=second) for second in seconds]
    texts = [
        [(m + timedelta(hours=h)).strftime(f"%Y-%m-%dT%H:%M:%S{h:+03d}:00")]
        for h, m in zip([second % 27 - 12 for second in seconds], moments, strict=True)
    ]
    found = value("signals.at", "t", ["t"], *texts)
    assert _values(found, "at") == [m.strftime("%Y-%m-%d %H:%M:%S+00") for m in moments]
