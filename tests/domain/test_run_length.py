import json

import numpy as np
import pytest

from domain.errors import InvalidArgument
from domain.run_length import (
    cusum_run_length,
    ewma_run_length,
    poisson_cusum_run_length,
    shewhart_run_length,
)
from domain.time_weighted import cusum_chart


@pytest.fixture(scope="module")
def published(public_data) -> dict:
    return json.loads((public_data("arl_reference") / "arl_reference.json").read_text())


@pytest.mark.parametrize("limit", [4, 5])
def test_cusum_run_lengths_are_exact(published, limit) -> None:
    truth = published[f"cusum_two_sided_k0.5_h{limit}"]
    found = [cusum_run_length(shift, limit=limit) for shift in truth["mu"]]
    assert found == pytest.approx(truth["exact"], rel=1e-4)


def test_a_head_start_shortens_the_run_as_published(published) -> None:
    truth = published["cusum_two_sided_k0.5_h4"]
    found = [cusum_run_length(shift, limit=4, head_start=2) for shift in truth["mu"]]
    assert found == pytest.approx(truth["published_FIR_h/2"], rel=0.01)


@pytest.mark.parametrize(("weight", "width"), [(0.5, 3.071), (0.03, 2.437), (0.1, 2.814)])
def test_ewma_run_lengths_are_exact(published, weight, width) -> None:
    truth = published[f"ewma_lambda{weight}_L{width}"]
    found = [ewma_run_length(shift, weight=weight, width=width) for shift in truth["mu"]]
    assert found == pytest.approx(truth["exact"], rel=1e-4)


@pytest.mark.parametrize(
    ("limit", "in_control", "doubled"), [(6, 373, 3.58), (8, 1736, 4.58), (10, 8018, 5.58)]
)
def test_poisson_cusum_run_lengths_are_those_of_the_oracle(limit, in_control, doubled) -> None:
    found = poisson_cusum_run_length(4, reference=6, limit=limit)
    assert found == pytest.approx(in_control, rel=1e-3)
    assert poisson_cusum_run_length(8, reference=6, limit=limit) == pytest.approx(doubled, rel=2e-3)


def test_limits_alone_signal_once_in_370_points() -> None:
    assert shewhart_run_length() == pytest.approx(370.4, abs=0.05)
    assert shewhart_run_length(1.0) == pytest.approx(43.9, abs=0.05)


def test_the_chart_itself_runs_as_long_as_computed() -> None:
    random = np.random.default_rng(8)
    lengths = []
    for _ in range(1_500):
        out = cusum_chart(random.normal(1.0, 1.0, 80).tolist()).outside
        lengths.append(int(out.argmax()) + 1)
    assert np.mean(lengths) == pytest.approx(cusum_run_length(1.0), rel=0.05)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cusum_run_length(slack=0),
        lambda: cusum_run_length(limit=5, head_start=5),
        lambda: ewma_run_length(weight=1),
        lambda: poisson_cusum_run_length(0, reference=6, limit=6),
        lambda: poisson_cusum_run_length(4, reference=6.05, limit=1e4),
    ],
)
def test_a_chart_that_cannot_be_is_refused(call) -> None:
    with pytest.raises(InvalidArgument):
        call()
