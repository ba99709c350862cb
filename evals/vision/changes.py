"""The same board under another camera: shifted, turned, brighter or darker, with its truth."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from evals.vision.boards import Labelled, Pair
from services.vision.inspecting.records import Box, Pose
from services.vision.inspecting.registration import matrix_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STILL = Pose(dx=0, dy=0, angle=0, scale=1)


class Change(NamedTuple):
    """How the picture is changed."""

    name: str
    """In words; variants of one name are reported together."""
    pose: Pose
    """Where the part goes."""
    gain: float
    """Multiple of brightness, cut at 255."""


CHANGES = (
    *(
        Change("shift ± 10 px", STILL.model_copy(update={"dx": x, "dy": y}), 1.0)
        for x, y in ((10.0, 0.0), (-10.0, 0.0), (0.0, 10.0), (0.0, -10.0))
    ),
    *(
        Change("rotation ± 2°", STILL.model_copy(update={"angle": angle}), 1.0)
        for angle in (2.0, -2.0)
    ),
    *(Change("brightness ± 20 %", STILL, gain) for gain in (0.8, 1.2)),
)


def changed(pair: Pair, change: Change) -> Pair:
    """The pair with its tested board changed; defects that leave the picture leave the truth."""
    import cv2
    import numpy as np

    tested = pair.tested
    truth: Sequence[Labelled] = pair.truth
    if change.pose != STILL:
        matrix = matrix_of(change.pose, (tested.shape[0], tested.shape[1]))
        size = (tested.shape[1], tested.shape[0])
        moved = cv2.warpAffine(tested, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        tested = np.asarray(moved, np.uint8)
        there = [Labelled(one.kind, _moved(one.box, matrix)) for one in truth]
        truth = [one for one in there if _inside(one.box, size)]
    levels = np.clip(np.rint(np.arange(256) * change.gain), 0, 255).astype(np.uint8)
    return pair._replace(tested=levels[tested], truth=tuple(truth))


def _moved(box: Box, matrix: "NDArray[np.float64]") -> Box:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    across, down = matrix[:, :2] @ (x, y) + matrix[:, 2]
    left, top = float(across) - box.width / 2, float(down) - box.height / 2
    return box.model_copy(update={"x": left, "y": top})


def _inside(box: Box, size: tuple[int, int]) -> bool:
    """Whether the middle of a defect, with half its size, is in the picture."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return (
        box.width / 4 <= x <= size[0] - box.width / 4
        and box.height / 4 <= y <= size[1] - box.height / 4
    )
