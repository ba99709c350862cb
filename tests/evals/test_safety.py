import pytest

from domain.intervals import binomial_interval
from evals.figure import Figure
from evals.user_needs.safety import figures


@pytest.fixture(scope="module")
def found() -> dict[str, Figure]:
    return {figure.figure: figure for figure in figures()}


def test_reports_of_danger_are_found_and_false_alarms_stay_few(found: dict[str, Figure]) -> None:
    recall = found["recall of severity 4 and 5, all"]
    assert recall.value >= 0.98
    assert found["precision of severity 4 and 5, all"].value >= 0.8
    assert found["precision of severity 4 and 5, held out"].value >= 0.8


def test_figures_carry_exact_intervals_and_every_language(found: dict[str, Figure]) -> None:
    recall = found["recall of severity 4 and 5, held out"]
    exact = binomial_interval(round(recall.value * recall.n), recall.n)
    assert (recall.low, recall.high) == (exact.low, exact.high)
    assert sum(name.startswith("recall of severity 4 and 5, held out, ") for name in found) == 9
