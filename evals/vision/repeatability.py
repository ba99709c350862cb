"""The same marks on the same part, looked at again and again: how far do their places scatter?"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from evals.figure import Figure, measured, share
from evals.vision.parts import STRAIGHT, Camera, Disc, Part, draw, marks, part
from services.vision.inspecting.golden import Golden, compare, golden_of
from services.vision.inspecting.records import FoundDefect, Pose
from services.vision.scale import Scale, to_mm

if TYPE_CHECKING:
    import numpy as np

SEED = 20260823
PARTS, MARKS, LOOKS = 6, 4, 20
MM_PER_PX = 0.05
"""Size of a pixel on the part (mm)."""
MOST = 0.1
"""Six standard deviations of a place (mm)."""
NEAR = 4.0
"""How far from its mark a detection may be (px)."""
NOW = datetime(2026, 8, 23, tzinfo=UTC)
SCALE = Scale(
    mm_per_px=MM_PER_PX, calibration_id="drawn", valid_until=datetime(2027, 1, 1, tzinfo=UTC)
)


class Looked(NamedTuple):
    """One mark in one look."""

    mark: int
    """Which mark."""
    x: float
    """Error of its place (mm)."""
    y: float
    """Error of its place (mm)."""


def figures() -> list[Figure]:
    """Scatter in x and y over all marks, each about its own mean."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    looked: list[Looked] = []
    exact = []
    for number in range(PARTS):
        some = part(rng)
        on_it = marks(some, rng, MARKS)
        golden = golden_of(draw(some, (), STRAIGHT, rng))
        for _ in range(LOOKS):
            found = _look(golden, some, on_it, rng)
            exact.append(len(found.looked) == MARKS == found.detections)
            looked += [one._replace(mark=one.mark + number * MARKS) for one in found.looked]
    about = f"at {MM_PER_PX:g} mm/px"
    return [
        share("looks at drawn parts that find each mark and nothing else", exact, at_least=0.99),
        _scatter(f"6σ of places in x, mm {about}", [(one.mark, one.x) for one in looked]),
        _scatter(f"6σ of places in y, mm {about}", [(one.mark, one.y) for one in looked]),
        measured(
            "distance from the true place, median mm",
            [float(np.hypot(one.x, one.y)) for one in looked],
            None,
        ),
    ]


class _Found(NamedTuple):
    looked: list[Looked]
    detections: int


def _look(
    golden: Golden, some: Part, on_it: tuple[Disc, ...], rng: "np.random.Generator"
) -> _Found:
    pose = Pose(
        dx=rng.uniform(-10, 10),
        dy=rng.uniform(-10, 10),
        angle=rng.uniform(-2, 2),
        scale=rng.uniform(0.995, 1.005),
    )
    seen = draw(some, on_it, Camera(pose, rng.uniform(0.8, 1.2), noise=3.0), rng)
    found = compare(golden, seen)
    places = [_place(one) for one in found.defects]
    looked = []
    for number, mark in enumerate(on_it):
        errors = [
            (x - (mark.x + 0.5) * MM_PER_PX, y - (mark.y + 0.5) * MM_PER_PX) for x, y in places
        ]
        x, y = min(errors, key=lambda one: one[0] ** 2 + one[1] ** 2, default=(9.0, 9.0))
        if max(abs(x), abs(y)) <= NEAR * MM_PER_PX:
            looked.append(Looked(number, x, y))
    return _Found(looked, len(found.defects))


def _place(one: FoundDefect) -> tuple[float, float]:
    box = to_mm(one.on_part or one.box, SCALE, NOW)
    return box.x + box.width / 2, box.y + box.height / 2


def _scatter(name: str, errors: list[tuple[int, float]]) -> Figure:
    """Six pooled standard deviations, with the least and most of a single mark."""
    import numpy as np

    groups = [
        [error for mark, error in errors if mark == one] for one in sorted({m for m, _ in errors})
    ]
    squares = sum(float(np.var(some, ddof=1)) * (len(some) - 1) for some in groups)
    value = 6 * (squares / sum(len(some) - 1 for some in groups)) ** 0.5
    single = [6 * float(np.std(some, ddof=1)) for some in groups]
    return Figure(
        figure=name,
        value=value,
        n=len(errors),
        low=min(single),
        high=max(single),
        target=f"<= {MOST:g}",
        met=value <= MOST,
    )
