import json
import math

import numpy as np
import pytest

from domain.autocorrelation import autocorrelation_limit, lag_one_autocorrelation
from domain.errors import InvalidArgument
from domain.spc import Sample


@pytest.mark.parametrize("name", ["Lew", "Lottery", "Michelso", "NumAcc1", "NumAcc2"])
def test_certified_statistics_come_to_seven_digits(public_data, name) -> None:
    folder = public_data("num_nist_strd")
    truth = json.loads((folder / "certified.json").read_text())[name]
    lines = (folder / f"{name}.dat").read_text(encoding="utf-8").splitlines()
    ruled = max(place for place, line in enumerate(lines) if line.lstrip().startswith("-----"))
    values = [float(line) for line in lines[ruled + 1 :] if line.strip()]
    assert len(values) == truth["n"]
    sample = Sample.of(values)
    assert sample.mean == pytest.approx(truth["mean"], rel=1e-7)
    assert sample.s == pytest.approx(truth["sd"], rel=1e-7)
    assert lag_one_autocorrelation(values) == pytest.approx(truth["lag1_autocorr"], rel=1e-7)


def test_independent_points_pass_the_limit_once_in_a_hundred() -> None:
    random = np.random.default_rng(2)
    found = [lag_one_autocorrelation(random.normal(size=100).tolist()) for _ in range(2_000)]
    beyond = np.mean(np.abs(np.array(found, dtype=float)) > autocorrelation_limit(100))
    assert 0.002 < beyond < 0.02


def test_a_constant_series_has_none() -> None:
    assert lag_one_autocorrelation([2.0, 2.0, 2.0]) is None


def test_two_points_are_too_few() -> None:
    with pytest.raises(InvalidArgument, match="too few"):
        lag_one_autocorrelation([1.0, 2.0])


def test_a_drift_hangs_together() -> None:
    assert (lag_one_autocorrelation(list(range(50))) or math.nan) > 0.9
