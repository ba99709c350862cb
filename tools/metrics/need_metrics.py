"""A metric of the catalogue with what holds today: edition, targets, limits, values on record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.metrics.catalogue import View, Weighted
from services.metrics.records import Direction, Metric, Target
from services.standards.editions import edition_states
from services.standards.library import Library
from tools.metrics.need_records import (
    BenchmarkValue,
    LimitedBy,
    MethodInForce,
    NeedMetric,
    ProductParameter,
    RecordedRequirement,
)
from tools.tool import ToolContext

Row = dict[str, Any]
LEVEL = "dB"
"""Units of levels begin so: they are compared by difference only."""


@dataclass(frozen=True)
class Records:
    """What the hub has on record for metrics."""

    benchmarks: tuple[Row, ...]
    requirements: tuple[Row, ...]


@dataclass(frozen=True)
class Place:
    """Where and for what a metric is looked at."""

    view: View
    markets: tuple[str, ...]
    """Markets of the standards library; none: all."""
    models: tuple[str, ...]
    """Models named."""
    records: Records


def records_of(
    metrics: Iterable[str], own: tuple[str, ...] | None, context: ToolContext
) -> Records:
    """Benchmarks and requirements on record.

    Args:
        metrics: ids of metrics.
        own: our models in question; none: all of ours. Competitors' values always count.
        context: who asks, and of which data.
    """
    found = context.snapshot.query("benchmarks_of_metrics", metrics=sorted(set(metrics))).dicts()
    values = [row for row in found if not row["ours"] or own is None or row["model_id"] in own]
    required: list[Row] = []
    if own:
        required = context.snapshot.query("requirements_of", ids=[], models=list(own)).dicts()
    return Records(tuple(values), tuple(required))


def metric_of(weighted: Weighted, place: Place, context: ToolContext) -> NeedMetric:
    """One metric behind a need, complete."""
    metric = place.view.metrics[weighted.metric]
    library = context.services.standards
    reference = _reference(metric, place)
    return NeedMetric(
        id=metric.id,
        names=metric.names,
        unit=metric.unit,
        direction=metric.direction,
        weight=weighted.weight,
        drivers=weighted.drivers,
        method=_method(metric, library, context),
        targets=tuple(one for one in metric.targets if _holds(one, place.markets)),
        movable=metric.movable,
        why_fixed=metric.why_fixed,
        parameters=_parameters(metric, place.view),
        symptoms=metric.symptoms,
        limited_by=tuple(_limits(metric, library, place.markets)),
        tradeoffs=metric.tradeoffs,
        reference_model=reference["model_id"] if reference else None,
        benchmarks=tuple(
            _benchmark(row, reference, metric.direction)
            for row in place.records.benchmarks
            if row["metric"] == metric.id
        ),
        requirements=tuple(
            _requirement(row) for row in place.records.requirements if row["metric"] == metric.id
        ),
    )


def _parameters(metric: Metric, view: View) -> tuple[ProductParameter, ...]:
    known = [(view.parameters[name], sign) for name, sign in metric.parameters.items()]
    return tuple(
        ProductParameter(id=one.id, names=one.names, kind=one.kind, unit=one.unit, sign=sign)
        for one, sign in known
    )


def _method(metric: Metric, library: Library, context: ToolContext) -> MethodInForce:
    method = metric.method
    standard = library.standards.get(method.id or "")
    if standard is None:
        return MethodInForce(
            designation=method.standard,
            standard_id=None,
            clause=method.clause,
            edition=method.edition,
            edition_state="not_in_library",
        )
    state = edition_states(library, standard, context.snapshot.as_of)
    used = next((one for one in state.editions if one.ed == state.use), None)
    return MethodInForce(
        designation=method.standard,
        standard_id=standard.id,
        clause=method.clause,
        edition=used.ref if used else None,
        edition_state=used.state if used else "unknown",
    )


def _holds(target: Target, markets: tuple[str, ...]) -> bool:
    return not markets or not target.markets or bool(set(target.markets) & set(markets))


def _limits(metric: Metric, library: Library, markets: tuple[str, ...]) -> Iterable[LimitedBy]:
    for name in metric.limited_by:
        if standard := library.standards.get(name):
            one = LimitedBy(
                id=name, kind="standard", name=standard.designation, markets=standard.markets
            )
        elif scheme := library.schemes.get(name):
            one = LimitedBy(id=name, kind="scheme", name=scheme.name, markets=(scheme.market,))
        else:
            continue
        if not markets or not one.markets or set(one.markets) & set(markets):
            yield one


def _reference(metric: Metric, place: Place) -> Row | None:
    """Our value that others are compared with: of a model named, else our best."""
    own = [row for row in place.records.benchmarks if row["metric"] == metric.id and row["ours"]]
    named = [row for row in own if row["model_id"] in place.models]
    if named or not own or metric.direction == "nominal":
        return next(iter(named or own), None)
    best = max if metric.direction == "up" else min
    return best(own, key=lambda row: float(row["value"]))


def _benchmark(row: Row, reference: Row | None, direction: Direction) -> BenchmarkValue:
    gap = ratio = better = None
    if reference and row is not reference and row["unit"] == reference["unit"]:
        gap = row["value"] - reference["value"]
        level = (row["unit"] or "").startswith(LEVEL)
        ratio = row["value"] / reference["value"] if reference["value"] and not level else None
        if direction != "nominal":
            better = gap > 0 if direction == "up" else gap < 0
    shown = {name: row[name] for name in ("model_id", "ours", "value", "unit", "source")}
    return BenchmarkValue(**shown, gap=gap, ratio=ratio, better=better)


def _requirement(row: Row) -> RecordedRequirement:
    names = ("requirement_id", "model_id", "operator", "value", "unit", "status")
    return RecordedRequirement(**{name: row[name] for name in names})
