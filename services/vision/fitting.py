"""Makes a recipe of good pictures: a template of one, or a texture model of many.

A recipe that is fitted anew has another version, so a threshold that was set on the old one ends.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.vision.contract import Recipe
from services.vision.inspecting.golden import GoldenLimits
from services.vision.inspecting.pictures import read_picture
from services.vision.looking import look_with
from services.vision.store import FittedRecipe, Method, VisionStore


class Place(NamedTuple):
    """What a recipe is for."""

    station_id: str
    """Station."""
    recipe: Recipe | None = None
    """Product, market and version; none: whatever the station sees."""
    camera_id: str | None = None
    """Camera; none: not told."""


class Fitter:
    """Fits recipes into a store."""

    def __init__(self, store: VisionStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def golden(self, place: Place, template: bytes, limits: GoldenLimits) -> FittedRecipe:
        """Have pictures compared with that of a perfect part.

        Raises:
            InvalidArgument: the picture cannot be read, or nothing can be compared with it.
        """
        return self._kept(place, "golden", template, samples=1, limits=limits)

    def texture(self, place: Place, good: Sequence[bytes]) -> FittedRecipe:
        """Have pictures compared with what good parts look like.

        Raises:
            InvalidArgument: a picture cannot be read, there are too few, or of several sizes.
        """
        from services.vision.texture.fitting import fit

        model = fit([read_picture(one).grey for one in good])
        return self._kept(place, "texture", model.to_bytes(), samples=len(good), limits=None)

    def _kept(
        self,
        place: Place,
        method: Method,
        content: bytes,
        *,
        samples: int,
        limits: GoldenLimits | None,
    ) -> FittedRecipe:
        fitted = FittedRecipe(
            **place._asdict(),
            method=method,
            sha256=hashlib.sha256(content).hexdigest(),
            limits=limits,
            samples=samples,
            fitted_at=self._now(),
        )
        look_with(fitted, content)
        self._store.put_recipe(fitted, content)
        return fitted
