"""How the part bends: small smooth shifts that vary over it, which no single pose explains.

Boards stretch, foils wrinkle and lenses bend straight lines. The same refinement as for the pose
runs in each cell of a grid, neighbours share what they see, and a cell without edges keeps the
pose's place. The shift is limited, so that a part in the wrong place stays a defect.
"""

from typing import TYPE_CHECKING

from services.vision.inspecting.registration import DOUBT, Level, line, sampled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Matrix = NDArray[np.float64]

CELL = 40
"""Side of a cell (px)."""
SPREAD = 1.0
"""How far neighbours share what they see (standard deviation, cells)."""
STEPS = 4
"""Refinements."""
PRIOR = 4_000.0
"""Pull towards the pose's place: as much as ten edge pixels of slope 20 hold."""


def flex(
    level: Level,
    shape: tuple[int, int],
    picture: "NDArray[np.float32]",
    matrix: "Matrix",
    most: float,
) -> "Field":
    """Shifts of cells, rows × columns × (x, y), within the template (px).

    Args:
        level: The template at full size.
        shape: Its height and width (px).
        picture: The smoothed picture.
        matrix: Where the pose puts a place of the template in the picture.
        most: Largest shift (px).
    """
    import cv2
    import numpy as np

    rows, columns = max(shape[0] // CELL, 1), max(shape[1] // CELL, 1)
    field = np.zeros((rows, columns, 2), np.float32)
    places = level.places + np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2], np.float32)
    at = places * (np.array([columns, rows]) / (shape[1], shape[0])).astype(np.float32)
    cell = np.minimum(at[:, 1].astype(int), rows - 1) * columns + np.minimum(
        at[:, 0].astype(int), columns - 1
    )
    for _ in range(STEPS):
        moved = places + value_at(field, at)
        seen, inside = sampled(picture, moved @ matrix[:, :2].T + matrix[:, 2])
        gain, offset = line(level.values, seen, inside.astype(np.float64))
        differs = (seen - offset) / gain - level.values
        weight = inside / (1 + (differs / DOUBT) ** 2)
        sums = [
            np.bincount(cell, weight * some, rows * columns).reshape(rows, columns)
            for some in _products(level, differs)
        ]
        shared = [
            cv2.GaussianBlur(some, (0, 0), SPREAD, borderType=cv2.BORDER_CONSTANT) for some in sums
        ]
        field = np.clip(field - _solved(shared, field), -most, most)
    return field


def value_at(field: "Field", at: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Shifts at places given in cells (places × 2)."""
    import cv2
    import numpy as np

    x, y = at[:, :1] - 0.5, at[:, 1:] - 0.5
    found = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.reshape(-1, 2), np.float32)


def _products(level: Level, differs: "NDArray[np.float64]") -> tuple["NDArray[np.float64]", ...]:
    """Terms of the normal equations of a shift."""
    across, down = level.slopes[:, 0], level.slopes[:, 1]
    return across * across, across * down, down * down, across * differs, down * differs


def _solved(sums: "list[NDArray[np.float64]]", field: "Field") -> "Field":
    """The step of each cell by Cramer's rule."""
    import numpy as np

    xx, xy, yy, xd, yd = sums
    xx, yy = xx + PRIOR, yy + PRIOR
    xd, yd = xd + PRIOR * field[..., 0], yd + PRIOR * field[..., 1]
    whole = xx * yy - xy * xy
    found = np.stack([(yy * xd - xy * yd) / whole, (xx * yd - xy * xd) / whole], axis=-1)
    return found.astype(np.float32)
