"""Counts of fewer than five are hidden, and cannot be worked out from what is shown."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.cells import Line, suppress_small_cells


def _rows(*counts: int) -> list[dict[str, object]]:
    return [{"country": f"C{place}", "n": count} for place, count in enumerate(counts)]


def _shown(*counts: int) -> list[object]:
    return [row["n"] for row in suppress_small_cells(_rows(*counts), ["n"]).rows]


def test_large_counts_stay() -> None:
    result = suppress_small_cells(_rows(5, 60, 700), ["n"])
    assert result.hidden == 0
    assert [row["n"] for row in result.rows] == [5, 60, 700]


def test_one_small_count_takes_the_next_smallest_with_it() -> None:
    assert _shown(3, 60, 9) == [None, 60, None]


def test_two_small_counts_protect_each_other_only_if_they_leave_a_choice() -> None:
    assert _shown(2, 4, 60) == [None, None, 60]
    assert _shown(1, 1, 60) == [None, None, None]
    assert _shown(1, 1, 1, 1, 1, 70) == [None] * 6


def test_a_zero_concerns_nobody_and_stays() -> None:
    assert _shown(0, 8, 9) == [0, 8, 9]
    assert _shown(0, 2, 9) == [0, None, None]


def test_a_line_that_cannot_be_protected_has_its_total_closed() -> None:
    result = suppress_small_cells(_rows(0, 3), ["n"])
    assert [row["n"] for row in result.rows] == [0, None]
    assert result.closed == (Line("n", ()),)
    assert suppress_small_cells(_rows(3, 8), ["n"]).closed == ()


def test_what_is_computed_from_a_hidden_count_is_hidden_too() -> None:
    rows = [
        {"country": c, "claims": n, "units": 100, "rate": n / 100}
        for c, n in (("LI", 2), ("DE", 50))
    ]
    result = suppress_small_cells(rows, ["claims"], derived={"claims": ["rate"]})
    assert [(r["claims"], r["units"], r["rate"]) for r in result.rows] == [(None, 100, None)] * 2


def test_totals_within_a_group_are_protected_group_by_group() -> None:
    rows = [
        {"region": "EU", "country": "LI", "n": 2},
        {"region": "EU", "country": "DE", "n": 40},
        {"region": "EU", "country": "FR", "n": 30},
        {"region": "AP", "country": "JP", "n": 6},
    ]
    result = suppress_small_cells(rows, ["n"], within=["region"])
    assert [row["n"] for row in result.rows] == [None, 40, None, 6]


def test_the_given_rows_are_not_changed_and_a_strange_count_is_refused() -> None:
    rows = _rows(2, 9)
    suppress_small_cells(rows, ["n"])
    assert rows == _rows(2, 9)
    with pytest.raises(ValueError, match="no count"):
        suppress_small_cells([{"n": -1}], ["n"])
    with pytest.raises(ValueError, match="no count"):
        suppress_small_cells([{"n": 2.5}], ["n"])
    with pytest.raises(KeyError):
        suppress_small_cells([{"m": 1}], ["n"])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 12)), min_size=0, max_size=14))
def test_no_hidden_count_can_be_derived_from_any_nested_total(cells: list[tuple[str, int]]) -> None:
    rows = [{"group": group, "n": count} for group, count in cells]
    result = suppress_small_cells(rows, ["n"], within=["group"])
    closed = {line.group[0] for line in result.closed}
    hidden: dict[str, list[int]] = defaultdict(list)
    for (group, count), row in zip(cells, result.rows, strict=True):
        if row["n"] is None:
            hidden[group].append(count)
        else:
            assert count == 0 or count >= 5
    for group, counts in hidden.items():
        if group not in closed:
            # The reader knows the sum and that each is at least 1: all splits of the rest fit.
            possible = {1 + more for more in range(sum(counts) - len(counts) + 1)}
            assert len(counts) >= 2
            assert len(possible) >= 2
            assert sum(counts) >= 5


@settings(deadline=None)
@given(st.lists(st.integers(5, 500), min_size=1, max_size=20))
def test_nothing_is_hidden_without_need(counts: list[int]) -> None:
    assert suppress_small_cells(_rows(*counts), ["n"]).hidden == 0


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=20))
def test_hidden_counts_are_the_smallest_ones_of_a_line(counts: list[int]) -> None:
    result = suppress_small_cells(_rows(*counts), ["n"])
    hidden = [c for c, row in zip(counts, result.rows, strict=True) if row["n"] is None]
    shown = [c for c, row in zip(counts, result.rows, strict=True) if row["n"]]
    assert all(a <= b for a, b in pairwise((max(hidden, default=0), min(shown, default=999))))
