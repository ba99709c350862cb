"""Exact intervals, against worked values of the trade, scipy.stats, and their own promise."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domain.errors import InvalidArgument
from domain.intervals import (
    Interval,
    Side,
    binomial_interval,
    poisson_interval,
    trials_without_event,
)


def test_one_bad_part_in_two_hundred_is_somewhere_between_127_and_27541_ppm() -> None:
    interval = binomial_interval(1, 200)
    assert interval.estimate == 0.005
    assert 1e6 * interval.low == pytest.approx(126.58, abs=0.01)
    assert interval.high is not None
    assert 1e6 * interval.high == pytest.approx(27541.90, abs=0.01)


def test_490_of_500_detected_does_not_yet_show_98_percent() -> None:
    """The quoted [96.4, 98.9] % is Wilson's score interval; the exact one reaches up to 99.04 %."""
    interval = binomial_interval(490, 500)
    assert 100 * interval.low == pytest.approx(96.35, abs=0.005)
    assert interval.high is not None
    assert 100 * interval.high == pytest.approx(99.04, abs=0.005)
    wilson = stats.binomtest(490, 500).proportion_ci(0.95, "wilson")
    assert (100 * wilson.low, 100 * wilson.high) == pytest.approx((96.4, 98.9), abs=0.05)
    assert interval.low < wilson.low < 0.98


@pytest.mark.parametrize(("share", "trials"), [(0.002, 1497), (0.02, 149), (0.005, 598)])
def test_the_trials_without_an_event_that_show_a_share(share: float, trials: int) -> None:
    assert trials_without_event(share) == trials
    assert (1 - share) ** trials <= 0.05 < (1 - share) ** (trials - 1)


def test_a_run_of_that_length_bounds_the_share_and_one_less_does_not() -> None:
    enough = binomial_interval(0, 1497, side="upper").high
    short = binomial_interval(0, 1496, side="upper").high
    assert enough is not None
    assert short is not None
    assert enough <= 0.002 < short


def test_no_events_give_the_bound_that_the_rule_of_three_rounds() -> None:
    interval = poisson_interval(0, 1000, side="upper")
    assert interval.high == pytest.approx(-math.log(0.05) / 1000)
    assert (interval.estimate, interval.low) == (0.0, 0.0)
    assert poisson_interval(0, 1000).high == pytest.approx(-math.log(0.025) / 1000)


def test_a_lower_bound_alone_leaves_a_rate_unbounded_above_and_a_share_at_one() -> None:
    assert poisson_interval(7, 3.0, side="lower").high is None
    assert binomial_interval(7, 30, side="lower").high == 1.0
    assert poisson_interval(7, side="lower").low == pytest.approx(
        poisson_interval(7, level=0.9).low
    )


def test_an_unbounded_end_is_null_in_json() -> None:
    assert poisson_interval(2, side="lower").model_dump(mode="json")["high"] is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: poisson_interval(3, 0),
        lambda: poisson_interval(3, math.nan),
        lambda: poisson_interval(-1),
        lambda: poisson_interval(2.5),  # type: ignore[arg-type]
        lambda: poisson_interval(3, level=95),
        lambda: binomial_interval(0, 0),
        lambda: binomial_interval(5, 4),
        lambda: binomial_interval(1, 4, level=1.0),
        lambda: trials_without_event(0.0),
    ],
)
def test_an_argument_outside_its_domain_is_named(call: Callable[[], object]) -> None:
    with pytest.raises(InvalidArgument) as caught:
        call()
    assert caught.value.next_step


@given(st.integers(0, 400), st.integers(1, 400), st.floats(0.5, 0.999))
def test_the_binomial_interval_is_that_of_scipy(events: int, more: int, level: float) -> None:
    interval = binomial_interval(events, events + more, level=level)
    ours = stats.binomtest(events, events + more).proportion_ci(level, "exact")
    assert interval.low == pytest.approx(ours.low, rel=1e-7, abs=1e-300)
    assert interval.high == pytest.approx(ours.high, rel=1e-7)


@given(st.integers(0, 10_000), st.floats(1e-3, 1e9), st.floats(0.5, 0.999))
def test_the_poisson_interval_is_that_of_the_chi_square_form(
    events: int, exposure: float, level: float
) -> None:
    interval = poisson_interval(events, exposure, level=level)
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    assert interval.low * exposure == pytest.approx(low, rel=1e-7)
    assert interval.high is not None
    assert interval.high * exposure == pytest.approx(stats.chi2.isf(tail, 2 * events + 2) / 2)
    assert interval.low <= events / exposure <= interval.high


@pytest.mark.parametrize("side", ["both", "lower", "upper"])
@pytest.mark.parametrize("mean", [0.1, 1.7, 6.0])
def test_the_poisson_interval_covers_the_truth_as_often_as_it_says(side: Side, mean: float) -> None:
    covered = sum(
        stats.poisson.pmf(events, mean)
        for events in range(60)
        if _covers(poisson_interval(events, side=side, level=0.9), mean)
    )
    assert covered >= 0.9


@pytest.mark.parametrize("side", ["both", "lower", "upper"])
@pytest.mark.parametrize("share", [0.01, 0.2, 0.93])
def test_the_binomial_interval_covers_the_truth_as_often_as_it_says(
    side: Side, share: float
) -> None:
    covered = sum(
        stats.binom.pmf(events, 40, share)
        for events in range(41)
        if _covers(binomial_interval(events, 40, side=side, level=0.9), share)
    )
    assert covered >= 0.9


def _covers(interval: Interval, value: float) -> bool:
    return interval.low <= value and (interval.high is None or value <= interval.high)
