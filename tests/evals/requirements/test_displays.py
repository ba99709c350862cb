"""Displays are picked by limits in words; a row that lacks size or year is not guessed."""

from evals.requirements.displays import FILTERS, displays

TABLE = """| MFG | Model | Name | Res | Inch | Made | ID |
|-----|-------|------|-----|------|------|----|
| ABC | ABC0001 | BIG | 3840x2160 | 32.0 | 2021 | x |
| ABC | ABC0002 |  | 1366x768 | 15.6 | 2012 | x |
| ABC | ABC0003 | OLD | 1024x768 |  | 2005 | x |
"""


def test_rows_without_a_size_are_left_out() -> None:
    assert [(one.diagonal, one.year) for one in displays(TABLE)] == [(32.0, 2021.0), (15.6, 2012.0)]


def test_pixel_density_follows_from_resolution_and_diagonal() -> None:
    assert abs(displays(TABLE)[0].density - 137.68) < 0.01


def test_every_filter_by_hand_is_about_a_field_of_the_rows() -> None:
    rows = displays(TABLE)
    assert all(isinstance(truth(one), bool) for _, truth in FILTERS for one in rows)
