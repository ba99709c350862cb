"""A picture beside a golden template: where it differs, what that is called, and what to doubt.

Register, bring to the template's brightness, compare within a band around edges, join what is near.
Nothing is random and nothing is learnt, so the same two pictures give the same answer, and the
template beside itself gives none. The score is the heaviest place's difference, summed over its
pixels, in px of full contrast: 30 is a black spot of 30 px on white. It grows with size and with
contrast, and a good part scores 0 or a little more.
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument
from services.vision.inspecting.board import Copper, copper_of, kind_of
from services.vision.inspecting.difference import Place, Tolerance, beyond, places, tolerate
from services.vision.inspecting.doubts import Look, doubts
from services.vision.inspecting.flexing import Framed, flex, framed, in_picture
from services.vision.inspecting.records import Box, FoundDefect, Inspection
from services.vision.inspecting.registration import (
    REACH,
    Reference,
    line,
    pose_of,
    prepare,
    register,
    shrunk,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Matrix = NDArray[np.float64]

SAMPLE = 8
"""Brightness is compared in every so many rows and columns."""
DOUBT = 20.0
"""Difference (grey levels) at which a pixel counts half for the brightness."""
EDGE = 5
"""Side of the square by which the picture's border is left out (px)."""


class GoldenLimits(Contract):
    """What a recipe may choose."""

    contrast: float = Field(default=60.0, gt=0, lt=255)
    """Least difference that counts (grey levels at the template's brightness)."""
    area_px: int = Field(default=20, ge=1)
    """Smallest defect (px)."""
    flex_px: float = Field(default=3.0, ge=0, le=8)
    """How far a place of the part may lie from where the pose puts it (px); 0 for a stiff part."""
    material: Literal["dark", "bright"] = "dark"
    """What is part and not background."""
    board: bool = False
    """Whether to name kinds as on a bare circuit board; else `extra` and `missing`."""


class Golden(NamedTuple):
    """A template, prepared once."""

    template: "Pixels"
    """The picture of a good part."""
    reference: Reference
    """What registration needs."""
    tolerance: Tolerance
    """What each pixel may look like."""
    copper: Copper
    """What is part and not background."""
    limits: GoldenLimits
    """The recipe's."""


def golden_of(template: "Pixels", limits: GoldenLimits | None = None) -> Golden:
    """Prepare the picture of a good part (height × width, 0 to 255)."""
    chosen = limits or GoldenLimits()
    copper = copper_of(template, dark=chosen.material == "dark")
    return Golden(template, prepare(template), tolerate(template), copper, chosen)


def compare(golden: Golden, picture: "Pixels") -> Inspection:
    """Compare one picture (height × width, 0 to 255); boxes and heat are in its own frame.

    Raises:
        InvalidArgument: Its size is too far from the template's.
    """
    import cv2
    import numpy as np

    _check_size(golden.template, picture)
    matrix = register(golden.reference, picture)
    field = flex(golden.reference, shrunk(picture, 1), matrix, golden.limits.flex_px)
    frame = framed(picture, matrix, field, golden.reference.shape)
    gain, offset = _brightness(golden.template, frame)
    levels = np.clip((np.arange(256) - offset) / gain + 0.5, 0, 255).astype(np.uint8)
    seen = np.asarray(cv2.LUT(frame.pixels, levels), np.uint8)
    inside = np.asarray(cv2.erode(frame.inside, np.ones((EDGE, EDGE), np.uint8)), np.uint8)
    dark, bright = beyond(golden.tolerance, seen, inside)
    contrast = golden.limits.contrast
    found = [
        *places(golden.tolerance, seen, dark, contrast, brighter=False),
        *places(golden.tolerance, seen, bright, contrast, brighter=True),
    ]
    found.sort(key=lambda one: -one.weight)
    pose = pose_of(matrix, golden.reference.shape)
    size = (picture.shape[1], picture.shape[0])
    heat = cv2.warpAffine(cv2.max(dark, bright), matrix, size, flags=cv2.INTER_LINEAR)
    return Inspection(
        score=found[0].weight if found else 0.0,
        defects=tuple(
            _defect(one, golden, in_picture(*_middle(one), matrix, field, seen.shape), pose.scale)
            for one in found
            if one.area >= golden.limits.area_px
        ),
        pose=pose,
        notes=doubts(golden.reference, golden.template, Look(seen, inside, pose, gain, offset)),
        heat=np.asarray(heat, np.uint8),
    )


def _check_size(template: "Pixels", picture: "Pixels") -> None:
    (height, width), (rows, columns) = template.shape, picture.shape
    if abs(height - rows) > 2 * REACH or abs(width - columns) > 2 * REACH:
        raise InvalidArgument(
            f"a picture of {columns} × {rows} px; the template is {width} × {height} px",
            holds="nothing was compared",
            next_step="use the recipe that this camera's pictures were set up with",
        )


def _brightness(template: "Pixels", frame: Framed) -> tuple[float, float]:
    """Gain and offset of the picture's brightness, looking past what differs."""
    import numpy as np

    x = template[::SAMPLE, ::SAMPLE].ravel().astype(np.float32)
    y = frame.pixels[::SAMPLE, ::SAMPLE].ravel().astype(np.float32)
    inside = (frame.inside[::SAMPLE, ::SAMPLE].ravel() > 0).astype(np.float64)
    gain, offset = line(x, y, inside)
    for _ in range(2):
        differs = y - gain * x - offset
        gain, offset = line(x, y, inside / (1 + (differs / DOUBT) ** 2))
    return gain, offset


def _middle(place: Place) -> tuple[float, float]:
    """The middle of a place, as the place of a pixel's middle (px)."""
    box = place.box
    return box.x + box.width / 2 - 0.5, box.y + box.height / 2 - 0.5


def _defect(place: Place, golden: Golden, middle: tuple[float, float], scale: float) -> FoundDefect:
    width, height = place.box.width * scale, place.box.height * scale
    extra = place.brighter != golden.copper.dark
    kind = "extra" if extra else "missing"
    least = golden.limits.area_px * golden.limits.contrast / 255
    return FoundDefect(
        kind=kind_of(place, golden.copper) if golden.limits.board else kind,
        confidence=place.weight / (place.weight + least),
        box=Box(
            x=middle[0] + 0.5 - width / 2,
            y=middle[1] + 0.5 - height / 2,
            width=width,
            height=height,
        ),
        on_part=place.box,
        area_px=round(place.area * scale**2),
    )
