"""Several pictures of one station judged at once; one that fails stops no other."""

from typing import Annotated

from pydantic import Field

from domain.contract import Contract
from domain.records.evidence import Note
from services.vision.contract import MOST_IN_BATCH, SHA256, Recipe
from services.vision.service import Judged, Wanted
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool
from tools.vision.looked import SeenImage, seen_image, stations_of, versions_of


class BatchImage(Contract):
    """One picture of several."""

    image_uri: Annotated[str, Field(min_length=1, max_length=2000)]
    """Address of the picture."""
    serial: str
    """Unit that it shows."""
    image_sha256: Annotated[str | None, Field(pattern=SHA256)] = None
    """SHA-256 (hex) that its bytes must have; null: whatever they are, and it is filled in."""


class InspectBatchQuery(Contract):
    """Which pictures of one station."""

    station_id: str
    """Camera station that took them."""
    images: Annotated[tuple[BatchImage, ...], Field(min_length=1, max_length=MOST_IN_BATCH)]
    """The pictures, at most 32."""
    camera_id: str | None = None
    """Camera; null: the station's only one."""
    recipe: Recipe | None = None
    """By what they are judged; null: the station's only recipe."""


class InspectedBatch(Contract):
    """What became of each picture."""

    station_id: str
    """The station."""
    ok: int
    """Pictures that may pass (count)."""
    ng: int
    """Pictures that may not (count)."""
    review: int
    """Pictures that a person has to look at (count)."""
    failed: int
    """Pictures without a verdict (count)."""
    images: tuple[SeenImage, ...]
    """One each, in the order asked."""


@tool(effect="read", version=1, seconds=300.0)
def inspect_batch(query: InspectBatchQuery, context: ToolContext) -> Found[InspectedBatch]:
    """Which of these parts are OK, NG, or for a person to look at?

    Call it with the addresses of up to 32 pictures of one station. A picture that cannot be judged
    has its own error and stops no other. For one picture with its heat map call `inspect_image`.

    Raises:
        UnknownName: the station or a unit is unknown to the asker.
        ServiceUnavailable: the vision server did not answer at all.
    """
    station = stations_of(context, query.station_id, [one.serial for one in query.images])
    judged = context.services.vision.inspect_all(
        [
            Wanted(
                uri=one.image_uri,
                serial=one.serial,
                station_id=station,
                recipe=query.recipe,
                camera_id=query.camera_id,
                sha256=one.image_sha256,
            )
            for one in query.images
        ]
    )
    images = tuple(map(seen_image, judged))
    verdicts = [one.verdict for one in images]
    result = InspectedBatch(
        station_id=station,
        ok=verdicts.count("OK"),
        ng=verdicts.count("NG"),
        review=verdicts.count("REVIEW"),
        failed=verdicts.count(None),
        images=images,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_doubts(images),
        vision_model=_versions(judged),
        asked=_pinned(query, images),
    )


def _pinned(query: InspectBatchQuery, images: tuple[SeenImage, ...]) -> InspectBatchQuery:
    """The question with the hashes of the pictures that were found."""
    pinned = tuple(
        one.model_copy(update={"image_sha256": seen.image_sha256 or one.image_sha256})
        for one, seen in zip(query.images, images, strict=True)
    )
    return query.model_copy(update={"images": pinned})


def _versions(judged: tuple[Judged, ...]) -> str | None:
    told = sorted({versions_of(one.answer) for one in judged if one.answer is not None})
    return "; ".join(told) or None


def _doubts(images: tuple[SeenImage, ...]) -> tuple[Note, ...]:
    """Each kind of doubt once, with the number of pictures that it is about."""
    found: dict[str, list[str]] = {}
    for image in images:
        for doubt in image.doubts:
            found.setdefault(doubt.code, []).append(doubt.text)
    return tuple(
        Note(code=code, text=f"{len(texts)} of {len(images)} pictures: {texts[0]}")
        for code, texts in found.items()
    )


def _summary(result: InspectedBatch) -> str:
    said = f"{result.station_id}: {len(result.images)} pictures, {result.ok} OK, {result.ng} NG,"
    said += f" {result.review} for a person, {result.failed} without a verdict."
    bad = [one.serial for one in result.images if one.verdict == "NG"]
    return said + (f" NG: {', '.join(bad[:10])}." if bad else "")
