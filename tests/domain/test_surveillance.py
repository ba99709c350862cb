import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decision_limits import decision_limits
from domain.errors import InvalidArgument
from domain.rates import Incidence, rate_ratio
from domain.surveillance import CellHistory, Surveillance, excess_p, excess_ratio, survey

WEEKS, START = 40, 20
LIMITS = decision_limits(2, 400)


def charts(events, expected=1.0, prior=1.0, prior_events=3.0, limits=LIMITS) -> Surveillance:
    seen = np.atleast_2d(np.asarray(events, dtype=np.float64))
    due = np.broadcast_to(np.asarray(expected, dtype=np.float64), seen.shape)
    return survey(
        CellHistory(seen, due, np.full(seen.shape, float(prior)), prior_events), limits, START
    )


def rising(onset: int, to: int) -> list[int]:
    return [1] * onset + [to] * (WEEKS - onset)


def test_a_steady_cell_does_not_signal() -> None:
    found = charts([1] * WEEKS)
    assert found.signalled[0] == -1
    assert found.sums.max() < LIMITS.at(np.array([1.0]))[0]


def test_a_rise_signals_and_says_since_when() -> None:
    found = charts(rising(30, 4))
    assert 30 < found.signalled[0] <= 33
    assert found.since[0] == 30
    assert found.events[0] == 4 * (WEEKS - 30)
    assert found.signals[0] == WEEKS - found.signalled[0]


def test_what_rose_does_not_raise_what_it_is_measured_by() -> None:
    soon, late = charts(rising(25, 4)), charts(rising(38, 4))
    assert soon.rate[0, -1] == pytest.approx(late.rate[0, -1], rel=0.1)
    assert soon.expected[0] == pytest.approx(WEEKS - 25, rel=0.1)


def test_the_interval_of_the_ratio_holds_the_rise() -> None:
    ratio = charts(rising(30, 4)).ratio(0)
    assert ratio.low < 4 < ratio.high
    assert ratio.low > 1


def test_a_cell_that_never_had_an_event_can_signal_and_has_finite_figures() -> None:
    found = charts([0] * 34 + [3] * 6, expected=0.3)
    assert found.signalled[0] >= 34
    assert np.isfinite([found.expected[0], found.p_values[0], found.rate[0, -1]]).all()
    assert found.ratio(0).estimate > 1


def test_two_events_are_no_signal_however_rare_they_were() -> None:
    assert charts([0] * 38 + [1, 1], expected=0.001).signalled[0] == -1


def test_events_without_exposure_are_no_surprise() -> None:
    assert charts([0] * 30 + [5] * 10, expected=0.0).p_values[0] == 1.0


def test_a_thin_baseline_does_not_signal_where_a_sound_one_does() -> None:
    burst = np.array([[0] * START + [2, 3, 2, 3, 2]], dtype=np.float64)
    due = np.array([[0.05] * START + [0.5] * 5])
    thin, sound = (
        survey(CellHistory(burst, due, np.ones_like(due), weight), LIMITS, START)
        for weight in (0.5, 200.0)
    )
    assert thin.sums[0, -1] >= thin.limit[0]
    assert thin.signalled[0] == -1
    assert sound.signalled[0] >= START


def test_false_signals_of_estimated_baselines_stay_within_the_stated_rate() -> None:
    random = np.random.Generator(np.random.PCG64(5))
    for mean in (0.1, 0.5, 2.0, 8.0):
        due = np.full((3000, 52), mean)
        events = random.poisson(due).astype(np.float64)
        found = survey(CellHistory(events, due, np.ones_like(due), 3.0), LIMITS, 26)
        per_week = float((found.signalled >= 0).mean()) / 26
        assert per_week <= 1 / LIMITS.run_length


def test_the_p_value_is_that_of_the_exact_comparison_with_the_baseline() -> None:
    exact = rate_ratio(Incidence(9, 3.0), Incidence(6, 6.0))
    one_sided = excess_p(np.array([9.0]), np.array([3.0]), np.array([6.0]))[0]
    assert 2 * one_sided == pytest.approx(exact.p_value)
    interval = excess_ratio(9, 3.0, 6)
    assert (interval.low, interval.high) == pytest.approx((exact.ratio.low, exact.ratio.high))


def test_a_chart_needs_a_baseline_and_a_point() -> None:
    history = CellHistory(np.ones((1, 4)), np.ones((1, 4)), np.ones((1, 4)), 1.0)
    for start in (0, 4):
        with pytest.raises(InvalidArgument):
            survey(history, LIMITS, start)


counts = st.lists(st.integers(0, 6), min_size=WEEKS, max_size=WEEKS)


@settings(max_examples=60, deadline=None)
@given(events=counts, more=st.floats(1.0, 5.0))
def test_more_exposure_in_the_newest_week_never_raises_an_alarm(events, more) -> None:
    due = np.ones(WEEKS)
    before = charts(events, due)
    due[-1] = more
    after = charts(events, due)
    assert after.sums[0, -1] <= before.sums[0, -1] + 1e-9
    assert after.limit[0] >= before.limit[0]
    assert before.signals[0] >= after.signals[0]


@settings(max_examples=60, deadline=None)
@given(events=counts, extra=st.integers(1, 10))
def test_more_events_in_the_newest_week_never_end_an_alarm(events, extra) -> None:
    before = charts(events)
    after = charts([*events[:-1], events[-1] + extra])
    assert after.sums[0, -1] >= before.sums[0, -1]
    assert (after.signalled[0] >= 0) >= (before.signalled[0] >= 0)


@settings(max_examples=40, deadline=None)
@given(events=counts, unit=st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_the_unit_of_exposure_does_not_matter(events, unit) -> None:
    plain, scaled = charts(events), charts(events, unit, 1 / unit)
    assert np.allclose(plain.sums, scaled.sums)
    assert np.allclose(plain.p_values, scaled.p_values)
    assert plain.signalled[0] == scaled.signalled[0]


@settings(max_examples=30, deadline=None)
@given(some=st.lists(counts, min_size=2, max_size=4), order=st.randoms())
def test_cells_do_not_know_of_each_other(some, order) -> None:
    shuffled = list(range(len(some)))
    order.shuffle(shuffled)
    together, otherwise = charts(some), charts([some[place] for place in shuffled])
    assert np.array_equal(together.sums[shuffled], otherwise.sums)
    assert np.array_equal(together.since[shuffled], otherwise.since)
