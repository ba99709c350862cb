"""Thresholds with a promise about misses, against counts that follow from the definitions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domain.conformal import (
    MissGoal,
    defects_needed,
    miss_threshold,
    misses_allowed,
    overkill_threshold,
)
from domain.errors import InvalidArgument

TWO_PERCENT = MissGoal(0.02)
SURE = MissGoal(0.02, 0.05)
SCORES = st.lists(st.integers(0, 30).map(float), min_size=1, max_size=120)
GOALS = st.builds(
    MissGoal,
    st.sampled_from([0.02, 0.05, 0.1, 0.29, 0.5]),
    st.sampled_from([None, 0.05, 0.2]),
)


def test_49_defects_can_promise_two_percent_and_48_cannot() -> None:
    rising = [float(number) for number in range(49)]
    found = miss_threshold(rising, TWO_PERCENT)
    assert (found.threshold, found.misses, found.infeasible) == (0.0, 0, None)
    few = miss_threshold(rising[:48], TWO_PERCENT)
    assert few.threshold is None
    assert few.misses is None
    assert few.infeasible == "infeasible: need >= 49 defects, have 48"


def test_200_defects_may_miss_three_at_two_percent() -> None:
    assert misses_allowed(200, TWO_PERCENT) == 3
    found = miss_threshold([float(number) for number in range(200)], TWO_PERCENT)
    assert (found.threshold, found.misses) == (3.0, 3)


@pytest.mark.parametrize(
    ("goal", "needed"),
    [
        (TWO_PERCENT, 49),
        (MissGoal(0.005), 199),
        (MissGoal(0.1), 9),
        (SURE, 149),
        (MissGoal(0.005, 0.05), 598),
        (MissGoal(0.1, 0.05), 29),
    ],
)
def test_so_many_defects_are_needed_and_one_less_is_infeasible(goal: MissGoal, needed: int) -> None:
    assert defects_needed(goal) == needed
    assert misses_allowed(needed, goal) == 0
    assert misses_allowed(needed - 1, goal) is None


def test_a_share_means_what_is_written_and_not_its_binary_neighbour() -> None:
    assert misses_allowed(99, MissGoal(0.29)) == 28


@given(st.integers(1, 700), st.sampled_from([0.005, 0.02, 0.1]), st.sampled_from([0.01, 0.05]))
def test_with_confidence_is_the_largest_count_whose_tail_is_small(
    defects: int, alpha: float, delta: float
) -> None:
    allowed = misses_allowed(defects, MissGoal(alpha, delta))
    kept = -1 if allowed is None else allowed
    assert kept < 0 or stats.binom.cdf(kept, defects, alpha) <= delta * (1 + 1e-9)
    assert stats.binom.cdf(kept + 1, defects, alpha) > delta * (1 - 1e-9)


@given(SCORES, GOALS)
def test_no_more_are_missed_than_allowed_and_the_next_score_would_miss_more(
    scores: list[float], goal: MissGoal
) -> None:
    found = miss_threshold(scores, goal)
    allowed = misses_allowed(len(scores), goal)
    if found.threshold is None:
        assert allowed is None
        return
    assert allowed is not None
    assert found.misses == sum(score < found.threshold for score in scores)
    assert found.misses <= allowed
    just_above = math.nextafter(found.threshold, math.inf)
    assert sum(score < just_above for score in scores) > allowed


@given(SCORES, GOALS, st.randoms())
def test_the_order_of_the_scores_does_not_matter(
    scores: list[float], goal: MissGoal, mixer
) -> None:
    mixed = list(scores)
    mixer.shuffle(mixed)
    assert miss_threshold(mixed, goal) == miss_threshold(scores, goal)


@given(SCORES, st.sampled_from([(0.02, 0.05), (0.05, 0.1), (0.1, 0.5)]))
def test_a_stricter_promise_never_has_a_higher_threshold(
    scores: list[float], alphas: tuple[float, float]
) -> None:
    strict, mild = (miss_threshold(scores, MissGoal(alpha)).threshold for alpha in alphas)
    assert strict is None or (mild is not None and strict <= mild)
    sure = miss_threshold(scores, MissGoal(alphas[1], 0.05)).threshold
    assert sure is None or (mild is not None and sure <= mild)


def test_ties_at_the_threshold_do_not_pass() -> None:
    found = miss_threshold([1.0] * 5 + [2.0] * 195, TWO_PERCENT)
    assert (found.threshold, found.misses) == (1.0, 0)


def test_a_validation_set_without_a_defect_is_refused_and_not_set_to_the_lowest_score() -> None:
    with pytest.raises(InvalidArgument, match="without a defect") as caught:
        miss_threshold([], TWO_PERCENT)
    assert "49" in caught.value.next_step


@pytest.mark.parametrize("score", [math.nan, math.inf])
def test_a_score_that_is_no_number_is_refused(score: float) -> None:
    with pytest.raises(InvalidArgument, match="not a finite number"):
        miss_threshold([1.0, score], TWO_PERCENT)


@pytest.mark.parametrize("goal", [MissGoal(0.0), MissGoal(1.0), MissGoal(0.02, 0.0), MissGoal(2.0)])
def test_a_promise_outside_its_domain_is_refused(goal: MissGoal) -> None:
    with pytest.raises(InvalidArgument, match="between 0 and 1"):
        defects_needed(goal)


@given(st.lists(st.integers(0, 9).map(float), max_size=150), st.sampled_from([0.02, 0.1, 0.3]))
def test_outright_rejects_of_good_parts_stay_within_their_share(
    good: list[float], beta: float
) -> None:
    threshold = overkill_threshold(good, beta)
    if threshold is None:
        assert len(good) < 1 / beta
        return
    assert sum(score >= threshold for score in good) + 1 <= beta * (len(good) + 1) + 1e-9
    just_below = math.nextafter(threshold, -math.inf)
    assert sum(score >= just_below for score in good) + 1 > beta * (len(good) + 1) - 1e-9
