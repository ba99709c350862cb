"""What to doubt in a picture beside its template: sharpness, brightness, place, and what it shows.

Each limit is a property of the camera's set-up, not of the part: a picture beyond one may hide a
defect, or show one that is not there.
"""

from typing import TYPE_CHECKING, NamedTuple

from services.vision.inspecting.difference import SMOOTH
from services.vision.inspecting.records import ImageNote, NoteCode, Pose
from services.vision.inspecting.registration import Reference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Places = NDArray[np.int64]

LEAST_SHARPNESS = 0.65
"""Energy of edges, as a share of the template's. Smoothing by 1.5 px leaves .69, by 2 px .58."""
GAINS = (0.7, 1.4)
"""Contrast, as a multiple of the template's."""
MOST_OFFSET = 50.0
"""Shift of brightness (grey levels)."""
MOST_SHIFT = 15.0
"""Shift of the part (px)."""
MOST_TURN = 2.5
"""Turn of the part (deg)."""
MOST_GROWTH = 0.02
"""Change of size, as a share."""
LEAST_VIEW = 0.9
"""Share of the template that the picture shows."""
LEAST_LIKENESS = 0.5
"""Correlation with the template after registration."""
LEAST_SPREAD = 2.0
"""Spread of brightness (grey levels) below which there is nothing to correlate."""


class Look(NamedTuple):
    """What a comparison knows of the picture."""

    seen: "Pixels"
    """The picture in the template's frame, at its brightness."""
    inside: "Pixels"
    """Where it shows the template."""
    pose: Pose
    """How the part lies."""
    gain: float
    """Contrast, as a multiple of the template's."""
    offset: float
    """Shift of brightness (grey levels)."""


def doubts(reference: Reference, template: "Pixels", look: Look) -> tuple[ImageNote, ...]:
    """Every doubt, with its figure and limit."""
    likeness = _likeness(template, look)
    if likeness < LEAST_LIKENESS:
        text = f"not like the template: correlation {likeness:.2f}, at least {LEAST_LIKENESS:g}"
        return (_note("out_of_distribution", text), *_exposure(look))
    return (*_blur(reference, template, look), *_exposure(look), *_pose(look))


def _blur(reference: Reference, template: "Pixels", look: Look) -> tuple[ImageNote, ...]:
    sharpness = _sharpness(reference, template, look)
    if sharpness >= LEAST_SHARPNESS:
        return ()
    text = f"edges have {sharpness:.2f} of the template's energy, at least {LEAST_SHARPNESS:g}"
    return (_note("blur", text),)


def _exposure(look: Look) -> tuple[ImageNote, ...]:
    low, high = GAINS
    if low <= look.gain <= high and abs(look.offset) <= MOST_OFFSET:
        return ()
    text = (
        f"contrast {look.gain:.2f} of the template's ({low:g} to {high:g}), brightness shifted by"
        f" {look.offset:+.0f} of 255 (at most {MOST_OFFSET:g})"
    )
    return (_note("exposure", text),)


def _pose(look: Look) -> tuple[ImageNote, ...]:
    pose, view = look.pose, float((look.inside > 0).mean())
    shift = max(abs(pose.dx), abs(pose.dy))
    grown = abs(pose.scale - 1)
    if (
        shift <= MOST_SHIFT
        and abs(pose.angle) <= MOST_TURN
        and grown <= MOST_GROWTH
        and view >= LEAST_VIEW
    ):
        return ()
    text = (
        f"shifted by {shift:.1f} px (at most {MOST_SHIFT:g}), turned by {pose.angle:+.2f} deg"
        f" (at most {MOST_TURN:g}), size {pose.scale:.3f} (1 ± {MOST_GROWTH:g}),"
        f" {view:.0%} in view (at least {LEAST_VIEW:.0%})"
    )
    return (_note("pose", text),)


def _likeness(template: "Pixels", look: Look) -> float:
    """Correlation where the picture shows the template; 1 if the template is plain."""
    import numpy as np

    inside = look.inside[::2, ::2] > 0
    if inside.sum() < 2:
        return 0.0
    x = template[::2, ::2][inside].astype(np.float32)
    y = look.seen[::2, ::2][inside].astype(np.float32)
    if x.std() < LEAST_SPREAD:
        return 1.0
    return float(np.corrcoef(x, y)[0, 1]) if y.std() > 0 else 0.0


def _sharpness(reference: Reference, template: "Pixels", look: Look) -> float:
    """Energy of the picture's slopes at the template's edges, as a share; 1 without edges."""
    import numpy as np

    edges = reference.levels[-1]
    height, width = template.shape
    x = np.rint(edges.places[:, 0] + (width - 1) / 2).astype(int)
    y = np.rint(edges.places[:, 1] + (height - 1) / 2).astype(int)
    shown = look.inside[y, x] > 0
    usual = _energy(template, x[shown], y[shown])
    return _energy(look.seen, x[shown], y[shown]) / usual if usual > 0 else 1.0


def _energy(picture: "Pixels", x: "Places", y: "Places") -> float:
    import cv2
    import numpy as np

    level = np.asarray(cv2.blur(picture, (SMOOTH, SMOOTH)), np.uint8)
    across = level[y, x + 1].astype(np.float64) - level[y, x - 1]
    down = level[y + 1, x].astype(np.float64) - level[y - 1, x]
    return float((across**2 + down**2).sum())


def _note(code: NoteCode, text: str) -> ImageNote:
    return ImageNote(code=code, text=text)
