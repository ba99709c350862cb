import csv
import json

import numpy as np
import pytest

from domain.count_charts import (
    c_chart,
    extra_spread,
    g_chart,
    np_chart,
    p_chart,
    t_chart,
    u_chart,
    widened,
)
from domain.errors import InvalidArgument
from domain.spc import individuals_charts


def table(folder, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def beyond(chart) -> list[int]:
    return (np.flatnonzero(chart.outside) + 1).tolist()


def test_orange_juice_cans_have_the_published_limits_and_points_beyond(public_data) -> None:
    folder = public_data("spc_textbook")
    truth = json.loads((folder / "reference.json").read_text())["orangejuice_p_trial30"]
    rows = table(folder, "qcc_orangejuice.csv")
    bad, size = [int(row["D"]) for row in rows], [int(row["size"]) for row in rows]
    chart = p_chart(bad, size, slice(0, 30))
    assert chart.centre[0] == pytest.approx(truth["center"], rel=1e-6)
    assert chart.lower[0] == pytest.approx(truth["LCL"], rel=1e-6)
    assert chart.upper[0] == pytest.approx(truth["UCL"], rel=1e-6)
    assert beyond(chart) == truth["beyond"]
    assert beyond(np_chart(bad, 50, slice(0, 30))) == truth["beyond"]


def test_circuit_boards_have_the_published_limits_and_points_beyond(public_data) -> None:
    folder = public_data("spc_textbook")
    truth = json.loads((folder / "reference.json").read_text())["circuit_c_trial26"]
    rows = table(folder, "qcc_circuit.csv")
    chart = c_chart([int(row["x"]) for row in rows], slice(0, 26))
    assert chart.kind == "c"
    assert chart.lower[0] == pytest.approx(truth["LCL"], rel=1e-6)
    assert chart.upper[0] == pytest.approx(truth["UCL"], rel=1e-6)
    assert beyond(chart) == truth["beyond"]


@pytest.mark.parametrize("name", ["pcmanufact", "dyedcloth"])
def test_rates_have_the_published_limits(public_data, name) -> None:
    folder = public_data("spc_textbook")
    truth = json.loads((folder / "reference.json").read_text())[f"{name}_u"]
    rows = table(folder, f"qcc_{name}.csv")
    chart = u_chart([int(row["x"]) for row in rows], [float(row["size"]) for row in rows])
    assert chart.centre[0] == pytest.approx(truth["center"], rel=1e-6)
    assert beyond(chart) == truth["beyond"]
    if "UCL" in truth:
        assert chart.upper[0] == pytest.approx(truth["UCL"], rel=1e-6)


def test_more_bad_units_than_units_are_refused(public_data) -> None:
    rows = table(public_data("spc_jasp"), "SPC_NP.csv")
    with pytest.raises(InvalidArgument, match="59 of 50"):
        p_chart([int(row["D"]) for row in rows], [int(row["Size"]) for row in rows])


def test_limits_of_a_share_stay_within_nought_and_one() -> None:
    chart = p_chart([0, 1, 2, 1], [2, 2, 2, 2])
    assert chart.lower.min() == 0
    assert chart.upper.max() == 1


def test_a_chart_of_gaps_alarms_as_rarely_as_it_says() -> None:
    random = np.random.default_rng(3)
    gaps = random.geometric(0.004, 40_000) - 1
    chart = g_chart(gaps.tolist())
    assert (chart.values < chart.lower).mean() <= 0.002
    assert (chart.values > chart.upper).mean() == pytest.approx(0.00135, abs=0.0007)
    assert (chart.values > chart.centre).mean() == pytest.approx(0.5, abs=0.01)


def test_a_chart_of_times_alarms_as_rarely_as_it_says() -> None:
    random = np.random.default_rng(4)
    chart = t_chart(random.exponential(30.0, 40_000).tolist())
    assert (chart.values < chart.lower).mean() == pytest.approx(0.00135, abs=0.0007)
    assert (chart.values > chart.upper).mean() == pytest.approx(0.00135, abs=0.0007)


def test_events_that_come_all_at_once_give_no_chart_of_times() -> None:
    with pytest.raises(InvalidArgument, match="above zero"):
        t_chart([0.0, 0.0])
    with pytest.raises(InvalidArgument, match="below zero"):
        t_chart([1.0, -1.0])


def test_days_with_a_fate_in_common_widen_the_limits() -> None:
    random = np.random.default_rng(5)
    daily = np.clip(random.normal(0.02, 0.006, 200), 0, 1)
    fated = p_chart(random.binomial(5_000, daily).tolist(), [5_000] * 200)
    plain = p_chart(random.binomial(5_000, 0.02, 200).tolist(), [5_000] * 200)
    assert extra_spread(plain) == pytest.approx(1, abs=0.15)
    assert extra_spread(fated) > 2
    assert fated.outside.sum() > 20
    wide = widened(fated, extra_spread(fated))
    assert wide.kind == "p_prime"
    assert wide.outside.sum() <= 3


def test_only_shares_and_rates_can_be_widened() -> None:
    place, _ = individuals_charts([1.0, 2.0, 3.0])
    with pytest.raises(InvalidArgument, match="no extra spread"):
        widened(place, 2.0)
