import csv
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.run_rules import EIGHT_ON_ONE_SIDE
from domain.spc import Sample, c4, individuals_charts, sigma_within, span_constants, subgroup_charts

readings = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


def piston_rings(folder) -> list[Sample]:
    groups: dict[str, list[float]] = {}
    with (folder / "qcc_pistonrings.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["sample"], []).append(float(row["diameter"]))
    return [Sample.of(values) for values in groups.values()]


@pytest.mark.parametrize(
    ("n", "d2", "d3", "mean_s"),
    [(2, 1.128, 0.853, 0.7979), (5, 2.326, 0.864, 0.9400), (10, 3.078, 0.797, 0.9727)],
)
def test_constants_are_those_of_the_tables(n, d2, d3, mean_s) -> None:
    assert span_constants(n).d2 == pytest.approx(d2, abs=5e-4)
    assert span_constants(n).d3 == pytest.approx(d3, abs=5e-4)
    assert c4(n) == pytest.approx(mean_s, abs=5e-5)


@pytest.mark.parametrize("n", [0, 1])
def test_one_reading_has_no_spread(n) -> None:
    for constant in (span_constants, c4):
        with pytest.raises(InvalidArgument, match="2 or more"):
            constant(n)


@pytest.mark.parametrize(("spread", "name"), [("range", "R"), ("deviation", "S")])
def test_piston_rings_have_the_published_limits_and_points_beyond(
    public_data, spread, name
) -> None:
    folder = public_data("spc_textbook")
    truth = json.loads((folder / "reference.json").read_text(encoding="utf-8"))["pistonrings"]
    place, width = subgroup_charts(piston_rings(folder), slice(0, 25), spread=spread)
    assert place.centre[0] == pytest.approx(truth["xbar"]["center"], rel=1e-7)
    assert (np.flatnonzero(place.outside) + 1).tolist() == truth["xbar"]["beyond"]
    assert width.centre[0] == pytest.approx(truth[name]["center"], rel=1e-4)
    assert width.upper[0] == pytest.approx(truth[name]["UCL"], rel=1e-4)
    if spread == "range":
        assert place.lower[0] == pytest.approx(truth["xbar"]["LCL"], rel=1e-6)
        assert place.upper[0] == pytest.approx(truth["xbar"]["UCL"], rel=1e-6)


def test_sigma_of_the_piston_rings_is_that_of_the_textbook(public_data) -> None:
    samples = piston_rings(public_data("spc_textbook"))[:25]
    assert sigma_within(samples, "range") == pytest.approx(0.009785039, rel=1e-4)
    assert sigma_within(samples, "deviation") == pytest.approx(0.009829977, rel=1e-6)


def test_limits_of_single_readings_come_from_the_moving_range() -> None:
    place, spread = individuals_charts([10, 12, 11, 13, 12])
    moving = (2 + 1 + 2 + 1) / 4
    assert place.centre[0] == pytest.approx(11.6)
    assert place.upper[0] == pytest.approx(11.6 + 3 * moving / 1.128379, rel=1e-6)
    assert spread.values.tolist() == [2, 1, 2, 1]
    assert spread.upper[0] == pytest.approx(3.267 * moving, rel=1e-3)
    assert spread.lower[0] == 0


def test_first_alarm_of_the_yield_chart_is_that_of_another_program(public_data) -> None:
    path = public_data("spc_jasp") / "variableChartsIndividualsDebug.csv"
    with path.open(encoding="utf-8-sig") as file:
        values = [float(row["Yield"]) for row in csv.DictReader(file)]
    place, _ = individuals_charts(values)
    assert int(np.flatnonzero(place.outside)[0]) + 1 == 3
    # That program marks the seventh point of a run, at 11; ours waits for the eighth.
    assert int(np.flatnonzero(EIGHT_ON_ONE_SIDE.holds(place.scores))[0]) + 1 == 12


def test_points_after_the_baseline_do_not_move_the_limits() -> None:
    calm = [1.0, 2.0] * 10
    alone, _ = individuals_charts(calm)
    shifted, _ = individuals_charts([*calm, 50.0], slice(0, 20))
    assert shifted.upper[0] == alone.upper[0]
    assert shifted.outside.tolist() == [False] * 20 + [True]


def test_larger_subgroups_have_narrower_limits() -> None:
    samples = [Sample(4, 10, 2, 4), Sample(16, 10, 2, 7)]
    place, _ = subgroup_charts(samples)
    width = place.upper - place.centre
    assert width[0] == pytest.approx(2 * width[1])


@settings(deadline=None, max_examples=50)
@given(readings)
def test_a_sample_knows_its_mean_spread_and_range(values) -> None:
    sample = Sample.of(values)
    assert sample.mean == pytest.approx(np.mean(values), abs=1e-6)
    assert sample.s == pytest.approx(np.std(values, ddof=1), rel=1e-6, abs=1e-6)
    assert sample.span == max(values) - min(values)


@settings(deadline=None, max_examples=50)
@given(readings, st.floats(-1e3, 1e3))
def test_moving_all_readings_moves_no_signal(values, by) -> None:
    place, _ = individuals_charts(values)
    moved, _ = individuals_charts([value + by for value in values])
    near = np.isclose(place.values, place.lower, atol=1e-3) | np.isclose(
        place.values, place.upper, atol=1e-3
    )
    assert ((place.outside == moved.outside) | near).all()


def test_readings_that_do_not_spread_give_scores_of_zero() -> None:
    place, _ = individuals_charts([3.0, 3.0, 3.0])
    assert place.scores.tolist() == [0, 0, 0]
    assert not math.isnan(place.upper[0])
