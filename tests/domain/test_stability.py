import numpy as np
import pytest

from domain.run_rules import LIMITS_ONLY, WESTERN_ELECTRIC
from domain.spc import Sample, subgroup_charts
from domain.stability import RUN_LENGTHS, separate_signals, stability


def judged(means: np.ndarray) -> str:
    random = np.random.default_rng(int(1e6 * abs(means[0])))
    samples = [Sample.of((mean + random.normal(size=5)).tolist()) for mean in means]
    place, _ = subgroup_charts(samples)
    found = separate_signals(place.scores, WESTERN_ELECTRIC)
    return stability(place.values.tolist(), found, RUN_LENGTHS[WESTERN_ELECTRIC]).verdict


def test_a_process_in_control_is_seldom_called_unstable() -> None:
    random = np.random.default_rng(30)
    wrong = [judged(np.full(100, random.random())) == "unstable" for _ in range(100)]
    assert np.mean(wrong) <= 0.04


def test_a_shift_of_half_a_sigma_is_seen() -> None:
    random = np.random.default_rng(31)
    seen = [judged(random.random() + np.repeat([0, 0.5], 50)) == "unstable" for _ in range(60)]
    assert np.mean(seen) >= 0.9


def test_few_points_say_nothing() -> None:
    found = stability([1.0, 2.0] * 9, 5, 370.4)
    assert found.verdict == "undetermined"
    assert found.step_p_value is None


def test_signals_are_weighed_against_chance() -> None:
    calm = np.random.default_rng(3).normal(size=200).tolist()
    assert stability(calm, 2, 91.75).verdict == "stable"
    many = stability(calm, 9, 91.75)
    assert many.verdict == "unstable"
    assert many.expected == pytest.approx(200 / 91.75)


def test_the_look_out_starts_afresh_after_a_signal() -> None:
    scores = np.array([0, 4.0, 4.0, 0, 4.0, 0.0])
    assert separate_signals(scores, LIMITS_ONLY) == 3
    run = np.full(17, 0.5)
    assert separate_signals(run, WESTERN_ELECTRIC) == 2
