"""How large a pixel is on the part, until when that holds, and places in mm.

A box in the picture moves with the part under the camera; on the part it does not. So it is boxes
on the part that are measured.
"""

from datetime import datetime

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.errors import InvalidArgument
from services.vision.contract import MillimetreBox
from services.vision.inspecting.records import Box


class Scale(Contract):
    """Size of a pixel, measured with a target at the part's distance."""

    mm_per_px: float = Field(gt=0, allow_inf_nan=False)
    """Side of a pixel on the part (mm)."""
    calibration_id: str
    """Name of the measurement."""
    valid_until: AwareDatetime
    """Last moment that it holds (UTC)."""


def to_mm(box: Box, scale: Scale, now: datetime) -> MillimetreBox:
    """A box on the part in mm from the template's top left corner.

    Args:
        box: on the part (px of the template).
        scale: size of a pixel.
        now: the moment (aware).

    Raises:
        InvalidArgument: the scale is not valid any more.
    """
    if now >= scale.valid_until:
        raise InvalidArgument(
            f"the scale {scale.calibration_id} was valid until {scale.valid_until:%Y-%m-%d %H:%M}Z",
            holds="the places in px",
            next_step="measure the calibration target again",
        )
    by = scale.mm_per_px
    return MillimetreBox(x=box.x * by, y=box.y * by, width=box.width * by, height=box.height * by)
