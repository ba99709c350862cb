import pytest

from domain.intervals import binomial_interval
from evals.figure import Figure
from evals.user_needs.safety import SETS, figures
from services.lexicon.lexicon import LANGUAGES


@pytest.fixture(scope="module")
def found() -> dict[str, Figure]:
    return {figure.figure: figure for figure in figures()}


def test_no_known_report_of_danger_is_missed_and_false_alarms_stay_few(
    found: dict[str, Figure],
) -> None:
    for gold in SETS:
        recall = found[f"recall of severity 4 and 5, {gold}"]
        assert recall.value == 1
        assert found[f"precision of severity 4 and 5, {gold}"].value >= 0.9
    assert (found["recall of severity 4 and 5, all"].low or 0) >= 0.99


def test_figures_carry_exact_intervals_and_every_language(found: dict[str, Figure]) -> None:
    precision = found["precision of severity 4 and 5, second set"]
    exact = binomial_interval(round(precision.value * precision.n), precision.n)
    assert (precision.low, precision.high) == (exact.low, exact.high)
    for language in LANGUAGES:
        assert f"recall of severity 4 and 5, {language}" in found
