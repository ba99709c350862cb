"""Names in a condition as the hub writes them: a misspelt one is refused, not counted as none."""

from typing import Any

from domain.errors import InvalidArgument, UnknownName
from domain.records.cause import Condition
from tools.names import NameKind, resolve
from tools.tool import ToolContext

_KINDS: dict[str, NameKind] = {
    "supplier_id": "supplier",
    "part_id": "part",
    "lot_ids": "lot",
    "site_id": "site",
    "line_id": "line",
    "shift": "shift",
    "characteristic_id": "characteristic",
    "model_id": "model",
    "country": "country",
}


def known(condition: Condition, context: ToolContext) -> Condition:
    """The condition with every name as the hub writes it.

    Raises:
        UnknownName: a name is not known to the hub.
        InvalidArgument: the condition says nothing of a unit.
    """
    found: dict[str, Any] = {}
    for key, kind in _KINDS.items():
        value = getattr(condition, key)
        if isinstance(value, str):
            found[key] = resolve(context, kind, [value])[0]
        elif value is not None:
            found[key] = tuple(resolve(context, kind, value))
    if condition.change_id is not None:
        change_day(condition.change_id, context)
    said = set(condition.model_dump()) - {"channel", "station_id", "direction", "threshold", "also"}
    if not said:
        raise InvalidArgument(
            "the condition says nothing of a unit",
            next_step='give at least one key, for example {"site_id": "MTY"}',
        )
    return condition.model_copy(update=found)


def change_day(change_id: str, context: ToolContext) -> dict[str, Any]:
    """Day and place of a recorded change.

    Raises:
        UnknownName: no such change is recorded.
    """
    rows = context.snapshot.query("cause_change", change_id=change_id).dicts()
    if not rows:
        raise UnknownName("change", change_id)
    return rows[0]
