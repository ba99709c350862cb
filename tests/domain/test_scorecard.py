from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.intervals import Interval, binomial_interval
from domain.scorecard import (
    BANDS,
    Band,
    PeriodResult,
    Scale,
    Scoring,
    band_of,
    course,
    points,
    score_of,
)

RULES = Scoring(
    quality=Scale(full=500, none=50_000),
    delivery=Scale(full=0.98, none=0.6),
    weights=(0.7, 0.3),
    limits={"A": 90, "B": 70, "C": 50, "D": 0},
    hysteresis=2,
    safety_cap="D",
)


def bands(*periods: str | None, danger: int | None = None) -> list[Band | None]:
    """The band after each period; `danger` is the number of the period that confirms one."""
    results = [PeriodResult(band, place == danger) for place, band in enumerate(periods)]  # type: ignore[arg-type]
    return [standing.band for standing in course(results, RULES)]


def ppm(rejected: int, received: int) -> Interval:
    share = binomial_interval(rejected, received)
    return Interval(
        estimate=rejected / received * 1e6,
        low=share.low * 1e6,
        high=(share.high or 0) * 1e6,
        level=0.95,
    )


def test_one_bad_piece_of_200_scores_c_by_the_point_and_anything_by_its_interval() -> None:
    figure = ppm(1, 200)
    assert (round(figure.low), round(figure.high or 0)) == (127, 27_542)
    score = score_of(figure, None, RULES)
    assert score is not None
    assert (score.points, score.band) == (50.0, "C")
    assert (score.best_band, score.worst_band) == ("A", "D")


def test_equal_ratios_of_ppm_cost_equal_points() -> None:
    steps = [points(value, RULES.quality, logarithmic=True) for value in (500, 5_000, 50_000)]
    assert steps == pytest.approx([100, 50, 0])


def test_weights_are_shared_out_over_what_is_recorded() -> None:
    good, late = ppm(0, 100_000), binomial_interval(60, 100)
    both = score_of(good, late, RULES)
    alone = score_of(None, late, RULES)
    assert both is not None
    assert alone is not None
    assert both.points == pytest.approx(70)
    assert alone.points == pytest.approx(0)
    assert score_of(None, None, RULES) is None


def test_a_figure_on_the_limit_of_a_band_earns_it() -> None:
    assert [band_of(score, RULES.limits) for score in (90, 89.99, 70, 50, 49.99)] == [
        "A", "B", "B", "C", "D",
    ]  # fmt: skip


def test_one_bad_period_moves_no_band_and_two_move_it_one_step() -> None:
    assert bands("A", "D", "A", "D", "D") == ["A", "A", "A", "A", "B"]


def test_a_band_falls_step_by_step_each_step_with_its_own_two_periods() -> None:
    assert bands("A", "D", "D", "D", "D") == ["A", "A", "B", "B", "C"]


def test_periods_with_too_few_deliveries_neither_move_nor_interrupt() -> None:
    assert bands(None, "B", "C", None, "C") == [None, "B", "B", "B", "C"]


def test_a_danger_lowers_the_band_at_once() -> None:
    assert bands("A", "A", "A", danger=1) == ["A", "D", "D"]
    assert bands("A", "A", "A", "A", danger=1)[-1] == "C"


@given(st.lists(st.sampled_from([*BANDS, None]), max_size=20))
def test_without_danger_a_band_never_moves_more_than_one_step(periods: list[Band | None]) -> None:
    found = [one for one in bands(*periods) if one is not None]
    places = [BANDS.index(band) for band in found]
    assert all(abs(b - a) <= 1 for a, b in pairwise(places))


@given(st.integers(0, 50), st.integers(50, 5_000), st.integers(0, 20))
def test_the_score_lies_within_what_its_intervals_leave_open(
    rejected: int, received: int, late: int
) -> None:
    score = score_of(ppm(rejected, received), binomial_interval(20 - late, 20), RULES)
    assert score is not None
    assert 0 <= score.low <= score.points <= score.high <= 100


@pytest.mark.parametrize("scale", [(5, 5), (0, 1), (-1, 2)])
def test_a_scale_that_cannot_be_is_refused(scale: tuple[float, float]) -> None:
    with pytest.raises(ValidationError, match="above zero and differ"):
        Scale(full=scale[0], none=scale[1])
