"""Limits of a station: what each band promises and costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calibration import Terms, calibrate, overkill_at, precision_at, review_band
from domain.errors import InvalidArgument
from domain.intervals import Interval, binomial_interval

DEFECTS = [float(number) for number in range(40, 240)]
GOOD = [float(number) / 10 for number in range(500)]
TERMS = Terms(alpha=0.02, beta=0.01, prevalence=0.01)


def test_a_station_passes_looks_at_and_rejects() -> None:
    found = calibrate("S-1", {"scratch": DEFECTS}, GOOD, TERMS)
    assert found.threshold == 43.0
    assert found.band.ok_below == 43.0
    assert found.band.ng_from == pytest.approx(49.5)
    verdicts = [found.band.verdict(score) for score in (0, 42.9, 43, 49, 49.7, 200)]
    assert verdicts == ["OK", "OK", "REVIEW", "REVIEW", "NG", "NG"]
    assert found.overkill == binomial_interval(70, 500)
    assert found.band.good_in_review is not None
    assert found.band.good_in_review.estimate == pytest.approx(66 / 500)


def test_each_kind_keeps_its_own_promise_so_the_lowest_threshold_counts() -> None:
    faint = [score - 30 for score in DEFECTS]
    found = calibrate("S-1", {"stain": faint, "scratch": DEFECTS}, GOOD, TERMS)
    assert [(one.kind, one.found.threshold) for one in found.kinds] == [
        ("scratch", 43.0),
        ("stain", 13.0),
    ]
    assert found.threshold == 13.0
    assert found.pooled.defects == 400
    assert found.pooled.threshold is not None
    assert found.pooled.threshold > 13.0


def test_a_kind_with_too_few_defects_leaves_the_station_without_ok() -> None:
    found = calibrate("S-1", {"scratch": DEFECTS, "missing": DEFECTS[:48]}, GOOD, TERMS)
    assert found.threshold is None
    assert found.overkill is None
    assert found.precision is None
    assert found.band.verdict(0.0) == "REVIEW"
    assert found.band.verdict(200.0) == "NG"
    assert found.kinds[0].found.infeasible == "infeasible: need >= 49 defects, have 48"


def test_good_parts_alone_set_no_threshold() -> None:
    with pytest.raises(InvalidArgument, match="without a defect"):
        calibrate("S-1", {}, GOOD, TERMS)
    with pytest.raises(InvalidArgument, match="without a defect"):
        calibrate("S-1", {"scratch": []}, GOOD, TERMS)


def test_without_good_parts_nothing_is_said_of_overkill_and_nothing_rejected_outright() -> None:
    found = calibrate("S-1", {"scratch": DEFECTS}, [], TERMS)
    assert (found.overkill, found.precision, found.band.good_in_review) == (None, None, None)
    assert found.band.verdict(1e9) == "REVIEW"


def test_scores_that_separate_need_no_review() -> None:
    found = calibrate("S-1", {"scratch": [score + 100 for score in DEFECTS]}, GOOD, TERMS)
    assert found.band.ok_below == found.band.ng_from == 143.0
    assert found.overkill is not None
    assert found.overkill.estimate == 0.0
    assert found.precision is not None
    assert found.precision.estimate == 1.0


def test_few_rejects_are_defective_where_defects_are_rare() -> None:
    missed = binomial_interval(2, 100)
    overkill = binomial_interval(50, 1000)
    found = precision_at(missed, overkill, 0.01)
    assert found is not None
    assert found.estimate == pytest.approx(0.01 * 0.98 / (0.01 * 0.98 + 0.99 * 0.05))
    assert found.high is not None
    assert found.low < found.estimate < found.high
    assert found.level == pytest.approx(0.9)


def test_precision_is_not_defined_where_nothing_is_rejected() -> None:
    nothing = Interval(estimate=0.0, low=0.0, high=0.1, level=0.95)
    everything = Interval(estimate=1.0, low=0.9, high=1.0, level=0.95)
    found = precision_at(everything, nothing, 0.01)
    assert found is not None
    assert found.estimate is None


@pytest.mark.parametrize("wrong", [{"prevalence": 0.0}, {"beta": 1.0}, {"alpha": -0.1}])
def test_terms_outside_their_domain_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidArgument, match=next(iter(wrong))):
        calibrate("S-1", {"scratch": DEFECTS}, GOOD, TERMS.model_copy(update=wrong))


def test_overkill_counts_the_parts_at_the_threshold() -> None:
    assert overkill_at([1.0, 2.0, 2.0, 3.0], 2.0) == binomial_interval(3, 4)
    assert overkill_at([], 2.0) is None


@given(
    st.one_of(st.none(), st.floats(0, 10)),
    st.lists(st.floats(0, 10), max_size=200),
    st.floats(0, 10),
    st.floats(0, 10),
)
def test_a_higher_score_never_has_a_better_verdict(
    ok_below: float | None, good: list[float], first: float, second: float
) -> None:
    band = review_band(ok_below, [], good, Terms(alpha=0.02, beta=0.1))
    rank = ["OK", "REVIEW", "NG"]
    low, high = sorted((first, second))
    assert rank.index(band.verdict(low)) <= rank.index(band.verdict(high))
