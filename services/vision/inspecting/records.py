"""What an inspection found, whichever method looked: boxes in px, and doubts in words.

A box has its corner at the top left, never its centre: servers differ here, and a mix-up moves
every defect by half its size. The heat map is on a scale that does not depend on the picture: a
map that is stretched to its own smallest and largest value makes every good part glow.
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import Field

from domain.contract import Contract

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Heat = NDArray[np.uint8]

NoteCode = Literal["blur", "exposure", "pose", "out_of_distribution"]


class Box(Contract):
    """A rectangle in the picture, its corner at the top left."""

    x: float = Field(allow_inf_nan=False)
    """Left edge (px)."""
    y: float = Field(allow_inf_nan=False)
    """Top edge (px)."""
    width: float = Field(ge=0, allow_inf_nan=False)
    """Width (px)."""
    height: float = Field(ge=0, allow_inf_nan=False)
    """Height (px)."""


class FoundDefect(Contract):
    """One place that is not as it should be."""

    kind: str
    """What it is, in the words of the method that found it."""
    confidence: float
    """How far beyond the least that counts (0 to 1); an order among defects, not a probability."""
    box: Box
    """Where it is, in the inspected picture."""
    on_part: Box | None = None
    """Where it is on the part however the part lies, in px of the template; null: without one."""
    area_px: int
    """How much of the picture differs there (px)."""


class Pose(Contract):
    """How the part lies, relative to the template."""

    dx: float
    """Shift to the right of the picture's middle (px)."""
    dy: float
    """Shift downwards of the picture's middle (px)."""
    angle: float
    """Turn, clockwise on the screen (deg)."""
    scale: float
    """Size, relative to the template's (1 is equal)."""


class ImageNote(Contract):
    """A doubt about the picture itself."""

    code: NoteCode
    """What kind of doubt."""
    text: str
    """What was measured, and its limit."""


class Inspection(NamedTuple):
    """What one look at one picture found."""

    score: float
    """How bad, on a fixed scale that grows with the badness; what it is, the method says."""
    defects: tuple[FoundDefect, ...]
    """Worst first."""
    pose: Pose | None
    """How the part lies; none if the method does not say."""
    notes: tuple[ImageNote, ...]
    """Doubts about the picture."""
    heat: "Heat"
    """How strange each pixel is, height × width (0 to 255 on a fixed scale)."""
