import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.risk import (
    BANDS,
    RISK_LEVELS,
    band_of,
    risk_level,
    scenario_probability,
    sensitivity,
    turning_points,
    worst,
)

LETTERS = {"low": "L", "medium": "M", "high": "H", "serious": "S"}
PUBLISHED = {
    0.6: "HSSS",
    0.2: "MSSS",
    0.02: "MSSS",
    0.002: "LHSS",
    2e-4: "LMHS",
    2e-5: "LLMH",
    2e-6: "LLLM",
    2e-7: "LLLL",
}
SEVERITIES = st.integers(1, 4)
PROBABILITIES = st.one_of(st.floats(0, 1), st.floats(-9, 0).map(lambda x: 10**x))


def rank(level: str) -> int:
    return RISK_LEVELS.index(level)


def test_the_matrix_is_the_published_one() -> None:
    found = {
        probability: "".join(LETTERS[risk_level(severity, probability)] for severity in range(1, 5))
        for probability in PUBLISHED
    }
    assert found == PUBLISHED


def test_the_official_example_of_severity_one_at_one_in_five_hundred_is_low() -> None:
    assert risk_level(1, 1 / 500) == "low"


@pytest.mark.parametrize("band", BANDS[:-1])
def test_a_probability_that_equals_a_threshold_belongs_to_the_lower_band(band) -> None:
    assert band_of(band.above) == BANDS.index(band) + 1
    assert band_of(band.above * 1.001) == BANDS.index(band)


def test_a_scenario_is_the_product_of_its_steps_and_rounding_moves_no_band() -> None:
    assert scenario_probability([0.5, 0.1, 0.04]) == pytest.approx(0.002)
    assert 0.1 * 0.1 > 0.01  # in floating point
    assert band_of(scenario_probability([0.1, 0.1])) == band_of(0.01)


def test_nothing_is_no_scenario_and_no_probability() -> None:
    with pytest.raises(InvalidArgument, match="at least one step"):
        scenario_probability([])
    for wrong in (-0.1, 1.1, math.nan):
        with pytest.raises(InvalidArgument, match="between 0 and 1"):
            scenario_probability([0.5, wrong])
    with pytest.raises(InvalidArgument, match="severity"):
        risk_level(5, 0.1)


@given(SEVERITIES, PROBABILITIES, PROBABILITIES)
def test_a_likelier_or_graver_harm_is_never_a_lower_risk(severity, one, other) -> None:
    less, more = sorted((one, other))
    assert rank(risk_level(severity, less)) <= rank(risk_level(severity, more))
    if severity < 4:
        assert rank(risk_level(severity, one)) <= rank(risk_level(severity + 1, one))


@given(SEVERITIES, PROBABILITIES)
def test_the_level_lies_within_its_own_sensitivity(severity, probability) -> None:
    level, near = risk_level(severity, probability), sensitivity(severity, probability)
    assert rank(near.lowest) <= rank(level) <= rank(near.highest)
    for one in near.single:
        assert rank(near.lowest) <= rank(one.level) <= rank(near.highest)
        assert abs(one.severity - severity) + abs(one.band - band_of(probability)) == 1


@given(SEVERITIES, PROBABILITIES)
def test_beyond_a_turning_point_the_level_is_another(severity, probability) -> None:
    level, turning = risk_level(severity, probability), turning_points(severity, probability)
    if turning.rises_above is None:
        assert level == risk_level(severity, 1)
    else:
        assert rank(risk_level(severity, turning.rises_above * 1.001)) > rank(level)
        assert risk_level(severity, turning.rises_above) == level
    if turning.falls_at is None:
        assert level == risk_level(severity, 0)
    else:
        assert rank(risk_level(severity, turning.falls_at)) < rank(level)
        assert risk_level(severity, turning.falls_at * 1.001) == level


def test_the_worst_level_is_the_highest() -> None:
    assert worst(["medium", "serious", "low"]) == "serious"
