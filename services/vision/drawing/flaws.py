"""Flaws of a drawn part: what goes wrong in a plant, with its place."""

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from services.vision.drawing.panel import (
    FINER,
    HEIGHT,
    WIDTH,
    Component,
    Panel,
    draw_component,
    draw_panel,
    erase,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Canvas = NDArray[np.float64]

FlawKind = Literal["scratch", "missing", "misplaced", "stain"]
KINDS: tuple[FlawKind, ...] = ("scratch", "missing", "misplaced", "stain")


class Flaw(NamedTuple):
    """One planted flaw; its box has the corner at the top left, in px of the unmoved picture."""

    kind: FlawKind
    """What it is."""
    x: float
    """Left edge (px)."""
    y: float
    """Top edge (px)."""
    width: float
    """Width (px)."""
    height: float
    """Height (px)."""


class DrawnPart(NamedTuple):
    """A part and what is wrong with it."""

    canvas: "Canvas"
    """The part, `FINER` times as fine as a picture (0 to 255)."""
    flaws: tuple[Flaw, ...]
    """Planted flaws; none on a good part."""


def draw_part(panel: Panel, seed: int, kinds: tuple[FlawKind, ...] = ()) -> DrawnPart:
    """One part.

    Args:
        panel: what belongs on it.
        seed: the part; places and sizes of flaws follow from it too.
        kinds: flaws to plant, in this order; none for a good part.
    """
    random = np.random.Generator(np.random.PCG64([seed, 3]))
    canvas = draw_panel(panel, seed)
    flaws = tuple(_PLANT[kind](canvas, panel, random) for kind in kinds)
    return DrawnPart(canvas, flaws)


def _scratch(canvas: "Canvas", panel: Panel, random: np.random.Generator) -> Flaw:
    length, angle = random.uniform(18, 45), random.uniform(0, np.pi)
    x, y = random.uniform(60, 260), random.uniform(60, 180)
    across, down = np.cos(angle), np.sin(angle)
    rows, columns = np.ogrid[: HEIGHT * FINER, : WIDTH * FINER]
    right, below = (columns + 0.5) / FINER - x, (rows + 0.5) / FINER - y
    along, beside = right * across + below * down, right * down - below * across
    bend = 0.004 * along**2
    canvas[(abs(along) <= length / 2) & (abs(beside - bend) <= 0.9)] = 235.0
    reach_x, reach_y = abs(across) * length / 2 + 3, abs(down) * length / 2 + 3
    return Flaw("scratch", x - reach_x, y - reach_y, 2 * reach_x, 2 * reach_y)


def _missing(canvas: "Canvas", panel: Panel, random: np.random.Generator) -> Flaw:
    component = panel.components[int(random.integers(len(panel.components)))]
    erase(canvas, component)
    return _around("missing", component)


def _misplaced(canvas: "Canvas", panel: Panel, random: np.random.Generator) -> Flaw:
    connectors = [one for one in panel.components if one.kind == "connector"]
    component = connectors[int(random.integers(len(connectors)))]
    dx, dy = (float(random.choice([-1, 1]) * random.uniform(3, 6)) for _ in range(2))
    erase(canvas, component)
    draw_component(canvas, component.moved(dx, dy))
    box = _around("misplaced", component)
    return box._replace(
        x=box.x + min(dx, 0),
        y=box.y + min(dy, 0),
        width=box.width + abs(dx),
        height=box.height + abs(dy),
    )


def _stain(canvas: "Canvas", panel: Panel, random: np.random.Generator) -> Flaw:
    x, y, radius = random.uniform(60, 260), random.uniform(60, 180), random.uniform(7, 14)
    rows, columns = np.ogrid[: HEIGHT * FINER, : WIDTH * FINER]
    right, below = (columns + 0.5) / FINER - x, (rows + 0.5) / FINER - y
    canvas -= 70.0 * np.exp(-(((right**2 + (below * 1.4) ** 2) / (radius**2)) ** 2))
    np.maximum(canvas, 5.0, out=canvas)
    wide, high = 1.15 * radius, 1.15 * radius / 1.4
    return Flaw("stain", x - wide, y - high, 2 * wide, 2 * high)


def _around(kind: FlawKind, component: Component) -> Flaw:
    left, top = component.x - component.width / 2, component.y - component.height / 2
    return Flaw(kind, left, top, component.width, component.height)


_PLANT = {"scratch": _scratch, "missing": _missing, "misplaced": _misplaced, "stain": _stain}
