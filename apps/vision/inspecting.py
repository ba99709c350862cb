"""`andon vision inspect`: verdicts on pictures of this machine, and checks of golden pieces."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from rich.table import Table

from apps.render import OUT, escape, print_json
from apps.vision.pictures import content_of
from apps.vision_wiring import vision_of
from domain.errors import AndonError, BadArgument
from services.vision.adapters.andon import wired
from services.vision.fetching import Fetched
from services.vision.fitting import Place
from services.vision.service import Vision, Wanted, request_of
from services.vision.settings import EmbeddedEntry

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from services.vision.contract import InspectAnswer

SCHEMA = "andon.vision/1"


class Shown(NamedTuple):
    """What is looked at."""

    paths: list[Path]
    """Pictures."""
    serial: str | None
    """The unit; none: the file's name."""
    golden: str | None
    """What a golden piece is: OK or NG; none: it is no golden piece."""


def inspect(parts: "Wiring", place: Place, shown: Shown, as_json: bool) -> None:
    """Judge pictures one by one; one that cannot be judged stops no other."""
    if not shown.paths:
        raise BadArgument("inspect needs pictures", next_step="name one or more files")
    vision = vision_of(parts)
    if shown.golden is not None:
        _check_golden(vision, place, shown, as_json)
        return
    rows = [_judged(vision, path, _wanted(path, place, shown)) for path in shown.paths]
    if as_json:
        print_json({"schema": SCHEMA, "images": rows})
        return
    _show(rows)


def answer_for(vision: Vision, path: Path, place: Place) -> "InspectAnswer":
    """The verdict on one picture of this machine."""
    wanted = _wanted(path, place, Shown([path], None, None))
    return vision.inspect_bytes(wanted, content_of(path))


def _wanted(path: Path, place: Place, shown: Shown) -> Wanted:
    return Wanted(
        uri=path.name,
        serial=shown.serial or path.stem,
        station_id=place.station_id,
        recipe=place.recipe,
        camera_id=place.camera_id,
        want=("score", "boxes", "map"),
    )


def _judged(vision: Vision, path: Path, wanted: Wanted) -> dict[str, object]:
    try:
        answer = vision.inspect_bytes(wanted, content_of(path))
    except AndonError as error:
        return {"file": path.name, "status": "failed", "error": error.to_json()}
    return {"file": path.name, "status": "done", "answer": answer.model_dump(mode="json")}


def _check_golden(vision: Vision, place: Place, shown: Shown, as_json: bool) -> None:
    if shown.golden not in ("OK", "NG"):
        raise BadArgument(f"a golden piece is OK or NG, not {shown.golden!r}")
    entry = vision.settings.servers[vision.settings.station(place.station_id).server]
    if not isinstance(entry, EmbeddedEntry):
        raise BadArgument(
            f"{place.station_id} is judged by another server", next_step="check golden pieces there"
        )
    expected = cast("Literal['OK', 'NG']", shown.golden)
    checks = []
    for path in shown.paths:
        fetched = Fetched.of(path.name, content_of(path))
        asked = request_of(_wanted(path, place, shown), fetched)
        key = f"{asked.key}:{vision.now():%Y%m%dT%H%M%S}"
        one = wired(asked.model_copy(update={"key": key}), fetched.content)
        checks.append(vision.inspector.check_golden(one, expected))
    if as_json:
        print_json({"schema": SCHEMA, "golden": [one.model_dump(mode="json") for one in checks]})
        return
    for check in checks:
        said = "right" if check.passed else "[red]wrong[/red]"
        OUT.print(
            f"{escape(check.serial)} is {check.expected}, judged {check.verdict}"
            f" (score {check.score:.4g}): {said}"
        )
    if alarm := vision.store.alarm(place.station_id):
        OUT.print(f"nothing passes by itself at {escape(place.station_id)}: {escape(alarm)}")


def _show(rows: list[dict[str, object]]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("picture", "verdict", "score", "what"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        answer = row.get("answer")
        if not isinstance(answer, dict):
            error = cast("dict[str, str]", row["error"])
            table.add_row(escape(str(row["file"])), "–", "–", escape(error["message"]))
            continue
        kinds = [f"{one['kind']} {one['confidence']:.2f}" for one in answer["defects"][:3]]
        doubts = [one["text"] for one in answer["warnings"]]
        table.add_row(
            escape(str(row["file"])),
            answer["verdict"],
            f"{answer['score']:.4g}",
            escape("; ".join((*kinds, *doubts)) or "nothing stands out"),
        )
    OUT.print(table)
