import csv
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.capability import (
    Limits,
    Spread,
    expected_outside,
    index_of_share,
    indices,
    normality,
    percentile_index,
)
from domain.errors import InvalidArgument
from domain.spc import Sample, sigma_within

PANEL = Limits(-0.2, 0.2)


def test_the_panel_alignment_oracle_holds() -> None:
    found = indices(PANEL, Spread(0.03, 0.05, 49), 50)
    assert found.both is not None
    assert found.both.estimate == pytest.approx(1.333, abs=5e-4)
    assert found.nearest.estimate == pytest.approx(1.133, abs=5e-4)
    assert found.nearest.low == pytest.approx(0.89, abs=5e-3)
    assert found.nearest.high == pytest.approx(1.38, abs=5e-3)
    assert 1e6 * expected_outside(PANEL, Spread(0.03, 0.05, 49)) == pytest.approx(339, abs=0.5)


def test_bottle_diameters_have_the_indices_of_another_program(public_data) -> None:
    folder = public_data("spc_jasp")
    name = "processCapabilityAnalysisLongFormatDebug.csv"
    truth = json.loads((folder / "reference.json").read_text())[name]
    groups: dict[str, list[float]] = {}
    with (folder / name).open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["Time"], []).append(float(row["Diameter"]))
    values = [value for group in groups.values() for value in group]
    within = sigma_within([Sample.of(group) for group in groups.values()], "range")
    whole, limits = Sample.of(values), Limits(0, 12)
    assert within == pytest.approx(truth["sd_within"], rel=1e-4)
    assert whole.s == pytest.approx(truth["sd_overall"], rel=1e-9)
    short = indices(limits, Spread(whole.mean, within, 80), 100)
    long = indices(limits, Spread(whole.mean, whole.s, 99), 100)
    assert short.both is not None
    assert long.both is not None
    found = [short.both.estimate, short.nearest.estimate, long.both.estimate]
    assert found == pytest.approx([truth["Cp"], truth["Cpk"], truth["Pp"]], abs=5e-3)
    assert [long.lower, long.upper] == pytest.approx([truth["Ppl"], truth["Ppu"]], abs=5e-3)
    ppm = 1e6 * expected_outside(limits, Spread(whole.mean, whole.s, 99))
    assert ppm == pytest.approx(truth["ppm_total_overall"], rel=1e-5)
    shape = normality(values)
    assert shape.statistic == pytest.approx(truth["AD"], abs=5e-3)
    assert shape.p_value == pytest.approx(truth["AD_p"], abs=5e-3)


def test_piston_rings_have_the_published_indices(public_data) -> None:
    truth = json.loads((public_data("spc_textbook") / "reference.json").read_text())
    expected = truth["pistonrings"]["capability_73.95_74.05"]
    found = indices(Limits(73.95, 74.05), Spread(74.00118, 0.009785039, 100), 125)
    assert found.both is not None
    assert found.both.estimate == pytest.approx(expected["Cp"], rel=1e-5)
    assert found.nearest.estimate == pytest.approx(expected["Cpk"], rel=1e-4)


def test_one_limit_gives_no_cp() -> None:
    found = indices(Limits(None, 10.0), Spread(4.0, 1.0, 99), 100)
    assert found.both is None
    assert found.lower is None
    assert found.nearest.estimate == pytest.approx(2.0)


def test_the_interval_covers_the_true_index_as_often_as_it_says() -> None:
    random = np.random.default_rng(21)
    truth, inside = (0.2 - 0.03) / 0.15, 0
    for _ in range(2_000):
        sample = Sample.of(random.normal(0.03, 0.05, 50).tolist())
        found = indices(PANEL, Spread(sample.mean, sample.s, 49), 50).nearest
        inside += found.low <= truth <= (found.high or math.inf)
    assert 0.93 < inside / 2_000 < 0.97


def test_percentiles_of_a_normal_give_its_own_index() -> None:
    sigma = 0.05
    found = percentile_index(PANEL, (0.03 - 3 * sigma, 0.03, 0.03 + 3 * sigma))
    assert found == pytest.approx(1.133, abs=5e-4)


def test_an_index_and_its_share_belong_together() -> None:
    assert index_of_share(0.00135) == pytest.approx(1.0, abs=1e-3)
    assert index_of_share(0.5) == pytest.approx(0.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: indices(Limits(None, None), Spread(0, 1, 9), 10),
        lambda: indices(Limits(2, 1), Spread(0, 1, 9), 10),
        lambda: indices(Limits(0, 1), Spread(0, 0, 9), 10),
        lambda: percentile_index(Limits(0, 1), (0.5, 0.5, 0.6)),
        lambda: normality([1.0] * 20),
        lambda: normality([1.0, 2.0]),
    ],
)
def test_nothing_is_computed_where_no_index_can_be(call) -> None:
    with pytest.raises(InvalidArgument):
        call()


def test_a_lopsided_shape_is_told_from_a_normal_one() -> None:
    random = np.random.default_rng(1)
    assert normality(random.normal(size=400).tolist()).near_normal
    assert not normality(random.exponential(size=400).tolist()).near_normal


def test_normal_readings_are_rejected_once_in_a_hundred() -> None:
    random = np.random.default_rng(9)
    shapes = [normality(random.normal(size=60).tolist()).p_value for _ in range(1_500)]
    assert 0.003 < np.mean(np.array(shapes) < 0.01) < 0.02


@settings(deadline=None, max_examples=50)
@given(st.floats(-1, 1), st.floats(0.01, 2), st.floats(0.5, 20))
def test_an_index_does_not_depend_on_the_unit(mean, sigma, factor) -> None:
    plain = indices(Limits(-1, 1), Spread(mean, sigma, 99), 100)
    scaled = indices(Limits(-factor, factor), Spread(mean * factor, sigma * factor, 99), 100)
    assert scaled.nearest.low == pytest.approx(plain.nearest.low, rel=1e-9, abs=1e-9)
    assert plain.both is not None
    assert (plain.nearest.estimate or 0) <= (plain.both.estimate or 0) + 1e-12
