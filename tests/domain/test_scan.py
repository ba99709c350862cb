from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scan import (
    RATIOS,
    likely_tail,
    likely_window,
    log_evidence,
    raised_gain,
    tails_of,
    windows_of,
)


def test_the_gain_is_the_log_likelihood_ratio_of_two_poisson_rates() -> None:
    # 10 of 20 failures in a tenth of the exposure: 10 ln(10/2) + 10 ln(10/18)
    gain = raised_gain(np.array([10.0]), np.array([2.0]), 20.0)
    assert gain[0] == pytest.approx(10 * np.log(5) + 10 * np.log(10 / 18))


def test_a_lowered_rate_or_a_single_event_gains_nothing() -> None:
    gains = raised_gain(np.array([1.0, 3.0, 0.0]), np.array([0.01, 9.0, 1.0]), 20.0)
    assert gains.tolist() == [0.0, 0.0, 0.0]


def test_evidence_is_the_likelihood_ratio_averaged_over_places_and_ratios() -> None:
    events, expected = np.array([[6.0, 1.0]]), np.array([2.0, 3.0])
    by_hand = np.mean(
        [
            np.mean([r**o / (1 + (r - 1) * e / 20) ** 20 for o, e in ((6, 2), (1, 3))])
            for r in RATIOS
        ]
    )
    found = log_evidence(events, expected, np.array([0.5, 0.5]), 20.0)
    assert found[0] == pytest.approx(np.log(by_hand))


def test_evidence_averages_to_one_where_there_is_nothing_to_find() -> None:
    counts = np.arange(41)
    chance = np.array([comb(40, int(k)) * 0.1**k * 0.9 ** (40 - k) for k in counts])
    events = counts[:, None].astype(float)
    found = np.exp(log_evidence(events, np.array([4.0]), np.array([1.0]), 40.0))
    assert (chance * found).sum() == pytest.approx(1.0)


def test_places_without_exposure_or_with_all_of_it_say_nothing() -> None:
    events, expected = np.array([[0.0, 9.0]]), np.array([0.0, 9.0])
    assert log_evidence(events, expected, np.array([0.5, 0.5]), 9.0)[0] == -np.inf


def test_thousands_of_events_do_not_overflow() -> None:
    found = log_evidence(np.array([[9_000.0]]), np.array([100.0]), np.array([1.0]), 10_000.0)
    assert np.isfinite(found[0])
    assert found[0] > 1_000


@given(st.integers(1, 200))
def test_windows_lie_inside_and_share_all_the_weight(cells: int) -> None:
    found = windows_of(cells)
    assert found.weights.sum() == pytest.approx(1.0)
    assert (found.starts >= 0).all()
    assert (found.stops > found.starts).all()
    assert (found.stops <= cells).all()


def test_every_window_has_one_nearly_like_it_among_those_searched() -> None:
    found = windows_of(100)
    for start, stop in ((3, 4), (20, 31), (41, 88), (0, 70)):
        both = np.minimum(stop, found.stops) - np.maximum(start, found.starts)
        either = np.maximum(stop, found.stops) - np.minimum(start, found.starts)
        assert (np.maximum(both, 0) / either).max() >= 0.7


def test_thresholds_are_dense_where_few_units_lie_beyond() -> None:
    at = tails_of(np.full(1_000, 0.1))
    assert (at[0], at[-1]) == (0, 499)
    assert np.count_nonzero(at < 50) > np.count_nonzero(at >= 250)


def test_the_window_of_raised_cells_is_found() -> None:
    events = np.full(40, 2.0)
    events[10:20] = 8.0
    found = likely_window(events, np.full(40, events.sum() / 40), float(events.sum()))
    assert (found.first, found.last) == (10, 19)


def test_a_long_window_is_not_lost_to_one_lucky_cell() -> None:
    events = np.full(100, 1.0)
    events[40:70] = 2.0
    events[5] = 4.0
    found = likely_window(events, np.full(100, events.sum() / 100), float(events.sum()))
    assert found.first >= 36
    assert found.last <= 74


def test_the_threshold_lies_where_the_rate_changes() -> None:
    events = np.full(100, 1.0)
    events[:12] = 6.0
    found = likely_tail(events, np.full(100, events.sum() / 100), float(events.sum()))
    assert found.first == 0
    assert found.last == pytest.approx(11, abs=1)
    assert found.gain > 10


def test_few_events_leave_the_threshold_at_the_edge_that_suggests_itself() -> None:
    events = np.zeros(100)
    events[[1, 4, 30, 50, 70, 90]] = 1.0
    expected = np.full(100, 0.06)
    assert likely_tail(events, expected, 6.0, edge=5).last == 5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=20))
def test_the_place_found_is_raised_wherever_it_gains(counts: list[int]) -> None:
    events = np.array(counts, dtype=float)
    total = float(events.sum())
    if total < 4:
        return
    expected = np.full(len(counts), total / len(counts))
    for found in (likely_window(events, expected, total), likely_tail(events, expected, total)):
        inside = slice(found.first, found.last + 1)
        assert 0 <= found.first <= found.last < len(counts)
        if found.gain > 0:
            assert events[inside].sum() > expected[inside].sum()
