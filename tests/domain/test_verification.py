"""Every figure is one of the domain notes on effect verification."""

import pytest

from domain.effects import BeforeAfter
from domain.errors import InvalidArgument
from domain.rates import Incidence
from domain.verification import judge_fix


def sides(before: tuple[int, float], after: tuple[int, float]) -> BeforeAfter:
    return BeforeAfter(Incidence(*before), Incidence(*after))


def test_30_of_50_000_after_120_of_80_000_is_effective() -> None:
    found = judge_fix(sides((120, 80_000), (30, 50_000)), None)
    assert found.verdict == "effective"
    assert found.ratio.estimate == pytest.approx(0.40, abs=0.005)
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.259, 0.601), abs=0.001)
    assert found.p_value == pytest.approx(1.9e-6, rel=0.05)
    assert found.more_exposure is None


def test_4_of_6_000_after_120_of_80_000_is_undetermined_though_the_ratio_is_low() -> None:
    found = judge_fix(sides((120, 80_000), (4, 6_000)), None)
    assert found.verdict == "undetermined"
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.12, 1.17), abs=0.006)
    assert found.reached
    assert found.more_exposure is not None
    assert found.more_exposure > 1


def test_2_of_17_877_after_9_of_16_660_is_barely_undetermined_by_the_central_interval() -> None:
    found = judge_fix(sides((9, 16_660), (2, 17_877)), None)
    assert found.verdict == "undetermined"
    assert found.ratio.estimate == pytest.approx(0.207, abs=0.001)
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.0218, 1.0005), abs=1e-4)
    assert found.p_value == pytest.approx(0.0501, abs=1e-4)


def test_a_fall_beyond_that_of_the_control_is_effective() -> None:
    treated, control = sides((120, 80), (30, 50)), sides((225, 100), (150, 100))
    found = judge_fix(treated, control)
    assert found.naive.estimate == pytest.approx(0.40)
    assert found.ratio.estimate == pytest.approx(0.60)
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.38, 0.94), abs=0.005)
    assert found.verdict == "effective"


def test_a_fall_that_the_control_shared_is_the_season_and_not_the_fix() -> None:
    found = judge_fix(sides((120, 80), (60, 50)), sides((150, 100), (100, 100)))
    assert found.naive.estimate == pytest.approx(0.80)
    assert found.ratio.estimate == pytest.approx(1.20)
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.80, 1.79), abs=0.006)
    assert found.verdict == "not_effective"


def test_no_failures_after_too_short_a_time_are_no_success() -> None:
    # Rule of three: 0 in 1,000 leaves 3 in 1,000 possible, and 1.5 in 1,000 was the rate before.
    found = judge_fix(sides((120, 80_000), (0, 1_000)), None)
    assert found.verdict == "undetermined"


def test_no_failures_after_a_long_time_are_a_success() -> None:
    assert judge_fix(sides((120, 80_000), (0, 50_000)), None).verdict == "effective"


def test_an_effect_smaller_than_asked_for_is_effective_but_not_reached() -> None:
    found = judge_fix(sides((1000, 1000), (800, 1000)), None, wanted_ratio=0.5)
    assert (found.verdict, found.reached) == ("effective", False)


def test_waiting_as_long_as_said_settles_the_case() -> None:
    short = judge_fix(sides((120, 80_000), (4, 6_000)), None, wanted_ratio=0.5)
    assert short.more_exposure is not None
    exposure = 6_000 * short.more_exposure * 1.05
    events = round(0.5 * 120 / 80_000 * exposure)
    assert judge_fix(sides((120, 80_000), (events, exposure)), None).verdict == "effective"


def test_a_control_without_failures_leaves_it_undetermined() -> None:
    found = judge_fix(sides((120, 80_000), (30, 50_000)), sides((5, 80_000), (0, 50_000)))
    assert found.verdict == "undetermined"
    assert found.ratio.estimate is None


@pytest.mark.parametrize("wanted", [0.0, 1.0, 1.5])
def test_a_fix_must_be_asked_to_reduce_something(wanted: float) -> None:
    with pytest.raises(InvalidArgument, match="wanted_ratio"):
        judge_fix(sides((1, 1), (1, 1)), None, wanted_ratio=wanted)
