"""The perfect part: a plate with screws, connectors, traces and lettering, drawn by arithmetic."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Canvas = NDArray[np.float64]

HEIGHT, WIDTH = 240, 320
"""Size of a picture (px)."""
FINER = 2
"""Pixels of the canvas for one of the picture, each way (count)."""
GROUND, PLATE = 45.0, 150.0
"""Grey of what lies around the part, and of its plate (0 to 255)."""
GRAIN = 2.0
"""Standard deviation of the surface of a plate (grey levels); each part has its own."""


class Component(NamedTuple):
    """Something mounted on the plate; lengths in px of the picture."""

    kind: str
    """screw (round) or connector."""
    x: float
    """Middle, from the left."""
    y: float
    """Middle, from the top."""
    width: float
    """Width, or diameter."""
    height: float
    """Height, or diameter."""

    def moved(self, dx: float, dy: float) -> "Component":
        """The same component elsewhere."""
        return self._replace(x=self.x + dx, y=self.y + dy)


class Panel(NamedTuple):
    """What belongs on a part."""

    components: tuple[Component, ...]
    """Screws and connectors."""
    traces: tuple[tuple[float, float, float, float], ...]
    """Lines from x, y to x, y (px)."""
    lettering: int
    """Seed of the marks of its label."""


PANEL = Panel(
    components=(
        *(Component("screw", x, y, 14, 14) for x in (48, 160, 272) for y in (42, 198)),
        Component("connector", 90, 82, 44, 20),
        Component("connector", 226, 82, 44, 20),
        Component("connector", 96, 160, 30, 26),
        Component("connector", 160, 160, 30, 26),
        Component("connector", 224, 160, 30, 26),
    ),
    traces=((48, 110, 272, 110), (48, 122, 272, 122), (90, 92, 90, 147), (226, 92, 226, 147)),
    lettering=11,
)
"""The panel of the simulated stations."""


def draw_panel(panel: Panel, seed: int) -> "Canvas":
    """A part of this kind on a canvas of `FINER` times the picture's size (0 to 255).

    Args:
        panel: what belongs on it.
        seed: makes the grain of this part's surface.
    """
    grain = np.random.Generator(np.random.PCG64([seed, 1])).normal(0, GRAIN, (HEIGHT, WIDTH))
    canvas = np.full((HEIGHT * FINER, WIDTH * FINER), GROUND)
    plate = _inside(20, 16, 300, 224)
    canvas[plate] = PLATE + np.kron(grain, np.ones((FINER, FINER)))[plate]
    for x0, y0, x1, y1 in panel.traces:
        canvas[
            _inside(min(x0, x1) - 1.5, min(y0, y1) - 1.5, max(x0, x1) + 1.5, max(y0, y1) + 1.5)
        ] = 195.0
    _letter(canvas, panel.lettering)
    for component in panel.components:
        draw_component(canvas, component)
    return canvas


def draw_component(canvas: "Canvas", component: Component) -> None:
    """Draw one component over what is there."""
    x, y, width, height = component[1:]
    if component.kind == "screw":
        _disc(canvas, component, width / 2, 215.0)
        _disc(canvas, component, width / 2 - 2.5, 120.0)
        canvas[_inside(x - width / 3, y - 1, x + width / 3, y + 1)] = 40.0
        return
    left, top = x - width / 2, y - height / 2
    canvas[_inside(left, top, left + width, top + height)] = 70.0
    canvas[_inside(left + 2, top + 2, left + width - 2, top + height - 2)] = 95.0
    for pin in np.arange(left + 5, left + width - 4, 6):
        canvas[_inside(pin, top + 5, pin + 2.5, top + height - 5)] = 225.0


def erase(canvas: "Canvas", component: Component) -> None:
    """Leave the bare plate where a component belongs."""
    x, y, width, height = component[1:]
    canvas[_inside(x - width / 2, y - height / 2, x + width / 2, y + height / 2)] = PLATE
    if component.kind == "screw":
        _disc(canvas, component, width / 2 - 3, 25.0)


def _letter(canvas: "Canvas", seed: int) -> None:
    """A label with rows of marks as of small print."""
    random = np.random.Generator(np.random.PCG64([seed, 2]))
    canvas[_inside(178, 28, 244, 60)] = 228.0
    for row in range(4):
        for place in range(10):
            if random.random() < 0.8:
                x, y = 182 + place * 6, 32 + row * 7
                canvas[_inside(x, y, x + int(random.integers(2, 5)), y + 4)] = 55.0


def _inside(left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
    rows = slice(round(top * FINER), round(bottom * FINER))
    return rows, slice(round(left * FINER), round(right * FINER))


def _disc(canvas: "Canvas", component: Component, radius: float, grey: float) -> None:
    x, y = component.x, component.y
    window = _inside(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1)
    rows, columns = np.ogrid[window]
    distance = np.hypot((rows + 0.5) / FINER - y, (columns + 0.5) / FINER - x)
    canvas[window][distance <= radius] = grey
