"""One characteristic, or one signal of a station, over time: drift, jumps, and limits."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData, UnknownName
from domain.intervals import Interval
from domain.records.evidence import Note
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.production.reading_series import (
    MOST_SUBGROUPS,
    Level,
    Row,
    Step,
    Subgroup,
    SubgroupGap,
    gaps_in,
    level_of,
    share_outside,
    slope_of,
    step_in,
    trend_chart,
)
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

SECONDS = {"hour": 3_600, "shift": 86_400, "day": 86_400}
"""Length of the time that a subgroup stays within (s); a shift is also cut at midnight UTC."""
LIMITS = ("unit", "lsl", "target", "usl")


class MeasurementTrendQuery(Contract):
    """Which readings, and how they are grouped over time."""

    characteristic_id: str | None = None
    """Characteristic, for example `CHR-ALIGN`; or give station_id and signal."""
    station_id: str | None = None
    """Station: narrows a characteristic, or names whose signal is meant."""
    signal: str | None = None
    """Equipment or process signal of the station, for example `oven_zone_4`."""
    models: tuple[str, ...] = ()
    """Only units of these models; none: all."""
    sites: tuple[str, ...] = ()
    """Only units of these sites; none: all."""
    lines: tuple[str, ...] = ()
    """Only units of these lines; none: all."""
    first_on: date | None = None
    """First day (UTC)."""
    last_on: date | None = None
    """Last day (UTC)."""
    subgroup: Literal["hour", "shift", "day", "count"] = "day"
    """What one point stands for: an hour or a day (UTC), the readings of one shift on one day, or a
    count of readings in a row."""
    subgroup_size: Annotated[int, Field(ge=1, le=100_000)] = 25
    """Readings in a subgroup where it is by count."""


class MeasurementTrend(Contract):
    """Readings over time, with their trend and their place within the limits."""

    name: str
    """The characteristic or signal, with its name."""
    unit: str | None
    """Unit of all values; null: not recorded."""
    lsl: float | None
    """Lower specification limit (`unit`)."""
    target: float | None
    """Target (`unit`)."""
    usl: float | None
    """Upper specification limit (`unit`)."""
    first_at: AwareDatetime
    """First reading (UTC)."""
    last_at: AwareDatetime
    """Last reading (UTC)."""
    overall: Level
    """All readings together."""
    out_of_specification: Interval | None
    """Share of readings outside the limits, 0 to 1, with exact interval; null without limits."""
    below: int
    """Readings below the lower limit (count)."""
    above: int
    """Readings above the upper limit (count)."""
    slope_per_day: Interval | None
    """Drift of the subgroup means (`unit` a day): median of all pairwise slopes with its rank
    interval; null for fewer than 8 subgroups."""
    trend: Literal["rising", "falling", "none_shown", "undetermined"]
    """rising or falling: the interval of the slope excludes 0; undetermined: too few subgroups."""
    step: Step | None
    """The most likely jump; null for fewer than 8 subgroups."""
    subgroups: tuple[Subgroup, ...]
    """Subgroups in order of time."""
    gaps: tuple[SubgroupGap, ...]
    """Times without readings, more than four times as long as usual between subgroups."""


@tool(effect="read", version=2)
def measurement_trend(
    query: MeasurementTrendQuery, context: ToolContext
) -> Found[MeasurementTrend]:
    """Course of a characteristic or station signal: means, spread, drift, jump, out of limits.

    Call it to see whether a process moved and when. It sets no control limits and gives no
    capability index. For recorded changes around a jump call `list_changes`.

    Raises:
        UnknownName: a characteristic, station, signal, model, site or line is not in the hub.
        NoData: nothing was read in that window.
        InvalidArgument: neither or both of characteristic and signal are named, or there are more
            than 1,000 subgroups.
    """
    known = _known(query, context)
    rows = _rows(query, known, context)
    not_finite = sum(row["not_finite"] for row in rows)
    rows = [row for row in rows if row["n"]]
    if not rows:
        raise NoData(
            f"no reading of {known['name']} fits window, models, sites, lines and station",
            next_step="widen the window, or ask `describe_hub` what dates the hub covers",
        )
    trend = _trend(known, rows)
    tables = ("signals",) if query.signal else ("measurements", "units", "characteristics")
    return Found(
        result=trend,
        summary=_summary(trend)[:SUMMARY_LIMIT],
        warnings=_warnings(trend, known),
        excluded=(*left_out(readings_without_a_number=not_finite), *quarantined(context, tables)),
        chart=trend_chart(trend.name, known, trend.subgroups),
    )


def _known(query: MeasurementTrendQuery, context: ToolContext) -> Row:
    """Identifiers as the hub spells them, and the limits."""
    if bool(query.characteristic_id) == bool(query.signal):
        raise InvalidArgument(
            "name either a characteristic or a signal",
            next_step="give characteristic_id, or station_id and signal",
        )
    station = None
    if query.station_id:
        station = resolve(context, "station", [query.station_id])[0]
    if query.characteristic_id:
        found = resolve(context, "characteristic", [query.characteristic_id])[0]
        rows = context.snapshot.query("characteristic_limits", characteristic_id=found).dicts()
        row = rows[0] if rows else dict.fromkeys(("name", *LIMITS))
        name = f"{found} ({row['name']})" if row["name"] else found
        about = {"characteristic_id": found, "station_id": station, "described": bool(rows)}
        return {**row, **about, "name": name}
    if station is None:
        raise InvalidArgument("a signal belongs to a station", next_step="give station_id too")
    signal = _signal(query.signal or "", station, context)
    about = {"signal": signal, "station_id": station, "described": True}
    return {**dict.fromkeys(LIMITS), **about, "name": f"{signal} of {station}"}


def _signal(name: str, station: str, context: ToolContext) -> str:
    from rapidfuzz import process

    signals = context.snapshot.query("signals_of_station", station_id=station).column("signal")
    for signal in signals:
        if str(signal).lower() == name.lower():
            return str(signal)
    near = process.extract(name, signals, limit=3, score_cutoff=55)
    raise UnknownName(f"signal of station {station}", name, tuple(match[0] for match in near))


def _rows(query: MeasurementTrendQuery, known: Row, context: ToolContext) -> list[Row]:
    models = resolve(context, "model", query.models)
    sites = resolve(context, "site", query.sites)
    lines = resolve(context, "line", query.lines)
    rows = context.snapshot.query(
        "reading_subgroups",
        characteristic_id=known.get("characteristic_id"),
        signal=known.get("signal"),
        station_id=known["station_id"],
        of_units=bool(models or sites or lines or query.subgroup == "shift"),
        models=models or None,
        sites=sites or None,
        lines=lines or None,
        first_on=query.first_on,
        last_on=query.last_on,
        subgroup=query.subgroup,
        span=SECONDS.get(query.subgroup),
        size=query.subgroup_size,
        lsl=known["lsl"],
        usl=known["usl"],
        most=MOST_SUBGROUPS + 1,
    ).dicts()
    if len(rows) > MOST_SUBGROUPS:
        raise InvalidArgument(
            f"there are more than {MOST_SUBGROUPS:,} subgroups by {query.subgroup}",
            next_step="take longer subgroups (day, or a larger count) or a shorter window",
        )
    return rows


def _trend(known: Row, rows: list[Row]) -> MeasurementTrend:
    subgroups = tuple(Subgroup.of(row) for row in rows)
    slope = slope_of(rows)
    below, above = (sum(row[side] for row in rows) for side in ("below", "above"))
    overall = level_of(rows)
    limited = known["lsl"] is not None or known["usl"] is not None
    return MeasurementTrend(
        **{field: known[field] for field in ("name", *LIMITS)},
        first_at=rows[0]["first_at"],
        last_at=max(row["last_at"] for row in rows),
        overall=overall,
        out_of_specification=share_outside(below + above, overall.n) if limited else None,
        below=below,
        above=above,
        slope_per_day=slope,
        trend=_direction(slope),
        step=step_in(rows),
        subgroups=subgroups,
        gaps=gaps_in(rows),
    )


def _direction(
    slope: Interval | None,
) -> Literal["rising", "falling", "none_shown", "undetermined"]:
    if slope is None or slope.high is None:
        return "undetermined"
    if slope.low > 0:
        return "rising"
    return "falling" if slope.high < 0 else "none_shown"


def _summary(trend: MeasurementTrend) -> str:
    unit = f" {trend.unit}" if trend.unit else ""
    level = trend.overall
    spread = "" if level.s is None else f", s {level.s:.4g}"
    outside = "no limits recorded"
    if (share := trend.out_of_specification) is not None:
        bounds = f"[{share.low:.2%}, {share.high or 0:.2%}]"
        outside = f"{trend.below + trend.above} out of limits ({share.estimate:.2%} {bounds})"
    course = trend.trend.replace("_", " ")
    if trend.slope_per_day is not None:
        slope = trend.slope_per_day
        course += f" ({slope.estimate:.3g}{unit}/day [{slope.low:.3g}, {slope.high or 0:.3g}])"
    step = ""
    if trend.step and trend.step.shown:
        step = f"; jump {trend.step.before:.4g} to {trend.step.after:.4g} near {trend.step.at:%F}"
    return (
        f"{trend.name[:60]}, {trend.first_at:%F} to {trend.last_at:%F}: {level.n:,} readings in"
        f" {len(trend.subgroups)} subgroups, mean {level.mean:.4g}{unit}{spread}; {outside}; trend"
        f" {course}{step}."
    )


def _warnings(trend: MeasurementTrend, known: Row) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if not known["described"]:
        text = (
            f"{trend.name} is measured, but `characteristics` has no row of it: no unit, no limits"
        )
        found["not_described"] = text
    elif trend.lsl is None and trend.usl is None:
        found["no_limits"] = "no specification limits are recorded: nothing is judged against them"
    if trend.trend == "undetermined":
        found["few_subgroups"] = f"{len(trend.subgroups)} subgroups are too few to judge a trend"
    else:
        found["independence"] = "slope and jump take the subgroups as independent of each other"
    if trend.gaps:
        found["gaps"] = f"{len(trend.gaps)} stretches of time hold no readings"
    return tuple(Note(code=code, text=text) for code, text in found.items())
