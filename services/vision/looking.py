"""The two ways of looking that a recipe may name, each opened from what the store keeps."""

from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from services.vision.inspecting.records import Inspection
from services.vision.store import FittedRecipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Look = Callable[[NDArray[np.uint8]], Inspection]


def look_with(fitted: FittedRecipe, content: bytes) -> "Look":
    """What judges the pictures of a recipe.

    Args:
        fitted: the recipe.
        content: its template or model.

    Raises:
        InvalidArgument: the content is neither.
    """
    match fitted.method:
        case "golden":
            return _beside_template(fitted, content)
        case "texture":
            return _by_texture(content)
    assert_never(fitted.method)


def _beside_template(fitted: FittedRecipe, content: bytes) -> "Look":
    from services.vision.inspecting.golden import compare, golden_of
    from services.vision.inspecting.pictures import read_picture

    template = golden_of(read_picture(content).grey, fitted.limits)
    return lambda picture: compare(template, picture)


def _by_texture(content: bytes) -> "Look":
    from services.vision.texture.looking import inspect
    from services.vision.texture.model import model_from_bytes

    model = model_from_bytes(content)
    return lambda picture: inspect(model, picture)
