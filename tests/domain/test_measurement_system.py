import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.measurement_system import (
    Trial,
    categories,
    gauge_share,
    gauge_study,
    gauge_verdict,
)


def trials(folder, name: str, operator: str, part: str, value: str) -> list[Trial]:
    with (folder / name).open(encoding="utf-8-sig") as file:
        return [Trial(row[operator], row[part], float(row[value])) for row in csv.DictReader(file)]


def study(operators: int = 3, parts: int = 10, repeats: int = 3, seed: int = 1) -> list[Trial]:
    random = np.random.default_rng(seed)
    true = random.normal(0, 1, parts)
    return [
        Trial(f"O{one}", f"P{part}", float(true[part] + random.normal(0, 0.1)))
        for one in range(operators)
        for part in range(parts)
        for _ in range(repeats)
    ]


def test_the_oracle_of_a_gauge_that_is_not_usable_holds() -> None:
    share, classes = gauge_share(0.014, 0.045), categories(0.014, 0.045)
    assert share == pytest.approx(0.297, abs=5e-4)
    assert classes == 4
    assert gauge_verdict(share, classes) == "unfit"


@pytest.mark.parametrize(
    ("share", "classes", "verdict"),
    [(0.09, 15, "fit"), (0.2, 6, "conditional"), (0.31, 5, "unfit"), (0.09, 4, "unfit")],
)
def test_a_gauge_is_judged_by_its_share_and_its_classes(share, classes, verdict) -> None:
    assert gauge_verdict(share, classes) == verdict


def test_a_crossed_study_has_the_components_of_another_program(public_data) -> None:
    folder = public_data("spc_jasp")
    name = "msaGaugeRRCrossed_long.csv"
    truth = json.loads((folder / "reference.json").read_text())[name]
    found = gauge_study(trials(folder, name, "Operators", "Parts", "Dm"))
    parts = truth["varcomp"]
    assert found.gauge**2 == pytest.approx(parts["total_grr"], rel=1e-9)
    assert found.repeatability**2 == pytest.approx(parts["repeatability"], rel=1e-9)
    assert found.reproducibility**2 == pytest.approx(parts["reproducibility"], rel=1e-9)
    assert found.part**2 == pytest.approx(parts["part"], rel=1e-9)
    assert 100 * found.share == pytest.approx(truth["pct_study_var_grr"], abs=5e-3)
    assert found.interaction is not None
    assert found.interaction.f_value == pytest.approx(1.22946859903382, rel=1e-9)
    assert not found.interaction.kept


def test_the_textbook_gauge_has_the_published_interaction(public_data) -> None:
    folder = public_data("spc_textbook")
    found = gauge_study(
        trials(folder, "six_ss.data.rr.csv", "operator", "prototype", "time1"), pooled_from=0
    )
    assert found.interaction is not None
    assert found.interaction.f_value == pytest.approx(0.9737, abs=5e-4)
    assert found.verdict == "unfit"


def test_operators_that_differ_by_part_count_against_the_gauge() -> None:
    plain = study()
    mixed = [
        one._replace(value=one.value + (1.0 if (one.operator, one.part) == ("O1", "P3") else 0))
        for one in plain
    ]
    found = gauge_study(mixed)
    assert found.interaction is not None
    assert found.interaction.kept
    assert found.reproducibility > 2 * gauge_study(plain).reproducibility


def test_one_operator_has_no_reproducibility() -> None:
    found = gauge_study(study(operators=1))
    assert found.reproducibility == 0
    assert found.interaction is None
    assert found.repeatability == pytest.approx(0.1, rel=0.4)


def test_a_missing_trial_is_named() -> None:
    with pytest.raises(InvalidArgument, match="operator O2 measured part P9 2 times, others 3"):
        gauge_study(study()[:-1])


@pytest.mark.parametrize(
    "rows",
    [
        [],
        study(parts=1),
        study(repeats=1),
        [Trial("A", part, float(part == "P")) for part in "PQ" for _ in range(2)],
        [Trial("A", part, 1.0) for part in "PQ" for _ in range(2)],
    ],
    ids=["empty", "one part", "one trial", "no digits", "nothing varies"],
)
def test_a_study_that_tells_nothing_is_refused(rows) -> None:
    with pytest.raises(InvalidArgument):
        gauge_study(rows)


@settings(deadline=None, max_examples=50)
@given(st.floats(-1e6, 1e6), st.randoms(use_true_random=False))
def test_neither_an_offset_nor_the_order_of_trials_changes_a_study(offset, random) -> None:
    rows = study()
    moved = [one._replace(value=one.value + offset) for one in rows]
    random.shuffle(moved)
    assert gauge_study(moved).share == pytest.approx(gauge_study(rows).share, rel=1e-4)
