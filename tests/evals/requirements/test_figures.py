"""Limits are counted as the labels say, and kinds are learnt from other projects only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evals.requirements.figures import limits, read_rows
from evals.requirements.sorting import Typed, by_other_projects, weighted_f1


def test_limits_are_read_as_they_were_labelled(public_data: Callable[[str], Path]) -> None:
    rows = read_rows(public_data("req_promise_nfr"))
    built, held, invented = limits(rows)
    assert (built.value, built.n) == (1.0, 53)
    assert (held.met, held.n) == (True, 38)
    assert invented.value == 0


def test_a_row_is_wrong_when_its_limit_is_not_there(public_data: Callable[[str], Path]) -> None:
    rows = read_rows(public_data("req_promise_nfr"))
    silent = [row._replace(text="It shall be nice.") for row in rows]
    built, held, _ = limits(silent)
    # only the rows that are labelled as having no limit are right
    assert built.value == pytest.approx(8 / 53)
    assert held.value == pytest.approx(6 / 38)


def test_the_measure_of_kinds_is_the_weighted_f1() -> None:
    truth = ["security", "security", "usability", "legal"]
    said = ["security", "usability", "usability", "security"]
    # security 2/(2+2), usability 2/(1+2), legal 0: (2 * .5 + 1 * .667 + 0) / 4
    assert weighted_f1(truth, said) == pytest.approx((2 * 0.5 + 2 / 3) / 4)


def test_a_kind_that_only_the_asked_project_has_cannot_be_learnt() -> None:
    plain = [
        Typed(str(i % 3), f"the door opens wide {i}", "functional" if i % 2 else "operational")
        for i in range(12)
    ]
    alien = [Typed("9", "zebra zebra door", "portability")] * 3
    said = by_other_projects([*plain, *alien], lists=False)
    assert "portability" not in said
