import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.share_watch import spread_of_days, watch_shares

KNOWN, WATCHED = 40, 14
UNITS = np.full(KNOWN + WATCHED, 50)
FEW = np.array([1] * (KNOWN + WATCHED))


def counts(random, trials, share):
    return random.binomial(trials, share)


def watched(events, trials=UNITS, known=KNOWN, **settings):
    return watch_shares(events, trials, known, **{"run_length": 1000.0, **settings})


def test_a_share_that_is_six_times_as_large_signals_and_says_since_when() -> None:
    events = FEW.copy()
    events[KNOWN + 5 :] = 6
    found = watched(events)
    assert found is not None
    assert found.first is not None
    assert found.since == 5
    assert found.again
    assert found.p_value < 0.01


def test_a_share_that_stays_as_it_was_does_not_signal() -> None:
    found = watched(FEW)
    assert found is not None
    assert (found.first, found.share) == (None, 0.02)
    assert found.assumed > found.share


def test_in_control_signals_come_no_oftener_than_the_run_length_says() -> None:
    random = np.random.default_rng(11)
    repeats, length = 400, 200.0
    signals = sum(
        watched(counts(random, UNITS, 0.04), run_length=length).first is not None
        for _ in range(repeats)
    )
    assert signals / repeats <= WATCHED / length


def test_days_with_a_fate_in_common_widen_the_chart_and_do_not_alarm() -> None:
    random = np.random.default_rng(12)
    trials = np.full(KNOWN + WATCHED, 500)
    found = [watched(counts(random, trials, random.beta(5, 195, 54)), trials) for _ in range(200)]
    assert np.median([one.spread for one in found]) > 2
    assert sum(one.first is not None for one in found) / 200 <= 2 * WATCHED / 1000


def test_days_that_differ_by_chance_alone_have_hardly_any_extra_spread() -> None:
    random = np.random.default_rng(13)
    spreads = [spread_of_days(counts(random, UNITS, 0.05), UNITS) for _ in range(100)]
    assert 1 <= np.mean(spreads) < 1.3


def test_one_event_in_a_short_reference_raises_no_alarm_by_itself() -> None:
    trials = np.full(8, 5)
    found = watch_shares(np.array([0, 0, 0, 0, 0, 0, 0, 1]), trials, 6, run_length=100)
    assert found is not None
    assert found.first is None


def test_without_a_reference_or_without_days_to_watch_there_is_no_chart() -> None:
    assert watched(FEW, known=0) is None
    assert watched(FEW, known=len(FEW)) is None


def test_the_limit_is_the_logarithm_of_the_run_length() -> None:
    found = watched(FEW, run_length=5000.0)
    assert found is not None
    assert found.limit == pytest.approx(math.log(5000))


def test_more_failures_than_units_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="more units fail"):
        watched(UNITS + 1)


def test_a_ratio_of_one_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="above 1"):
        watched(FEW, ratio=1.0)


@given(
    st.lists(st.integers(0, 20), min_size=WATCHED, max_size=WATCHED),
    st.integers(0, WATCHED - 1),
    st.integers(1, 30),
)
def test_more_failures_never_lower_the_sum_and_more_units_never_raise_it(later, day, more) -> None:
    events = np.concatenate([FEW[:KNOWN], later])
    failing, units = events.copy(), UNITS.copy()
    failing[KNOWN + day] += more
    units[KNOWN + day] += more
    sums = watched(events).sums
    assert (watched(failing).sums >= sums - 1e-9).all()
    assert (watched(events, units).sums <= sums + 1e-9).all()
