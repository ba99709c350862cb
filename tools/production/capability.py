"""Can the process hold its limits? Stability and gauge are asked first, then the indices."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from domain.capability import Limits
from domain.contract import Contract
from domain.errors import NoData
from domain.records.evidence import Note
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.production.capability_rows import (
    SUBGROUP,
    CapabilityVerdict,
    Demand,
    StreamCapability,
    capability_of,
)
from tools.production.gauges import GaugeFitness, GaugeResult, fitness, gauge_results
from tools.production.reading_streams import Choice, streams_of
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("measurements", "characteristics", "gauge_studies")
NAMES = {"cpk": "Cpk", "ppk": "Ppk", "ppk_share": "Ppk by share outside"}


class CapabilityQuery(Contract):
    """Which characteristic, where, and what is required."""

    characteristic_id: str
    """Characteristic, for example `CHR-ALIGN`."""
    stations: tuple[str, ...] = ()
    """Stations; none: all, each judged by itself."""
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
    required: Annotated[float, Field(gt=0, le=5)] = 1.33
    """Index that is required (no unit): 1.33 by custom, 1.67 for critical characteristics."""
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Confidence level of the intervals, 0.5 to 1."""


class Capability(Contract):
    """Capability of a characteristic, station by station."""

    characteristic: str
    """The characteristic with its name."""
    unit: str | None
    """Unit of limits and readings; null: not recorded."""
    lsl: float | None
    """Lower specification limit (`unit`)."""
    usl: float | None
    """Upper specification limit (`unit`)."""
    required: float
    """Index that is required (no unit)."""
    verdict: CapabilityVerdict
    """not_capable if one station is shown to be; capable if all are; else undetermined."""
    gauge: GaugeFitness
    """fit, conditional, unfit, or unknown without a study that can be evaluated."""
    gauge_studies: tuple[GaugeResult, ...]
    """The recorded studies of its gauges."""
    stations: tuple[StreamCapability, ...]
    """Stations, the lowest index first, those without an index last."""


@tool(effect="read", version=1)
def capability(query: CapabilityQuery, context: ToolContext) -> Found[Capability]:
    """Can a characteristic hold its specification limits, at each station, and can its gauge tell?

    Call it before a process is blamed or praised. It checks stability first (then Cpk, else Ppk
    only), normality (else the share outside and percentiles), the number of readings (50), and the
    gauge study. For when a process moved call `control_chart`.

    Raises:
        UnknownName: the characteristic, a station, model, site or line is not in the hub.
        NoData: it has no specification limit, or nothing was read in that window.
    """
    known = _known(query, context)
    limits = Limits(known["lsl"], known["usl"])
    found = streams_of(_choice(query, known), context)
    if not found.streams:
        raise NoData(
            f"no reading of {known['name']} fits window, models, sites, lines and stations",
            next_step="widen the window, or ask `describe_hub` what dates the hub covers",
        )
    tolerance = None if None in limits else known["usl"] - known["lsl"]
    studies = gauge_results(known["characteristic_id"], tolerance, context)
    demand = Demand(limits, query.required, fitness(studies), query.level)
    stations = sorted((capability_of(stream, demand) for stream in found.streams), key=_rank)
    result = Capability(
        characteristic=known["name"],
        unit=known["unit"],
        lsl=limits.lower,
        usl=limits.upper,
        required=query.required,
        verdict=_verdict([station.verdict for station in stations]),
        gauge=demand.gauge,
        gauge_studies=studies,
        stations=tuple(stations),
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
        excluded=(
            *left_out(readings_without_a_number=found.not_finite),
            *quarantined(context, TABLES),
        ),
        chart=_chart(result),
    )


def _known(query: CapabilityQuery, context: ToolContext) -> dict[str, Any]:
    found = resolve(context, "characteristic", [query.characteristic_id])[0]
    rows = context.snapshot.query("characteristic_limits", characteristic_id=found).dicts()
    row: dict[str, Any] = rows[0] if rows else dict.fromkeys(("name", "unit", "lsl", "usl"))
    name = f"{found} ({row['name']})" if row["name"] else found
    if row["lsl"] is None and row["usl"] is None:
        raise NoData(
            f"{name} has no specification limit: capability is room between limits",
            next_step="record its limits; `control_chart` judges stability without them",
        )
    if None not in (row["lsl"], row["usl"]) and row["lsl"] >= row["usl"]:
        raise NoData(
            f"the limits of {name} are the wrong way round ({row['lsl']:g} to {row['usl']:g})",
            next_step="mend them in the characteristics table",
        )
    return {**row, "name": name, "characteristic_id": found}


def _choice(query: CapabilityQuery, known: dict[str, Any]) -> Choice:
    return Choice(
        characteristic_id=known["characteristic_id"],
        signal=None,
        stations=query.stations,
        models=query.models,
        sites=query.sites,
        lines=query.lines,
        first_on=query.first_on,
        last_on=query.last_on,
        lsl=known["lsl"],
        usl=known["usl"],
        size=SUBGROUP,
    )


def _rank(station: StreamCapability) -> tuple[bool, float, str]:
    if station.index is None:
        return (True, 0.0, station.station_id or "")
    value = station.index.low if station.index.estimate is None else station.index.estimate
    return (False, value, station.station_id or "")


def _verdict(verdicts: list[CapabilityVerdict]) -> CapabilityVerdict:
    if "not_capable" in verdicts:
        return "not_capable"
    return "undetermined" if "undetermined" in verdicts else "capable"


def _summary(result: Capability) -> str:
    worst = result.stations[0]
    said = f"{result.characteristic[:50]} at {len(result.stations)} station"
    said += "s; lowest: " if len(result.stations) > 1 else ": "
    said += f"{_figure(worst)} at {worst.station_id or 'no station'} (n {worst.readings:,},"
    said += f" {worst.stability.replace('undetermined', 'stability undetermined')}),"
    said += f" required {result.required:g}: {result.verdict.replace('_', ' ')}."
    unstable = [one.station_id or "no station" for one in result.stations if _moves(one)]
    if unstable:
        said += f" Unstable: {', '.join(unstable[:3])[:60]}"
        said += f" and {len(unstable) - 3} more." if len(unstable) > 3 else "."
    return f"{said} Gauge {_gauge(result)}."


def _moves(station: StreamCapability) -> bool:
    return station.stability == "unstable"


def _figure(station: StreamCapability) -> str:
    index = station.index
    if index is None:
        return "no index"
    name = NAMES[station.headline]
    high = "" if index.high is None else f"{index.high:.2f}"
    if index.estimate is None:
        return f"{name} at least {index.low:.2f}" + (f", at most {high}" if high else "")
    return f"{name} {index.estimate:.2f} [{index.low:.2f}, {high or 'no upper bound'}]"


def _gauge(result: Capability) -> str:
    shares = [one for one in result.gauge_studies if one.gauge_share is not None]
    if not shares:
        return f"{result.gauge}: no study" if not result.gauge_studies else result.gauge
    worst = max(shares, key=lambda one: one.gauge_share or 0.0)
    return f"{result.gauge} ({worst.gauge_share:.1%} GRR, ndc {worst.categories})"


def _warnings(result: Capability) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if any(map(_moves, result.stations)):
        found["unstable"] = "unstable stations have no Cpk: find out first what moves them"
    if result.gauge == "unknown":
        reasons = [one.reason for one in result.gauge_studies if one.reason]
        found["gauge_unknown"] = (
            f"the gauge study cannot be used: {reasons[0]}"
            if reasons
            else "no gauge study is recorded: part of the spread may be the measuring"
        )
    if result.gauge == "unfit":
        found["gauge_unfit"] = "the gauge is unfit: mend it before the process is blamed"
    if any(one.near_normal is False for one in result.stations):
        found["not_normal"] = (
            "some stations are not normal: their index comes from the share outside"
        )
    if any(one.index is None for one in result.stations):
        found["few_readings"] = "some stations have too few readings, or no spread, for an index"
    return tuple(Note(code=code, text=text) for code, text in found.items())


def _chart(result: Capability) -> dict[str, Any] | None:
    """Index by station with its interval and what is required (Vega-Lite)."""
    values = [
        {
            "station": one.station_id or "no station",
            "index": one.index.estimate,
            "low": one.index.low,
            "high": one.index.high,
            "kind": one.headline,
        }
        for one in result.stations[:20]
        if one.index is not None and one.index.estimate is not None
    ]
    if not values:
        return None
    y = {"field": "station", "type": "nominal", "sort": None, "title": None}
    x = {"field": "index", "type": "quantitative", "title": "capability index (no unit)"}
    low = {**x, "field": "low"}
    colour = {"field": "kind", "type": "nominal", "title": "index"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"{result.characteristic}: capability by station",
        "data": {"values": values},
        "layer": [
            {"mark": "rule", "encoding": {"y": y, "x": low, "x2": {"field": "high"}}},
            {"mark": "point", "encoding": {"y": y, "x": x, "color": colour}},
            {"mark": "rule", "encoding": {"x": {"datum": result.required}}},
        ],
    }
