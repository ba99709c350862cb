"""Corrections for many tests, against the worked family of ten and scipy.stats."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from domain.errors import InvalidArgument
from domain.screening import Screen, benjamini_hochberg, bonferroni

TEN = [0.0004, 0.009, 0.011, 0.02, 0.04, 0.2, 0.5, 0.7, 0.8, 0.9]
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def test_ten_p_values_give_five_rejections_at_q_10_and_four_at_q_05() -> None:
    assert benjamini_hochberg(TEN, fdr=0.10).rejected.tolist() == [True] * 5 + [False] * 5
    assert benjamini_hochberg(TEN, fdr=0.05).rejected.tolist() == [True] * 4 + [False] * 6


def test_bonferroni_rejects_one_of_the_ten() -> None:
    assert bonferroni(TEN, alpha=0.05).rejected.tolist() == [True] + [False] * 9


@given(P_VALUES)
def test_q_values_are_those_of_scipy(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values).adjusted == pytest.approx(false_discovery_control(p_values))


@given(P_VALUES)
def test_q_values_keep_the_order_and_lie_between_p_and_one(p_values: list[float]) -> None:
    adjusted = benjamini_hochberg(p_values).adjusted
    assert (adjusted >= p_values).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p_values)]) >= 0).all()


@given(P_VALUES, st.randoms(use_true_random=False))
def test_the_order_of_the_tests_does_not_matter(p_values: list[float], random: object) -> None:
    shuffled = list(range(len(p_values)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    straight = benjamini_hochberg(p_values).adjusted
    mixed = benjamini_hochberg([p_values[i] for i in shuffled]).adjusted
    assert (straight[shuffled] == mixed).all()


@given(P_VALUES, st.floats(0.001, 0.5))
def test_benjamini_hochberg_rejects_all_that_bonferroni_does(
    p_values: list[float], level: float
) -> None:
    few = bonferroni(p_values, alpha=level).rejected
    many = benjamini_hochberg(p_values, fdr=level).rejected
    assert (many | ~few).all()


def test_false_discoveries_stay_within_the_declared_rate() -> None:
    """Nulls are uniform and the rest zero, so the share of false ones has a known expectation."""
    random = np.random.default_rng(7)
    shares = []
    for _ in range(400):
        p_values = np.concatenate([np.zeros(20), random.uniform(size=80)])
        rejected = benjamini_hochberg(p_values, fdr=0.2).rejected
        shares.append(rejected[20:].sum() / rejected.sum())
    assert np.mean(shares) == pytest.approx(0.2 * 0.8, abs=0.02)


def test_no_tests_give_an_empty_screen() -> None:
    for screen in (benjamini_hochberg([]), bonferroni([])):
        assert len(screen.adjusted) == len(screen.rejected) == 0


@pytest.mark.parametrize("correct", [benjamini_hochberg, bonferroni])
@pytest.mark.parametrize("bad", [1.01, -0.1, float("nan")])
def test_a_p_value_that_is_none_is_refused_by_its_place(
    correct: Callable[[Sequence[float]], Screen], bad: float
) -> None:
    with pytest.raises(InvalidArgument, match="p-value number 2"):
        correct([0.5, bad])


def test_a_rate_outside_its_domain_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="fdr"):
        benjamini_hochberg([0.5], fdr=0)
    with pytest.raises(InvalidArgument, match="alpha"):
        bonferroni([0.5], alpha=5)
