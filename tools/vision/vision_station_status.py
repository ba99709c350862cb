"""How a camera station is: golden pieces, drift, recipes in use, does its threshold hold?"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.errors import NoData
from domain.intervals import Interval
from domain.records.evidence import Note
from services.vision.judging import void_reasons
from tools.exclusions import quarantined
from tools.names import resolve
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool
from tools.vision.station_days import (
    Windows,
    camera_signals,
    golden_looks,
    vision_days,
    windows,
)
from tools.vision.station_health import (
    Drift,
    GoldenHealth,
    drift_of,
    golden_health,
    moved_words,
    rejects_of,
)
from tools.vision.station_setup import StationSetup, setup_of

TABLES = ("inspections", "signals")
Health = Literal["sound", "watch", "stop"]


class VisionStationStatusQuery(Contract):
    """Which station, and what counts as now."""

    station_id: str
    """Camera station, for example `QDA-L1-VIS`."""
    now_days: Annotated[int, Field(ge=1, le=90)] = 7
    """Length of now (days)."""
    gap_days: Annotated[int, Field(ge=0, le=90)] = 28
    """Days before now that count for neither side: drift grows slowly (days)."""
    before_days: Annotated[int, Field(ge=20, le=365)] = 60
    """Length of the reference before that (days)."""


class InUse(Contract):
    """A vision model and recipe that the station used."""

    model_version: str | None
    """Version of the model."""
    recipe_id: str | None
    """Recipe."""
    looks: int
    """Looks with them (count)."""
    first_at: AwareDatetime
    """First look (UTC)."""
    last_at: AwareDatetime
    """Last look (UTC)."""


class VisionStationStatus(Contract):
    """The health of a camera station."""

    station_id: str
    """The station."""
    health: Health
    """sound; watch: something moved or is missing; stop: its verdicts should not be relied on."""
    reasons: tuple[str, ...]
    """Why it is not sound."""
    golden: GoldenHealth
    """Golden pieces."""
    drift: tuple[Drift, ...]
    """Score and camera signals that have enough days."""
    rejected: Interval | None
    """Share of units that vision rejects now, 0 to 1; null: no units."""
    rejected_before: Interval | None
    """The same in the reference."""
    rejects_p_value: float | None
    """Exact one-sided p-value of no more rejects than before; null: nothing to compare."""
    overruled: Interval | None
    """Share of rejects of now, looked at by people, that they found good; null: none were."""
    in_use: tuple[InUse, ...]
    """Models and recipes, the newest last."""
    setup: StationSetup | None
    """Threshold, scale and recipes of the vision service; null: there is none here."""
    threshold_void: tuple[str, ...]
    """Why the threshold in force does not hold; empty: it does, or there is none."""
    first: AwareDatetime | None
    """First look in the window (UTC)."""
    last: AwareDatetime | None
    """Last look in the window (UTC)."""


@tool(effect="read", version=1)
def vision_station_status(
    query: VisionStationStatusQuery, context: ToolContext
) -> Found[VisionStationStatus]:
    """Is this camera station sound, and do its threshold and calibration still hold?

    Call it before its verdicts are relied on, or each shift: golden pieces, drift of score, light,
    sharpness and pose, rejects, overruled rejects, models and recipes in use. Why rejects jumped
    tells `camera_or_product`; what a threshold needs `vision_calibration`.

    Raises:
        UnknownName: the station is not in the hub.
        NoData: it has no looks by vision or at golden pieces in that window.
    """
    station = resolve(context, "station", [query.station_id])[0]
    of = windows(context.snapshot.as_of, query.now_days, query.gap_days, query.before_days)
    days, golden = vision_days(station, of, context), golden_looks(station, of, context)
    if not days.rejects.units and not days.rejects.reference_units and golden is None:
        raise NoData(
            f"{station} has no looks by vision from {of.first} to {of.last}",
            next_step="widen the window, or ask `describe_hub` what is recorded",
        )
    used = _in_use(station, of, context)
    moves = (*((days.score,) if days.score else ()), *camera_signals(station, of, context))
    setup = setup_of(station, context)
    void = _void(setup, used, context)
    health, rejects = golden_health(golden), rejects_of(days)
    result = VisionStationStatus(
        station_id=station,
        **_judged(health, moved_words(moves, rejects), setup, void),
        golden=health,
        drift=tuple(map(drift_of, moves)),
        **rejects._asdict(),
        in_use=used,
        setup=setup,
        threshold_void=void,
        first=min((one.first_at for one in used), default=None),
        last=max((one.last_at for one in used), default=None),
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
        excluded=quarantined(context, TABLES),
        vision_model=used[-1].model_version if used else None,
    )


def _in_use(station: str, of: Windows, context: ToolContext) -> tuple[InUse, ...]:
    rows = context.snapshot.query(
        "vision_in_use", station_id=station, first_on=of.first, last_on=of.last
    )
    return tuple(InUse(**row) for row in rows.dicts())


def _void(
    setup: StationSetup | None, used: tuple[InUse, ...], context: ToolContext
) -> tuple[str, ...]:
    """Why the threshold in force does not hold for what the station uses."""
    if setup is None or setup.threshold is None:
        return ()
    newest = used[-1] if used else None
    now = datetime.combine(
        context.snapshot.as_of, datetime.min.time(), setup.threshold.valid_until.tzinfo
    )
    return tuple(
        void_reasons(
            setup.threshold,
            now,
            model_version=newest.model_version if newest else None,
            camera_id=None,
            recipe_id=newest.recipe_id if newest else None,
        )
    )


def _judged(
    golden: GoldenHealth,
    moved: list[str],
    setup: StationSetup | None,
    void: tuple[str, ...],
) -> dict[str, object]:
    stop = [f"threshold void: {one}" for one in void]
    if golden.state == "misjudged":
        stop.append("golden pieces are misjudged")
    if setup is not None and setup.alarm:
        stop.append(setup.alarm)
    watch = list(moved)
    if golden.state == "absent":
        watch.append("nobody looked at golden pieces")
    if setup is not None and setup.scale_expired:
        watch.append("the size of a pixel is not valid any more: no sizes in mm")
    health: Health = "stop" if stop else "watch" if watch else "sound"
    return {"health": health, "reasons": (*stop, *watch)}


def _summary(result: VisionStationStatus) -> str:
    said = f"{result.station_id}: {result.health}. "
    golden = result.golden
    if golden.misjudged is None:
        said += "No looks at golden pieces. "
    else:
        said += (
            f"Golden pieces: {golden.misjudged.estimate:.1%} of {golden.looks:,} looks misjudged. "
        )
    if result.rejected is not None:
        said += f"Rejects {result.rejected.estimate:.2%}"
        if result.rejected_before is not None:
            said += f", {result.rejected_before.estimate:.2%} before"
        said += ". "
    if result.setup is None or result.setup.threshold is None:
        said += "No approved threshold is known here. "
    return said + "; ".join(result.reasons)


def _warnings(result: VisionStationStatus) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if not result.drift:
        found["drift_unknown"] = "too few days of scores and signals to watch for drift"
    if len({one.model_version for one in result.in_use}) > 1:
        found["model_changed"] = "several model versions in the window: their scores are not alike"
    if result.setup is not None and result.setup.threshold is None:
        found["no_threshold"] = "no approved threshold is in force: everything goes to a person"
    return tuple(Note(code=code, text=text) for code, text in found.items())
