"""One way to ask for any figure: metric, by, where, period; defined once, counted exactly."""

from datetime import date
from typing import Annotated, NamedTuple

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Exclusion, Note
from tools.exclusions import quarantined
from tools.names import resolve
from tools.production.metric_chart import metric_chart
from tools.production.metric_counts import Asked, Counts, count
from tools.production.metric_rows import MetricRow, hidden_row, hide_small, metric_row, ordered
from tools.production.metric_window import Period, last_day, window_notes
from tools.production.metrics import METRICS, NAME_KINDS, TIME_DIMENSIONS, Metric
from tools.production.slices import cut, whole
from tools.tool import Found, ToolContext, tool

CUSTOMER_DIMENSIONS = {"country", "language"}
MANY_LEFT_OUT = 0.05
MANY_UNSOLD = 0.25
"""Units without a sale date are mostly stock, so more of them are to be expected."""


class MetricQuery(Contract):
    """Which metric, of what, when."""

    metric: str
    """Metric, for example `claims_per_1000_units`, `claims_per_unit_month`, `feedback_rate`,
    `first_pass_yield`, `inspection_fail_rate`, `supplier_ppm`, `on_time_delivery`,
    `no_fault_found_share`, `claimed_unit_share`, `units_built`, `units_sold`."""
    by: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    """Dimensions to group by, at most 3, one of them of time: week, month, quarter, year, country,
    region, model_id, family, site_id, line_id, shift, station_id, supplier_id, part_id,
    symptom_code, defect_code, language, channel, as far as the metric has them."""
    where: dict[str, tuple[str, ...]] = {}
    """Values that count, by dimension, for example {"model_id": ["65Q8"], "country": ["DE"]}."""
    period: Period = Period()
    """The window of time."""
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Confidence level of the intervals, 0.5 to 1."""
    most: Annotated[int, Field(ge=1, le=1000)] = 100
    """Most groups in the answer, 1 to 1000: the latest, or without time the first in order."""


class MetricResult(Contract):
    """A metric in all and by group."""

    definition: str
    """Metric and version of its definition, for example claims_per_1000_units/1."""
    says: str
    """The definition in words."""
    unit: str
    """Unit of the values and intervals."""
    first: date
    """First day of the window (UTC)."""
    last: date
    """Last day of the window (UTC)."""
    population: str
    """What was counted and over what, with the filters in force."""
    total: MetricRow
    """The metric over all groups."""
    rows: tuple[MetricRow, ...]
    """By group: in order of time, or else highest value first, groups too small to rank last."""
    groups: int
    """Groups found (count); more than `rows` when the list was cut."""


@tool(effect="read", version=2)
def quality_metric(query: MetricQuery, context: ToolContext) -> Found[MetricResult]:
    """A quality figure by any dimension: rates, yields, PPM, on-time delivery, with intervals.

    Call it for "how many", "how often", "which is worst" and for trends by month. Differences
    between groups are associations, not causes. For claims by month in service call `claim_rate`;
    for what changed on a day call `list_changes`.

    Raises:
        UnknownName: metric or a value of `where` is not known.
        InvalidArgument: the metric has no such dimension, or the window is empty.
        NoData: nothing is recorded to count or to divide by.
    """
    metric = _metric(query.metric)
    where = _where(query, metric, context)
    step = _time_dimension(query, metric)
    last = last_day(query.period, metric, context)
    asked = Asked(metric, (), where, whole(query.period.first, last))
    measured = _permitted(_measure(query, context, asked, step), query, metric, context)
    rows = ordered(measured.rows, by_time=step is not None)
    result = MetricResult(
        definition=metric.definition,
        says=metric.says,
        unit=metric.unit,
        first=measured.first,
        last=last,
        population=_population(metric, where),
        total=measured.total,
        rows=tuple(rows[-query.most :] if step else rows[: query.most]),
        groups=len(rows),
    )
    return Found(
        result=result,
        summary=_summary(result),
        warnings=window_notes(query.period, metric, last, context)
        + measured.notes
        + _warnings(metric, result, measured.excluded),
        excluded=measured.excluded + quarantined(context, metric.tables),
        chart=metric_chart(result.rows, metric.unit, step),
    )


class _Measured(NamedTuple):
    total: MetricRow
    rows: list[MetricRow]
    first: date
    excluded: tuple[Exclusion, ...]
    notes: tuple[Note, ...] = ()


def _measure(query: MetricQuery, context: ToolContext, asked: Asked, step: str | None) -> _Measured:
    metric, last = asked.metric, asked.slices.ends[-1]
    counts = count(context, asked)
    first = query.period.first or counts.first_on
    if not counts.groups or first is None:
        raise _no_data(metric, counts)
    total = metric_row(metric, counts.groups[0], query.level)
    if not query.by:
        return _Measured(total, [], first, counts.excluded)
    slices = cut(first, last, step) if step else whole(first, last)
    found = count(context, asked._replace(by=query.by, slices=slices))
    rows = [metric_row(metric, group, query.level) for group in found.groups]
    known = {item.rule for item in counts.excluded}
    excluded = tuple(item for item in found.excluded if item.rule not in known)
    return _Measured(total, rows, first, counts.excluded + excluded)


def _metric(name: str) -> Metric:
    from rapidfuzz import process

    known = {metric.id: metric for metric in METRICS}
    if name not in known:
        near = process.extract(name, list(known), limit=3, score_cutoff=50)
        raise UnknownName("metric", name, tuple(match[0] for match in near))
    return known[name]


def _where(query: MetricQuery, metric: Metric, context: ToolContext) -> dict[str, list[str]]:
    for name in query.where:
        if name not in metric.splits:
            raise _wrong_dimension(metric, name, metric.splits)
    return {
        name: resolve(context, NAME_KINDS[name], values)
        for name, values in sorted(query.where.items())
        if values
    }


def _time_dimension(query: MetricQuery, metric: Metric) -> str | None:
    for name in query.by:
        if name not in metric.splits + TIME_DIMENSIONS:
            raise _wrong_dimension(metric, name, metric.splits + TIME_DIMENSIONS)
    times = [name for name in query.by if name in TIME_DIMENSIONS]
    if len(times) > 1 or len(set(query.by)) < len(query.by):
        raise InvalidArgument(
            f"group by each dimension once, and by one of time; got {', '.join(query.by)}",
            next_step=f"choose one of {', '.join(TIME_DIMENSIONS)}",
        )
    return times[0] if times else None


def _wrong_dimension(metric: Metric, name: str, offered: tuple[str, ...]) -> InvalidArgument:
    return InvalidArgument(
        f"{metric.id} has no dimension {name!r}",
        next_step=f"its dimensions: {', '.join(offered)}",
    )


def _no_data(metric: Metric, counts: Counts) -> NoData:
    over = metric.over.says if metric.over else metric.events.says
    left = ", ".join(f"{item.rows} {item.rule}" for item in counts.excluded)
    return NoData(
        f"{metric.id}: there are no {over} in this window, so there is no rate",
        holds=f"left out: {left}" if left else "",
        next_step="ask for another window or without filters; `data_quality` shows what is missing",
    )


def _permitted(
    measured: _Measured, query: MetricQuery, metric: Metric, context: ToolContext
) -> _Measured:
    customers = CUSTOMER_DIMENSIONS & ({*query.by} | {*query.where})
    if not metric.of_people or not customers or "personal" in context.snapshot.scope.classes:
        return measured
    groups = hide_small(metric, measured.rows)
    (total,) = hide_small(metric, [measured.total]).rows
    if groups.total_tells and total.value is not None:
        total = hidden_row(total)
    hidden = groups.hidden + (total.value is None)
    if not hidden:
        return measured
    note = Note(code="small_cells", text=f"{hidden} figures of fewer than 5 customers are hidden.")
    return measured._replace(total=total, rows=groups.rows, notes=(note,))


def _population(metric: Metric, where: dict[str, list[str]]) -> str:
    over = f" over {metric.over.says}" if metric.over else ""
    filters = "; ".join(f"{name}: {', '.join(values)}" for name, values in where.items())
    return f"{metric.events.says}{over}" + (f"; {filters}" if filters else "; everything in scope")


def _summary(result: MetricResult) -> str:
    said = f"{result.definition} {result.first} to {result.last}: {_figure(result.total)}"
    said += f" {result.unit}." if result.unit != "share" else "."
    if result.rows:
        timed = any(name in TIME_DIMENSIONS for name in result.rows[0].group)
        word, row = ("latest", result.rows[-1]) if timed else ("highest", result.rows[0])
        name = ", ".join(str(value) for value in row.group.values())
        said += f" {result.groups} groups; {word} {name[:60]}: {_figure(row)}."
    return said


def _figure(row: MetricRow) -> str:
    if row.value is None:
        return "hidden (small count)"
    if row.interval is None:
        return f"{row.value:,.0f}"
    high = "∞" if row.interval.high is None else f"{row.interval.high:.4g}"
    over = f"{row.numerator:,}/{row.denominator:,.0f}" if row.denominator else f"{row.numerator:,}"
    return f"{row.value:.4g} [{row.interval.low:.4g}, {high}] ({over})"


def _warnings(
    metric: Metric, result: MetricResult, excluded: tuple[Exclusion, ...]
) -> tuple[Note, ...]:
    found = []
    if metric.caution:
        found.append(Note(code="metric_caution", text=metric.caution))
    if result.groups > len(result.rows):
        text = f"{len(result.rows)} of {result.groups} groups are listed."
        found.append(Note(code="groups_cut", text=text))
    missing = [item for item in excluded if item.rows > _expected(metric, result, item)]
    if missing:
        rows = sum(item.rows for item in missing)
        text = f"{rows:,} rows could not be counted (see excluded): read the figure with care."
        found.append(Note(code="many_left_out", text=text))
    return tuple(found)


def _expected(metric: Metric, result: MetricResult, left: Exclusion) -> float:
    """Rows left out by a rule that need no warning, beside what they are to be compared with."""
    events = result.total.numerator or 0
    over = result.total.denominator or events
    if "unsold" in left.rule:
        return MANY_UNSOLD * over
    compared = metric.kind == "poisson" and left.rule.startswith(metric.source)
    return MANY_LEFT_OUT * (events if compared else over)
