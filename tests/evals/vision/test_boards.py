"""The scoring of boards: overlap, one hit a box, changes that take the truth along; real pairs."""

import itertools

import numpy as np
import pytest

from evals.vision.boards import (
    LIMITS,
    Labelled,
    Matched,
    Pair,
    confusion,
    f_score,
    folder,
    hits,
    look,
    overlap,
    pairs,
    right_kind,
)
from evals.vision.changes import CHANGES, changed
from services.vision.inspecting.golden import compare, golden_of
from services.vision.inspecting.records import Box


def square(x, y, side=10.0):
    return Box(x=x, y=y, width=side, height=side)


def test_overlap_is_shared_area_over_all_area() -> None:
    assert overlap(square(0, 0), square(0, 0)) == 1
    assert overlap(square(0, 0), square(5, 0)) == pytest.approx(1 / 3)
    assert overlap(square(0, 0), square(20, 0)) == 0


def test_two_detections_of_one_defect_are_one_hit_and_one_false() -> None:
    truth = (Labelled("spur", square(0, 0)),)
    said = [Labelled("spur", square(1, 0)), Labelled("short", square(0, 0))]
    assert hits(said, truth) == {0: "short"}


def test_f_counts_misses_and_false_ones_alike_and_kind_if_asked() -> None:
    truth = (Labelled("spur", square(0, 0)), Labelled("open", square(50, 0)))
    matched = [Matched(truth, {0: "short"}, 2)]
    assert f_score(matched) == 0.5
    assert f_score(matched, kinds=True) == 0
    assert right_kind(matched, "spur") == [False]
    assert confusion(matched) == {("spur", "short"): 1, ("open", "-"): 1}


def test_a_shifted_board_takes_its_truth_along_and_loses_what_leaves_the_picture() -> None:
    tested = np.zeros((100, 100), np.uint8)
    tested[40:50, 40:50] = 255
    truth = (Labelled("copper", square(40, 40)), Labelled("copper", square(94, 40)))
    pair = Pair("P", tested, tested, truth)
    found = changed(pair, next(one for one in CHANGES if one.pose.dx == 10))
    assert [one.box.x for one in found.truth] == [50]
    assert found.tested[45, 45:60].tolist() == [0] * 5 + [255] * 10


def test_a_brighter_board_is_cut_at_white_and_its_truth_stays() -> None:
    tested = np.full((20, 20), 230, np.uint8)
    pair = Pair("P", tested, tested, (Labelled("copper", square(0, 0)),))
    found = changed(pair, next(one for one in CHANGES if one.gain == 1.2))
    assert found.tested.max() == 255
    assert found.truth == pair.truth


@pytest.mark.skipif(not folder().is_dir(), reason="the public boards are not here")
def test_the_first_boards_are_read_almost_without_error() -> None:
    some = list(itertools.islice(pairs(folder()), 8))
    templates = [golden_of(one.template, LIMITS) for one in some]
    looks = [look(t, one.tested, one.truth) for t, one in zip(templates, some, strict=True)]
    assert sum(len(one.truth) for one in looks) > 30
    assert f_score(looks) >= 0.95
    assert not any(compare(one, one.template).defects for one in templates)
