"""From a condition to the values that `recall_units` compares units with: names become identifiers.

A key that says nothing of units is refused: to pass it over would name units that are not meant.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.cause import Condition
from tools.names import NameKind, resolve
from tools.tool import ToolContext

MOST_LOTS = 5_000
QUERY_SECONDS = 60.0
_OF_LOTS = ("lot_ids", "part_id", "supplier_id", "received_from", "received_to")
_NOT_OF_UNITS = ("station_id", "channel")

Row = dict[str, Any]


class Suspects(NamedTuple):
    """A condition as values of the query."""

    lots: tuple[Row, ...]
    """Lots that meet it or may, oldest receipt first, as `recall_lots` returns them."""
    earliest: datetime | None
    """First receipt of these lots (UTC); none: not recorded of every lot."""
    tests: Row
    """Values for `recall_units`."""


def suspects(condition: Condition, context: ToolContext) -> Suspects:
    """What a condition says of units, with the names of the hub.

    Raises:
        UnknownName: the hub does not know a name; near ones are offered.
        NoData: no lot fits.
        InvalidArgument: the condition is empty, names what is no fact of a unit, or fits more than
            5,000 lots.
    """
    _check(condition)
    lots = _lots(condition, context) if _names_lots(condition) else []
    received = [lot["received_at"] for lot in lots]
    earliest = min(received) if received and None not in received else None
    tests = {
        "material": _names_lots(condition),
        "lots": [lot["lot_id"] for lot in lots],
        "lots_certain": [lot["certain"] for lot in lots],
        "lot_parts": sorted({lot["part_id"] for lot in lots} - {None}),
        "earliest": earliest,
        "countries": _resolved(context, "country", condition.country),
        **_made(condition, context),
        **_measured(condition, context),
        **_attribute(condition, context),
    }
    return Suspects(tuple(lots), earliest, tests)


def _check(condition: Condition) -> None:
    keys = condition.model_dump()
    if not keys:
        raise InvalidArgument(
            "the condition is empty: it would name every unit ever built",
            next_step="name lots, a supplier with a window of receipt, or a window of build",
        )
    if wrong := [key for key in _NOT_OF_UNITS if key in keys]:
        raise InvalidArgument(
            f"{', '.join(wrong)} is no fact of a unit, so units cannot be told by it",
            next_step="name line and window of build in its place",
        )


def _names_lots(condition: Condition) -> bool:
    return any(getattr(condition, key) is not None for key in _OF_LOTS)


def _lots(condition: Condition, context: ToolContext) -> list[Row]:
    rows = context.snapshot.query(
        "recall_lots",
        seconds=QUERY_SECONDS,
        lots=_resolved(context, "lot", condition.lot_ids),
        parts=_resolved(context, "part", condition.part_id),
        suppliers=_resolved(context, "supplier", condition.supplier_id),
        received_from=condition.received_from,
        received_to=condition.received_to,
        most=MOST_LOTS + 1,
    ).dicts()
    if not rows:
        raise NoData(
            "no lot was received that meets the condition",
            next_step="widen the window of receipt, or check lot, part and supplier",
        )
    if len(rows) > MOST_LOTS:
        raise InvalidArgument(
            f"more than {MOST_LOTS:,} lots meet the condition",
            next_step="narrow the window of receipt",
        )
    return rows


def _made(condition: Condition, context: ToolContext) -> Row:
    """Site, line, shift, model and window of build, with what a recorded change says of them."""
    change = _change(condition.change_id, context)
    begins: list[date] = [
        day for day in (condition.built_from, change.get("effective_on")) if day is not None
    ]
    return {
        "sites": _both(_resolved(context, "site", condition.site_id), change.get("site_id")),
        "lines": _both(_resolved(context, "line", condition.line_id), change.get("line_id")),
        "shifts": _resolved(context, "shift", condition.shift),
        "models": _both(_resolved(context, "model", condition.model_id), change.get("model_id")),
        "built_from": max(begins, default=None),
        "built_to": condition.built_to,
    }


def _change(change_id: str | None, context: ToolContext) -> Row:
    if change_id is None:
        return {}
    rows = context.snapshot.query("cause_change", change_id=change_id).dicts()
    if not rows:
        raise UnknownName("change", change_id, (), "list_changes")
    if rows[0]["effective_on"] is None:
        raise InvalidArgument(
            f"change {change_id} has no day, so units before and after it cannot be told apart",
            next_step="name the window of build",
        )
    return rows[0]


def _measured(condition: Condition, context: ToolContext) -> Row:
    rules = [(condition.characteristic_id, condition.direction, condition.threshold)]
    rules += [(one.characteristic_id, one.direction, one.threshold) for one in condition.also or ()]
    if condition.characteristic_id is None and not condition.also:
        if condition.direction is not None or condition.threshold is not None:
            raise InvalidArgument("direction and threshold need a characteristic_id")
        rules = []
    found: list[tuple[str, bool, float]] = []
    for name, direction, threshold in rules:
        if name is None or threshold is None or direction not in ("low", "high"):
            raise InvalidArgument(
                "a characteristic tells units apart by a threshold with direction low or high",
                next_step="give characteristic_id, direction and threshold",
            )
        found += [
            (one, direction == "low", threshold)
            for one in resolve(context, "characteristic", [name])
        ]
    return {
        "characteristics": [one[0] for one in found],
        "lows": [one[1] for one in found],
        "thresholds": [one[2] for one in found],
    }


def _attribute(condition: Condition, context: ToolContext) -> Row:
    wanted = condition.attribute
    if wanted is None:
        return {}
    rows = context.snapshot.query("recall_attributes", attribute=wanted.name).values
    names = sorted({str(name) for name, _ in rows})
    if wanted.name not in names:
        raise UnknownName("attribute", wanted.name, tuple(names[:3]), "list_changes")
    values = sorted(str(value) for _, value in rows if value is not None)
    if wanted.value not in values:
        raise UnknownName(f"value of {wanted.name}", wanted.value, tuple(values[-3:]))
    return {"attribute": wanted.name, "attribute_value": wanted.value}


def _resolved(
    context: ToolContext, kind: NameKind, names: tuple[str, ...] | str | None
) -> list[str] | None:
    if names is None:
        return None
    return resolve(context, kind, [names] if isinstance(names, str) else names)


def _both(wanted: list[str] | None, of_change: str | None) -> list[str] | None:
    """What meets both a list of names and the place of a change; null: no test."""
    if of_change is None:
        return wanted
    return [of_change] if wanted is None or of_change in wanted else []
