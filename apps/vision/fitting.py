"""`andon vision fit`: a recipe of good pictures, or of the picture of a perfect part."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from apps.render import OUT, escape, print_json
from apps.vision.pictures import content_of, pictures_in
from apps.vision_wiring import vision_of
from domain.errors import BadArgument
from services.vision.fitting import Fitter, Place

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from services.vision.contract import Recipe
    from services.vision.inspecting.golden import GoldenLimits
    from services.vision.store import FittedRecipe

MOST_CONTRAST = 255


class Samples(NamedTuple):
    """What a recipe is made of."""

    paths: list[Path]
    """One folder of good pictures; empty with a template."""
    template: Path | None
    """The picture of a perfect part."""
    contrast: float | None
    """Least difference from it that counts (grey levels); none: as shipped."""


def place_of(station_id: str, camera_id: str | None, recipe: str | None) -> Place:
    """What is fitted or judged.

    Raises:
        BadArgument: the recipe is not written as MODEL:VERSION[:COUNTRY].
    """
    return Place(station_id, None if recipe is None else _recipe(recipe), camera_id)


def fit(parts: "Wiring", place: Place, samples: Samples, as_json: bool) -> None:
    """Fit and keep a recipe, and say what comes next."""
    fitter = Fitter(vision_of(parts).store, parts.now)
    if samples.template is not None:
        fitted = fitter.golden(place, content_of(samples.template), _limits(samples.contrast))
    elif len(samples.paths) == 1:
        good = [content_of(one) for one in pictures_in(samples.paths[0])]
        fitted = fitter.texture(place, good)
    else:
        raise BadArgument(
            "fit needs one folder of good pictures, or --template",
            next_step="for example `andon vision fit good/ --station QDA-L1-VIS`",
        )
    _show(fitted, as_json)


def _recipe(text: str) -> "Recipe":
    from services.vision.contract import Recipe

    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise BadArgument(
            f"recipe {text!r} is not understood", next_step="write it as MODEL:VERSION[:COUNTRY]"
        )
    return Recipe(model_id=parts[0], version=parts[1], market=parts[2] if len(parts) > 2 else None)


def _limits(contrast: float | None) -> "GoldenLimits":
    from services.vision.inspecting.golden import GoldenLimits

    if contrast is None:
        return GoldenLimits()
    if not 0 < contrast < MOST_CONTRAST:
        raise BadArgument(f"--contrast lies between 0 and {MOST_CONTRAST} grey levels")
    return GoldenLimits(contrast=contrast)


def _show(fitted: "FittedRecipe", as_json: bool) -> None:
    if as_json:
        told = fitted.model_dump(mode="json")
        print_json({"schema": "andon.vision_fit/1", **told, "version": fitted.version})
        return
    what = "any product" if fitted.recipe is None else fitted.recipe.label
    OUT.print(
        f"{escape(fitted.station_id)}: {fitted.method} of {fitted.samples} good pictures for"
        f" {escape(what)}, version {fitted.version}"
    )
    OUT.print("every verdict is REVIEW until a threshold is approved for this version")
    OUT.print("next: andon vision calibrate --station … --defects FOLDER --good FOLDER --propose")
