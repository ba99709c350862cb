import pytest

from evals.triage.figures import NOT_FOUND, of_outcomes
from evals.triage.replay import Detection, Outcome


def quiet(false: int) -> Outcome:
    return Outcome("null", 26, false, 0, None)


def emerging(watch: int | None, oracle: int | None) -> Outcome:
    seen = Detection(watch, watch, oracle, exact=True, ratio=3.0, in_one_market=False)
    return Outcome("emerging", 26, 0, 0, seen)


def figures(outcomes: list[Outcome]):
    return {one.figure: one for one in of_outcomes(outcomes)}


def test_false_alarms_are_counted_a_week_and_judged_by_their_interval() -> None:
    name = "all worlds where nothing begins: false alarms a week"
    few, many = figures([quiet(2)] * 10)[name], figures([quiet(5)] * 10)[name]
    assert few.value == pytest.approx(20 / 260)
    assert few.met
    assert many.value < 0.2 < many.high
    assert not many.met


def test_what_was_not_found_is_later_than_all_that_was() -> None:
    found = figures([emerging(3, 3), emerging(None, 9), emerging(None, 9)])
    delay = found["emerging: median delay of the watch (weeks)"]
    assert delay.value == NOT_FOUND
    assert not delay.met
    assert found["emerging: found"].value == pytest.approx(1 / 3)


def test_a_week_more_than_the_oracle_is_allowed() -> None:
    name = "emerging: median delay of the watch (weeks)"
    assert figures([emerging(6, 5)] * 5)[name].met
    assert not figures([emerging(7, 5)] * 5)[name].met
