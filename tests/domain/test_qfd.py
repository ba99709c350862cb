from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.qfd import (
    Importance,
    empty_columns,
    empty_rows,
    ranks,
    shares,
    technical_importance,
    weight,
)

MATRIX = ((9, 3, 0), (1, 9, 3), (0, 3, 9))
WEIGHTS = [Fraction(5), Fraction(3), Fraction(4)]
weights = st.fractions(min_value=Fraction(1, 100), max_value=100)
strengths = st.sampled_from((0, 1, 3, 9))


def test_the_worked_example_comes_out_exactly() -> None:
    carried = technical_importance(WEIGHTS, MATRIX)
    assert carried == [48, 54, 45]
    assert [round(100 * float(one), 1) for one in shares(carried)] == [32.7, 36.7, 30.6]
    assert ranks(carried) == [2, 1, 3]


def test_a_weight_is_importance_times_improvement_times_sales_point() -> None:
    need = Importance(Decimal("4.1"), Decimal(3), Decimal(5), Decimal("1.2"))
    assert weight(need) == Fraction(41, 10) * Fraction(5, 3) * Fraction(12, 10)


def test_a_need_that_is_not_rated_keeps_its_importance() -> None:
    assert weight(Importance(Decimal(5))) == 5


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_importance_is_above_zero(value: str) -> None:
    with pytest.raises(InvalidArgument, match="above zero"):
        weight(Importance(Decimal(value)))


def test_a_current_rating_without_a_target_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="belong together"):
        weight(Importance(Decimal(3), current=Decimal(2)))


def test_a_sales_point_is_one_of_three() -> None:
    with pytest.raises(InvalidArgument, match="sales point"):
        weight(Importance(Decimal(3), sales_point=Decimal(2)))


@pytest.mark.parametrize("matrix", [(), ((9, 3),), ((9,), (3, 1), (9,)), ((), (), ())])
def test_a_matrix_of_the_wrong_shape_is_refused(matrix: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(InvalidArgument, match="rows"):
        technical_importance(WEIGHTS, matrix)


def test_a_strength_off_the_scale_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="strength 5"):
        technical_importance([Fraction(1)], ((5,),))


def test_an_unserved_need_and_a_metric_without_need_are_found() -> None:
    matrix = ((9, 0, 1), (0, 0, 0))
    assert (empty_rows(matrix), empty_columns(matrix)) == ([1], [1])


def test_equal_metrics_share_the_better_place() -> None:
    assert ranks([Fraction(3), Fraction(9), Fraction(3)]) == [2, 1, 2]


def test_a_house_without_relations_has_shares_of_zero_and_not_an_error() -> None:
    assert shares([Fraction(0), Fraction(0)]) == [0, 0]


@given(
    st.lists(st.tuples(weights, st.tuples(strengths, strengths, strengths)), min_size=1, max_size=9)
)
def test_shares_sum_to_one_and_do_not_depend_on_the_scale_of_weights(
    rows: list[tuple[Fraction, tuple[int, int, int]]],
) -> None:
    matrix = [row for _, row in rows]
    found = shares(technical_importance([w for w, _ in rows], matrix))
    assert sum(found) == (1 if any(map(any, matrix)) else 0)
    assert shares(technical_importance([7 * w for w, _ in rows], matrix)) == found
