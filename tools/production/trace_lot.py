"""From a lot back to who delivered it, and forward to every unit that carries a piece of it."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.records.evidence import Note
from services.policy.cells import suppress_small_cells
from tools.exclusions import quarantined
from tools.names import resolve
from tools.production.lot_records import LotUnits, ReceivedLot, SisterLot
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

BACKWARD_TABLES = ("part_lots", "deliveries")
FORWARD_TABLES = ("units", "unit_parts", "shipments", "claims", "feedback")
MOST_LOTS = 2_000
SISTER_DAYS = 30
MOST_SISTERS = 20
MOST_MOVES = 200
COUNTS = ("claims", "units_with_claim", "feedback")
NAMED_LOTS = 5
"""Lots that a summary names; more are only counted."""


class TraceLotQuery(Contract):
    """Which lots, and which way: name lots, or a part or supplier with a window of receipt."""

    lot_ids: tuple[str, ...] = ()
    """Lots by id, for example `P-PSU-24117`."""
    part_id: str | None = None
    """Part number whose lots are meant."""
    supplier_id: str | None = None
    """Supplier whose lots are meant."""
    received_from: date | None = None
    """First day of receipt (UTC)."""
    received_to: date | None = None
    """Last day of receipt (UTC)."""
    direction: Literal["backward", "forward", "both"] = "both"
    """backward: receipt, supplier, sister lots. forward: the units that carry it."""
    serial_limit: Annotated[int, Field(ge=0, le=10_000)] = 200
    """Most serial numbers listed (count); the total is given in any case."""


class LotTrace(Contract):
    """Lots with their origin and their whereabouts."""

    lots: tuple[ReceivedLot, ...]
    """The lots, oldest receipt first."""
    sister_lots: tuple[SisterLot, ...] | None
    """Lots of the same part and supplier received within 30 days, nearest first (at most 20);
    null if only units were asked for."""
    forward: LotUnits | None
    """Where the pieces went; null if only the origin was asked for."""


Row = dict[str, Any]


@tool(effect="read", version=1)
def trace_lot(query: TraceLotQuery, context: ToolContext) -> Found[LotTrace]:
    """Where lots came from, and which units carry them: by line, state and country, with serials.

    Call it to size a containment, or to see how a suspect lot was delivered. It counts claims but
    forms no rate: for that call `claim_rate` with the same lots. For one unit call `trace_unit`.

    Raises:
        UnknownName: no such lot, part or supplier that you may see.
        NoData: nothing was received in that window.
        InvalidArgument: nothing names the lots, or they are more than 2,000.
    """
    rows = _lots(query, context)
    ids = [row["lot_id"] for row in rows]
    forward = sisters = None
    if query.direction != "backward":
        forward, by_lot = _forward(ids, query.serial_limit, context)
        complete = "*" in context.snapshot.scope.regions
        rows = [_built(row, by_lot.get(row["lot_id"], 0), complete) for row in rows]
    if query.direction != "forward":
        sisters = context.snapshot.query(
            "sister_lots", lots=ids, days=SISTER_DAYS, most=MOST_SISTERS
        ).dicts()
    empty = {"units": None, "pieces_not_traced": None}
    trace = LotTrace.model_validate(
        {"lots": [{**empty, **row} for row in rows], "sister_lots": sisters, "forward": forward}
    )
    return Found(
        result=trace,
        summary=_summary(trace)[:SUMMARY_LIMIT],
        warnings=_warnings(trace, query, context),
        excluded=quarantined(context, _tables(query)),
        chart=_chart(trace),
    )


def _lots(query: TraceLotQuery, context: ToolContext) -> list[Row]:
    if not (query.lot_ids or query.part_id or query.supplier_id):
        raise InvalidArgument(
            "no lot is named", next_step="give lot_ids, or part_id or supplier_id with a window"
        )
    rows = context.snapshot.query(
        "received_lots",
        lots=resolve(context, "lot", query.lot_ids) or None,
        parts=resolve(context, "part", [query.part_id]) if query.part_id else None,
        suppliers=resolve(context, "supplier", [query.supplier_id]) if query.supplier_id else None,
        received_from=query.received_from,
        received_to=query.received_to,
        most=MOST_LOTS + 1,
    ).dicts()
    if not rows:
        raise NoData(
            "no lot was received that fits part, supplier and window",
            next_step="widen the window, or check part and supplier with `describe_hub`",
        )
    if len(rows) > MOST_LOTS:
        raise InvalidArgument(
            f"more than {MOST_LOTS:,} lots fit", next_step="narrow the window of receipt"
        )
    return rows


def _forward(ids: list[str], serial_limit: int, context: ToolContext) -> tuple[Row, dict[str, int]]:
    row = context.snapshot.query("units_of_lots", lots=ids, serial_limit=serial_limit).dicts()[0]
    moves = context.snapshot.query("moves_of_lots", lots=ids, most=MOST_MOVES).dicts()
    countries: list[Row] = row["by_country"] or []
    totals: Row = {name: sum(place[name] for place in countries) for name in COUNTS}
    if "personal" not in context.snapshot.scope.classes:
        suppressed = suppress_small_cells(countries, COUNTS)
        countries = list(suppressed.rows)
        totals |= dict.fromkeys(line.column for line in suppressed.closed)
    forward = {
        "units": row["units"],
        **totals,
        "by_line": row["by_line"] or (),
        "by_country": countries,
        "serials": row["serials"] or (),
        "lot_moves": moves,
    }
    return forward, {lot["lot_id"]: lot["units"] for lot in row["by_lot"] or ()}


def _built(row: Row, units: int, complete: bool) -> Row:
    left = None
    if complete and row["quantity"] is not None:
        left = row["quantity"] - (row["rejected_quantity"] or 0) - units
    return {**row, "units": units, "pieces_not_traced": left}


def _tables(query: TraceLotQuery) -> tuple[str, ...]:
    forward = FORWARD_TABLES if query.direction != "backward" else ()
    return BACKWARD_TABLES + forward


def _warnings(trace: LotTrace, query: TraceLotQuery, context: ToolContext) -> tuple[Note, ...]:
    found: list[tuple[str, str]] = []
    if trace.forward:
        listed, units = len(trace.forward.serials), trace.forward.units
        if not units:
            text = "no genealogy names these lots: nothing is known of where they went"
            found.append(("no_genealogy", text))
        if listed < units:
            found.append(("serials_cut", f"{listed} of {units} serial numbers are listed"))
        if "*" not in context.snapshot.scope.regions:
            text = "only units of your regions are counted: the lots may be in others too"
            found.append(("regions_limited", text))
        if any(
            lot.pieces_not_traced is not None and lot.pieces_not_traced < 0 for lot in trace.lots
        ):
            text = "more units than pieces: quantity, rejects or genealogy of a lot is wrong"
            found.append(("more_units_than_pieces", text))
        if any(row.claims is None or row.feedback is None for row in trace.forward.by_country):
            found.append(("small_cells", "counts that could point at a person are not shown"))
    if query.direction != "forward" and any(lot.deliveries is None for lot in trace.lots):
        found.append(("no_delivery", "some lots have no delivery: their rejects are not known"))
    return tuple(Note(code=code, text=text) for code, text in found)


def _summary(trace: LotTrace) -> str:
    suppliers = sorted({lot.supplier_id or "unknown supplier" for lot in trace.lots})
    parts = sorted({lot.part_id or "unknown part" for lot in trace.lots})
    what = ", ".join(lot.lot_id for lot in trace.lots[:NAMED_LOTS])
    if len(trace.lots) > NAMED_LOTS:
        what = f"{len(trace.lots)} lots"
    text = f"{what} of {_some(parts)} from {_some(suppliers)}"
    if trace.forward is None:
        sisters = len(trace.sister_lots or ())
        return f"{text}: {sisters} sister lots within {SISTER_DAYS} days."
    places = trace.forward.by_country
    states = ", ".join(
        f"{sum(getattr(place, state) for place in places)} {state.replace('_', ' ')}"
        for state in ("stock", "in_transit", "sold", "not_recorded")
    )
    claims = trace.forward.units_with_claim
    shown = "claims too few to be shown" if claims is None else f"{claims} units with a claim"
    return (
        f"{text}: {trace.forward.units} units ({states}) in {len(places)} countries,"
        f" {shown} so far (a count, no rate)."
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _chart(trace: LotTrace) -> Row | None:
    if trace.forward is None or not trace.forward.by_country:
        return None
    values = [
        {"country": place.country or "not recorded", "state": state, "units": count}
        for place in trace.forward.by_country
        for state in ("stock", "in_transit", "sold", "not_recorded")
        if (count := getattr(place, state))
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "Units that carry the lots",
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "x": {"field": "units", "type": "quantitative", "title": "units (count)"},
            "y": {"field": "country", "type": "nominal", "sort": "-x", "title": "country"},
            "color": {"field": "state", "type": "nominal", "title": "state"},
        },
    }
