"""What a vision server is asked and what it answers: the one wire format of pictures and verdicts.

A box has its corner at the top left. A score rises with badness. A heat map has a fixed scale. The
bytes of a picture travel inside a request only: they have no place in a text of it.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from domain.contract import Contract
from services.vision.inspecting.records import Box

MOST_IN_BATCH = 32
"""Pictures in one request (count)."""
LONGEST_PICTURE_TEXT = 90_000_000
"""Characters of a picture in base64 (count)."""
LONGEST_KIND = 120
"""Characters of a server's word for a defect (count): a picture's bytes do not fit in."""
LONGEST_DOUBT = 1000
"""Characters of a server's doubt (count)."""
HEAT_RANGE = (0, 255)
"""Least and most of a heat map; the same for every picture."""
SHA256 = r"^[0-9a-f]{64}$"
NAME = r"^[\w.:/ -]{1,120}$"
Verdict = Literal["OK", "NG", "REVIEW"]
"""OK: may pass. NG: may not. REVIEW: a person looks."""
Want = Literal["score", "boxes", "map"]
Name = Annotated[str, Field(pattern=NAME)]


class Answered(Contract):
    """What a server says; a newer one may say more, which is passed over."""

    model_config = ConfigDict(extra="ignore")


class Recipe(Contract):
    """By what a picture is judged: the product, its market, and the version of the recipe."""

    model_id: Name
    """Model of the product."""
    market: str | None = None
    """Country of sale (ISO 3166-1 alpha-2); null: all."""
    version: Name
    """Version of the recipe."""

    @property
    def label(self) -> str:
        """The recipe in one word."""
        return "-".join(part for part in (self.model_id, self.market, self.version) if part)


class PictureBytes(Contract):
    """A picture as a request carries it."""

    base64: str = Field(repr=False, max_length=LONGEST_PICTURE_TEXT)
    """The file as it is, base64."""

    def __str__(self) -> str:
        return f"a picture of {len(self.base64) * 3 // 4:,} bytes"


class InspectRequest(Contract):
    """One picture to be judged, without its bytes."""

    image_uri: str = Field(min_length=1, max_length=2000)
    """Where the picture is."""
    image_sha256: str = Field(pattern=SHA256)
    """SHA-256 (hex) of its bytes."""
    serial: Name
    """Unit that it shows."""
    station_id: Name
    """Station that took it."""
    camera_id: Name | None = None
    """Camera; null: not told."""
    recipe: Recipe | None = None
    """By what it is judged; null: the station's only recipe."""
    captured_at: AwareDatetime | None = None
    """When it was taken; null: not told."""
    key: Name
    """Two requests with one key are one: a repeat is safe."""
    want: tuple[Want, ...] = ("score", "boxes")
    """What the answer should hold."""


class WiredRequest(InspectRequest):
    """A request with its picture, as it goes over the wire."""

    picture: PictureBytes = Field(repr=False)
    """The bytes."""


class MillimetreBox(Contract):
    """A box on the part."""

    x: float
    """Left edge from the corner of the template, or of the picture without one (mm)."""
    y: float
    """Top edge from the same corner (mm)."""
    width: float
    """Width (mm)."""
    height: float
    """Height (mm)."""


class SeenDefect(Answered):
    """One place that is not as it should be."""

    kind: str = Field(max_length=LONGEST_KIND)
    """What it is, in the words of the server."""
    confidence: float = Field(ge=0, le=1)
    """Certainty, 0 to 1; an order among defects, not a probability."""
    box_px: Box | None = None
    """Where it is in the picture; null: the server does not tell."""
    box_on_part: Box | None = None
    """Where it is on the part however the part lies (px); null: the server does not register."""
    box_mm: MillimetreBox | None = None
    """The same in mm; null: no valid scale."""
    area_px: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """How much of the picture differs there (px); null: the server does not tell."""
    area_mm2: float | None = None
    """Its area (mm²); null: no valid scale, or the server does not tell areas."""
    severity: str | None = None
    """How grave, as the recipe says; null: it does not."""


class HeatMap(Answered):
    """How strange each place of a picture is, on a scale that is the same for every picture."""

    ref: str
    """Name of the map at the server that made it."""
    low: int = HEAT_RANGE[0]
    """Least value of the scale."""
    high: int = HEAT_RANGE[1]
    """Most of the scale."""
    cells: tuple[tuple[int, ...], ...] = ()
    """Largest value of each cell of a coarse grid, row by row."""


class Warned(Answered):
    """A doubt about a picture or its verdict."""

    code: str = Field(max_length=LONGEST_KIND)
    """Stable name, for example `blur` or `no_threshold`."""
    text: str = Field(max_length=LONGEST_DOUBT)
    """The same in words."""


class InspectAnswer(Answered):
    """What a server says of one picture."""

    request_id: str
    """The request that it answers: its key."""
    serial: str
    """The unit that it speaks of."""
    verdict: Verdict
    """OK, NG or REVIEW."""
    score: float = Field(allow_inf_nan=False)
    """How bad; rises with badness."""
    threshold: float | None = Field(default=None, allow_inf_nan=False)
    """Scores from here on do not pass; null: none is in force."""
    threshold_id: str | None = None
    """Name of that threshold."""
    threshold_model_version: str | None = None
    """Version of the model whose scores it was set on."""
    model: str
    """Model that gave the score."""
    model_version: str
    """Its version."""
    calibration_id: str | None = None
    """Scale that turns px into mm; null: none that is valid."""
    valid_until: AwareDatetime | None = None
    """Until when threshold and scale hold; null: neither has an end."""
    defects: tuple[SeenDefect, ...] = ()
    """Worst first."""
    heat: HeatMap | None = None
    """The heat map, where it was wanted."""
    latency_ms: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Time from request to answer at the server (ms)."""
    warnings: tuple[Warned, ...] = ()
    """What to know before relying on it."""


class BatchRequest(Contract):
    """Several pictures at once."""

    items: tuple[WiredRequest, ...] = Field(min_length=1, max_length=MOST_IN_BATCH)
    """The requests."""


class BatchItem(Answered):
    """What became of one picture of several."""

    key: str
    """Its key."""
    status: Literal["done", "failed"]
    """Whether there is an answer."""
    answer: InspectAnswer | None = None
    """The answer."""
    error: dict[str, Any] | None = None
    """What went wrong (`andon.error/1`)."""


class BatchAnswer(Answered):
    """What became of several pictures, in the order asked."""

    items: tuple[BatchItem, ...]
    """One each."""
