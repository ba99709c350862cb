"""Counting a metric's events and what they are over, by group, from the named queries."""

from typing import Any, NamedTuple

from domain.errors import NoData
from domain.records.evidence import Exclusion
from services.hub.queries import queries
from tools.exclusions import left_out
from tools.production.metric_rows import Counted
from tools.production.metrics import TIME_DIMENSIONS, Count, Metric
from tools.production.slices import Slices
from tools.tool import ToolContext

_EXCLUDED = "excluded_"
_SLICE = "period"
Key = tuple[Any, ...]


class Asked(NamedTuple):
    """What to count."""

    metric: Metric
    """The metric."""
    by: tuple[str, ...]
    """Grouping dimensions; at most one of time."""
    where: dict[str, list[str]]
    """Values of dimensions that count."""
    slices: Slices
    """The window, cut if a time dimension is among `by`."""


class Counts(NamedTuple):
    """What was counted."""

    groups: list[Counted]
    """Groups with a denominator above zero."""
    excluded: tuple[Exclusion, ...]
    """Rows left out by rule."""
    first_on: Any
    """Earliest day of an event or of a denominator; none if there is neither."""


def require_records(context: ToolContext, metric: Metric) -> None:
    """Demand that events are recorded at all: without a row not even zero can be said.

    Raises:
        NoData: the table of the events holds no visible row.
    """
    context.snapshot.open_tables(metric.source)
    found = context.snapshot.query("table_contents", table=metric.source, recorded="load_id")
    if not found.column("row_count")[0]:
        raise NoData(
            f"{metric.id}: no {metric.source} are recorded here, which is not a rate of zero",
            next_step=f"take in {metric.source}, or ask with a wider scope or a later as-of date",
        )


def count(context: ToolContext, asked: Asked) -> Counts:
    """Count events and denominators by group."""
    metric = asked.metric
    events = _rows(context, asked, metric.events)
    if metric.over is None:
        groups = [_counted(asked, row, row[metric.events.column], None) for row in events]
        return Counts(groups, _excluded(events), _first([events]))
    whole = asked._replace(
        by=tuple(name for name in asked.by if name not in metric.events_only),
        where={key: value for key, value in asked.where.items() if key not in metric.events_only},
    )
    same = metric.over.query == metric.events.query and (whole.by, whole.where) == asked[1:3]
    over = events if same else _rows(context, whole, metric.over)
    groups, stray = _joined(asked, whole.by, events, over)
    excluded = _excluded(events) + (() if same else _excluded(over))
    if stray:
        rule = f"{metric.events.says} of groups without {metric.over.says}"
        excluded += (Exclusion(rule=rule, rows=stray),)
    return Counts(groups, excluded, _first([events, over]))


class _Joined(NamedTuple):
    groups: list[Counted]
    stray: int


def _joined(
    asked: Asked, over_by: tuple[str, ...], events: list[dict[str, Any]], over: list[dict[str, Any]]
) -> _Joined:
    metric = asked.metric
    assert metric.over is not None
    exposure = {_key(row, over_by): row[metric.over.column] or 0 for row in over}
    groups, stray, met = [], 0, set()
    for row in events:
        key = _key(row, over_by)
        size, happened = exposure.get(key, 0), row[metric.events.column]
        if size > 0 and (happened or over_by == asked.by):
            groups.append(_counted(asked, row, happened, float(size)))
            met.add(key)
        elif size <= 0:
            stray += happened
    if over_by == asked.by:
        missing = [row for row in over if exposure[_key(row, over_by)] > 0]
        groups += [
            _counted(asked, row, 0, float(exposure[_key(row, over_by)]))
            for row in missing
            if _key(row, over_by) not in met
        ]
    return _Joined(groups, stray)


def _rows(context: ToolContext, asked: Asked, counted: Count) -> list[dict[str, Any]]:
    offered = queries()[counted.query].parameters
    given: dict[str, Any] = dict(asked.where)
    if "all_markets" in offered:
        # Claims are seen by market: units sold elsewhere would be exposure without events.
        given["all_markets"] = not asked.metric.of_people or "*" in context.snapshot.scope.regions
    rows = context.snapshot.query(
        counted.query,
        by=tuple(_column(name) for name in asked.by),
        starts=list(asked.slices.starts),
        ends=list(asked.slices.ends),
        labels=list(asked.slices.labels),
        **given,
    ).dicts()
    timed = any(name in TIME_DIMENSIONS for name in asked.by)
    return [row for row in rows if not timed or row[_SLICE] is not None]


def _counted(asked: Asked, row: dict[str, Any], events: int, over: float | None) -> Counted:
    group = {name: row[_column(name)] for name in asked.by}
    beside = {says: int(row.get(column) or 0) for column, says in asked.metric.beside}
    return Counted(group, int(events), over, beside)


def _excluded(rows: list[dict[str, Any]]) -> tuple[Exclusion, ...]:
    names = [name for name in (rows[0] if rows else ()) if name.startswith(_EXCLUDED)]
    return left_out(
        **{name.removeprefix(_EXCLUDED): sum(row[name] for row in rows) for name in names}
    )


def _first(tables: list[list[dict[str, Any]]]) -> Any:  # noqa: ANN401  a date or nothing
    days = [row["first_on"] for rows in tables for row in rows if row["first_on"]]
    return min(days, default=None)


def _key(row: dict[str, Any], by: tuple[str, ...]) -> Key:
    return tuple(row[_column(name)] for name in by)


def _column(dimension: str) -> str:
    return _SLICE if dimension in TIME_DIMENSIONS else dimension
