"""A metric over time as a process: shares and rates by week or month, with limits for counts."""

from datetime import date
from typing import Literal, NamedTuple

from domain.errors import InvalidArgument, NoData
from domain.records.evidence import Exclusion, Note
from tools.production.chart_points import Plotted, counts_chart
from tools.production.metric_rows import MetricRow
from tools.production.metrics import METRICS, Metric
from tools.production.quality_metric import MetricQuery, quality_metric
from tools.tool import ToolContext

FEWEST_BASELINE = 20
"""Points that a named baseline must hold (count)."""
FEWEST_EXPECTED = 5.0
"""Mean events in a sample below which limits of counts are crude (count)."""


class Plots(NamedTuple):
    """Processes to be charted."""

    subject: str
    """What is charted, with its name."""
    unit: str | None
    """Unit of the points."""
    plots: list[Plotted]
    """One for each process; at least one."""
    excluded: tuple[Exclusion, ...]
    """Rows left out by rule."""
    notes: tuple[Note, ...] = ()
    """What to know before relying on them."""


def baseline_points(days: list[date], baseline_to: date | None) -> int:
    """How many points, from the first on, set the limits; without a last day all do.

    Raises:
        InvalidArgument: fewer than 20 do.
    """
    if baseline_to is None:
        return len(days)
    known = sum(day <= baseline_to for day in days)
    if known < FEWEST_BASELINE:
        raise InvalidArgument(
            f"the baseline to {baseline_to} holds {known} points of {len(days)};"
            f" limits need {FEWEST_BASELINE}",
            next_step="give a later baseline_to, or smaller subgroups",
        )
    return known


def counted_plots(asked: MetricQuery, baseline_to: date | None, context: ToolContext) -> Plots:
    """The chart of a metric by week or month.

    Args:
        asked: the metric by one step of time.
        baseline_to: last day of the baseline; none: all points set the limits.
        context: who asks.

    Raises:
        UnknownName, NoData, InvalidArgument: as `quality_metric` says.
        NoData: fewer than two samples, or none differs.
        InvalidArgument: the metric is a plain count, or the baseline is too short.
    """
    found = quality_metric.function(asked, context)
    metric = next(one for one in METRICS if one.id == asked.metric)
    if metric.over is None:
        raise InvalidArgument(
            f"{metric.id} is a plain count without anything that it is over",
            next_step="chart a share or a rate, for example inspection_fail_rate",
        )
    step = asked.by[0]
    rows = [row for row in found.result.rows if row.numerator is not None and row.denominator]
    names = [str(row.group[step]) for row in rows]
    if len(rows) < 2:
        raise NoData(
            f"{metric.id} has {len(rows)} {step}s with a figure: there is no chart",
            next_step="widen the window, or take weeks for months",
        )
    known = baseline_points([_day(name) for name in names], baseline_to)
    plot = _plotted(metric, rows, names, known)
    notes = [note for note in found.warnings if note.code in ("small_cells", "many_left_out")]
    events = sum(row.numerator or 0 for row in rows[:known]) / known
    if events < FEWEST_EXPECTED:
        text = f"{events:.1f} {metric.events.says} a {step}: too few for limits of counts"
        notes.append(Note(code="few_events", text=text))
    return Plots(found.result.definition, _unit(metric), [plot], found.excluded, tuple(notes))


def _plotted(metric: Metric, rows: list[MetricRow], names: list[str], known: int) -> Plotted:
    kind: Literal["p", "u"] = "p" if metric.kind == "binomial" else "u"
    events = [row.numerator or 0 for row in rows]
    over = [row.denominator or 0.0 for row in rows]
    place = counts_chart(events, over, kind, slice(0, known))
    if not place.sigma[0] > 0:
        raise NoData(
            f"{metric.id} is the same in the whole baseline: there is no chart",
            holds=f"{sum(events)} {metric.events.says} in {len(rows)} samples",
        )
    return Plotted(metric.id, tuple(names), place, None, known)


def _unit(metric: Metric) -> str:
    if metric.kind == "binomial":
        return "share"
    return f"{metric.events.says} / {metric.over.says}" if metric.over else ""


def _day(name: str) -> date:
    """First day of a week (2026-W05) or of a month (2026-05)."""
    if "W" in name:
        year, week = name.split("-W")
        return date.fromisocalendar(int(year), int(week), 1)
    return date.fromisoformat(f"{name}-01")
