from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deterioration import Course, change, holm, upper_share, worsening
from domain.errors import InvalidArgument


def made(
    seed: int, *, factor: float = 1.0, clump: float | None = None, months: float = 0.0
) -> Course:
    """150 deliveries over 455 days; the last 90 have `factor` times the rejects."""
    random = np.random.default_rng(seed)
    day = np.sort(random.integers(0, 455, 150))
    block = (454 - day) // 30
    size = random.integers(40, 200, 150).astype(np.float64)
    rate = 0.004 * np.exp(random.normal(0, months, 20))[block]
    rate = rate * (random.gamma(clump, 1 / clump, 150) if clump else 1.0)
    rate = np.where(day >= 365, rate * factor, rate)
    return Course(day >= 365, day % 2, block, random.poisson(size * rate).astype(float), size)


def flagged(**how: Any) -> float:
    found = [worsening(made(seed, **how)) for seed in range(120)]
    return float(np.mean([one is not None and one.p_value <= 0.05 for one in found]))


@pytest.mark.parametrize(
    "how", [{}, {"clump": 0.5}, {"months": 0.3}, {"clump": 0.7, "months": 0.5}]
)
def test_suppliers_that_do_not_change_are_seldom_flagged_however_lots_and_months_differ(
    how: dict[str, float],
) -> None:
    assert flagged(**how) <= 0.11  # 0.05 of 120 is exceeded so far once in 500


def test_three_times_the_rejects_are_seen() -> None:
    assert flagged(factor=3.0) >= 0.9


def test_a_change_for_the_better_is_none_for_the_worse() -> None:
    found = worsening(made(3, factor=0.1))
    assert found is not None
    assert found.p_value > 0.9


def test_a_harder_part_that_comes_more_often_lately_is_not_the_supplier() -> None:
    stratum = np.array([0] * 40 + [1] * 5 + [0] * 5 + [1] * 40)
    recent = np.arange(90) >= 45
    size, rate = np.full(90, 100.0), np.where(stratum == 1, 0.1, 0.01)
    course = Course(recent, stratum, np.arange(90) // 9, size * rate, size)
    mixed = course._replace(stratum=np.zeros(90, dtype=np.int64))
    within, across = worsening(course), worsening(mixed)
    assert within is not None
    assert across is not None
    assert within.p_value > 0.9
    assert across.p_value < 0.01
    assert change(course, 1.0, level=0.9).estimate == pytest.approx(1.0)


def test_the_test_says_the_same_each_time() -> None:
    assert worsening(made(5)) == worsening(made(5))


def test_no_past_means_no_test() -> None:
    course = made(1)
    assert worsening(course._replace(recent=np.ones(150, dtype=np.bool_))) is None


def test_parts_without_a_past_are_left_out() -> None:
    course = made(1)
    fresh = course._replace(stratum=np.where(course.recent & (course.stratum == 1), 7, 0))
    found = worsening(fresh)
    assert found is not None
    assert found.recent == int((course.recent & (course.stratum == 0)).sum())


def test_a_delivery_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="delivery of nothing"):
        worsening(made(1)._replace(size=np.zeros(150)))


def test_the_ratio_and_its_bound_find_the_planted_change() -> None:
    course = made(8, factor=4.0)
    ratio = change(course, 1.0, level=0.9)
    assert ratio.high is not None
    assert ratio.low < 4 < ratio.high
    assert change(course, 2.0, level=0.9).low < ratio.low


def test_none_late_of_few_does_not_bound_the_share_well_and_of_many_it_does() -> None:
    def none_of(count: int) -> float:
        recent = np.arange(count + 60) < count
        zeros, ones = np.zeros(count + 60), np.ones(count + 60)
        course = Course(recent, zeros.astype(np.int64), zeros.astype(np.int64), zeros, ones)
        return upper_share(course, 1.0, level=0.9)

    assert none_of(5) == pytest.approx(1 - 0.05 ** (1 / 5))
    assert none_of(1497) < 0.0021


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(a >= p for a, p in zip(adjusted, p_values, strict=True))
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    assert [adjusted[place] for place in order] == sorted(adjusted)
    assert max(adjusted) <= 1


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_a_p_value_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        holm([0.5, 1.5])
