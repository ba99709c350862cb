import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scan import best_window, best_windows_by_chance, extreme, raised_gain


def test_the_gain_is_the_log_likelihood_ratio_of_two_poisson_rates() -> None:
    # 10 of 20 failures in a tenth of the exposure: 10 ln(10/2) + 10 ln(10/18)
    gain = raised_gain(np.array([10.0]), np.array([2.0]), 20.0)
    assert gain[0] == pytest.approx(10 * np.log(5) + 10 * np.log(10 / 18))


def test_a_lowered_rate_or_a_single_event_gains_nothing() -> None:
    gains = raised_gain(np.array([1.0, 3.0, 0.0]), np.array([0.01, 9.0, 1.0]), 20.0)
    assert gains.tolist() == [0.0, 0.0, 0.0]


def test_the_window_of_raised_cells_is_found() -> None:
    expected = np.full(40, 2.0)
    events = np.full(40, 2.0)
    events[10:20] = 8.0
    found = best_window(events, expected * events.sum() / 80, float(events.sum()))
    assert (found.first, found.last) == (10, 19)


def test_a_long_window_is_not_lost_to_one_lucky_cell() -> None:
    events = np.full(100, 1.0)
    events[40:70] = 2.0
    events[5] = 4.0
    found = best_window(events, np.full(100, events.sum() / 100), float(events.sum()))
    assert found.first >= 36
    assert found.last <= 74


def test_chance_alone_reaches_the_five_percent_level_about_one_time_in_twenty() -> None:
    random = np.random.default_rng(3)
    expected = np.full(30, 4.0)
    draws = random.multinomial(120, expected / 120, size=399).astype(float)
    null = extreme(best_windows_by_chance(draws[:199], expected, 120.0))
    tried = best_windows_by_chance(draws[199:], expected, 120.0)
    share = np.mean([null.tail(score) <= 0.05 for score in tried])
    assert 0.01 <= share <= 0.10


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=20))
def test_the_best_window_of_raised_cells_is_itself_raised(counts: list[int]) -> None:
    events = np.array(counts, dtype=float)
    total = float(events.sum())
    if total < 4:
        return
    expected = np.full(len(counts), total / len(counts))
    found = best_window(events, expected, total)
    inside = slice(found.first, found.last + 1)
    assert 0 <= found.first <= found.last < len(counts)
    if found.gain > 0:
        assert events[inside].sum() > expected[inside].sum()
