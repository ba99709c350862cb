import csv
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.sampling import (
    AQLS,
    LARGEST_LOTS,
    Level,
    Severity,
    acceptance_probability,
    code_letter,
    single_plan,
    tighter,
)


def test_a_lot_of_1200_at_level_two_and_aql_one_takes_80_and_accepts_on_two() -> None:
    letter = code_letter(1200)
    plan = single_plan(letter, "1.0")
    assert (letter, plan.sample_size, plan.accept, plan.reject) == ("J", 80, 2, 3)


@pytest.mark.parametrize(("share", "expected"), [(0.01, 0.953), (0.05, 0.231)])
def test_operating_points_of_80_with_two(share: float, expected: float) -> None:
    plan = single_plan("J", "1.0")
    assert acceptance_probability(plan, share) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("lot", "aql", "severity", "expected"),
    [
        (35_000, "0.65", "normal", (315, 5, 6)),
        (10_000, "2.5", "normal", (200, 10, 11)),
        (1200, "1.0", "tightened", (80, 1, 2)),
        (1200, "1.0", "reduced", (32, 1, 3)),
        (1200, "0.40", "normal", (125, 1, 2)),  # an arrow down
        (1200, "0.25", "normal", (50, 0, 1)),  # an arrow up
        (8, "10", "tightened", (8, 1, 2)),  # a lot that is inspected whole
        (600_000, "0.025", "tightened", (3150, 1, 2)),  # the one plan of letter S
    ],
)
def test_printed_plans(
    lot: int, aql: str, severity: Severity, expected: tuple[int, int, int]
) -> None:
    plan = single_plan(code_letter(lot), aql, severity)
    assert (plan.sample_size, plan.accept, plan.reject) == expected


def test_every_plan_of_the_public_table(public_data: Callable[[str], Path]) -> None:
    wrong, seen = [], 0
    folder = public_data("aql_tables")
    with (folder / "mil_std_105e_single_sampling.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lot = int(row["lot"].split("-")[0].rstrip("+"))
            plan = single_plan(code_letter(lot, row["level"]), row["aql"], row["plan"])  # type: ignore[arg-type]
            found = (plan.sample_size, plan.accept, plan.reject)
            wrong += [row] if found != (int(row["n"]), int(row["ac"]), int(row["re"])) else []
            seen += 1
    assert (seen, wrong) == (8190, [])


@given(
    st.sampled_from(AQLS),
    st.sampled_from(get_args(Level)),
    st.integers(2, 10**9),
    st.sampled_from(get_args(Severity)),
)
def test_every_lot_has_a_plan_whose_numbers_can_decide(
    aql: str, level: Level, lot: int, severity: Severity
) -> None:
    plan = single_plan(code_letter(lot, level), aql, severity)
    assert 0 <= plan.accept < plan.reject
    assert plan.sample_size >= 2


@given(st.sampled_from(AQLS), st.sampled_from(LARGEST_LOTS), st.floats(0.0005, 0.3))
def test_tightened_never_accepts_more_readily_than_normal(aql: str, lot: int, share: float) -> None:
    letter = code_letter(lot)
    normal, tight = (single_plan(letter, aql, one) for one in ("normal", "tightened"))
    assert acceptance_probability(tight, share) <= acceptance_probability(normal, share) + 1e-9


@pytest.mark.parametrize("lot", [0, 1])
def test_a_lot_of_less_than_two_cannot_be_sampled(lot: int) -> None:
    with pytest.raises(InvalidArgument, match="cannot be sampled"):
        code_letter(lot)


def test_an_aql_that_the_tables_lack_is_refused_with_those_they_have() -> None:
    with pytest.raises(InvalidArgument, match=r"no AQL 1\.2") as raised:
        single_plan("J", "1.2")
    assert "1.0, 1.5" in raised.value.next_step


def test_a_letter_that_the_tables_lack_is_refused() -> None:
    for letter in ("I", "S", "", "JK"):
        with pytest.raises(InvalidArgument, match="no code letter"):
            single_plan(letter, "1.0")


def test_one_step_tighter() -> None:
    assert (tighter("1.0"), tighter("0.010")) == ("0.65", None)


def test_a_share_that_is_no_share_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="between 0 and 1"):
        acceptance_probability(single_plan("J", "1.0"), 1.5)
