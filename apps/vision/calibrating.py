"""`andon vision calibrate`: a threshold from pictures of known truth, or the size of a pixel."""

import hashlib
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from apps.render import ERR, OUT, escape, print_json, show_evidence
from apps.vision.inspecting import answer_for
from apps.vision.pictures import content_of, pictures_in
from apps.vision_wiring import vision_of
from domain.errors import BadArgument
from services.vision.fitting import Place
from services.vision.scale import Scale

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.evidence import Evidence
    from services.vision.service import Vision
    from tools.tool import ToolContext


class Folders(NamedTuple):
    """Pictures of known truth, none of which a model was fitted on."""

    defects: Path | None
    """Defective parts, one picture each."""
    good: Path | None
    """Good parts, one picture each."""


class Promise(NamedTuple):
    """What the threshold is to keep."""

    most_missed: float
    """Share of defective parts that may pass, 0 to 1."""
    confidence: float | None
    """How sure; none: on average."""
    propose: bool
    """Whether to propose the threshold."""


def calibrate(
    parts: "Wiring", place: Place, folders: Folders, promise: Promise, as_json: bool
) -> None:
    """Judge the pictures, find the threshold, and propose it if asked.

    Raises:
        BadArgument: there is no folder, or the pictures were judged by several model versions.
        AndonError: a picture cannot be judged; then nothing is found, for a gap is no chance.
    """
    from tools.registry import named
    from tools.runner import run_tool

    if folders.defects is None and folders.good is None:
        raise BadArgument(
            "calibrate needs --defects and --good, or --mm-per-px",
            next_step="name folders with pictures of parts of known truth",
        )
    vision = vision_of(parts)
    seen: dict[str, Path] = {}
    bad, versions = _scores(vision, place, _once(folders.defects, seen))
    good, more = _scores(vision, place, _once(folders.good, seen))
    if len(versions | more) != 1:
        raise BadArgument("the pictures were judged by several model versions")
    question: dict[str, Any] = {
        "station_id": place.station_id,
        "camera_id": place.camera_id,
        "recipe_id": place.recipe.label if place.recipe else None,
        "model_version": next(iter(versions | more)),
        "most_missed": promise.most_missed,
        "confidence": promise.confidence,
        "defect_scores": bad,
        "good_scores": good,
    }
    context = parts.context()
    evidence = run_tool(named("vision_calibration"), question, context)
    proposed = _proposed(evidence, context) if promise.propose else None
    if as_json:
        told = {"schema": "andon.vision_calibration/1", "evidence": evidence.to_json()}
        print_json({**told, "proposal": proposed.to_json() if proposed else None})
        return
    show_evidence(evidence)
    if proposed is not None:
        OUT.print(escape(proposed.summary))


def keep_scale(parts: "Wiring", place: Place, mm_per_px: float, until: datetime | None) -> None:
    """Keep the size of a pixel.

    Raises:
        BadArgument: it is no length, or its last day is missing or past.
    """
    if until is None or not 0 < mm_per_px < float("inf"):
        raise BadArgument(
            "give --mm-per-px above zero, and --until with the last day that it holds"
        )
    end = datetime.combine(until.date(), time.max.replace(microsecond=0), UTC)
    if end <= parts.now():
        raise BadArgument(f"{until:%Y-%m-%d} has passed", next_step="measure again")
    said = f"{place.station_id}\n{place.camera_id}\n{mm_per_px}\n{end.isoformat()}"
    name = f"S-{hashlib.sha256(said.encode()).hexdigest()[:10].upper()}"
    scale = Scale(mm_per_px=mm_per_px, calibration_id=name, valid_until=end)
    vision_of(parts).store.put_scale(place.station_id, place.camera_id, scale)
    OUT.print(f"{escape(place.station_id)}: {mm_per_px:g} mm a pixel until {end:%F}, {name}")


def _once(folder: Path | None, seen: dict[str, Path]) -> list[Path]:
    """The pictures of a folder, each once: a copy of a defect is no second defect.

    Raises:
        BadArgument: a picture is called good and defective.
    """
    kept = []
    for path in pictures_in(folder) if folder else []:
        sha256 = hashlib.sha256(content_of(path)).hexdigest()
        first = seen.setdefault(sha256, path)
        if first.parent != path.parent:
            raise BadArgument(
                f"{first} and {path} are one picture, which is both defective and good",
                next_step="leave it in the folder where it belongs",
            )
        if first is path:
            kept.append(path)
        else:
            ERR.print(escape(f"{path.name} is a copy of {first.name}: it counts once"))
    return kept


def _scores(vision: "Vision", place: Place, some: list[Path]) -> tuple[list[float], set[str]]:
    answers = [answer_for(vision, path, place) for path in some]
    return [one.score for one in answers], {one.model_version for one in answers}


def _proposed(evidence: "Evidence", context: "ToolContext") -> "Evidence | None":
    from tools.registry import named
    from tools.runner import run_tool

    activation = evidence.result["activation"]
    if not activation["allowed"]:
        OUT.print(f"not proposed: {', '.join(activation['why_not'])}")
        return None
    wish = {
        "kind": "activate_vision_threshold",
        "payload": activation["payload"],
        "evidence": [evidence.id],
    }
    return run_tool(named("propose_action"), wish, context)
