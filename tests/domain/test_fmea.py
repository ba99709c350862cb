from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidArgument
from domain.fmea import PRIORITIES, action_priority, occurrence_shown

RATINGS = range(1, 11)
rating = st.integers(1, 10)


def written(s: int, o: int, d: int) -> str:
    """The table again, as sentences and not as letters."""
    if s == 1 or o == 1:
        return "L"
    return grave(s, o, d) if s >= 7 else mild(s, o, d)


def mild(s: int, o: int, d: int) -> str:
    if s <= 3:
        return "M" if o >= 8 and d >= 5 else "L"
    if o >= 8:
        return "H" if d >= 5 else "M"
    if o >= 6:
        return "L" if d == 1 else "M"
    return "M" if o >= 4 and d >= 7 else "L"


def grave(s: int, o: int, d: int) -> str:
    fatal = s >= 9
    if o >= 8 or (o >= 6 and fatal):
        return "H"
    if o >= 6:
        return "M" if d == 1 else "H"
    if o >= 4:
        return "H" if d >= (2 if fatal else 7) else "M"
    if fatal:
        return "H" if d >= 7 else "M" if d >= 5 else "L"
    return "M" if d >= 5 else "L"


def test_all_thousand_cells_agree_with_the_table_in_words() -> None:
    wrong = [
        cell for cell in product(RATINGS, repeat=3) if action_priority(*cell)[0] != written(*cell)
    ]
    assert wrong == []


@pytest.mark.parametrize(("cell", "expected"), [((8, 6, 2), "H"), ((2, 6, 8), "L")])
def test_the_published_examples_come_out(cell: tuple[int, int, int], expected: str) -> None:
    assert action_priority(*cell).priority == expected


def test_the_gravest_effect_is_low_where_the_cause_cannot_occur() -> None:
    assert action_priority(10, 1, 10).priority == "L"


def test_severity_8_or_9_alone_does_not_make_a_row_high() -> None:
    assert action_priority(8, 2, 2).priority == "L"
    assert action_priority(9, 3, 4).priority == "L"


def test_a_product_above_100_does_not_make_a_row_high_nor_one_below_make_it_low() -> None:
    assert (2 * 10 * 10, action_priority(2, 10, 10).priority) == (200, "M")
    assert (8 * 6 * 2, action_priority(8, 6, 2).priority) == (96, "H")


def test_detection_bands_are_not_two_wide() -> None:
    assert {action_priority(9, 3, d).priority for d in (7, 8, 9, 10)} == {"H"}
    assert {action_priority(7, 3, d).priority for d in (2, 3, 4)} == {"L"}
    assert {action_priority(5, 9, d).priority for d in (1, 2, 3, 4)} == {"M"}


@given(st.tuples(rating, rating, rating), st.integers(0, 2))
def test_a_worse_rating_is_never_less_urgent(cell: tuple[int, int, int], which: int) -> None:
    worse = [min(10, r + (i == which)) for i, r in enumerate(cell)]
    before, after = action_priority(*cell).priority, action_priority(*worse).priority
    assert PRIORITIES.index(after) <= PRIORITIES.index(before)


def test_the_bands_say_why() -> None:
    found = action_priority(8, 6, 2)
    assert [str(band) for band in found[1:]] == ["7-8", "6-7", "2-4"]


@pytest.mark.parametrize("cell", [(0, 5, 5), (5, 11, 5), (5, 5, -1), (True, 5, 5)])
def test_a_rating_off_the_scale_is_refused(cell: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidArgument, match="1 to 10"):
        action_priority(*cell)


@pytest.mark.parametrize(
    ("rate", "expected"), [(250, 10), (100, 10), (19.9, 7), (2, 6), (0.02, 3), (0, 2)]
)
def test_a_field_rate_stands_for_an_occurrence(rate: float, expected: int) -> None:
    assert occurrence_shown(rate) == expected
