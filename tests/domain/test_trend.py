import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.trend import robust_slope, step_change

VALUES = st.lists(st.integers(-1000, 1000).map(float), min_size=3, max_size=30)


def test_a_stray_value_does_not_turn_the_slope() -> None:
    values = [2.0 * day for day in range(20)]
    values[10] = 1e6
    assert robust_slope(range(20), values).estimate == pytest.approx(2.0, abs=0.2)


def test_an_exact_line_has_an_interval_without_width() -> None:
    slope = robust_slope([0, 1, 2, 4, 8], [5, 4, 3, 1, -3])
    assert (slope.low, slope.estimate, slope.high) == (-1, -1, -1)


@given(VALUES)
def test_the_slope_turns_with_the_series(values: list[float]) -> None:
    rising = robust_slope(range(len(values)), values).estimate
    falling = robust_slope(range(len(values)), [-value for value in values]).estimate
    assert rising is not None
    assert falling == pytest.approx(-rising)


def test_a_step_is_found_where_it_is() -> None:
    step = step_change([1.0, 1.1, 0.9, 1.05, 0.95, 1.02, 3.0, 3.1, 2.9, 3.05, 2.95, 3.02])
    assert step.position == 6
    assert step.before == pytest.approx(1.01)
    assert step.after == pytest.approx(3.01)
    assert step.p_value == pytest.approx(2 * math.exp(-6 * 36**2 / (12**3 + 12**2)))  # |U| = 36


def test_a_flat_series_has_no_step() -> None:
    assert step_change([4.0] * 8).p_value == 1.0


@given(VALUES)
def test_a_step_parts_the_series_in_two(values: list[float]) -> None:
    step = step_change(values)
    assert 1 <= step.position < len(values)
    assert 0 <= step.p_value <= 1


def test_two_points_are_no_trend() -> None:
    with pytest.raises(InvalidArgument, match="too few"):
        robust_slope([0, 1], [1, 2])
    with pytest.raises(InvalidArgument, match="too few"):
        step_change([1, 2])


def test_points_at_one_place_have_no_slope() -> None:
    with pytest.raises(InvalidArgument, match="different"):
        robust_slope([1, 1, 1], [1, 2, 3])
