"""`andon vision`: the cameras' server, its recipes, and verdicts on pictures."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from apps.options import HubOption, JsonOption, UserOption, wiring
from domain.errors import BadArgument


class Do(StrEnum):
    """What is to be done."""

    STATUS = "status"
    FIT = "fit"
    INSPECT = "inspect"
    CALIBRATE = "calibrate"
    SERVE = "serve"


DoArgument = Annotated[Do, typer.Argument(help="status, fit, inspect, calibrate or serve.")]
PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(help="fit: a folder of good pictures. inspect: pictures."),
]
StationOption = Annotated[str, typer.Option("--station", help="Camera station.")]
CameraOption = Annotated[str | None, typer.Option("--camera", help="Camera of the station.")]
RecipeOption = Annotated[
    str | None, typer.Option("--recipe", help="Product and version, as MODEL:VERSION[:COUNTRY].")
]
TemplateOption = Annotated[
    Path | None, typer.Option("--template", help="fit: the picture of a perfect part.")
]
ContrastOption = Annotated[
    float | None, typer.Option("--contrast", help="fit: least grey difference that counts.")
]
SerialOption = Annotated[
    str | None, typer.Option("--serial", help="inspect: the unit; default: the file's name.")
]
GoldenOption = Annotated[
    str | None, typer.Option("--golden", help="inspect: the piece is golden, and OK or NG.")
]
DefectsOption = Annotated[
    Path | None, typer.Option("--defects", help="calibrate: folder of defective parts' pictures.")
]
GoodOption = Annotated[
    Path | None, typer.Option("--good", help="calibrate: folder of good parts' pictures.")
]
MissedOption = Annotated[
    float, typer.Option("--most-missed", help="calibrate: share of defects that may pass.")
]
ConfidenceOption = Annotated[
    float | None, typer.Option("--confidence", help="calibrate: how sure; default: on average.")
]
ProposeOption = Annotated[
    bool, typer.Option("--propose", help="calibrate: propose the threshold for approval.")
]
ScaleOption = Annotated[
    float | None, typer.Option("--mm-per-px", help="calibrate: side of a pixel on the part (mm).")
]
UntilOption = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="calibrate: last day of that size."),
]
HostOption = Annotated[str, typer.Option("--host", help="serve: address to listen on.")]
PortOption = Annotated[int, typer.Option("--port", help="serve: port to listen on.")]


def vision(
    do: DoArgument = Do.STATUS,
    paths: PathsArgument = None,
    station: StationOption = "",
    camera: CameraOption = None,
    recipe: RecipeOption = None,
    template: TemplateOption = None,
    contrast: ContrastOption = None,
    serial: SerialOption = None,
    golden: GoldenOption = None,
    defects: DefectsOption = None,
    good: GoodOption = None,
    most_missed: MissedOption = 0.02,
    confidence: ConfidenceOption = None,
    propose: ProposeOption = False,
    mm_per_px: ScaleOption = None,
    until: UntilOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8030,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit, calibrate and ask the cameras' server, or serve it to others."""
    from apps.vision import calibrating, fitting, inspecting, serving, status

    parts, files = wiring(hub, user), paths or []
    place = fitting.place_of(_named(do, station), camera, recipe)
    if do is Do.STATUS:
        status.show(parts, as_json)
    elif do is Do.SERVE:
        serving.serve(parts, host, port)
    elif do is Do.FIT:
        fitting.fit(parts, place, fitting.Samples(files, template, contrast), as_json)
    elif do is Do.INSPECT:
        inspecting.inspect(parts, place, inspecting.Shown(files, serial, golden), as_json)
    elif mm_per_px is not None:
        calibrating.keep_scale(parts, place, mm_per_px, until)
    else:
        promise = calibrating.Promise(most_missed, confidence, propose)
        calibrating.calibrate(parts, place, calibrating.Folders(defects, good), promise, as_json)


def _named(do: Do, station: str) -> str:
    if not station and do not in (Do.STATUS, Do.SERVE):
        raise BadArgument(f"{do} needs --station", next_step="name the camera station")
    return station
