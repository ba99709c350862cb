"""`andon vision status`: the servers, and what is kept of each station."""

from typing import TYPE_CHECKING, Any

from rich.table import Table

from apps.render import OUT, escape, print_json
from apps.vision_wiring import vision_of

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from services.vision.service import Vision


def show(parts: "Wiring", as_json: bool) -> None:
    """How servers and stations are."""
    vision = vision_of(parts)
    servers = [one._asdict() for one in vision.states()]
    names = sorted({*vision.store.stations(), *vision.settings.stations})
    stations = [_station(vision, name) for name in names]
    if as_json:
        told = {"schema": "andon.vision_status/1", "servers": servers, "stations": stations}
        print_json(told)
        return
    _table("server", servers, ("name", "kind", "ready", "breaker"))
    if not stations:
        OUT.print("no station is fitted; next: andon vision fit FOLDER --station NAME")
        return
    _table("station", stations, ("station", "server", "recipes", "threshold", "scale", "alarm"))


def _station(vision: "Vision", name: str) -> dict[str, Any]:
    held = vision.store.station(name)
    thresholds = vision.thresholds(name)
    return {
        "station": name,
        "server": vision.settings.station(name).server,
        "recipes": [f"{one.method} {one.version}" for one in held.recipes],
        "threshold": [f"{one.threshold_id} below {one.pass_below:g}" for one in thresholds],
        "scale": [
            f"{camera}: {one.mm_per_px:g} mm until {one.valid_until:%F}"
            for camera, one in held.scales.items()
        ],
        "alarm": vision.store.alarm(name),
    }


def _table(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(title if column == columns[0] else column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_text(row[column])) for column in columns))
    OUT.print(table)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)
