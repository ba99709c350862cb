"""Golden parts drawn to a fraction of a pixel: a plate with slots, holes and, if asked, marks.

Each shape is a distance to its edge, and a pixel on the edge takes its share, so a part may lie at
any place and turn, and the truth is known beyond what pixels show.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

from services.vision.inspecting.records import Pose
from services.vision.inspecting.registration import matrix_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pixels = NDArray[np.uint8]

SIDE = 480
"""Side of a picture, unless said otherwise (px)."""
PLATE, SLOT, MARK = 190.0, 60.0, 90.0
"""Grey levels."""


class Disc(NamedTuple):
    """A round hole, or a round mark."""

    x: float
    """Middle (px, counted from the middle of the first pixel)."""
    y: float
    """Middle (px)."""
    radius: float
    """Radius (px)."""


class Bar(NamedTuple):
    """A slot with round ends."""

    x0: float
    """One end (px)."""
    y0: float
    """One end (px)."""
    x1: float
    """Other end (px)."""
    y1: float
    """Other end (px)."""
    half: float
    """Half its width (px)."""


class Part(NamedTuple):
    """What is on the plate."""

    discs: tuple[Disc, ...]
    """Holes."""
    bars: tuple[Bar, ...]
    """Slots."""
    side: int
    """Side of the picture (px)."""


class Camera(NamedTuple):
    """How it looks at the part."""

    pose: Pose
    """How the part lies."""
    gain: float
    """Multiple of brightness."""
    noise: float
    """Standard deviation of noise (grey levels)."""


STRAIGHT = Camera(Pose(dx=0, dy=0, angle=0, scale=1), gain=1.0, noise=0.0)
"""How a template is taken."""


def part(rng: "np.random.Generator", side: int = SIDE) -> Part:
    """A plate with eight holes and six slots, somewhere."""
    discs = [_disc(rng, (60, side - 60), (8, 22)) for _ in range(8)]
    bars = []
    for _ in range(6):
        x, y = rng.uniform(60, side - 60, 2)
        angle, length = rng.uniform(0, math.tau), rng.uniform(40, 140)
        end_x, end_y = x + length * math.cos(angle), y + length * math.sin(angle)
        bars.append(Bar(x, y, end_x, end_y, rng.uniform(3, 8)))
    return Part(tuple(discs), tuple(bars), side)


def marks(some: Part, rng: "np.random.Generator", count: int) -> tuple[Disc, ...]:
    """Round marks on free places of the plate, none near another shape."""
    found: list[Disc] = []
    while len(found) < count:
        mark = _disc(rng, (50, some.side - 50), (3.5, 7))
        near = [_to_disc(one, mark.x, mark.y) for one in (*some.discs, *found)]
        near += [_to_bar(one, mark.x, mark.y) for one in some.bars]
        if min(float(one) for one in near) > mark.radius + 12:
            found.append(mark)
    return tuple(found)


def draw(
    some: Part, on_it: tuple[Disc, ...], camera: Camera, rng: "np.random.Generator"
) -> "Pixels":
    """What a camera sees."""
    import numpy as np

    matrix = matrix_of(camera.pose, (some.side, some.side))
    x, y = np.meshgrid(np.arange(some.side), np.arange(some.side))
    back = np.linalg.inv(matrix[:, :2])
    px = back[0, 0] * (x - matrix[0, 2]) + back[0, 1] * (y - matrix[1, 2])
    py = back[1, 0] * (x - matrix[0, 2]) + back[1, 1] * (y - matrix[1, 2])
    light = np.full(x.shape, PLATE)
    for level, distances in (
        (SLOT, [_to_disc(one, px, py) for one in some.discs]),
        (SLOT, [_to_bar(one, px, py) for one in some.bars]),
        (MARK, [_to_disc(one, px, py) for one in on_it]),
    ):
        for distance in distances:
            light += np.clip(0.5 - distance, 0, 1) * (level - light)
    seen = light * camera.gain + rng.normal(0, camera.noise, light.shape)
    return np.asarray(np.clip(np.rint(seen), 0, 255), np.uint8)


def _disc(
    rng: "np.random.Generator", places: tuple[float, float], radii: tuple[float, float]
) -> Disc:
    x, y = rng.uniform(*places, 2)
    return Disc(float(x), float(y), rng.uniform(*radii))


def _to_disc(one: Disc, x: "Floats | float", y: "Floats | float") -> "Floats":
    import numpy as np

    return np.asarray(np.hypot(x - one.x, y - one.y) - one.radius)


def _to_bar(one: Bar, x: "Floats | float", y: "Floats | float") -> "Floats":
    import numpy as np

    across, down = one.x1 - one.x0, one.y1 - one.y0
    along = ((x - one.x0) * across + (y - one.y0) * down) / (across**2 + down**2)
    share = np.clip(along, 0, 1)
    return np.asarray(np.hypot(x - one.x0 - share * across, y - one.y0 - share * down) - one.half)
