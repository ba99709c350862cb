"""Rate ratios and standardised ratios, against worked values, enumeration and their symmetries."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domain.errors import InvalidArgument
from domain.rates import Incidence, rate_ratio, rate_ratios, standardised_ratio

COUNTS = st.integers(0, 60)
EXPOSURES = st.floats(0.01, 1e7)


def test_a_fix_with_a_clear_effect_lowers_the_rate_to_two_fifths() -> None:
    result = rate_ratio(Incidence(30, 50_000), Incidence(120, 80_000))
    assert result.ratio.estimate == pytest.approx(0.40)
    assert result.ratio.low == pytest.approx(0.259, abs=5e-4)
    assert result.ratio.high == pytest.approx(0.601, abs=5e-4)
    assert result.p_value == pytest.approx(1.9e-6, abs=5e-8)


def test_the_same_fall_over_too_little_exposure_covers_one() -> None:
    result = rate_ratio(Incidence(4, 6000), Incidence(120, 80_000))
    assert result.ratio.estimate == pytest.approx(0.44, abs=5e-3)
    assert result.ratio.low == pytest.approx(0.12, abs=5e-3)
    assert result.ratio.high == pytest.approx(1.17, abs=5e-3)
    assert result.p_value > 0.05


def test_central_and_minlike_disagree_on_the_barely_significant_case() -> None:
    """2 in 17,877 against 9 in 16,660: the example of M. Fay's `rateratio.test` vignette."""
    group, reference = Incidence(2, 17_877), Incidence(9, 16_660)
    central = rate_ratio(group, reference)
    minlike = rate_ratio(group, reference, method="minlike")
    assert central.ratio == minlike.ratio
    assert central.ratio.estimate == pytest.approx(0.207, abs=5e-4)
    assert central.ratio.low == pytest.approx(0.0218, abs=5e-5)
    assert central.ratio.high == pytest.approx(1.0005, abs=5e-5)
    assert central.p_value == pytest.approx(0.0501, abs=5e-5)
    assert minlike.p_value == pytest.approx(0.0331, abs=5e-5)
    assert (central.method, minlike.method) == ("central", "minlike")


def test_no_events_in_the_reference_leave_a_lower_bound_only() -> None:
    result = rate_ratio(Incidence(8, 5.0), Incidence(0, 5.0))
    assert result.ratio.estimate is None
    assert result.ratio.high is None
    assert result.ratio.low > 1
    assert result.p_value == pytest.approx(2 * 0.5**8)
    json.dumps(result.model_dump(mode="json"), allow_nan=False)


def test_no_events_in_the_group_leave_an_upper_bound() -> None:
    result = rate_ratio(Incidence(0, 5.0), Incidence(8, 5.0))
    assert (result.ratio.estimate, result.ratio.low) == (0.0, 0.0)
    assert result.ratio.high is not None
    assert result.ratio.high < 1


@pytest.mark.parametrize("method", ["central", "minlike"])
def test_no_events_at_all_say_nothing(method: str) -> None:
    result = rate_ratio(Incidence(0, 5.0), Incidence(0, 9.0), method=method)  # type: ignore[arg-type]
    assert (result.ratio.estimate, result.ratio.low, result.ratio.high) == (None, 0.0, None)
    assert result.p_value == 1.0


@given(COUNTS, EXPOSURES, COUNTS, EXPOSURES)
def test_swapping_group_and_reference_inverts_the_ratio(
    x: int, at: float, y: int, ref: float
) -> None:
    one = rate_ratio(Incidence(x, at), Incidence(y, ref))
    other = rate_ratio(Incidence(y, ref), Incidence(x, at))
    assert one.p_value == pytest.approx(other.p_value)
    if one.ratio.high is None:
        assert other.ratio.low == 0
    else:
        assert one.ratio.high * other.ratio.low == pytest.approx(1)
    if one.ratio.estimate:
        assert one.ratio.low <= one.ratio.estimate <= (one.ratio.high or np.inf)


@given(COUNTS, EXPOSURES, COUNTS, EXPOSURES, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_central_p_value_and_the_interval_always_agree(
    x: int, at: float, y: int, ref: float, level: float
) -> None:
    result = rate_ratio(Incidence(x, at), Incidence(y, ref), level=level)
    high = np.inf if result.ratio.high is None else result.ratio.high
    if abs(result.p_value - (1 - level)) > 1e-9:
        assert (result.p_value < 1 - level) == (not result.ratio.low <= 1 <= high)


@given(COUNTS, st.floats(0.05, 20), COUNTS)
def test_both_p_values_are_those_of_the_enumerated_outcomes(
    x: int, exposure: float, y: int
) -> None:
    outcomes = stats.binom.pmf(np.arange(x + y + 1), x + y, exposure / (exposure + 1))
    tails = min(outcomes[: x + 1].sum(), outcomes[x:].sum())
    no_likelier = outcomes[outcomes <= outcomes[x] * (1 + 1e-7)].sum()
    group, reference = Incidence(x, exposure), Incidence(y, 1.0)
    assert rate_ratio(group, reference).p_value == pytest.approx(min(1, 2 * tails))
    assert rate_ratio(group, reference, method="minlike").p_value == pytest.approx(no_likelier)


@pytest.mark.parametrize("truth", [0.3, 1.0, 4.0])
def test_the_interval_covers_the_true_ratio_as_often_as_it_says(truth: float) -> None:
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(60), np.arange(60)))
    found = rate_ratios(x, np.full(3600, 1.5), y, np.full(3600, 1.0), level=0.9)
    chance = stats.poisson.pmf(x, 4 * truth * 1.5) * stats.poisson.pmf(y, 4)
    covered = chance[(found.low <= truth) & (truth <= found.high)].sum()
    assert covered >= 0.9 * chance.sum()


def test_many_ratios_at_once_are_the_same_as_one_by_one() -> None:
    x, y, at, ref = [0, 3, 0, 7], [0, 0, 4, 2], [1.0, 2.0, 3.0, 4.0], [9.0, 8.0, 7.0, 6.0]
    many = rate_ratios(x, at, y, ref)
    for i in range(4):
        one = rate_ratio(Incidence(x[i], at[i]), Incidence(y[i], ref[i]))
        assert many.low[i] == one.ratio.low
        assert many.p_value[i] == one.p_value
    assert np.isnan(many.estimate[0])
    assert np.isinf(many.estimate[1])


def test_twice_the_expected_events_give_a_standardised_ratio_near_two() -> None:
    result = standardised_ratio(36, 18.54)
    assert result.ratio.estimate == pytest.approx(1.94, abs=5e-3)
    assert result.ratio.low == pytest.approx(1.36, abs=5e-3)
    assert result.ratio.high == pytest.approx(2.69, abs=5e-3)
    assert result.p_value == pytest.approx(2.10e-4, abs=5e-7)


@given(st.integers(0, 500), st.floats(0.01, 500))
def test_the_standardised_p_value_is_the_poisson_tail(observed: int, expected: float) -> None:
    tail = stats.poisson.sf(observed - 1, expected)
    assert standardised_ratio(observed, expected).p_value == pytest.approx(tail, abs=1e-300)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: rate_ratio(Incidence(1, 0), Incidence(1, 1)), "exposure"),
        (lambda: rate_ratio(Incidence(1, 1), Incidence(1, -2)), "reference_exposure"),
        (lambda: rate_ratio(Incidence(-1, 1), Incidence(1, 1)), "events"),
        (lambda: rate_ratios([1, 2], [1, 2], [1, 2], [1]), "lengths"),
        (lambda: rate_ratios([1], [np.nan], [1], [1]), "exposure"),
        (lambda: standardised_ratio(3, 0), "expected"),
        (lambda: standardised_ratio(3, float("nan")), "expected"),
    ],
)
def test_an_argument_outside_its_domain_is_named(call: Callable[[], object], named: str) -> None:
    with pytest.raises(InvalidArgument, match=named):
        call()
