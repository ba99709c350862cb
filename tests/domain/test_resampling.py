import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.resampling import chance_of, chance_of_best


def test_a_value_within_the_draws_has_the_share_of_larger_draws() -> None:
    chance = chance_of(np.arange(99, dtype=float))
    assert chance.p_value(49.0) == pytest.approx(51 / 100)
    assert chance.p_value(-1.0) == 1.0


def test_beyond_the_draws_the_tail_goes_on_falling() -> None:
    chance = chance_of(np.random.default_rng(2).exponential(size=400))
    assert chance.p_value(8.0) == pytest.approx(np.exp(-8), rel=2.5)
    assert chance.p_value(16.0) < chance.p_value(8.0) < chance.p_value(4.0)


def test_chance_alone_reaches_the_five_percent_level_about_one_time_in_twenty() -> None:
    random = np.random.default_rng(3)
    chance = chance_of(random.exponential(size=199))
    share = np.mean([chance.p_value(one) <= 0.05 for one in random.exponential(size=4_000)])
    assert 0.02 <= share <= 0.09


def test_factors_that_say_the_same_are_counted_once_and_different_ones_each() -> None:
    random = np.random.default_rng(4)
    one = random.exponential(size=(1, 999))
    same = chance_of_best(np.repeat(one, 20, axis=0))
    different = chance_of_best(random.exponential(size=(20, 999)))
    assert same.p_value(5.0) == pytest.approx(chance_of(one[0]).p_value(5.0))
    assert different.p_value(5.0) == pytest.approx(20 * np.exp(-5), rel=0.4)


def test_a_handful_of_draws_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="do not show a tail"):
        chance_of(np.arange(10, dtype=float))


@given(
    st.lists(st.floats(-5, 20), min_size=20, max_size=60), st.floats(-10, 60), st.floats(-10, 60)
)
def test_a_larger_value_is_never_more_likely_by_chance(
    drawn: list[float], one: float, other: float
) -> None:
    chance = chance_of(np.array(drawn))
    low, high = sorted((one, other))
    assert 0 <= chance.p_value(high) <= chance.p_value(low) <= 1
