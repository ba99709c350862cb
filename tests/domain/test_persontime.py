import numpy as np
import pytest

from domain.persontime import Service, expected_failures, scaled_to_family, season


def service(start: np.ndarray, days: np.ndarray, failed: np.ndarray) -> Service:
    ones = np.ones(len(days))
    return Service(start, days.astype(float), failed, ones, np.zeros(len(days), dtype=np.int64))


def test_expected_failures_add_up_to_those_seen_and_follow_time_at_risk() -> None:
    days = np.array([10.0, 20.0, 20.0, 10.0])
    failed = np.array([True, False, False, False])
    expected = expected_failures(service(np.zeros(4, dtype=np.int64), days, failed))
    assert expected.sum() == pytest.approx(1.0)
    assert expected.tolist() == pytest.approx([1 / 6, 2 / 6, 2 / 6, 1 / 6])


def test_an_early_hazard_is_charged_to_the_early_months_only() -> None:
    # All failures come in the first month, so an old unit is expected to fail no oftener.
    days = np.array([5.0] * 5 + [30.0] * 5 + [300.0] * 5)
    failed = np.array([True] * 5 + [False] * 10)
    expected = expected_failures(service(np.zeros(15, dtype=np.int64), days, failed))
    assert expected[5] == pytest.approx(expected[14])
    assert expected[0] < expected[5]


def test_each_family_is_expected_to_fail_as_often_as_it_did() -> None:
    days = np.full(6, 10.0)
    failed = np.array([True, True, False, False, False, False])
    family = np.array([0, 0, 0, 1, 1, 1])
    mine = Service(np.zeros(6, dtype=np.int64), days, failed, np.ones(6), family)
    assert scaled_to_family(np.ones(6), mine).tolist() == pytest.approx([2 / 3] * 3 + [0] * 3)


def units_through_a_year(amplitude: float, flip: bool) -> tuple[Service, np.ndarray]:
    """20 units a day in service for 30 days, failing by the day of the year; half in the south."""
    random = np.random.default_rng(5)
    start = np.repeat(np.arange(19000, 19730), 20)
    south = np.arange(len(start)) % 2
    side = np.where(flip & (south == 1), -1.0, 1.0)
    angle = 2 * np.pi * (start - 205) / 365.25
    failed = random.random(len(start)) < 0.05 * (1 + side * amplitude * np.cos(angle))
    return service(start, np.full(len(start), 30.0), failed), south


def test_a_season_that_is_opposite_in_the_south_is_marked() -> None:
    units, country = units_through_a_year(0.9, flip=True)
    found = season(units, expected_failures(units), country, ["DE", "AU"])
    assert found.marked
    assert found.swing > 3
    assert found.factor.mean() == pytest.approx(1.0, abs=0.1)


def test_even_failures_have_no_season() -> None:
    units, country = units_through_a_year(0.0, flip=True)
    found = season(units, expected_failures(units), country, ["DE", "AU"])
    assert not found.marked
    assert set(found.factor.tolist()) == {1.0}


def test_what_rises_everywhere_at_once_is_no_season_of_the_hemispheres() -> None:
    units, country = units_through_a_year(0.9, flip=False)
    assert not season(units, expected_failures(units), country, ["DE", "AU"]).marked
