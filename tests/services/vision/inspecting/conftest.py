"""A drawn part, the template of it, and pictures of it under a moving camera."""

import numpy as np
import pytest

from evals.vision.parts import STRAIGHT, Camera, draw, part
from services.vision.inspecting.golden import golden_of


class Bench:
    """One part before one camera."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.part = part(self.rng, 320)
        self.template = draw(self.part, (), STRAIGHT, self.rng)
        self.golden = golden_of(self.template)

    def picture(self, some=None, marks=(), gain=1.0, **pose):
        camera = Camera(STRAIGHT.pose.model_copy(update=pose), gain, 3.0)
        return draw(some or self.part, marks, camera, self.rng)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(3)
