"""Distances with their probability by chance, and signals watched by day."""

import numpy as np
import pytest

from domain.drift import kolmogorov_smirnov, signal_move, stability_index
from domain.errors import InvalidArgument
from domain.mean_watch import DailyMeans

RANDOM = np.random.default_rng(5)
USUAL = RANDOM.normal(size=400)


def test_fifty_parts_pass_the_rule_of_thumb_by_chance_and_are_not_called_drift() -> None:
    small = RANDOM.normal(size=(200, 2, 50))
    found = [stability_index(*pair) for pair in small]
    assert np.mean([one.value > 0.25 for one in found]) > 0.5
    assert np.mean([one.p_value < 0.05 for one in found]) < 0.12
    assert np.mean([one.value for one in found]) == pytest.approx(found[0].expected, rel=0.25)


@pytest.mark.parametrize("distance", [stability_index, kolmogorov_smirnov])
def test_a_shift_of_half_a_sigma_is_seen_in_400_parts(distance) -> None:
    assert distance(USUAL, RANDOM.normal(0.5, size=400)).p_value < 1e-4
    assert distance(USUAL, RANDOM.normal(size=400)).p_value > 0.001


def test_the_gap_by_chance_is_as_large_as_expected() -> None:
    found = [kolmogorov_smirnov(*pair) for pair in RANDOM.normal(size=(100, 2, 80))]
    assert np.mean([one.value for one in found]) == pytest.approx(found[0].expected, rel=0.1)
    assert np.mean([one.p_value < 0.05 for one in found]) < 0.15


def test_alike_is_zero_and_order_does_not_matter() -> None:
    assert stability_index(USUAL, USUAL[::-1]).value == pytest.approx(0)
    assert kolmogorov_smirnov(USUAL, USUAL[::-1]).value == 0


def test_values_that_are_all_one_fill_one_class() -> None:
    found = stability_index([0.0] * 30, [0.0] * 25)
    assert found.value == pytest.approx(0)
    assert stability_index([0.0] * 30, [1.0] * 25).value > 0


@pytest.mark.parametrize("values", [[1.0] * 19, [float("nan")] * 30])
def test_too_few_values_are_not_compared(values: list[float]) -> None:
    with pytest.raises(InvalidArgument, match="cannot be compared"):
        stability_index(USUAL, values)


def _days(means) -> DailyMeans:
    count = len(means)
    return DailyMeans(np.full(count, 3), np.asarray(means), np.full(count, 2.0))


def test_a_signal_that_leaves_its_level_says_when() -> None:
    means = 128 + RANDOM.normal(0, 1, 100)
    means[80:] -= 20
    found = signal_move("brightness", _days(means), 70)
    assert found is not None
    assert found.moved
    assert found.since == 80
    assert found.before == pytest.approx(128, abs=0.5)
    assert found.now == pytest.approx(108, abs=1)
    assert found.run_length == 1000


def test_a_signal_that_stays_is_still() -> None:
    found = signal_move("sharpness", _days(1 + RANDOM.normal(0, 0.02, 100)), 70)
    assert found is not None
    assert not found.moved
    assert found.since is None


def test_a_short_reference_has_no_chart() -> None:
    assert signal_move("sharpness", _days(RANDOM.normal(size=30)), 19) is None
