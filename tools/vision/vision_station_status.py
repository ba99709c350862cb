"""How a camera station is: golden pieces, drift, recipes in use, does its threshold hold?"""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import AwareDatetime, Field

from domain.camera_or_product import DOUBT, raised_p_value
from domain.contract import Contract
from domain.drift import SignalMove
from domain.errors import NoData
from domain.intervals import Interval, binomial_interval
from domain.records.evidence import Note
from domain.records.station import GoldenLooks
from services.vision.judging import void_reasons
from tools.exclusions import quarantined
from tools.names import resolve
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool
from tools.vision.station_days import (
    VisionDays,
    Windows,
    camera_signals,
    golden_looks,
    vision_days,
    windows,
)
from tools.vision.station_setup import StationSetup, setup_of

HALF = 0.5
TABLES = ("inspections", "signals")
GoldenState = Literal["right", "misjudged", "absent"]
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


class GoldenHealth(Contract):
    """Looks at golden pieces, whose truth is known."""

    state: GoldenState
    """right, misjudged more often than before, or absent: nobody looked."""
    looks: int
    """Looks now (count)."""
    misjudged: Interval | None
    """Share of them that misjudged the piece, with exact interval; null: no looks."""
    pieces: int
    """Different pieces that were misjudged now (count)."""
    p_value: float | None
    """Exact one-sided p-value of no more than before; null: nothing to compare."""


class Drift(Contract):
    """A daily mean watched against its own past."""

    signal: str
    """score, brightness, sharpness or pose_shift."""
    before: float
    """Mean of the reference (unit of the signal)."""
    now: float
    """Mean since the shift began, or of all watched days."""
    moved: bool
    """Whether the chart signalled."""
    p_value: float
    """Bound of the probability of such a chart in control."""
    run_length: float
    """Days to a false signal that the limits are set for (days)."""


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
    health, rejects = _golden_health(golden), _rejects(days)
    result = VisionStationStatus(
        station_id=station,
        **_judged(health, _moved(moves, rejects), setup, void),
        golden=health,
        drift=tuple(map(_drift, moves)),
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


def _golden_health(golden: GoldenLooks | None) -> GoldenHealth:
    if golden is None or not golden.misjudged.units:
        return GoldenHealth(state="absent", looks=0, misjudged=None, pieces=0, p_value=None)
    table = golden.misjudged
    compared = table if table.reference_units else table._replace(reference_units=table.units)
    p_value = raised_p_value(compared)
    return GoldenHealth(
        state="misjudged" if p_value <= DOUBT else "right",
        looks=table.units,
        misjudged=binomial_interval(table.events, table.units),
        pieces=golden.samples,
        p_value=float(f"{p_value:.4g}"),
    )


def _drift(move: SignalMove) -> Drift:
    told = {name: getattr(move, name) for name in Drift.model_fields}
    return Drift(**told)


class _Rejects(NamedTuple):
    rejected: Interval | None
    rejected_before: Interval | None
    rejects_p_value: float | None
    overruled: Interval | None


def _rejects(days: VisionDays) -> _Rejects:
    table = days.rejects
    both = bool(table.units and table.reference_units)
    return _Rejects(
        rejected=_share(table.events, table.units),
        rejected_before=_share(table.reference_events, table.reference_units),
        rejects_p_value=float(f"{raised_p_value(table):.4g}") if both else None,
        overruled=_share(days.cleared, days.examined),
    )


def _moved(moves: tuple[SignalMove, ...], rejects: _Rejects) -> list[str]:
    """What is not as it was, in words."""
    found = [
        f"{one.signal} moved from {one.before:.4g} to {one.now:.4g}" for one in moves if one.moved
    ]
    if rejects.rejects_p_value is not None and rejects.rejects_p_value <= DOUBT:
        found.append("rejects rose")
    if rejects.overruled is not None and rejects.overruled.low > HALF:
        found.append("people find most rejects good")
    return found


def _share(events: int, trials: int) -> Interval | None:
    return binomial_interval(events, trials) if trials else None


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
