"""A picture beside its template: what differs is found where it is, and what does not is let be."""

import cv2
import numpy as np
import pytest

from domain.errors import InvalidArgument
from evals.vision.parts import marks
from services.vision.inspecting.golden import GoldenLimits, compare, golden_of

MIDDLE = 160


def test_the_template_beside_itself_has_no_defect_and_scores_nothing(bench) -> None:
    found = compare(bench.golden, bench.template)
    assert found.defects == ()
    assert found.notes == ()
    assert found.score == 0
    assert found.heat.max() == 0


@pytest.mark.parametrize("gain", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("pose", [{"dx": 10.0, "dy": -10.0}, {"angle": 2.0}, {"angle": -2.0}])
def test_a_good_part_is_good_wherever_it_lies_and_however_light_it_is(bench, pose, gain) -> None:
    found = compare(bench.golden, bench.picture(gain=gain, **pose))
    assert found.defects == ()
    assert found.notes == ()


def test_each_mark_is_found_where_it_is_in_the_picture_and_nothing_else(bench) -> None:
    made = marks(bench.part, np.random.default_rng(5), 4)
    found = compare(bench.golden, bench.picture(marks=made, dx=6.0, dy=-3.0))
    assert len(found.defects) == 4
    for mark in made:
        box = min(
            (one.box for one in found.defects),
            key=lambda box: abs(box.x - mark.x - 6 + mark.radius),
        )
        assert box.x + box.width / 2 == pytest.approx(mark.x + 6.5, abs=0.3)
        assert box.y + box.height / 2 == pytest.approx(mark.y - 2.5, abs=0.3)
        assert box.width == pytest.approx(2 * mark.radius, abs=1)


def test_a_missing_hole_is_missing_and_its_area_is_the_hole(bench) -> None:
    hole = bench.part.discs[0]
    found = compare(bench.golden, bench.picture(bench.part._replace(discs=bench.part.discs[1:])))
    assert found.defects[0].kind == "missing"
    assert found.defects[0].area_px <= np.pi * (hole.radius + 1) ** 2


def test_what_is_part_is_what_the_recipe_says(bench) -> None:
    bright = golden_of(bench.template, GoldenLimits(material="bright"))
    without = bench.part._replace(discs=bench.part.discs[1:])
    assert compare(bright, bench.picture(without)).defects[0].kind == "extra"


def test_a_part_that_bends_is_good_unless_the_recipe_says_it_is_stiff(bench) -> None:
    side = np.arange(320, dtype=np.float32)
    x, y = np.meshgrid(side, side)
    bent = cv2.remap(bench.template, x + 2.5 * np.sin(y / 60), y, cv2.INTER_LINEAR)
    stiff = golden_of(bench.template, GoldenLimits(contrast=30, flex_px=0))
    soft = golden_of(bench.template, GoldenLimits(contrast=30, flex_px=3))
    assert compare(stiff, bent).defects
    assert compare(soft, bent).defects == ()


def test_a_hole_that_wandered_is_a_defect_even_if_the_part_may_bend(bench) -> None:
    first, *rest = bench.part.discs
    wandered = bench.part._replace(discs=(first._replace(x=first.x + 5), *rest))
    assert {one.kind for one in compare(bench.golden, bench.picture(wandered)).defects} == {
        "extra",
        "missing",
    }


def test_edges_a_pixel_off_are_no_defect() -> None:
    template = np.full((120, 120), 255, np.uint8)
    cv2.rectangle(template, (30, 30), (90, 90), 0, -1)
    wider = np.full((120, 120), 255, np.uint8)
    cv2.rectangle(wider, (29, 29), (91, 91), 0, -1)
    assert compare(golden_of(template), wider).defects == ()


def test_the_score_grows_with_size_and_with_contrast() -> None:
    template = np.full((100, 100), 200, np.uint8)
    golden = golden_of(template)

    def score(side, level):
        picture = template.copy()
        picture[40 : 40 + side, 40 : 40 + side] = level
        return compare(golden, picture).score

    by_size = [score(side, 20) for side in (6, 8, 10, 14)]
    by_contrast = [score(10, level) for level in (110, 80, 50, 0)]
    assert by_size == sorted(by_size)
    assert by_contrast == sorted(by_contrast)
    assert score(10, 20) == pytest.approx(100 * 180 / 255, rel=0.02)


def test_what_is_too_small_to_be_a_defect_still_counts_in_the_score() -> None:
    template = np.full((100, 100), 200, np.uint8)
    picture = template.copy()
    picture[50:54, 50:54] = 0
    found = compare(golden_of(template, GoldenLimits(contrast=40)), picture)
    assert found.defects == ()
    assert found.score > 0


def test_the_heat_of_a_place_does_not_depend_on_what_else_is_in_the_picture() -> None:
    template = np.full((100, 100), 200, np.uint8)
    one, both = template.copy(), template.copy()
    one[20:30, 20:30] = both[20:30, 20:30] = 120
    both[60:70, 60:70] = 0
    golden = golden_of(template)
    alone, beside = compare(golden, one).heat, compare(golden, both).heat
    assert np.array_equal(alone[:45, :45], beside[:45, :45])
    assert alone[25, 25] == 80


def test_fragments_of_one_scratch_are_one_defect() -> None:
    template = np.full((120, 120), 200, np.uint8)
    picture = template.copy()
    for x in range(20, 90, 14):
        picture[58:63, x : x + 9] = 40
    found = compare(golden_of(template), picture)
    assert len(found.defects) == 1
    assert found.defects[0].box.width == pytest.approx(65, abs=1)


def test_the_worst_defect_stands_first(bench) -> None:
    found = compare(bench.golden, bench.picture(marks=marks(bench.part, bench.rng, 4)))
    surer = [one.confidence for one in found.defects]
    assert surer == sorted(surer, reverse=True)
    assert all(0.5 <= one < 1 for one in surer[:1])


def test_a_picture_of_quite_another_size_is_refused(bench) -> None:
    with pytest.raises(InvalidArgument, match="the template is 320 × 320 px"):
        compare(bench.golden, np.zeros((240, 320), np.uint8))


def test_the_same_pictures_give_the_same_inspection(bench) -> None:
    picture = bench.picture(marks=marks(bench.part, bench.rng, 2), dx=2.0)
    first, again = compare(bench.golden, picture), compare(bench.golden, picture)
    assert first.defects == again.defects
    assert first.score == again.score
    assert np.array_equal(first.heat, again.heat)
