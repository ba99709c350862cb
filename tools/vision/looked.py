"""A picture's verdict as tools tell it: what was asked, what was said, and by which versions.

Time that an answer took is left out: the same picture must make the same evidence.
"""

from datetime import datetime
from typing import Any, Literal

from domain.contract import Contract
from domain.records.evidence import Note
from services.vision.contract import HeatMap, InspectAnswer, SeenDefect, Verdict
from services.vision.service import Judged
from tools.tool import ToolContext

MOST_DEFECTS = 50


class SeenImage(Contract):
    """What became of one picture."""

    serial: str
    """Unit that it shows."""
    image_uri: str
    """Where the picture is; its bytes stand nowhere."""
    image_sha256: str | None
    """SHA-256 (hex) of its bytes; null: it could not be fetched."""
    status: Literal["done", "failed"]
    """Whether there is a verdict."""
    verdict: Verdict | None
    """OK may pass, NG may not, REVIEW: a person looks; null: failed."""
    score: float | None
    """How bad; rises with badness (unit of the model); null: failed."""
    threshold: float | None
    """Scores from here on do not pass; null: no threshold is in force."""
    threshold_id: str | None
    """Name of the threshold."""
    model: str | None
    """Vision model."""
    model_version: str | None
    """Its version."""
    calibration_id: str | None
    """Scale that gives mm; null: none that is valid."""
    valid_until: datetime | None
    """Until when threshold and scale hold (UTC)."""
    defects: tuple[SeenDefect, ...]
    """Places that stand out, worst first, at most 50."""
    heat: HeatMap | None
    """The heat map on its fixed scale, where it was wanted."""
    doubts: tuple[Note, ...]
    """What to know of the picture and its verdict."""
    error: Note | None
    """Why there is no verdict; null: there is one."""


def seen_image(judged: Judged) -> SeenImage:
    """The answer on a picture as a result."""
    answer = judged.answer
    if answer is None:
        error = judged.error or {}
        code, text = str(error.get("code", "error")), str(error.get("message", ""))
        return _image(judged, status="failed", error=Note(code=code, text=text))
    told = answer.model_dump(include=_TOLD)
    return _image(
        judged,
        status="done",
        **told,
        defects=answer.defects[:MOST_DEFECTS],
        heat=answer.heat,
        doubts=tuple(Note(code=one.code, text=one.text) for one in answer.warnings),
    )


def versions_of(answer: InspectAnswer) -> str:
    """Model, threshold and scale that a verdict rests on, in one line."""
    void = {one.code for one in answer.warnings} & _ENDED
    parts = (
        f"{answer.model}@{answer.model_version}",
        answer.threshold_id or "no threshold",
        answer.calibration_id or "no scale",
        *sorted(void),
    )
    return " ".join(parts)


def stations_of(context: ToolContext, station_id: str, serials: list[str]) -> str:
    """The station by its name in the hub; units that the asker may not see are unknown.

    Raises:
        UnknownName: the station or a unit is not in the hub, or not for the asker.
    """
    from tools.names import resolve

    resolve(context, "serial", serials)
    return resolve(context, "station", [station_id])[0]


_TOLD = {
    "verdict", "score", "threshold", "threshold_id", "model", "model_version", "calibration_id",
    "valid_until",
}  # fmt: skip
_ENDED = {"threshold_void", "calibration_void", "calibration_expired"}
_NOTHING: dict[str, Any] = {
    **dict.fromkeys(_TOLD),
    "defects": (),
    "heat": None,
    "doubts": (),
    "error": None,
}


def _image(judged: Judged, **told: Any) -> SeenImage:  # noqa: ANN401  fields of the record
    wanted = judged.wanted
    named = {
        "serial": wanted.serial,
        "image_uri": wanted.uri,
        "image_sha256": wanted.sha256,
    }
    return SeenImage(**{**_NOTHING, **named, **told})
