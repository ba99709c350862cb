"""Where the part lies in the picture: a shift, a small turn and a small change of size.

A coarse search over turns and shifts on small copies, scored by normalised correlation so that the
brightness does not matter, then Lucas-Kanade refinement (inverse compositional, Baker & Matthews
2004) from coarse to fine. It looks at the template's strongest edges alone, and doubts an edge the
more it differs, so that a defect does not pull the part towards itself.
"""

from typing import TYPE_CHECKING, NamedTuple

from services.vision.inspecting.records import Pose

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Matrix = NDArray[np.float64]

TURNS = (0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0)
"""Turns of the coarse search (deg)."""
REACH = 24
"""Shift of the coarse search to each side (px)."""
COARSE = 4
"""How much smaller the copies of the coarse search are."""
STEPS = 12
"""Refinements at each size, at most."""
STILL = 0.01
"""A refinement that moves no corner further (px) is the last."""
EDGES = 8_000
"""Edge pixels that are looked at, at most."""
LEAST_SLOPE = 4.0
"""Least slope of an edge pixel (grey levels a px, on the smoothed picture)."""
DOUBT = 12.0
"""Difference (grey levels) at which an edge pixel counts half."""
PRIOR = 0.02
"""Pull of turn and size towards the coarse search, as a share of what all edges together say."""


class Level(NamedTuple):
    """The template at one size, with what refinement needs of it."""

    step: int
    """How much smaller it is."""
    places: "Floats"
    """Edge pixels from the middle, edges × 2 (px of this size)."""
    values: "Floats"
    """Brightness there."""
    slopes: "Floats"
    """Change of brightness with shift x, shift y, size and turn (edges × 4)."""


class Reference(NamedTuple):
    """A template prepared for registration."""

    small: "Floats"
    """The copy of the coarse search."""
    levels: tuple[Level, ...]
    """From coarse to fine."""
    shape: tuple[int, int]
    """Height and width (px)."""


def prepare(template: "NDArray[np.uint8]") -> Reference:
    """Find the template's edges at three sizes."""
    height, width = template.shape
    levels = tuple(_level(template, step) for step in (4, 2, 1))
    return Reference(shrunk(template, COARSE), levels, (height, width))


def register(reference: Reference, picture: "NDArray[np.uint8]") -> "Matrix":
    """The 2 × 3 matrix that takes a place in the template to its place in the picture (px)."""
    import numpy as np

    if not len(reference.levels[-1].places):
        return np.eye(2, 3)
    moved = _coarse(reference, shrunk(picture, COARSE))
    for level in reference.levels:
        moved = _refined(level, shrunk(picture, level.step), moved)
    return _about_corner(moved, reference.shape, picture.shape)


def pose_of(matrix: "Matrix", shape: tuple[int, int]) -> Pose:
    """The same as shift of the middle, turn and size."""
    import numpy as np

    middle = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    dx, dy = matrix[:, :2] @ middle + matrix[:, 2] - middle
    turned, grown = float(matrix[1, 0]), float(matrix[0, 0])
    return Pose(
        dx=float(dx),
        dy=float(dy),
        angle=float(np.degrees(np.arctan2(turned, grown))),
        scale=float(np.hypot(turned, grown)),
    )


def matrix_of(pose: Pose, shape: tuple[int, int]) -> "Matrix":
    """The matrix of a pose; `pose_of` the other way round."""
    import numpy as np

    angle = np.radians(pose.angle)
    grown, turned = pose.scale * np.cos(angle), pose.scale * np.sin(angle)
    linear = np.array([[grown, -turned], [turned, grown]])
    middle = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    shift = middle + np.array([pose.dx, pose.dy]) - linear @ middle
    return np.column_stack([linear, shift])


def _coarse(reference: Reference, small: "Floats") -> "Matrix":
    """The best of all turns and shifts, about the middle, in px of the full picture."""
    import cv2
    import numpy as np

    reach = REACH // COARSE
    height, width = reference.small.shape
    fitted = _fitted(small, (height, width))
    best, found = -np.inf, (0.0, 0.0, 0.0)
    for turn in TURNS:
        about = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), turn, 1)
        about[:, 2] += reach
        size = (width + 2 * reach, height + 2 * reach)
        turned = cv2.warpAffine(fitted, about, size, borderMode=cv2.BORDER_REPLICATE)
        scores = cv2.matchTemplate(turned, reference.small, cv2.TM_CCOEFF_NORMED)
        y, x = np.unravel_index(int(scores.argmax()), scores.shape)
        if scores[y, x] > best + 1e-3:
            best, found = float(scores[y, x]), (turn, float(x) - reach, float(y) - reach)
    angle = np.radians(found[0])
    linear = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # the picture was turned back before it was shifted, so the shift is in the turned frame
    shift = linear @ np.array(found[1:]) * COARSE
    return np.column_stack([linear, shift])


def _refined(level: Level, picture: "Floats", start: "Matrix") -> "Matrix":
    """Lucas-Kanade at one size; `start` and the answer are about the middle, in full px."""
    import numpy as np

    moved = start.copy()
    moved[:, 2] /= level.step
    if not len(level.places):
        return start
    middle = np.array([(picture.shape[1] - 1) / 2, (picture.shape[0] - 1) / 2])
    corner = float(np.abs(level.places).max())
    for _ in range(STEPS):
        seen, inside = sampled(picture, level.places @ moved[:, :2].T + moved[:, 2] + middle)
        step = _step(level, seen, inside)
        moved = _composed(moved, step)
        if max(abs(step[0]), abs(step[1]), corner * abs(step[2]), corner * abs(step[3])) < STILL:
            break
    moved[:, 2] *= level.step
    return moved


def _step(level: Level, seen: "Floats", inside: "NDArray[np.bool_]") -> "NDArray[np.float64]":
    """Shift x, y, size and turn by which the template should move to look like what is seen."""
    import numpy as np

    weight = inside.astype(np.float64)
    differs = np.zeros(len(seen), np.float64)
    for _ in range(2):
        gain, offset = line(level.values, seen, weight)
        differs = np.asarray((seen - offset) / gain - level.values, np.float64)
        weight = inside / (1 + (differs / DOUBT) ** 2)
    weighted = level.slopes * weight[:, None].astype(np.float32)
    hessian = (weighted.T @ level.slopes).astype(np.float64)
    pull = weighted.T @ differs
    total = (hessian[2, 2] + hessian[3, 3]) / 2
    hessian += np.diag([1e-6, 1e-6, PRIOR * total + 1e-6, PRIOR * total + 1e-6])
    return np.asarray(np.linalg.solve(hessian, pull), np.float64)


def line(x: "Floats", y: "Floats", weight: "NDArray[np.float64]") -> tuple[float, float]:
    """Weighted straight line y = gain · x + offset, of brightness (gain 1/4 to 4).

    Without contrast in `x` the gain stays 1, and all of the change is offset.
    """
    total = float(weight.sum()) + 1e-9
    mean_x, mean_y = float((weight * x).sum()) / total, float((weight * y).sum()) / total
    weighted = weight * (x - mean_x)
    spread, together = float((weighted * x).sum()), float((weighted * y).sum())
    gain = min(max((together + total) / (spread + total), 0.25), 4.0)
    return gain, mean_y - gain * mean_x


def _composed(moved: "Matrix", step: "NDArray[np.float64]") -> "Matrix":
    """The move after the template itself moved by `step`: moved ∘ step⁻¹."""
    import numpy as np

    dx, dy, size, turn = step
    inner = np.array([[1 + size, -turn, dx], [turn, 1 + size, dy], [0, 0, 1]])
    outer = np.vstack([moved, [0, 0, 1]])
    return np.asarray((outer @ np.linalg.inv(inner))[:2], np.float64)


def sampled(picture: "Floats", places: "Matrix") -> tuple["Floats", "NDArray[np.bool_]"]:
    """Brightness at places (px), and whether they are in the picture."""
    import cv2
    import numpy as np

    at = places.astype(np.float32)
    x, y = at[:, :1], at[:, 1:]
    seen = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    height, width = picture.shape
    inside = (at >= 0).all(axis=1) & (at[:, 0] <= width - 1) & (at[:, 1] <= height - 1)
    return np.asarray(seen.ravel(), np.float32), inside


def _level(template: "NDArray[np.uint8]", step: int) -> Level:
    import cv2
    import numpy as np

    small = shrunk(template, step)
    across = cv2.Scharr(small, cv2.CV_32F, 1, 0, scale=1 / 32)
    down = cv2.Scharr(small, cv2.CV_32F, 0, 1, scale=1 / 32)
    steep = np.hypot(across, down)
    steep[[0, -1], :] = steep[:, [0, -1]] = 0
    (edges,) = np.nonzero(steep.ravel() >= LEAST_SLOPE)
    edges = edges[:: max(1, -(-len(edges) // EDGES))]
    y, x = np.unravel_index(edges, steep.shape)
    gx, gy = across.ravel()[edges], down.ravel()[edges]
    px, py = x - (small.shape[1] - 1) / 2, y - (small.shape[0] - 1) / 2
    slopes = np.column_stack([gx, gy, gx * px + gy * py, gy * px - gx * py])
    return Level(
        step,
        np.column_stack([px, py]).astype(np.float32),
        small.ravel()[edges].astype(np.float32),
        slopes.astype(np.float32),
    )


def shrunk(picture: "NDArray[np.uint8]", step: int) -> "Floats":
    """A smoothed copy, `step` times smaller, whose middle stays the middle."""
    import cv2
    import numpy as np

    height, width = picture.shape
    small = picture.astype(np.float32)
    if step > 1:
        small = np.asarray(
            cv2.resize(
                small, (max(width // step, 1), max(height // step, 1)), interpolation=cv2.INTER_AREA
            ),
            np.float32,
        )
    return np.asarray(cv2.GaussianBlur(small, (5, 5), 1.0), np.float32)


def _fitted(small: "Floats", shape: tuple[int, int]) -> "Floats":
    """Cut or filled about the middle to the size of the template's copy."""
    import numpy as np

    (height, width), (rows, columns) = small.shape, shape
    if (height, width) == shape:
        return small
    y = np.clip(np.arange(rows) + (height - rows) // 2, 0, height - 1)
    x = np.clip(np.arange(columns) + (width - columns) // 2, 0, width - 1)
    return small[np.ix_(y, x)]


def _about_corner(moved: "Matrix", template: tuple[int, int], picture: tuple[int, ...]) -> "Matrix":
    """The same move, for places counted from the top left pixel."""
    import numpy as np

    middle = np.array([(template[1] - 1) / 2, (template[0] - 1) / 2])
    target = np.array([(picture[1] - 1) / 2, (picture[0] - 1) / 2])
    shift = moved[:, 2] + target - moved[:, :2] @ middle
    return np.column_stack([moved[:, :2], shift])
