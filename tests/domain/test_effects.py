"""Difference-in-differences, against the worked cases of effect verification."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.effects import BeforeAfter, difference_in_differences
from domain.errors import InvalidArgument
from domain.rates import Incidence

PERIODS = st.builds(Incidence, st.integers(1, 500), st.floats(0.1, 1e6))
GROUPS = st.builds(BeforeAfter, PERIODS, PERIODS)


def test_a_working_fix_keeps_part_of_its_naive_effect() -> None:
    treated = BeforeAfter(Incidence(120, 80.0), Incidence(30, 50.0))
    control = BeforeAfter(Incidence(225, 100.0), Incidence(150, 100.0))
    result = difference_in_differences(treated, control)
    assert result.naive.estimate == pytest.approx(0.40)
    assert result.control.estimate == pytest.approx(2 / 3)
    assert result.ratio.estimate == pytest.approx(0.60)
    assert result.ratio.low == pytest.approx(0.38, abs=5e-3)
    assert result.ratio.high == pytest.approx(0.94, abs=5e-3)
    assert result.p_value < 0.05


def test_a_fall_that_the_control_shares_is_the_season_and_not_the_fix() -> None:
    treated = BeforeAfter(Incidence(120, 80.0), Incidence(60, 50.0))
    control = BeforeAfter(Incidence(150, 100.0), Incidence(100, 100.0))
    result = difference_in_differences(treated, control)
    assert result.naive.estimate == pytest.approx(0.80)
    assert result.ratio.estimate == pytest.approx(1.20)
    assert result.ratio.low == pytest.approx(0.80, abs=5e-3)
    assert result.ratio.high == pytest.approx(1.79, abs=5e-3)
    assert result.p_value > 0.05


@pytest.mark.parametrize("empty", range(4))
def test_a_zero_count_leaves_the_effect_undetermined(empty: int) -> None:
    counts = [40, 40, 40, 40]
    counts[empty] = 0
    a, b, c, d = (Incidence(count, 10.0) for count in counts)
    result = difference_in_differences(BeforeAfter(a, b), BeforeAfter(c, d))
    assert (result.ratio.estimate, result.ratio.low, result.ratio.high) == (None, 0.0, None)
    assert result.p_value == 1.0
    json.dumps(result.model_dump(mode="json"), allow_nan=False)


def test_a_zero_count_still_shows_the_naive_bound() -> None:
    treated = BeforeAfter(Incidence(40, 10.0), Incidence(0, 10.0))
    control = BeforeAfter(Incidence(40, 10.0), Incidence(40, 10.0))
    naive = difference_in_differences(treated, control).naive
    assert naive.estimate == 0.0
    assert naive.high is not None
    assert naive.high < 0.2


@given(GROUPS, GROUPS)
def test_swapping_treated_and_control_inverts_the_effect(
    treated: BeforeAfter, control: BeforeAfter
) -> None:
    one = difference_in_differences(treated, control)
    other = difference_in_differences(control, treated)
    assert one.ratio.estimate == pytest.approx(1 / (other.ratio.estimate or 0))
    assert one.ratio.low == pytest.approx(1 / (other.ratio.high or 0))
    assert one.p_value == pytest.approx(other.p_value)


@given(GROUPS, GROUPS, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_covers_one_just_when_the_p_value_is_above_its_error(
    treated: BeforeAfter, control: BeforeAfter, level: float
) -> None:
    result = difference_in_differences(treated, control, level=level)
    if abs(result.p_value - (1 - level)) > 1e-9:
        covers = result.ratio.low <= 1 <= (result.ratio.high or 0)
        assert covers == (result.p_value > 1 - level)


def test_a_group_that_does_not_change_has_no_effect_on_itself() -> None:
    group = BeforeAfter(Incidence(30, 10.0), Incidence(50, 12.0))
    result = difference_in_differences(group, group)
    assert result.ratio.estimate == pytest.approx(1)
    assert result.p_value == pytest.approx(1)


def test_a_period_without_exposure_is_refused() -> None:
    fine = BeforeAfter(Incidence(30, 10.0), Incidence(50, 12.0))
    with pytest.raises(InvalidArgument, match="exposure"):
        difference_in_differences(BeforeAfter(Incidence(3, 1.0), Incidence(0, 0.0)), fine)
