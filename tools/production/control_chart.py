"""Is a process in control, and since when not? Limits come from a baseline, never from the spec."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Note
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.production.chart_points import (
    ChartPoint,
    Drawing,
    Drawn,
    Plot,
    Plotted,
    ProcessChart,
    drawn,
)
from tools.production.counted_process import Plots, baseline_points, counted_plots
from tools.production.metric_window import Period
from tools.production.quality_metric import MetricQuery
from tools.production.reading_streams import Choice, Stream, streams_of
from tools.production.stream_stability import RULES, RuleSet, charts_of, judged
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

_ORDER = {"unstable": 0, "undetermined": 1, "stable": 2}


class ControlChartQuery(Contract):
    """What is charted, how, and against which baseline."""

    characteristic_id: str | None = None
    """Characteristic, for example `CHR-ALIGN`; or give signal, or metric."""
    signal: str | None = None
    """Equipment or process signal, for example `oven_zone_4`."""
    metric: str | None = None
    """Metric as in `quality_metric`, for example `inspection_fail_rate`: a chart of shares or
    rates."""
    where: dict[str, tuple[str, ...]] = {}
    """Values that count for a metric, by dimension, for example {"station_id": ["QDA-L1-VIS"]}."""
    step: Literal["week", "month"] = "week"
    """Length of a sample of a metric."""
    stations: tuple[str, ...] = ()
    """Stations of a characteristic or signal; none: all, each charted by itself."""
    models: tuple[str, ...] = ()
    """Only units of these models (characteristic); none: all."""
    sites: tuple[str, ...] = ()
    """Only units of these sites (characteristic); none: all."""
    lines: tuple[str, ...] = ()
    """Only units of these lines (characteristic); none: all."""
    first_on: date | None = None
    """First day (UTC)."""
    last_on: date | None = None
    """Last day (UTC)."""
    baseline_to: date | None = None
    """Last day of the baseline that sets the limits (UTC), a time known to be good; none: all
    points set them."""
    subgroup_size: Annotated[int | None, Field(ge=1, le=1000)] = None
    """Neighbouring readings in a point; null: 1 for fewer than 100 readings, else enough to come to
    200 points."""
    chart: Plot = "shewhart"
    """shewhart; ewma or cusum for small lasting shifts."""
    rules: RuleSet = "western_electric"
    """Run rules of a Shewhart chart of readings; charts of counts have limits only."""


class ControlCharts(Contract):
    """Control charts of a characteristic, signal or metric."""

    subject: str
    """What is charted, with its name."""
    unit: str | None
    """Unit of centre, sigma and points; null: not recorded."""
    stability: Literal["stable", "unstable", "undetermined"]
    """unstable if one process is; stable if all are; else undetermined."""
    charts: tuple[ProcessChart, ...]
    """One for each process, unstable ones first, by their share of points with a signal."""
    shown: str
    """The process whose points are given: the first of `charts`."""
    points: tuple[ChartPoint, ...]
    """Its points, in order of time; at most 240."""


@tool(effect="read", version=1)
def control_chart(query: ControlChartQuery, context: ToolContext) -> Found[ControlCharts]:
    """Is a characteristic, signal, yield or claim rate in statistical control, and since when not?

    Call it to tell a process that moved from ordinary noise, station by station. Limits come from
    the baseline, not from the specification, and signals are weighed against those that chance
    gives. For room within the specification call `capability`; for what changed then
    `list_changes`.

    Raises:
        UnknownName: a name is not in the hub.
        NoData: nothing is recorded there, or too little for a chart.
        InvalidArgument: not exactly one of characteristic, signal and metric is named, the baseline
            is too short, or a metric has no chart.
    """
    named = [one for one in (query.characteristic_id, query.signal, query.metric) if one]
    if len(named) != 1:
        raise InvalidArgument(
            f"name one of characteristic, signal and metric; got {len(named)}",
            next_step="give characteristic_id, or signal, or metric",
        )
    found = _counted(query, context) if query.metric else _measured(query, context)
    drawing = Drawing(query.chart, "limits_only" if query.metric else query.rules)
    charts = sorted((drawn(plot, drawing) for plot in found.plots), key=_rank)
    result = ControlCharts(
        subject=found.subject,
        unit=found.unit,
        stability=_verdict(charts),
        charts=tuple(one.chart for one in charts),
        shown=charts[0].chart.process,
        points=charts[0].points,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=(*_warnings(query, result), *found.notes),
        excluded=found.excluded,
        chart=_picture(result),
    )


def _measured(query: ControlChartQuery, context: ToolContext) -> Plots:
    subject, unit, characteristic = _subject(query, context)
    choice = Choice(
        characteristic_id=characteristic,
        signal=query.signal,
        lsl=None,
        usl=None,
        size=query.subgroup_size,
        **{name: getattr(query, name) for name in ("stations", "models", "sites", "lines")},
        **{name: getattr(query, name) for name in ("first_on", "last_on")},
    )
    found = streams_of(choice, context)
    if query.signal and not found.streams:
        raise UnknownName("signal", query.signal, (), "measurement_trend")
    plots = [plot for stream in found.streams if (plot := _plotted(stream, query))]
    if not plots:
        raise NoData(
            f"no station has two points of {subject} that differ: there is no chart",
            next_step="widen the window, take smaller subgroups, or another station",
        )
    flat = len(found.streams) - len(plots)
    note = Note(code="not_charted", text=f"{flat} stations have too few readings, or no spread")
    tables = ("signals",) if query.signal else ("measurements", "characteristics")
    excluded = (
        *left_out(readings_without_a_number=found.not_finite),
        *quarantined(context, tables),
    )
    return Plots(subject, unit, plots, excluded, (note,) if flat else ())


def _subject(query: ControlChartQuery, context: ToolContext) -> tuple[str, str | None, str | None]:
    if query.signal:
        return query.signal, None, None
    known = resolve(context, "characteristic", [query.characteristic_id or ""])[0]
    rows = context.snapshot.query("characteristic_limits", characteristic_id=known).dicts()
    row = rows[0] if rows else {"name": None, "unit": None}
    return f"{known} ({row['name']})" if row["name"] else known, row["unit"], known


def _plotted(stream: Stream, query: ControlChartQuery) -> Plotted | None:
    known = baseline_points([start.date() for start in stream.starts], query.baseline_to)
    baseline = slice(0, known)
    charts = charts_of(stream, baseline)
    if charts is None:
        return None
    found = judged(charts, RULES[query.rules])
    return Plotted(
        process=stream.place,
        at=stream.starts,
        place=charts.place,
        size=stream.size,
        baseline=known,
        spread=found.spread.verdict if found.spread else None,
        autocorrelation=stream.autocorrelated,
    )


def _counted(query: ControlChartQuery, context: ToolContext) -> Plots:
    asked = MetricQuery(
        metric=query.metric or "",
        by=(query.step,),
        where=query.where,
        period=Period(first=query.first_on, last=query.last_on),
        most=240,
    )
    return counted_plots(asked, query.baseline_to, context)


def _rank(one: Drawn) -> tuple[int, float, str]:
    chart = one.chart
    return (_ORDER[chart.stability], -chart.signalling_points / chart.points, chart.process)


def _verdict(charts: list[Drawn]) -> Literal["stable", "unstable", "undetermined"]:
    found = {one.chart.stability for one in charts}
    if "unstable" in found:
        return "unstable"
    return "stable" if found == {"stable"} else "undetermined"


def _summary(result: ControlCharts) -> str:
    first = result.charts[0]
    unstable = [one.process for one in result.charts if one.stability == "unstable"]
    said = f"{result.subject[:50]}: {result.stability}"
    if len(result.charts) > 1:
        said += f", {len(unstable)} of {len(result.charts)} stations unstable"
    unit = f" {result.unit}" if result.unit and first.chart != "cusum" else ""
    said += (
        f". {first.process[:40]} ({first.chart} chart, {first.points} points): signals"
        f" {first.signals}, by chance {first.expected_signals:.1f}; centre {first.centre:.4g}{unit}"
    )
    if first.first_signal_at is not None:
        at = first.first_signal_at
        said += f"; first signal {at if isinstance(at, str) else f'{at:%F}'}"
    if first.step_p_value is not None:
        said += f"; p of no step {first.step_p_value:.2g}"
    baseline = "all points" if first.baseline_points == first.points else "the baseline"
    return f"{said}. Limits from {baseline}."


def _warnings(query: ControlChartQuery, result: ControlCharts) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if query.baseline_to is None:
        found["baseline_assumed"] = (
            "no baseline was named: all points set the limits, the bad ones too"
        )
    if any(one.stability == "undetermined" for one in result.charts):
        found["few_points"] = "some processes have fewer than 20 points: nothing is said of them"
    hanging = [one for one in result.charts if one.autocorrelation is not None]
    if hanging:
        found["autocorrelation"] = (
            f"neighbouring points hang together at {hanging[0].process}"
            f" (r {hanging[0].autocorrelation:.2f}): limits alarm too often"
        )
    if result.charts[0].chart.endswith("_prime"):
        found["extra_spread"] = "samples differ by more than chance: the limits are widened by it"
    return tuple(Note(code=code, text=text) for code, text in found.items())


def _picture(result: ControlCharts) -> dict[str, Any]:
    """Points, limits and signals of the first process (Vega-Lite)."""
    values = [
        {
            "at": point.at if isinstance(point.at, str) else point.at.isoformat(),
            "value": point.value,
            "lower": point.lower,
            "upper": point.upper,
            "signal": ", ".join(point.rules) or None,
        }
        for point in result.points
    ]
    named = isinstance(result.points[0].at, str)
    x = {"field": "at", "type": "ordinal" if named else "temporal", "title": "time (UTC)"}
    title = "standard deviations" if result.charts[0].chart == "cusum" else result.unit or "no unit"
    y = {"field": "value", "type": "quantitative", "title": title, "scale": {"zero": False}}
    limits = [
        {
            "mark": {"type": "line", "strokeDash": [4, 4]},
            "encoding": {"x": x, "y": {**y, "field": f}},
        }
        for f in ("lower", "upper")
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"{result.subject}, {result.shown}: {result.charts[0].chart} chart",
        "data": {"values": values},
        "layer": [
            *limits,
            {"mark": "line", "encoding": {"x": x, "y": y}},
            {
                "transform": [{"filter": "datum.signal != null"}],
                "mark": {"type": "point", "filled": True, "color": "red"},
                "encoding": {"x": x, "y": y, "tooltip": {"field": "signal", "type": "nominal"}},
            },
        ],
    }
