from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cumulative import cumulative_hazard, full_months, sum_of_rates
from domain.errors import InvalidArgument
from domain.intervals import poisson_interval

COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 100_000)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 15), date(2026, 2, 14), 0),
        (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 1), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2026, 3, 10), date(2026, 3, 9), -1),
    ],
)
def test_a_month_is_over_on_its_own_day_of_the_next(start: date, end: date, months: int) -> None:
    assert full_months(start, end) == months


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_full_months_never_fall_as_time_goes_on(start: date, end: date) -> None:
    assert full_months(start, end) <= full_months(start, date.fromordinal(end.toordinal() + 1))


def test_months_are_judged_by_the_units_that_completed_them_and_added_up() -> None:
    months = cumulative_hazard([4, 3], [1000, 500])
    assert months[0].hazard == poisson_interval(4, 1000)
    assert months[1].hazard.estimate == pytest.approx(0.006)
    assert months[1].cumulative.estimate == pytest.approx(0.010)


def test_one_rate_has_the_exact_interval_of_its_count() -> None:
    exact = poisson_interval(36, 18.54)
    found = sum_of_rates([36], [18.54])
    assert found.low == pytest.approx(exact.low)
    assert found.high == pytest.approx(exact.high)


def test_no_events_bound_the_rate_by_the_month_with_fewest_units() -> None:
    found = sum_of_rates([0, 0], [1000, 100])
    assert (found.estimate, found.low) == (0, 0)
    assert found.high == pytest.approx(poisson_interval(0, 100).high)


@given(COUNTS)
def test_the_interval_holds_the_estimate(counts: list[tuple[int, int]]) -> None:
    found = sum_of_rates([c for c, _ in counts], [n for _, n in counts])
    assert found.estimate is not None
    assert found.high is not None
    assert found.low <= found.estimate < found.high


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.integers(1, 10_000))
def test_equal_exposures_give_the_exact_interval_of_all_events(events: list[int], n: int) -> None:
    found, exact = sum_of_rates(events, [n] * len(events)), poisson_interval(sum(events), n)
    assert found.low == pytest.approx(exact.low)
    assert found.high == pytest.approx(exact.high)


def test_a_month_that_nobody_completed_has_no_hazard() -> None:
    with pytest.raises(InvalidArgument, match="above zero"):
        cumulative_hazard([0, 0], [10, 0])


def test_months_and_units_must_be_of_one_length() -> None:
    with pytest.raises(InvalidArgument, match="lengths differ"):
        cumulative_hazard([1], [10, 9])
