"""One picture judged by the vision service."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.records.evidence import Note
from services.vision.contract import SHA256, Recipe, Want
from services.vision.service import Wanted
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool
from tools.vision.heat_chart import heat_chart
from tools.vision.looked import SeenImage, seen_image, stations_of, versions_of


class InspectImageQuery(Contract):
    """Which picture, of what, taken where."""

    image_uri: Annotated[str, Field(min_length=1, max_length=2000)]
    """Address of the picture, as the hub's `image_uri` or within the allowed folders and hosts."""
    serial: str
    """Unit that it shows."""
    station_id: str
    """Camera station that took it."""
    image_sha256: Annotated[str | None, Field(pattern=SHA256)] = None
    """SHA-256 (hex) that its bytes must have; null: whatever they are, and it is filled in."""
    camera_id: str | None = None
    """Camera; null: the station's only one."""
    recipe: Recipe | None = None
    """By what it is judged; null: the station's only recipe."""
    captured_at: AwareDatetime | None = None
    """When it was taken (UTC); null: not told."""
    want: tuple[Want, ...] = ("score", "boxes", "map")
    """score, boxes, map: what the answer holds."""


class InspectedImage(Contract):
    """The verdict on a picture."""

    station_id: str
    """The station."""
    image: SeenImage
    """What became of the picture."""


@tool(effect="read", version=1, seconds=120.0)
def inspect_image(query: InspectImageQuery, context: ToolContext) -> Found[InspectedImage]:
    """Is the part in this picture OK, NG, or for a person to look at?

    Call it with the address of one picture of a unit, never with its bytes. Nothing passes without
    an approved threshold that still holds. For several pictures call `inspect_batch`; for the
    health of the station `vision_station_status`.

    Raises:
        NotPermitted: the picture lies outside the allowed folders and hosts.
        InvalidArgument: it cannot be read, is too large or too small, or not the announced one.
        UnknownName: the unit or the station is unknown, or nothing was fitted for it.
        ServiceUnavailable: the vision server gave no answer that may be believed.
    """
    station = stations_of(context, query.station_id, [query.serial])
    judged = context.services.vision.inspect(
        Wanted(
            uri=query.image_uri,
            serial=query.serial,
            station_id=station,
            recipe=query.recipe,
            camera_id=query.camera_id,
            captured_at=query.captured_at,
            sha256=query.image_sha256,
            want=query.want,
        )
    )
    image = seen_image(judged)
    return Found(
        result=InspectedImage(station_id=station, image=image),
        summary=_summary(image)[:SUMMARY_LIMIT],
        warnings=image.doubts + _unchecked(image),
        chart=heat_chart(image.heat),
        vision_model=versions_of(judged.answer) if judged.answer else None,
        asked=query.model_copy(update={"image_sha256": image.image_sha256}),
    )


def _unchecked(image: SeenImage) -> tuple[Note, ...]:
    if image.heat is None:
        return ()
    text = f"the map is on a fixed scale, {image.heat.low} to {image.heat.high}, for every picture"
    return (Note(code="fixed_scale", text=text),)


def _summary(image: SeenImage) -> str:
    said = f"{image.serial}: {image.verdict}, score {image.score:.4g}"
    if image.threshold is not None:
        said += f" (passes below {image.threshold:.4g}, {image.threshold_id})"
    kinds = ", ".join(dict.fromkeys(one.kind for one in image.defects[:5]))
    said += f"; {len(image.defects)} places stand out" + (f" ({kinds})" if kinds else "")
    if image.doubts:
        said += f". {image.doubts[0].text}"
    return said + "."
