import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.mean_watch import DailyMeans, ewma_width, reference_of, watch_means
from domain.run_length import ewma_run_length

KNOWN, WATCHED, PER_DAY = 76, 14, 20
LENGTH = 1000.0


def daily(levels, seed, readings=PER_DAY):
    """Days of normal readings with standard deviation 1 about given levels."""
    values = np.random.default_rng(seed).normal(
        np.asarray(levels)[:, None], 1, (len(levels), readings)
    )
    means = values.mean(axis=1)
    squares = ((values - means[:, None]) ** 2).sum(axis=1)
    return DailyMeans(np.full(len(levels), readings), means, squares)


def wandering(seed):
    """Levels that wander slowly and come back, as stations do; no change."""
    random = np.random.default_rng(seed)
    days = np.arange(KNOWN + WATCHED)
    waves = [(0.3, 4.0), (0.3, 30.0)]
    return sum(a * np.sin(2 * np.pi * (days / p + random.random())) for a, p in waves)


def moved(by, day=5):
    levels = np.zeros(KNOWN + WATCHED)
    levels[KNOWN + day :] = by
    return levels


@pytest.mark.parametrize("by", [1.0, -1.0])
def test_a_shift_signals_on_its_side_and_says_since_when(by) -> None:
    found = watch_means(daily(moved(by), 1), KNOWN, run_length=LENGTH)
    assert found is not None
    assert found.first is not None
    assert found.first >= 5
    assert abs(found.since - (KNOWN + 5)) <= 1
    assert np.sign(found.scores[found.first]) == np.sign(by)
    assert found.again


def test_a_process_left_alone_signals_no_oftener_than_the_run_length_says() -> None:
    quiet = [
        watch_means(daily(moved(0), seed, 5), KNOWN, run_length=LENGTH).first is None
        for seed in range(150)
    ]
    assert 1 - np.mean(quiet) <= 2 * WATCHED / LENGTH


def test_slow_wandering_does_not_alarm_though_it_leaves_the_limits_of_the_spread_within_days() -> (
    None
):
    alarms = crude = 0
    for seed in range(100):
        days = daily(wandering(seed), seed)
        found = watch_means(days, KNOWN, run_length=LENGTH)
        alarms += found.first is not None
        crude += bool((abs(days.means[KNOWN:]) > 3 / np.sqrt(PER_DAY)).any())
    assert crude > 30
    assert alarms <= 3


def test_a_shift_is_found_in_spite_of_the_wandering() -> None:
    found = [
        watch_means(daily(wandering(seed) + moved(2.0), seed), KNOWN, run_length=LENGTH)
        for seed in range(30)
    ]
    assert np.mean([one.first is not None for one in found]) > 0.9


def test_the_reference_tells_the_spread_within_days_from_that_between_them() -> None:
    levels = np.random.default_rng(3).normal(0, 0.5, 400)
    found = reference_of(daily(levels, 4))
    assert found is not None
    assert found.within == pytest.approx(1, abs=0.05)
    assert found.between == pytest.approx(0.25, abs=0.05)


def test_single_readings_a_day_are_enough_for_a_chart() -> None:
    found = watch_means(daily(moved(4.0), 5, readings=1), KNOWN, run_length=LENGTH)
    assert found is not None
    assert found.first is not None
    assert found.reference.within == 0


def test_a_short_reference_and_values_that_are_all_one_give_no_chart() -> None:
    assert watch_means(daily(moved(1.0), 6), 19, run_length=LENGTH) is None
    same = DailyMeans(np.full(90, 3), np.ones(90), np.zeros(90))
    assert watch_means(same, KNOWN, run_length=LENGTH) is None


def test_the_width_gives_the_run_length_that_was_asked_for() -> None:
    assert ewma_run_length(weight=0.2, width=ewma_width(5000.0)) == pytest.approx(5000, rel=0.01)


@settings(max_examples=25)
@given(st.floats(-1e3, 1e3), st.floats(0.01, 100), st.integers(0, 50))
def test_neither_unit_nor_origin_of_the_readings_matters(origin, scale, seed) -> None:
    days = daily(wandering(seed) + moved(1.0), seed)
    other = DailyMeans(days.readings, origin + scale * days.means, scale**2 * days.squares)
    one, two = (watch_means(some, KNOWN, run_length=LENGTH) for some in (days, other))
    assert two.scores == pytest.approx(one.scores, abs=1e-5)
    assert (two.first, two.since) == (one.first, one.since)
