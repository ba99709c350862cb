"""What a difference on a bare board is called, by what it touches.

Too much copper joins two tracks (short), hangs on one (spur) or lies alone (spurious copper). Too
little parts a track (open), bites its edge (mouse bite) or is a hole in it (pinhole). The kinds
are those of the trade (IPC-A-600; Tang et al. 2019 use the same six).
"""

from typing import TYPE_CHECKING, NamedTuple

from services.vision.inspecting.difference import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

EXTRA = ("copper", "spur", "short")
MISSING = ("pinhole", "mousebite", "open")
"""Kinds by how many separate sides are touched: none, one, more."""
MARGIN = 6
"""How far around a place sides are told apart (px)."""
TOUCH = 5
"""Side of the square by which a place touches (px)."""
LEAST_TOUCH = 3
"""Pixels that are a touch, at least."""


class Copper(NamedTuple):
    """Where copper should be."""

    template: "Mask"
    """In the template."""
    dark: bool
    """Whether copper is what is dark."""


def copper_of(template: "NDArray[np.uint8]", *, dark: bool) -> Copper:
    """Copper of a template, by Otsu's level."""
    import cv2

    level, _ = cv2.threshold(template, 0, 255, cv2.THRESH_OTSU)
    return Copper((template <= level) == dark, dark)


def kind_of(place: Place, copper: Copper) -> str:
    """What the place is called."""
    extra = place.brighter != copper.dark
    rows, columns = _window(place, copper.template.shape)
    own = _spread(place, rows, columns)
    before = copper.template[rows, columns]
    sides = _touched(before if extra else ~before, own)
    return (EXTRA if extra else MISSING)[min(sides, 2)]


def _window(place: Place, shape: tuple[int, ...]) -> tuple[slice, slice]:
    (row, column), (height, width) = place.corner, place.mask.shape
    return (
        slice(max(row - MARGIN, 0), min(row + height + MARGIN, shape[0])),
        slice(max(column - MARGIN, 0), min(column + width + MARGIN, shape[1])),
    )


def _spread(place: Place, rows: slice, columns: slice) -> "Mask":
    """The place and what it touches, in its window."""
    import cv2
    import numpy as np

    own = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    y, x = place.corner[0] - rows.start, place.corner[1] - columns.start
    own[y : y + place.mask.shape[0], x : x + place.mask.shape[1]] = place.mask
    return np.asarray(cv2.dilate(own, np.ones((TOUCH, TOUCH), np.uint8)) > 0)


def _touched(region: "Mask", own: "Mask") -> int:
    """How many separate parts of a region are touched."""
    import cv2
    import numpy as np

    _, labels = cv2.connectedComponents(region.astype(np.uint8), connectivity=4)
    counts = np.bincount(labels[own & region].ravel(), minlength=1)[1:]
    return int((counts >= LEAST_TOUCH).sum())
