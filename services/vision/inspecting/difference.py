"""Where a picture differs from its template by more than edges may: places with box and weight.

A pixel may be as bright as any of its neighbours in the template, so an edge that is off by a
pixel is no defect. What is beyond counts from a contrast on; from there a place grows back into
the plain difference, so that its size is that of the defect and not that of what the band left.
"""

from typing import TYPE_CHECKING, NamedTuple

from services.vision.inspecting.records import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

SMOOTH = 5
"""Side of the smoothing square (px): noise of single pixels goes, half of a 3 px line stays."""
BAND = 3
"""Side of the square of neighbours that a pixel may look like (px)."""
GROW = 7
"""Side of the square by which a place grows back (px)."""
MERGE = 9
"""Fragments up to this far apart are one place (px)."""
LEAST_CORE = 3
"""Pixels beyond the band, at least."""


class Tolerance(NamedTuple):
    """A template with the darkest and brightest that each pixel may be."""

    plain: "Pixels"
    """The template."""
    low: "Pixels"
    """Darkest neighbour."""
    high: "Pixels"
    """Brightest neighbour."""


class Place(NamedTuple):
    """A connected place that differs."""

    brighter: bool
    """Brighter than the template, or darker."""
    box: Box
    """Around it, in the template's frame, to fractions of a pixel."""
    area: int
    """Pixels that differ."""
    weight: float
    """Difference summed over them (px of full contrast)."""
    mask: "NDArray[np.bool_]"
    """The pixels, in a window of the template's frame."""
    corner: tuple[int, int]
    """Row and column of the window."""


def tolerate(template: "Pixels") -> Tolerance:
    """The template with its band."""
    import cv2
    import numpy as np

    smooth = cv2.blur(template, (SMOOTH, SMOOTH))
    band = np.ones((BAND, BAND), np.uint8)
    low, high = cv2.erode(smooth, band), cv2.dilate(smooth, band)
    return Tolerance(template, np.asarray(low, np.uint8), np.asarray(high, np.uint8))


def beyond(tolerance: Tolerance, seen: "Pixels", inside: "Pixels") -> tuple["Pixels", "Pixels"]:
    """How far each pixel is too dark, and how far too bright (grey levels); 0 out of view."""
    import cv2
    import numpy as np

    smooth = cv2.blur(seen, (SMOOTH, SMOOTH))
    dark = cv2.bitwise_and(cv2.subtract(tolerance.low, smooth), inside)
    bright = cv2.bitwise_and(cv2.subtract(smooth, tolerance.high), inside)
    return np.asarray(dark, np.uint8), np.asarray(bright, np.uint8)


def places(
    tolerance: Tolerance, seen: "Pixels", excess: "Pixels", contrast: float, *, brighter: bool
) -> list[Place]:
    """Connected places beyond the band, in reading order.

    Args:
        tolerance: The template.
        seen: The picture in the template's frame, at the template's brightness.
        excess: How far pixels are beyond the band, to one side.
        contrast: Least difference that counts (grey levels).
        brighter: Whether the side is the bright one.
    """
    import cv2
    import numpy as np

    core = np.asarray(excess > contrast, np.uint8)
    if not core.any():
        return []
    light, dark = (seen, tolerance.plain) if brighter else (tolerance.plain, seen)
    plain = np.asarray(cv2.subtract(light, dark), np.uint8)
    near = cv2.dilate(core, np.ones((GROW, GROW), np.uint8))
    mask = near & (plain > contrast).astype(np.uint8)
    joined = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (MERGE, MERGE)))
    _, labels, windows, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for label, (x, y, width, height, _) in enumerate(windows.tolist()[1:], 1):
        window = np.s_[y : y + height, x : x + width]
        here = labels[window] == label
        own = here & (mask[window] > 0)
        if own.any() and int(core[window][here].sum()) >= LEAST_CORE:
            found.append(_place(own, plain[window], (y, x), brighter=brighter))
    return found


def _place(
    own: "NDArray[np.bool_]", plain: "Pixels", corner: tuple[int, int], *, brighter: bool
) -> Place:
    import cv2
    import numpy as np

    around = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8))
    levels = np.where(around > 0, plain, 0).astype(np.float64)
    half = float(levels[own].max()) / 2
    left, right = _ends(levels.max(axis=0), half)
    top, bottom = _ends(levels.max(axis=1), half)
    row, column = corner
    return Place(
        brighter=brighter,
        box=Box(x=column + left, y=row + top, width=right - left, height=bottom - top),
        area=int(own.sum()),
        weight=float(plain[own].sum()) / 255,
        mask=own,
        corner=corner,
    )


def _ends(profile: "NDArray[np.float64]", half: float) -> tuple[float, float]:
    """Where a profile first and last crosses half its height (px; a pixel covers i to i + 1)."""
    import numpy as np

    (above,) = np.nonzero(profile >= half)
    return _crossing(profile, int(above[0]), -1, half), _crossing(profile, int(above[-1]), 1, half)


def _crossing(profile: "NDArray[np.float64]", last: int, way: int, half: float) -> float:
    outside = last + way
    beside = float(profile[outside]) if 0 <= outside < len(profile) else 0.0
    inner = float(profile[last])
    return last + 0.5 + way * (inner - half) / (inner - beside)
