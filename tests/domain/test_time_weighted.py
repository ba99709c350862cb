import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.spc import Sample, subgroup_charts
from domain.time_weighted import (
    cusum_chart,
    ewma_chart,
    ewma_limit,
    poisson_cusum,
    poisson_reference,
)


def subgroups(path, value: str, size: int = 5) -> list[Sample]:
    with path.open(encoding="utf-8-sig") as file:
        values = [float(row[value]) for row in csv.DictReader(file)]
    return [Sample.of(values[at : at + size]) for at in range(0, len(values), size)]


def test_the_settled_limit_of_counts_is_that_of_the_oracle() -> None:
    assert ewma_limit(4, 2, weight=0.2, width=3) == pytest.approx(6.0)


def test_the_first_weighted_mean_has_the_narrowest_limits() -> None:
    chart = ewma_chart([0.0] * 60, 0.0, 1.0, weight=0.2, width=3)
    assert chart.upper[0] == pytest.approx(0.6)
    assert chart.upper[-1] == pytest.approx(1.0, rel=1e-6)
    assert (np.diff(chart.upper) >= 0).all()


def test_piston_rings_leave_the_ewma_limits_where_published(public_data) -> None:
    folder = public_data("spc_textbook")
    truth = json.loads((folder / "reference.json").read_text())["pistonrings"]
    groups: dict[str, list[float]] = {}
    with (folder / "qcc_pistonrings.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["sample"], []).append(float(row["diameter"]))
    samples = [Sample.of(values) for values in groups.values()]
    place, _ = subgroup_charts(samples, slice(0, 25), spread="range")
    chart = ewma_chart(
        place.values.tolist(), float(place.centre[0]), place.sigma, weight=0.2, width=2.7
    )
    found = (np.flatnonzero(chart.outside) + 1).tolist()
    assert found == truth["ewma_lambda0.2_L2.7_violations"]
    sums = cusum_chart(place.scores.tolist())
    upper = (np.flatnonzero(sums.above > sums.limit) + 1).tolist()
    assert upper == truth["cusum_default_upper"]


def test_a_shift_is_found_by_ewma_where_another_program_finds_it(public_data) -> None:
    folder = public_data("spc_jasp")
    place, _ = subgroup_charts(subgroups(folder / "ewmaChartLong.csv", "Measurement"))
    chart = ewma_chart(place.values.tolist(), float(place.centre[0]), place.sigma, weight=0.3)
    assert (np.flatnonzero(chart.outside) + 1).tolist() == [5]


def test_the_sum_grows_by_what_exceeds_the_slack() -> None:
    chart = cusum_chart([1.0, 1.0, 1.0, -3.0], slack=0.5, limit=1.2)
    assert chart.above.tolist() == [0.5, 1.0, 1.5, 0.0]
    assert chart.below.tolist() == [0, 0, 0, 2.5]
    assert chart.outside.tolist() == [False, False, True, True]


def test_the_reference_of_a_doubled_rate_is_that_of_the_oracle() -> None:
    assert poisson_reference(4, 2) == pytest.approx(5.771, abs=5e-4)


def test_the_reference_grows_with_the_exposure() -> None:
    found = poisson_cusum([6, 12], [4.0, 8.0], ratio=2.0, limit=50)
    assert found.sums[1] - found.sums[0] == pytest.approx(2 * found.sums[0])


def test_the_sum_of_counts_starts_again_after_a_signal() -> None:
    found = poisson_cusum([10, 10, 10, 10], [4.0] * 4, ratio=2.0, limit=8)
    assert found.signals.tolist() == [False, True, False, True]


@pytest.mark.parametrize("ratio", [1.0, 0.5, float("inf")])
def test_a_rate_that_is_not_raised_cannot_be_looked_for(ratio) -> None:
    with pytest.raises(InvalidArgument, match="above 1"):
        poisson_reference(4, ratio)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-4, 4), min_size=1, max_size=40))
def test_a_head_start_never_makes_a_sum_smaller(scores) -> None:
    plain, ahead = cusum_chart(scores), cusum_chart(scores, head_start=2.5)
    assert (ahead.above >= plain.above - 1e-12).all()
    assert (ahead.below >= plain.below - 1e-12).all()
