import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decision_limits import decision_limits
from domain.errors import InvalidArgument
from domain.run_length import poisson_cusum_run_length
from domain.time_weighted import poisson_reference


@pytest.mark.parametrize(("limit", "run_length"), [(6, 373), (8, 1736), (10, 8018)])
def test_limits_hold_the_run_lengths_of_the_published_oracle(limit, run_length) -> None:
    found = poisson_cusum_run_length(4, reference=6, limit=limit)
    assert found == pytest.approx(run_length, rel=2e-3)
    assert decision_limits(2, run_length).at(np.array([4.1]))[0] >= limit


@pytest.mark.parametrize("run_length", [100, 730])
@pytest.mark.parametrize("mean", [0.05, 0.3, 1.1, 4.0, 17.0])
def test_a_mean_between_those_tabled_is_served_at_least_as_long_as_stated(run_length, mean) -> None:
    limit = float(decision_limits(2, run_length).at(np.array([mean]))[0])
    reference = poisson_reference(mean, 2)
    assert poisson_cusum_run_length(mean, reference=reference, limit=limit) >= 0.97 * run_length


@settings(max_examples=15, deadline=None)
@given(
    ratio=st.sampled_from([1.5, 2.0, 3.0]),
    run_length=st.sampled_from([50, 200, 800]),
    means=st.lists(st.floats(0.001, 500), min_size=2, max_size=10),
)
def test_a_larger_mean_never_has_a_lower_limit(ratio, run_length, means) -> None:
    limits = decision_limits(ratio, run_length).at(np.array(sorted(means)))
    assert (np.diff(limits) >= 0).all()


def test_a_longer_run_length_never_has_a_lower_limit() -> None:
    means = np.array([0.1, 1.0, 10.0])
    shorter, longer = (decision_limits(2, length).at(means) for length in (100, 1000))
    assert (longer >= shorter).all()
    assert (longer > shorter).any()


def test_the_run_length_is_rounded_up_and_told() -> None:
    assert decision_limits(2, 831.2).run_length == 840
    assert decision_limits(2, 45).run_length == 45


@pytest.mark.parametrize(("ratio", "run_length"), [(1, 100), (2, 1), (2, 0), (2, float("inf"))])
def test_a_limit_for_nothing_is_refused(ratio, run_length) -> None:
    with pytest.raises(InvalidArgument):
        decision_limits(ratio, run_length)
