"""Where a defect is on the part, in px of the template and in mm.

A box in the picture moves with the part under the camera; on the part it does not. So the pose is
taken off first, and only then are pixels counted as millimetres.
"""

from datetime import datetime

from domain.errors import InvalidArgument
from services.vision.contract import MillimetreBox
from services.vision.inspecting.records import Box, Pose
from services.vision.inspecting.registration import matrix_of
from services.vision.scale import Scale


def on_part(box: Box, pose: Pose, shape: tuple[int, int]) -> Box:
    """A box of the picture in the template's frame (px).

    Args:
        box: In the picture.
        pose: How the part lies there.
        shape: Height and width of the template (px).
    """
    import numpy as np

    matrix = matrix_of(pose, shape)
    middle = np.array([box.x + box.width / 2 - 0.5, box.y + box.height / 2 - 0.5])
    x, y = np.linalg.solve(matrix[:, :2], middle - matrix[:, 2]) + 0.5
    width, height = box.width / pose.scale, box.height / pose.scale
    return Box(x=float(x) - width / 2, y=float(y) - height / 2, width=width, height=height)


def to_mm(box: Box, scale: Scale, now: datetime) -> MillimetreBox:
    """A box in the template's frame in mm from the template's top left corner.

    Args:
        box: In the template's frame (px).
        scale: Size of a pixel.
        now: The moment (aware).

    Raises:
        InvalidArgument: The scale is not valid any more.
    """
    if now >= scale.valid_until:
        raise InvalidArgument(
            f"the scale {scale.calibration_id} was valid until {scale.valid_until:%Y-%m-%d %H:%M}Z",
            holds="the places in px",
            next_step="measure the calibration target again",
        )
    by = scale.mm_per_px
    return MillimetreBox(x=box.x * by, y=box.y * by, width=box.width * by, height=box.height * by)
