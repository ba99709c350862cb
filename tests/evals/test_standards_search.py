"""The search for standards is measured on a list that it was not made for."""

from collections.abc import Callable
from pathlib import Path

from evals.standards_search.entries import read_entries
from evals.standards_search.figures import made_up
from services.standards.loading import load


def test_designations_that_were_made_up_are_never_answered_by_another() -> None:
    figures = made_up(load())
    assert [figure.met for figure in figures] == [True, True]
    assert {figure.n for figure in figures} == {400}


def test_every_number_of_the_list_is_a_row_that_went_through_the_same_checks(
    public_data: Callable[[str], Path],
) -> None:
    entries = read_entries(public_data("standards_eu_mdr"))
    assert len(entries.alone.standards) == 399
    assert set(entries.alone.standards) <= entries.alone.overlaid
    assert set(load().standards) < set(entries.beside.standards)
    asked = {one.standard for one in entries.all_scopes}
    assert asked <= set(entries.alone.standards)
    assert len(entries.each_number) == len(asked)
