"""`andon bench vision`: a pair of 640 × 640, beside absdiff, threshold and components on the same.

The reference finds what differs if the camera never moves and the light never changes. Both run
on one thread, in turn, on drawn pairs that differ in place, turn, brightness and noise; their cost
is CPU time, so that it holds on a busy machine.
"""

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from evals.figure import Figure, measured
from evals.vision.parts import STRAIGHT, Camera, draw, marks, part
from services.vision.inspecting.golden import compare, golden_of
from services.vision.inspecting.records import Pose

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

SEED = 7
PAIRS, REPEAT = 6, 10
"""Pairs, and looks at each."""
SIDE = 640
"""Side of a picture (px)."""
MOVED = Camera(Pose(dx=6, dy=-4, angle=1, scale=1.002), gain=0.95, noise=2)
CONTRAST = 60
"""Threshold of the reference (grey levels)."""


def run(units: int) -> list[Figure]:
    """Measure; a plant's size (`units`) has no bearing on a picture."""
    import cv2

    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _figures()
    finally:
        cv2.setNumThreads(threads)


def _figures() -> list[Figure]:
    import numpy as np

    rng = np.random.default_rng(SEED)
    plain: list[float] = []
    compared: list[float] = []
    prepared: list[float] = []
    for _ in range(PAIRS):
        some = part(rng, SIDE)
        template = draw(some, (), STRAIGHT, rng)
        picture = draw(some, marks(some, rng, 4), MOVED, rng)
        golden = golden_of(template)
        compare(golden, picture)
        for _ in range(REPEAT):
            plain.append(_cost(_plain, template, picture))
            compared.append(_cost(compare, golden, picture))
            prepared.append(_cost(golden_of, template))
    reference = "absdiff, threshold and components on the same pair, median"
    usual = statistics.median(plain)
    slow = statistics.quantiles(compared, n=20)[-1]
    return [
        Figure(
            figure="one pair of 640 × 640, p95: multiple",
            value=slow / usual,
            n=len(compared),
            low=min(compared) / usual,
            high=max(compared) / usual,
            ratio_to=reference,
        ),
        measured("one pair of 640 × 640: CPU ms", [1000 * one for one in compared], None),
        measured("preparing a template, once: CPU ms", [1000 * one for one in prepared], None),
        measured(f"{reference}: CPU ms", [1000 * one for one in plain], None),
    ]


def _plain(template: "Pixels", picture: "Pixels") -> None:
    import cv2

    _, mask = cv2.threshold(cv2.absdiff(template, picture), CONTRAST, 255, cv2.THRESH_BINARY)
    cv2.connectedComponentsWithStats(mask)


def _cost(work: Callable[..., object], *arguments: object) -> float:
    started = time.process_time()
    work(*arguments)
    return time.process_time() - started
