from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.expected_events import (
    AGE_EDGES,
    age_band,
    exposure_by_age,
    harmonic,
    market_gains,
    rates_by_age,
    season_known,
    waves,
)

WEEKS = 104
WAVE = waves((date(2025, 1, 6) - date(1970, 1, 1)).days, WEEKS)


def test_ages_fall_into_their_bands() -> None:
    found = age_band(np.array([-1, 0, 3, 4, 51, 52, 500]))
    assert found.tolist() == [0, 0, 0, 1, 5, 6, len(AGE_EDGES) - 1]


def test_a_unit_counts_from_its_sale_to_the_end_of_its_warranty() -> None:
    sold = np.zeros((1, 30))
    sold[0, 10] = 1
    found = exposure_by_age(sold, 0, np.array([8]), 30)
    by_week = found.sum(axis=1)[0]
    assert by_week[:10].sum() == 0
    assert by_week[10] == 0.5
    assert by_week[11:19].tolist() == [1.0] * 8
    assert by_week[19:].sum() == 0
    assert found[0, 0].sum() == 3.5


def test_units_sold_before_the_window_are_in_service_within_it() -> None:
    sold = np.ones((1, 1))
    found = exposure_by_age(sold, -20, np.array([1000]), 5)
    assert found.sum(axis=1)[0].tolist() == [1.0] * 5
    assert found[0, age_band(np.array([20]))[0]].sum() == 5


@settings(max_examples=30, deadline=None)
@given(
    sold=st.lists(st.integers(0, 50), min_size=1, max_size=20),
    cover=st.integers(0, 60),
    first=st.integers(-30, 0),
)
def test_no_unit_is_in_service_for_longer_than_it_was_sold(sold, cover, first) -> None:
    weeks = first + len(sold) + 10
    if weeks < 1:
        return
    found = exposure_by_age(np.array([sold], dtype=np.float64), first, np.array([cover]), weeks)
    assert found.sum() <= sum(sold) * (cover + 0.5) + 1e-9
    assert (found.sum(axis=1) <= sum(sold)).all()


def test_rates_by_age_follow_the_events_and_few_events_draw_them_together() -> None:
    exposure = np.full((1, len(AGE_EDGES)), 1e5)
    many = np.full((1, len(AGE_EDGES)), 1000.0)
    many[0, 0] = 3000.0
    assert rates_by_age(many, exposure)[0, 0] == pytest.approx(0.03, rel=0.01)
    few = many / 1000
    assert rates_by_age(few, exposure)[0, 0] < 0.5 * 3e-5
    assert rates_by_age(0 * many, exposure).sum() == 0


def seasonal(swing: float, south: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.Generator(np.random.PCG64(3))
    due = np.stack([np.full(WEEKS, 10 * (1 - south)), np.full(WEEKS, 10 * south)])[None]
    side = np.array([1.0, -1.0])[None, :, None]
    return random.poisson(due * (1 + swing * side * WAVE[0])).astype(np.float64), due


def test_a_season_is_found_opposite_in_the_hemispheres() -> None:
    found = harmonic(*seasonal(0.6), WAVE)
    north = np.exp(found.weights[0] @ WAVE)
    assert 1.4 < north.max() < 2.0
    assert abs(int(np.argmax(north[:52])) - int(np.argmax(WAVE[0][:52]))) <= 4


def test_without_a_season_hardly_any_is_found() -> None:
    found = harmonic(*seasonal(0.0), WAVE)
    assert np.hypot(*found.weights[0]) < 0.12
    assert found.level[0] == pytest.approx(1.0, rel=0.1)


def test_a_group_without_events_has_no_season() -> None:
    nothing = np.zeros((1, 2, WEEKS))
    found = harmonic(nothing, nothing, WAVE)
    assert (found.weights.tolist(), found.level.tolist()) == ([[0.0, 0.0]], [1.0])


def test_a_market_without_the_season_of_its_hemisphere_is_known_by_its_events() -> None:
    random = np.random.Generator(np.random.PCG64(4))
    due = np.full((1, 2, WEEKS), 8.0)
    rhythm = np.broadcast_to(0.6 * WAVE[0], due.shape)
    truth = due * np.exp(rhythm * np.array([1.0, 0.0])[None, :, None])
    gains = market_gains(random.poisson(truth).astype(np.float64), due, rhythm)
    assert gains[0] == pytest.approx(1.0, abs=0.25)
    assert gains[1] == pytest.approx(0.0, abs=0.25)


def test_less_than_a_year_of_one_hemisphere_tells_no_season() -> None:
    north = np.zeros((1, 2, 40))
    north[0, 0] = 1.0
    both = north.copy()
    both[0, 1] = 0.3
    year = np.zeros((1, 2, 52))
    year[0, 0] = 1.0
    assert [bool(season_known(one)[0]) for one in (north, both, year)] == [False, True, True]
