"""Which metrics carry the weighted needs, which of them fight each other, and what is missing?"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from pydantic import Field

from domain import qfd
from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.evidence import Note
from services.metrics.catalogue import View
from tools.exclusions import quarantined
from tools.metrics.house_csv import house_csv
from tools.metrics.house_plan import (
    Column,
    Roof,
    catalogue_columns,
    catalogue_relations,
    columns_of,
    known_needs,
    once,
    roof_of,
)
from tools.metrics.house_records import (
    MOST,
    Benchmark,
    Conflict,
    HouseMetric,
    HouseNeed,
    HouseOfQuality,
    Origin,
    RoofCell,
    WeightedNeed,
    WishedMetric,
)
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("benchmarks",)
NAMED = 3
"""Metrics that a summary names."""
Matrix = tuple[tuple[int, ...], ...]


class HouseQuery(Contract):
    """Weighted needs, and what shall show that they are met."""

    needs: tuple[WeightedNeed, ...] = Field(min_length=1, max_length=MOST)
    """Needs with their importance, each once."""
    metrics: tuple[WishedMetric, ...] = Field(default=(), max_length=MOST)
    """Metrics, each once; none: those that the catalogue knows for the needs."""
    relations: Matrix | None = None
    """Strengths 0, 1, 3 or 9, one row a need, one column a metric; null: from the catalogue, and
    then every need has to be in it."""
    roof: tuple[RoofCell, ...] = ()
    """How the wishes go together; none: from the catalogue."""
    family: str | None = None
    """Product family whose catalogue rows hold (`TV`, `AC`, ...); null: the generic ones."""


@tool(effect="read", version=1)
def house_of_quality(query: HouseQuery, context: ToolContext) -> Found[HouseOfQuality]:
    """Which metrics carry the weighted needs: technical importance, gaps, and conflicts of wishes.

    Call it with needs and their weights, after `translate_need` has told what they mean. Arithmetic
    is exact. Relations and roof that are not given are taken from the metric catalogue, and the
    result says so; people check them before anything is decided by the house.

    Raises:
        InvalidArgument: a weight is not above zero, a strength is not 0, 1, 3 or 9, the matrix has
            the wrong shape, or a need or metric stands there twice.
        UnknownName: relations are to come from the catalogue, and it does not know a need.
    """
    view = context.services.metrics.view(query.family)
    needs = once("need", query.needs, lambda one: one.need)
    columns = _columns(query, view)
    weights = [_weight(need) for need in needs]
    relations, origin = _relations(query, columns, view)
    carried = qfd.technical_importance(weights, relations)
    roof = roof_of(query.roof, columns)
    rows = _needs(needs, weights, relations)
    metrics = _metrics(columns, carried, context)
    result = HouseOfQuality(
        needs=rows,
        metrics=metrics,
        relations=relations,
        relations_from=origin,
        roof=roof.cells,
        roof_from=roof.origin,
        conflicts=_conflicts(roof, metrics),
        unserved_needs=tuple(needs[i].need for i in qfd.empty_rows(relations)),
        metrics_without_need=tuple(columns[j].name for j in qfd.empty_columns(relations)),
        csv=house_csv(rows, metrics, relations, roof.cells),
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
        excluded=quarantined(context, TABLES),
        chart=_chart(result),
    )


def _columns(query: HouseQuery, view: View) -> list[Column]:
    if query.metrics:
        return columns_of(query.metrics, view)
    if query.relations is not None:
        raise InvalidArgument(
            "relations are given without the metrics that their columns stand for",
            next_step="name the metrics in the order of the columns",
        )
    return catalogue_columns(known_needs(query.needs, view), view)


def _relations(query: HouseQuery, columns: list[Column], view: View) -> tuple[Matrix, Origin]:
    if query.relations is None:
        needs = known_needs(query.needs, view)
        return catalogue_relations(needs, columns, view), "catalogue"
    widths = {len(row) for row in query.relations}
    if widths != {len(columns)}:
        raise InvalidArgument(
            f"rows of relations have {sorted(widths) or 'no'} columns for {len(columns)} metrics",
            next_step="give one row a need with one strength a metric",
        )
    return query.relations, "given"


def _weight(need: WeightedNeed) -> Fraction:
    figures = qfd.Importance(need.importance, need.current, need.target, need.sales_point)
    try:
        return qfd.weight(figures)
    except InvalidArgument as error:
        raise InvalidArgument(f"need {need.need!r}: {error.message}") from error


def _needs(
    needs: Sequence[WeightedNeed], weights: Sequence[Fraction], relations: Matrix
) -> tuple[HouseNeed, ...]:
    return tuple(
        HouseNeed(
            need=need.need,
            weight=float(weight),
            weight_exact=str(weight),
            share=float(share),
            served=any(row),
        )
        for need, weight, share, row in zip(
            needs, weights, qfd.shares(weights), relations, strict=True
        )
    )


def _metrics(
    columns: Sequence[Column], carried: Sequence[Fraction], context: ToolContext
) -> tuple[HouseMetric, ...]:
    ids = [column.known.id if column.known else column.name for column in columns]
    values: dict[str, list[Benchmark]] = {}
    for row in context.snapshot.query("benchmarks_of_metrics", metrics=ids).dicts():
        values.setdefault(row.pop("metric"), []).append(Benchmark(**row))
    return tuple(
        HouseMetric(
            metric=column.name,
            unit=column.unit,
            direction=column.direction,
            importance=float(value),
            importance_exact=str(value),
            share=float(share),
            rank=rank,
            has_need=value > 0,
            movable=column.known is None or column.known.movable,
            method=column.known.method.standard if column.known else None,
            targets=column.known.targets if column.known else (),
            benchmarks=tuple(values.get(name, ())),
        )
        for column, name, value, share, rank in zip(
            columns, ids, carried, qfd.shares(carried), qfd.ranks(carried), strict=True
        )
    )


def _conflicts(roof: Roof, metrics: tuple[HouseMetric, ...]) -> tuple[Conflict, ...]:
    carries = {one.metric: one.share for one in metrics}
    found = [
        Conflict(
            first=cell.first,
            second=cell.second,
            sign=cell.sign,
            share=carries[cell.first] + carries[cell.second],
        )
        for cell in roof.cells
        if cell.sign in ("-", "--")
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.first, one.second)))


def _summary(result: HouseOfQuality) -> str:
    first = sorted(result.metrics, key=lambda one: one.rank)[:NAMED]
    shown = ", ".join(f"{one.metric[:40]} {one.share:.1%}" for one in first)
    said = f"{len(result.needs)} needs, {len(result.metrics)} metrics. First: {shown}."
    if result.unserved_needs:
        said += f" Unserved: {len(result.unserved_needs)}."
    if result.metrics_without_need:
        said += f" Without a need: {len(result.metrics_without_need)}."
    if result.conflicts:
        one = result.conflicts[0]
        said += f" {len(result.conflicts)} conflicts, above all {one.first[:40]} against"
        said += f" {one.second[:40]}."
    return said


def _warnings(result: HouseOfQuality) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if result.relations_from == "catalogue":
        found["relations_from_catalogue"] = "strengths are those of the metric catalogue"
    if result.unserved_needs:
        found["unserved_needs"] = f"no metric serves {', '.join(result.unserved_needs[:5])}"
    if result.metrics_without_need:
        names = ", ".join(result.metrics_without_need[:5])
        found["metrics_without_need"] = f"no need stands behind {names}"
    if result.conflicts:
        found["conflicts"] = "wishes that hurt each other are for people to weigh"
    fixed = [one.metric for one in result.metrics if not one.movable]
    if fixed:
        found["fixed_metrics"] = f"the maker cannot move {', '.join(fixed[:5])}"
    return tuple(Note(code=code, text=text) for code, text in found.items())


def _chart(result: HouseOfQuality) -> dict[str, Any]:
    """Strengths as a heat map, needs down and metrics across (Vega-Lite)."""
    values = [
        {"need": need.need, "metric": metric.metric, "strength": strength}
        for need, row in zip(result.needs, result.relations, strict=True)
        for metric, strength in zip(result.metrics, row, strict=True)
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "House of quality: how strongly metrics serve needs",
        "data": {"values": values},
        "mark": "rect",
        "encoding": {
            "y": {"field": "need", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "metric", "type": "nominal", "sort": None, "title": None},
            "color": {"field": "strength", "type": "ordinal", "title": "strength (no unit)"},
        },
    }
