"""A picture as a grid of cells with a few figures each: cheap, fixed, and the same everywhere.

Brightness is taken relative to the picture's median, so that a dimmer lamp changes little. Ridges
and edges at three sizes catch scratches, cracks, stains and missing pieces alike.

Source: the Hessian's eigenvalues at several scales as a ridge measure, A. Frangi and others,
Multiscale vessel enhancement filtering, MICCAI 1998; means and covariance by place, T. Defard and
others, PaDiM, ICPR 2021, there with a neural network in the place of the filters.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Features = NDArray[np.float64]

LONGEST = 160
"""Longer side at which pictures are looked at (px)."""
CELL = 5
"""Side of a cell at that size (px)."""
SCALES = (1.0, 2.0, 4.0)
"""Sizes of structure (standard deviation of the smoothing, px at that size)."""
FIGURES = 3 * len(SCALES) + 1
"""Figures of a cell (count)."""


class Seen(NamedTuple):
    """A picture in figures."""

    cells: "Features"
    """Rows × columns × figures (no unit)."""
    brightness: float
    """Median grey (0 to 255)."""
    sharpness: float
    """Mean strength of fine structure, relative to brightness (no unit)."""


def features(grey: "Pixels") -> Seen:
    """The figures of a picture, height × width (0 to 255)."""
    import cv2
    import numpy as np

    small = _small(grey)
    brightness = float(np.median(small))
    level = np.asarray(small, np.float32) / max(brightness, 1.0) - 1
    figures: list[Any] = []
    for scale in SCALES:
        smooth = cv2.GaussianBlur(level, (0, 0), scale)
        bright, dark, edge = _structure(smooth, scale)
        figures += [_cells(bright).max(axis=(1, 3)), _cells(dark).min(axis=(1, 3))]
        figures.append(_cells(edge).mean(axis=(1, 3)))
    figures.append(_cells(smooth).mean(axis=(1, 3)))
    fine = float(np.abs(cv2.Laplacian(level, cv2.CV_32F)).mean())
    return Seen(np.stack(figures, axis=-1).astype(np.float64), brightness, fine)


def cells_of(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of the grid that a picture of this size has."""
    scale = min(1.0, LONGEST / max(height, width))
    return round(height * scale) // CELL, round(width * scale) // CELL


def _small(grey: "Pixels") -> "NDArray[Any]":
    import cv2

    height, width = grey.shape
    scale = min(1.0, LONGEST / max(height, width))
    size = (round(width * scale), round(height * scale))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)


def _structure(smooth: Any, scale: float) -> tuple[Any, Any, Any]:  # noqa: ANN401  pictures
    """Strongest and weakest curvature, and steepness, of each pixel; comparable between scales."""
    import cv2
    import numpy as np

    def slope(across: int, down: int) -> Any:  # noqa: ANN401  a picture
        return cv2.Sobel(smooth, cv2.CV_32F, across, down) * scale ** (across + down)

    xx, yy, xy = slope(2, 0), slope(0, 2), slope(1, 1)
    middle, root = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    return middle + root, middle - root, np.hypot(slope(1, 0), slope(0, 1))


def _cells(picture: Any) -> Any:  # noqa: ANN401  a picture
    """The picture cut into cells: rows × CELL × columns × CELL."""
    rows, columns = picture.shape[0] // CELL, picture.shape[1] // CELL
    cut = picture[: rows * CELL, : columns * CELL]
    return cut.reshape(rows, CELL, columns, CELL)
