"""A texture model from pictures of good parts.

A picture is always less strange to a model that was fitted on it. So the usual score, the limit of
a cell and the scale of the heat map come from pictures left out in turn.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.errors import InvalidArgument
from services.vision.texture.features import CELL, FIGURES, LONGEST, Seen, features
from services.vision.texture.model import Moments, TextureModel, distances, top_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Floats = NDArray[np.float64]

FEWEST_PICTURES = 10
"""Good pictures below which nothing is fitted (count)."""
FOLDS = 5
SHRINK = 0.1
"""Weight of no correlation in the correlation of the figures."""
POOLED = 3.0
"""Pictures that the variance of all places counts for at each place; chosen with `SHRINK` by the
likelihood of held-out good pictures, without a look at defects."""
SMALLEST = 40
"""Shorter side below which a picture is not looked at (px)."""


def fit(pictures: Sequence["Pixels"]) -> TextureModel:
    """A model of what these parts have in common.

    Args:
        pictures: good parts only, height × width (0 to 255), all of one size, 10 or more. Their
            order decides which are left out together, and nothing else.

    Raises:
        InvalidArgument: too few pictures, sizes differ, a picture is too small, or all are alike.
    """
    import numpy as np

    _require(pictures)
    seen = [features(one) for one in pictures]
    left_out = [_held_out(seen, fold) for fold in range(FOLDS)]
    apart = np.stack([one for fold in left_out for one in fold])
    tops = np.array([top_mean(one) for one in apart])
    usual = float(np.median(tops))
    if not usual > 0:
        raise _too_alike()
    moments = _moments(seen)
    order = [at for fold in range(FOLDS) for at in range(fold, len(seen), FOLDS)]
    scale = [usual, apart.max(), apart.mean(axis=(1, 2)).max()]
    return TextureModel(
        moments=moments,
        brightness=_spread([one.brightness for one in seen]),
        sharpness=_spread([one.sharpness for one in seen]),
        scale=np.asarray(scale, float),
        size=np.asarray(pictures[0].shape, float),
        held_out=(tops / usual)[np.argsort(order)],
    )


def _held_out(seen: list[Seen], fold: int) -> list["Floats"]:
    """Distances of every fifth picture to a model of the others."""
    moments = _moments([one for at, one in enumerate(seen) if at % FOLDS != fold])
    return [distances(moments, one) for one in seen[fold::FOLDS]]


def _moments(seen: list[Seen]) -> Moments:
    """Mean and variation by place, and one correlation for all places."""
    import numpy as np

    cells = np.stack([one.cells for one in seen])
    mean = cells.mean(axis=0)
    squares = ((cells - mean) ** 2).mean(axis=0)
    pooled = squares.mean(axis=(0, 1))
    if not float(pooled.min()) > 0:
        raise _too_alike()
    spread = np.sqrt((len(cells) * squares + POOLED * pooled) / (len(cells) + POOLED))
    apart = ((cells - mean) / spread).reshape(-1, FIGURES)
    covariance = apart.T @ apart / len(apart)
    steady = (1 - SHRINK) * covariance + SHRINK * np.diag(np.diag(covariance))
    return Moments(mean, spread, np.asarray(np.linalg.inv(steady), float))


def _spread(values: list[float]) -> "Floats":
    import numpy as np

    return np.array([np.mean(values), np.std(values, ddof=1)])


def _require(pictures: Sequence["Pixels"]) -> None:
    if len(pictures) < FEWEST_PICTURES:
        raise InvalidArgument(
            f"{len(pictures)} pictures; a texture model needs {FEWEST_PICTURES} or more",
            holds="nothing was fitted",
            next_step="add pictures of good parts, from several days and lots",
        )
    sizes = {one.shape for one in pictures}
    if len(sizes) > 1:
        told = ", ".join(sorted(f"{shape[1]} × {shape[0]}" for shape in sizes))
        raise InvalidArgument(
            f"pictures of different sizes: {told} px",
            holds="nothing was fitted",
            next_step="fit one model for each camera and its setting",
        )
    height, width = pictures[0].shape
    if min(height, width) * min(1.0, LONGEST / max(height, width)) < SMALLEST // 2 or (
        min(height, width) < SMALLEST
    ):
        raise InvalidArgument(
            f"pictures of {width} × {height} px are too small or too narrow for cells of {CELL} px",
            holds="nothing was fitted",
            next_step="use the camera's full picture",
        )


def _too_alike() -> InvalidArgument:
    return InvalidArgument(
        "the pictures are alike to the pixel, or nearly: nothing is known of how good parts vary",
        holds="nothing was fitted",
        next_step="take pictures of different parts, not the same one again",
    )
