"""What the vision service holds of a station: its threshold, its scale, its recipes, its alarm."""

from datetime import UTC, datetime, time

from pydantic import AwareDatetime

from domain.contract import Contract
from domain.records.vision_threshold import ActivateVisionThreshold
from tools.tool import ToolContext


class FittedWith(Contract):
    """A recipe that the embedded server can judge by."""

    recipe: str | None
    """Product, market and version; null: whatever the station sees."""
    method: str
    """golden or texture."""
    model_version: str
    """Version of template or model."""
    samples: int
    """Good pictures that it was made of (count)."""
    fitted_at: AwareDatetime
    """When (UTC)."""


class StationSetup(Contract):
    """How the vision service judges a station; read by value, for it changes without a commit."""

    server: str
    """Name of the server that judges."""
    threshold: ActivateVisionThreshold | None
    """The approved threshold in force; null: none, so nothing passes by itself."""
    mm_per_px: float | None
    """Side of a pixel on the part (mm); null: not known."""
    calibration_id: str | None
    """Name of that measurement."""
    scale_until: AwareDatetime | None
    """Last moment that it holds (UTC)."""
    scale_expired: bool
    """Whether that moment has passed by the end of the day that counts as now."""
    recipes: tuple[FittedWith, ...]
    """What was fitted; empty: nothing, or another server judges."""
    alarm: str
    """Golden pieces that were last misjudged at the server; empty: none."""


def setup_of(station_id: str, context: ToolContext) -> StationSetup | None:
    """How the station is judged; None where there is no vision service.

    Raises:
        BadArgument: `vision.yaml` is wrong.
        ServiceUnavailable: what is kept of the station is damaged.
    """
    if context.services.open_vision is None:
        return None
    vision = context.services.vision
    named = vision.settings.station(station_id)
    held, scale = vision.store.station(station_id), vision.store.scale(station_id, named.camera_id)
    thresholds = list(vision.thresholds(station_id))
    now = datetime.combine(context.snapshot.as_of, time.max, UTC)
    return StationSetup(
        server=named.server,
        threshold=thresholds[-1] if thresholds else None,
        mm_per_px=scale.mm_per_px if scale else None,
        calibration_id=scale.calibration_id if scale else None,
        scale_until=scale.valid_until if scale else None,
        scale_expired=scale is not None and scale.valid_until <= now,
        recipes=tuple(
            FittedWith(
                recipe=one.recipe.label if one.recipe else None,
                method=one.method,
                model_version=one.version,
                samples=one.samples,
                fitted_at=one.fitted_at,
            )
            for one in held.recipes
        ),
        alarm=vision.store.alarm(station_id),
    )
