"""From counted groups to rows of a metric: value, interval, and a word on small numbers."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from domain.contract import Contract
from domain.intervals import Interval, binomial_interval, poisson_interval
from services.policy.cells import suppress_small_cells
from tools.production.metrics import Metric

FEW_EVENTS = 5
FEW_TRIALS = 30
DIGITS = 6
Group = tuple[Any, ...]


class MetricRow(Contract):
    """The metric of one group."""

    group: dict[str, str | None]
    """Value of each grouping dimension; null: not recorded."""
    value: float | None
    """Value of the metric in its unit; null if it is hidden."""
    interval: Interval | None
    """Exact confidence interval in the same unit; null for plain counts."""
    numerator: int | None
    """Events (count); null if the count is small enough to point at a customer."""
    denominator: float | None
    """What the events are counted over: units, unit-months, pieces; null for plain counts."""
    beside: dict[str, int | None]
    """Further counts, such as units with at least one claim."""
    caution: str | None
    """Why not to rank by this row: too few events or trials."""


class Counted(NamedTuple):
    """Numerator and denominator of one group."""

    group: dict[str, str | None]
    """Value of each grouping dimension."""
    events: int
    """Numerator (count)."""
    over: float | None
    """Denominator; none for a plain count."""
    beside: dict[str, int]
    """Further counts."""


class Shown(NamedTuple):
    """Rows that may be shown to someone who may not see personal data."""

    rows: list[MetricRow]
    """The rows in their order, small counts hidden."""
    hidden: int
    """How many rows are hidden (count)."""
    total_tells: bool
    """True: a total beside them would tell what is hidden."""


def metric_row(metric: Metric, counted: Counted, level: float) -> MetricRow:
    """One group as a row; its denominator is above zero."""
    interval = _interval(metric, counted, level)
    return MetricRow(
        group=counted.group,
        value=float(counted.events) if interval is None else interval.estimate,
        interval=interval,
        numerator=counted.events,
        denominator=None if counted.over is None else _rounded(counted.over),
        beside=dict(counted.beside),
        caution=_caution(metric, counted),
    )


def hide_small(metric: Metric, rows: list[MetricRow]) -> Shown:
    """Hide counts that could point at a customer, and what is derived from them."""
    counts = ("numerator", "denominator") if metric.kind == "binomial" else ("numerator",)
    cells = [{name: _whole(getattr(row, name)) for name in counts} for row in rows]
    shown = suppress_small_cells(cells, counts)
    kept = [
        row if all(cell[name] is not None for name in counts) else _hidden(row, cell)
        for row, cell in zip(rows, shown.rows, strict=True)
    ]
    hidden = sum(row.value is None for row in kept)
    return Shown(kept, hidden, bool(shown.closed))


def ordered(rows: Iterable[MetricRow], *, by_time: bool) -> list[MetricRow]:
    """Rows in order of time; else the highest value first, those not to rank by behind them."""

    def place(row: MetricRow) -> tuple[Any, ...]:
        names = tuple((value is None, value or "") for value in row.group.values())
        rank = (row.value is None, row.caution is not None, -(row.value or 0.0))
        return names if by_time else (*rank, names)

    return sorted(rows, key=place)


def _interval(metric: Metric, counted: Counted, level: float) -> Interval | None:
    if counted.over is None:
        return None
    if metric.kind == "poisson":
        found = poisson_interval(counted.events, counted.over / metric.scale, level=level)
        factor = 1.0
    else:
        found = binomial_interval(counted.events, int(counted.over), level=level)
        factor = metric.scale
    return Interval(
        estimate=_rounded((found.estimate or 0.0) * factor),
        low=_rounded(found.low * factor),
        high=None if found.high is None else _rounded(found.high * factor),
        level=level,
    )


def _caution(metric: Metric, counted: Counted) -> str | None:
    if metric.kind == "poisson" and counted.events < FEW_EVENTS:
        return f"fewer than {FEW_EVENTS} events: do not rank by it"
    if metric.kind == "binomial" and (counted.over or 0) < FEW_TRIALS:
        return f"fewer than {FEW_TRIALS} trials: do not rank by it"
    return None


def hidden_row(row: MetricRow) -> MetricRow:
    """The row without its figures."""
    return _hidden(row, {"denominator": None})


def _hidden(row: MetricRow, cell: dict[str, object]) -> MetricRow:
    nothing: dict[str, int | None] = dict.fromkeys(row.beside)
    changes: dict[str, Any] = {"value": None, "interval": None, "numerator": None}
    if cell.get("denominator", "kept") is None:
        changes["denominator"] = None
    why = "a count that could point at a customer is not shown"
    return row.model_copy(update=changes | {"beside": nothing, "caution": why})


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
