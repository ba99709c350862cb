"""How the part bends: small smooth shifts that vary over it, which no single pose explains.

Boards stretch, foils wrinkle and lenses bend straight lines. The same refinement as for the pose
runs in each cell of a grid, neighbours share what they see, and a cell without edges keeps the
pose's place. The shift is limited, so that a part in the wrong place stays a defect.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from services.vision.inspecting.registration import DOUBT, Level, Reference, line, sampled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Floats = NDArray[np.floating]
    Matrix = NDArray[np.float64]
    Pixels = NDArray[np.uint8]

CELL = 40
"""Side of a cell (px)."""
SPREAD = 1.0
"""How far neighbours share what they see (standard deviation, cells)."""
STEPS = 4
"""Refinements."""
PRIOR = 250.0
"""Pull towards the pose's place: as much as one edge pixel of slope 16 holds."""


class Framed(NamedTuple):
    """A picture in the template's frame."""

    pixels: "Pixels"
    """Its brightness, height × width."""
    inside: "Pixels"
    """255 where the picture shows the template, 0 where it ends."""


def flex(
    reference: Reference, picture: "NDArray[np.float32]", matrix: "Matrix", most: float
) -> "Field":
    """Shifts of cells, rows × columns × (x, y), within the template (px).

    Args:
        reference: The template.
        picture: The smoothed picture.
        matrix: Where the pose puts a place of the template in the picture.
        most: Largest shift (px).
    """
    import cv2
    import numpy as np

    level, (height, width) = reference.levels[-1], reference.shape
    rows, columns = max(height // CELL, 1), max(width // CELL, 1)
    field = np.zeros((rows, columns, 2), np.float32)
    if not len(level.places) or most <= 0:
        return field
    places = level.places + np.array([(width - 1) / 2, (height - 1) / 2], np.float32)
    at = places * np.array([columns / width, rows / height], np.float32)
    last = np.array([columns - 1, rows - 1])
    cell = np.minimum(at.astype(int), last) @ np.array([1, columns])
    for _ in range(STEPS):
        moved = places + _value_at(field, at)
        seen, inside = sampled(picture, moved @ matrix[:, :2].T + matrix[:, 2])
        weight = inside.astype(np.float64)
        gain, offset = line(level.values, seen, weight)
        differs = (seen - offset) / gain - level.values
        weight /= 1 + (differs / DOUBT) ** 2
        sums = [
            np.bincount(cell, weight * some, rows * columns).reshape(rows, columns)
            for some in _products(level, differs)
        ]
        edge = cv2.BORDER_CONSTANT
        shared = [cv2.GaussianBlur(some, (0, 0), SPREAD, borderType=edge) for some in sums]
        field = np.clip(field - _solved(shared, field), -most, most)
    return field


def framed(picture: "Pixels", matrix: "Matrix", field: "Field", shape: tuple[int, int]) -> Framed:
    """Bring a picture into the template's frame."""
    import cv2
    import numpy as np

    height, width = shape
    shift = np.asarray(
        cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC), np.float32
    )
    x = shift[..., 0] + np.arange(width, dtype=np.float32)
    y = shift[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    (a, b, c), (d, e, f) = matrix.astype(np.float32)
    across, down = a * x + b * y + c, d * x + e * y + f
    pixels = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rows, columns = picture.shape
    inside = (across >= 0) & (across <= columns - 1) & (down >= 0) & (down <= rows - 1)
    return Framed(np.asarray(pixels, np.uint8), inside.astype(np.uint8) * np.uint8(255))


def in_picture(
    x: float, y: float, matrix: "Matrix", field: "Field", shape: tuple[int, int]
) -> tuple[float, float]:
    """Where a place of the template is in the picture (px)."""
    import numpy as np

    rows, columns = field.shape[:2]
    at = np.array([[(x + 0.5) * columns / shape[1], (y + 0.5) * rows / shape[0]]], np.float32)
    place = np.array([x, y]) + _value_at(field, at)[0]
    across, down = matrix[:, :2] @ place + matrix[:, 2]
    return float(across), float(down)


def _value_at(field: "Field", at: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Shifts at places given in cells (places × 2)."""
    import cv2
    import numpy as np

    x, y = at[:, :1] - 0.5, at[:, 1:] - 0.5
    found = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.reshape(-1, 2), np.float32)


def _products(level: Level, differs: "Floats") -> tuple["Floats", ...]:
    """Terms of the normal equations of a shift."""
    across, down = level.slopes[:, 0], level.slopes[:, 1]
    return across * across, across * down, down * down, across * differs, down * differs


def _solved(sums: "list[NDArray[Any]]", field: "Field") -> "Field":
    """The step of each cell by Cramer's rule."""
    import numpy as np

    xx, xy, yy, xd, yd = sums
    xx, yy = xx + PRIOR, yy + PRIOR
    xd, yd = xd + PRIOR * field[..., 0], yd + PRIOR * field[..., 1]
    whole = xx * yy - xy * xy
    found = np.stack([(yy * xd - xy * yd) / whole, (xx * yd - xy * xd) / whole], axis=-1)
    return found.astype(np.float32)
