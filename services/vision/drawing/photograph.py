"""What a camera makes of a part: pose, blur, light and noise."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from services.vision.drawing.panel import FINER, HEIGHT, WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Canvas = NDArray[np.float64]
    Pixels = NDArray[np.uint8]


class Camera(NamedTuple):
    """How a camera stands and sees at one moment."""

    blur: float = 0.7
    """Standard deviation of its blur (px)."""
    gain: float = 1.0
    """Brightness relative to the day when it was set up."""
    side_light: float = 0.0
    """Brightness of the right edge over that of the left, less 1."""
    dx: float = 0.0
    """Shift of the part to the right (px)."""
    dy: float = 0.0
    """Shift downwards (px)."""
    angle: float = 0.0
    """Turn of the part about the middle, clockwise on the screen (deg)."""
    noise: float = 1.5
    """Standard deviation of a pixel (grey levels)."""


def photograph(canvas: "Canvas", camera: Camera, seed: int) -> "Pixels":
    """A picture, `HEIGHT` × `WIDTH` (0 to 255).

    Args:
        canvas: the part, `FINER` times as fine as the picture.
        camera: how it stands and sees.
        seed: makes its noise.
    """
    random = np.random.Generator(np.random.PCG64([seed, 4]))
    seen = _posed(_blurred(canvas, camera.blur * FINER), camera)
    light = camera.gain * (1 + camera.side_light * (np.linspace(0, 1, WIDTH) - 0.5))
    return np.asarray(
        np.clip(np.rint(seen * light + random.normal(0, camera.noise, seen.shape)), 0, 255),
        dtype=np.uint8,
    )


def _blurred(canvas: "Canvas", sigma: float) -> "Canvas":
    if sigma <= 0:
        return canvas
    reach = max(1, round(3 * sigma))
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    kernel /= kernel.sum()
    rows, columns = canvas.shape
    padded = np.pad(canvas, ((reach, reach), (0, 0)), mode="edge")
    down = sum(k * padded[at : at + rows] for at, k in enumerate(kernel))
    padded = np.pad(np.asarray(down), ((0, 0), (reach, reach)), mode="edge")
    across = sum(k * padded[:, at : at + columns] for at, k in enumerate(kernel))
    return np.asarray(across)


def _posed(canvas: "Canvas", camera: Camera) -> "Canvas":
    """The canvas as seen from the camera's pose, at the picture's size, between its pixels."""
    turn = np.deg2rad(camera.angle)
    across = np.arange(WIDTH) + 0.5 - WIDTH / 2 - camera.dx
    down = (np.arange(HEIGHT) + 0.5 - HEIGHT / 2 - camera.dy)[:, None]
    x = (np.cos(turn) * across + np.sin(turn) * down + WIDTH / 2) * FINER - 0.5
    y = (-np.sin(turn) * across + np.cos(turn) * down + HEIGHT / 2) * FINER - 0.5
    x = np.clip(x, 0, canvas.shape[1] - 1.001)
    y = np.clip(y, 0, canvas.shape[0] - 1.001)
    left, top = x.astype(np.int64), y.astype(np.int64)
    right, below = x - left, y - top
    upper = canvas[top, left] * (1 - right) + canvas[top, left + 1] * right
    lower = canvas[top + 1, left] * (1 - right) + canvas[top + 1, left + 1] * right
    return np.asarray(upper * (1 - below) + lower * below)
