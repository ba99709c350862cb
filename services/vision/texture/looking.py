"""A picture held to a texture model: score, places that stand out, doubts, and a heat map."""

from typing import TYPE_CHECKING, Any

from domain.errors import InvalidArgument
from services.vision.inspecting.records import Box, FoundDefect, ImageNote, Inspection
from services.vision.texture.features import CELL, LONGEST, Seen, features
from services.vision.texture.model import TextureModel, distances

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pixels = NDArray[np.uint8]

KIND = "texture"
HEAT_TOP = 4.0
"""Multiple of the limit of a cell at which the heat map is full (255)."""
LARGEST_DEFECTS = 20
UNUSUAL = 4.0
"""Standard deviations of the good pictures beyond which light or sharpness is doubted."""
SLIGHT = 0.1
"""Relative change of light or sharpness that is never doubted."""
STRANGE = 2.0
"""Multiple of the strangest good picture's mean from which a picture is no such part at all."""


def inspect(model: TextureModel, grey: "Pixels") -> Inspection:
    """What stands out in a picture.

    Args:
        model: what good parts look like.
        grey: the picture, height × width (0 to 255), of the model's size.

    Returns:
        Score (1: an ordinary good part; it rises with badness), places beyond the limit of a cell,
        doubts, and a heat map on which 255 is four times that limit for every picture.

    Raises:
        InvalidArgument: the picture has another size.
    """
    height, width = (int(side) for side in model.size)
    if grey.shape != (height, width):
        size = f"{grey.shape[1]} × {grey.shape[0]}"
        raise InvalidArgument(
            f"a picture of {size} px; the model is of {width} × {height}",
            holds="nothing was inspected",
            next_step="check the camera's setting, or fit a model for this size",
        )
    seen = features(grey)
    apart = distances(model.moments, seen)
    return Inspection(
        score=model.score(apart),
        defects=_defects(model, apart),
        pose=None,
        notes=tuple(_notes(model, seen, apart)),
        heat=_heat(model, apart),
    )


def _defects(model: TextureModel, apart: "Floats") -> tuple[FoundDefect, ...]:
    """Connected cells beyond the limit, strangest first."""
    import cv2
    import numpy as np

    limit = model.cell_limit
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(
        np.asarray(apart > limit, np.uint8), connectivity=8
    )
    side = CELL / min(1.0, LONGEST / float(model.size.max()))
    found = []
    for label in range(1, count):
        left, top, across, down, cells = (int(one) for one in boxes[label])
        worst = float(apart[labels == label].max())
        box = Box(x=left * side, y=top * side, width=across * side, height=down * side)
        found.append(
            FoundDefect(
                kind=KIND,
                confidence=1 - limit / worst,
                box=box,
                area_px=round(cells * side * side),
            )
        )
    return tuple(sorted(found, key=lambda one: -one.confidence)[:LARGEST_DEFECTS])


def _notes(model: TextureModel, seen: Seen, apart: "Floats") -> list[ImageNote]:
    notes = []
    light = _off(seen.brightness, model.brightness)
    if light:
        notes.append(
            ImageNote(
                code="exposure",
                text=f"median grey {seen.brightness:.0f}, good parts {_usual(model.brightness)}",
            )
        )
    if _off(seen.sharpness, model.sharpness) < 0:
        notes.append(
            ImageNote(
                code="blur",
                text=f"fine structure {seen.sharpness:.3g}, good parts {_usual(model.sharpness)}",
            )
        )
    mean, most = float(apart.mean()), STRANGE * float(model.scale[2])
    if mean > most:
        notes.append(
            ImageNote(
                code="out_of_distribution",
                text=f"the whole picture is unusual: mean distance {mean:.1f}, limit {most:.1f}",
            )
        )
    return notes


def _off(value: float, usual: "Floats") -> int:
    """-1 or 1 if the value lies beyond what good pictures show, else 0."""
    mean, spread = (float(one) for one in usual)
    if abs(value - mean) <= max(UNUSUAL * spread, SLIGHT * mean):
        return 0
    return 1 if value > mean else -1


def _usual(usual: "Floats") -> str:
    mean, spread = (float(one) for one in usual)
    return f"{mean:.3g} ± {max(UNUSUAL * spread, SLIGHT * mean):.2g}"


def _heat(model: TextureModel, apart: "Floats") -> "Pixels":
    import cv2
    import numpy as np

    height, width = (int(side) for side in model.size)
    side = CELL / min(1.0, LONGEST / max(height, width))
    top = HEAT_TOP * model.cell_limit
    cells = np.asarray(np.clip(apart / top, 0, 1) * 255, np.float32)
    rows, columns = (round(count * side) for count in cells.shape)
    heat: Any = cv2.resize(cells, (columns, rows), interpolation=cv2.INTER_LINEAR)
    bottom, right = max(0, height - rows), max(0, width - columns)
    heat = cv2.copyMakeBorder(heat, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    return np.asarray(np.rint(heat[:height, :width]), np.uint8)
