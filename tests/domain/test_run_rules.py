import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.run_rules import (
    BEYOND_LIMITS,
    EIGHT_ON_ONE_SIDE,
    EIGHT_OUTSIDE,
    FIFTEEN_WITHIN,
    FOUR_OF_FIVE,
    FOURTEEN_ALTERNATING,
    LIMITS_ONLY,
    NELSON,
    NINE_ON_ONE_SIDE,
    SIX_TRENDING,
    TWO_OF_THREE,
    WESTERN_ELECTRIC,
    signals,
)

UP_DOWN = [0.1, -0.1] * 7


@pytest.mark.parametrize(
    ("rule", "scores", "completed_by"),
    [
        (BEYOND_LIMITS, [0, 3.1, -3.1, 3.0], [1, 2]),
        (TWO_OF_THREE, [2.1, 0, 2.1], [2]),
        (TWO_OF_THREE, [2.1, 0, -2.1], []),
        (TWO_OF_THREE, [2.1, 0, 0, 2.1], []),
        (FOUR_OF_FIVE, [1.1, 1.1, 0, 1.1, 1.1], [4]),
        (EIGHT_ON_ONE_SIDE, [0.1] * 8, [7]),
        (EIGHT_ON_ONE_SIDE, [0.1] * 7 + [-0.1], []),
        (NINE_ON_ONE_SIDE, [-0.1] * 9, [8]),
        (SIX_TRENDING, [0, 0.1, 0.2, 0.3, 0.4, 0.5], [5]),
        (SIX_TRENDING, [0, 0.1, 0.2, 0.3, 0.4, 0.4], []),
        (FOURTEEN_ALTERNATING, UP_DOWN, [13]),
        (FOURTEEN_ALTERNATING, UP_DOWN[:13], []),
        (FIFTEEN_WITHIN, [0.5] * 15, [14]),
        (EIGHT_OUTSIDE, [1.1, -1.1] * 4, [7]),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_rule_marks_the_point_that_completes_it(rule, scores, completed_by) -> None:
    assert np.flatnonzero(rule.holds(np.array(scores))).tolist() == completed_by


def test_the_limits_are_rule_one_of_both_sets() -> None:
    assert WESTERN_ELECTRIC[0] is NELSON[0] is BEYOND_LIMITS
    assert (len(WESTERN_ELECTRIC), len(NELSON)) == (4, 8)
    assert len({rule.name for rule in (*WESTERN_ELECTRIC, *NELSON)}) == 9


def run_length(rules, runs: int, longest: int) -> float:
    """Mean points to the first signal of a process in control, simulated."""
    scores = np.random.default_rng(17).standard_normal((runs, longest))
    lengths = []
    for row in scores:
        marks = np.zeros(longest, dtype=bool)
        for rule in rules:
            marks |= rule.holds(row)
        lengths.append(int(marks.argmax()) + 1 if marks.any() else longest)
    return float(np.mean(lengths))


@pytest.mark.parametrize(
    ("rules", "low", "high"),
    [(LIMITS_ONLY, 345, 395), (WESTERN_ELECTRIC, 86, 97), (NELSON, 70, 80)],
    ids=["limits", "western_electric", "nelson"],
)
def test_a_process_in_control_signals_as_rarely_as_known(rules, low, high) -> None:
    assert low < run_length(rules, 2_000, 3_000) < high


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-5, 5), max_size=60))
def test_a_chart_upside_down_has_the_same_signals(scores) -> None:
    series = np.array(scores, dtype=float)
    assert signals(series, NELSON) == signals(-series, NELSON)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60))
def test_what_comes_later_changes_no_earlier_signal(scores) -> None:
    series = np.array(scores, dtype=float)
    before = [one for one in signals(series, NELSON) if one.position < len(scores) - 1]
    assert signals(series[:-1], NELSON) == before
