"""How far does a suspicion reach? Units by state and country, and pieces not built in yet.

A unit is certain if every key of the condition is recorded of it and met; it is possible if none is
against it and at least one is not recorded. A unit without genealogy for a suspect part may carry a
suspect lot if its model uses the part and it was built after the first of these lots came in. A
model uses a part if genealogy names the part in any of its units, or if genealogy says nothing of
the model, or nothing of the part at all.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from domain.contract import Contract
from domain.errors import NoData
from domain.records.cause import Condition
from domain.records.evidence import Note
from services.policy.cells import suppress_small_cells
from tools.cases.membership import QUERY_SECONDS, Suspects, suspects
from tools.cases.scope_records import (
    STATES,
    CountryScope,
    LooseLot,
    ModelScope,
    RecallScope,
    StateScope,
)
from tools.exclusions import quarantined
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("units", "unit_parts", "part_lots", "deliveries", "shipments")
MOST_LOOSE_LOTS = 200

Row = dict[str, Any]


class RecallScopeQuery(Contract):
    """What is suspect."""

    condition: Condition
    """What the suspect units have in common: lots, supplier or part with a window of receipt,
    window of build, site, line, shift, model, country, measured value, attribute or change."""


class _Read(NamedTuple):
    cells: list[Row]
    """Counts by certainty, country, model and state."""
    lots: list[LooseLot]
    """Suspect lots, most pieces left first."""
    traced: bool
    """Whether genealogy names any of the lots."""


@tool(effect="read", version=1, seconds=60.0)
def recall_scope(query: RecallScopeQuery, context: ToolContext) -> Found[RecallScope]:
    """How many units does a suspicion reach, in what state, in which countries, and what is loose?

    Call it to size a containment or a recall from lots, a supplier's window or a window of build;
    it tells certain units from those that cannot be ruled out. Serial numbers are not in the
    result: `andon recall --serials` writes them. For one lot's origin call `trace_lot`.

    Raises:
        UnknownName: no such lot, part, supplier, site, model … that you may see.
        NoData: no lot meets the condition.
        InvalidArgument: the condition is empty, says nothing of units, or fits too many lots.
    """
    found = suspects(query.condition, context)
    row = context.snapshot.query(
        "recall_units", seconds=QUERY_SECONDS, **found.tests, most_serials=0
    ).dicts()[0]
    read = _read(row, found, complete="*" in context.snapshot.scope.regions)
    if not read.cells and not found.lots:
        raise NoData(
            "no unit is recorded that meets the condition, or may",
            next_step="widen the window of build, or check site, line, shift and model",
        )
    scope = _protected(_scope(query.condition, read), context)
    return Found(
        result=scope,
        summary=_summary(scope)[:SUMMARY_LIMIT],
        warnings=_warnings(scope, read, context),
        excluded=quarantined(context, TABLES),
    )


def _read(row: Row, found: Suspects, *, complete: bool) -> _Read:
    built_in = {one["lot_id"]: one["units"] for one in row["built_in"] or ()}
    loose = [_loose(lot, built_in.get(lot["lot_id"], 0), complete) for lot in found.lots]
    loose.sort(key=lambda lot: (-(lot.pieces_left or 0), lot.lot_id))
    return _Read(row["cells"] or [], loose, traced=bool(built_in))


def _scope(condition: Condition, read: _Read) -> RecallScope:
    cells, lots = read.cells, read.lots
    units, possible = _count(cells), _count(cells, certain=False)
    received = [lot.received_at.date() for lot in lots if lot.received_at is not None]
    left = [lot.pieces_left for lot in lots if lot.pieces_left is not None]
    return RecallScope(
        condition=condition,
        units=units,
        possible=possible,
        at_most=units + possible,
        by_state=tuple(_state(state, cells) for state in STATES),
        by_country=tuple(
            CountryScope(country=name, **_counts(rows)) for name, rows in _grouped("country", cells)
        ),
        by_model=tuple(
            ModelScope(model_id=name, **_counts(rows), **_built(rows))
            for name, rows in _grouped("model_id", cells)
        ),
        **_built(cells),
        lots=len(lots),
        first_received=min(received, default=None),
        last_received=max(received, default=None),
        loose_pieces=sum(left) if left else None,
        loose_lots=tuple(lots[:MOST_LOOSE_LOTS]),
    )


def _protected(scope: RecallScope, context: ToolContext) -> RecallScope:
    """The scope without counts of sold units that could point at their owners.

    Units in stock and on the way are goods of the trade and stay.
    """
    if "personal" in context.snapshot.scope.classes:
        return scope
    rows = [row.model_dump() for row in scope.by_country]
    shown = suppress_small_cells(rows, ("sold",), derived={"sold": ("units",)})
    changed: Row = {"by_country": tuple(CountryScope.model_validate(row) for row in shown.rows)}
    if shown.closed:
        hidden = {"units": None, "sold": None}
        changed |= {
            "units": None,
            "at_most": None,
            "by_model": tuple(one.model_copy(update=hidden) for one in scope.by_model),
            "by_state": tuple(
                one.model_copy(update={"units": None}) if one.state == "sold" else one
                for one in scope.by_state
            ),
        }
    return scope.model_copy(update=changed)


def _grouped(key: str, cells: Sequence[Row]) -> list[tuple[Any, list[Row]]]:
    groups: dict[Any, list[Row]] = {}
    for cell in cells:
        groups.setdefault(cell[key], []).append(cell)
    return sorted(
        groups.items(),
        key=lambda one: (-_count(one[1]), -_count(one[1], certain=False), one[0] or ""),
    )


def _counts(cells: Sequence[Row]) -> dict[str, int]:
    counts = {"units": _count(cells), "possible": _count(cells, certain=False)}
    for state in STATES:
        counts[state] = _count(cell for cell in cells if cell["state"] == state)
    return counts


def _state(state: Any, cells: Sequence[Row]) -> StateScope:  # noqa: ANN401  one of STATES
    rows = [cell for cell in cells if cell["state"] == state]
    return StateScope(state=state, units=_count(rows), possible=_count(rows, certain=False))


def _count(cells: Iterable[Row], *, certain: bool = True) -> int:
    return sum(cell["units"] for cell in cells if cell["certain"] == certain)


def _built(cells: Sequence[Row]) -> Row:
    return {
        "first_built": min((cell["first_built"] for cell in cells), default=None),
        "last_built": max((cell["last_built"] for cell in cells), default=None),
    }


def _loose(lot: Row, built_in: int, complete: bool) -> LooseLot:
    left = None
    if complete and lot["quantity"] is not None:
        left = lot["quantity"] - (lot["rejected_quantity"] or 0) - built_in
    return LooseLot(**lot, built_in=built_in if complete else None, pieces_left=left)


def _warnings(scope: RecallScope, read: _Read, context: ToolContext) -> tuple[Note, ...]:
    early = sum(cell["before_receipt"] for cell in read.cells if cell["certain"])
    unsure = sum(not lot.certain for lot in read.lots)
    too_many = any((lot.pieces_left or 0) < 0 for lot in read.lots)
    hidden = scope.units is None or any(row.sold is None for row in scope.by_country)
    texts = {
        "possible_units": bool(scope.possible)
        and f"{scope.possible} further units cannot be ruled out: a fact is not recorded of them",
        "no_genealogy": bool(scope.lots and not read.traced)
        and "no genealogy names these lots: where their pieces went is not known",
        "uncertain_lots": bool(unsure)
        and f"of {unsure} lots part, supplier or receipt is not recorded: they may be suspect too",
        "built_before_receipt": bool(early)
        and f"{early} units were built before the first receipt: a date or genealogy is wrong",
        "more_units_than_pieces": too_many
        and "more units than pieces: quantity, rejects or genealogy of a lot is wrong",
        "loose_unknown": any(lot.pieces_left is None for lot in read.lots)
        and "of some lots it is not known how many pieces are loose",
        "regions_limited": "*" not in context.snapshot.scope.regions
        and "only units of your regions are counted: there may be more in others",
        "small_cells": hidden
        and "small numbers sold, which could point at their owners, are not shown",
    }
    return tuple(Note(code=code, text=text) for code, text in texts.items() if text)


def _summary(scope: RecallScope) -> str:
    units = "too few sold to show the units" if scope.units is None else f"{scope.units} units"
    states = ", ".join(
        f"{'few' if one.units is None else one.units} {one.state.replace('_', ' ')}"
        for one in scope.by_state
    )
    text = f"{units} ({states}) in {len(scope.by_country)} countries meet the condition"
    text += f"; {scope.possible} more cannot be ruled out" if scope.possible else ""
    if scope.first_built and scope.last_built:
        text += f"; built {scope.first_built:%Y-%m-%d} to {scope.last_built:%Y-%m-%d}"
    if scope.loose_pieces is not None:
        text += f"; {scope.loose_pieces} pieces of {scope.lots} lots in no unit"
    return text + "."
