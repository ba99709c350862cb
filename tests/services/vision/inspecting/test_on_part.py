"""Where a defect is on the part does not depend on how the part lay."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InvalidArgument
from evals.vision.parts import marks
from services.vision.inspecting.golden import compare
from services.vision.inspecting.records import Box
from services.vision.scale import Scale, to_mm

END = datetime(2026, 11, 1, tzinfo=UTC)
SCALE = Scale(mm_per_px=0.05, calibration_id="CAL-7", valid_until=END)


@pytest.mark.parametrize("pose", [{}, {"dx": 8.3, "dy": -4.1}, {"angle": 2.0}, {"scale": 1.005}])
def test_a_mark_is_at_the_same_place_on_the_part_however_it_lies(bench, pose) -> None:
    (mark,) = marks(bench.part, bench.rng, 1)
    found = compare(bench.golden, bench.picture(marks=(mark,), **pose))
    (defect,) = found.defects
    box = to_mm(defect.on_part, SCALE, END - timedelta(1))
    assert box.x + box.width / 2 == pytest.approx((mark.x + 0.5) * 0.05, abs=0.015)
    assert box.y + box.height / 2 == pytest.approx((mark.y + 0.5) * 0.05, abs=0.015)


def test_after_its_last_moment_a_scale_gives_no_millimetres() -> None:
    box = Box(x=1, y=2, width=3, height=4)
    assert to_mm(box, SCALE, END - timedelta(seconds=1)).width == pytest.approx(0.15)
    with pytest.raises(InvalidArgument, match="CAL-7 was valid until 2026-11-01"):
        to_mm(box, SCALE, END)
