from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from tools.production.slices import cut, whole

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@given(DAYS, st.integers(0, 1200), st.sampled_from(["week", "month", "quarter", "year"]))
def test_slices_follow_each_other_and_cover_the_window(first: date, days: int, step: str) -> None:
    last = first + timedelta(days=days)
    found = cut(first, last, step)
    assert found.starts[0] == first
    assert found.ends[-1] == last
    assert all(
        end + timedelta(days=1) == start
        for end, start in zip(found.ends, found.starts[1:], strict=False)
    )
    assert len(set(found.labels)) == len(found.labels)


@pytest.mark.parametrize(
    ("step", "label", "end"),
    [
        ("week", "2026-W01", date(2026, 1, 4)),
        ("month", "2025-12", date(2025, 12, 31)),
        ("quarter", "2025-Q4", date(2025, 12, 31)),
        ("year", "2025", date(2025, 12, 31)),
    ],
)
def test_the_first_slice_ends_with_its_calendar_step(step: str, label: str, end: date) -> None:
    found = cut(date(2025, 12, 29), date(2026, 3, 1), step)
    assert (found.labels[0], found.ends[0]) == (label, end)


def test_a_window_without_a_first_day_begins_before_all_records() -> None:
    assert whole(None, date(2026, 1, 1)).starts[0] < date(1900, 1, 1)


def test_too_many_slices_are_refused_with_a_coarser_one() -> None:
    with pytest.raises(InvalidArgument) as caught:
        cut(date(2000, 1, 1), date(2026, 1, 1), "week")
    assert "quarter" in caught.value.next_step
