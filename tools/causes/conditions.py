"""Which units of a cohort meet a condition: the one reading of a condition on recorded data."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from domain.records.cause import Condition
from tools.causes.cohort import Change, Cohort
from tools.causes.levels import Levels
from tools.causes.population import EPOCH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

_Rule = Callable[[Cohort, Condition], "Bools"]


def mask_of(cohort: Cohort, condition: Condition) -> "Bools":
    """True for each unit that meets every key of the condition.

    A unit of which a key is not recorded does not meet it. Station and channel are not facts of a
    unit and are passed over.
    """
    mask = np.ones(len(cohort.failed), dtype=np.bool_)
    for key in condition.model_dump():
        rule = _RULES.get(key)
        if rule is not None:
            mask &= rule(cohort, condition)
    return mask


def in_scope(cohort: Cohort, change: Change) -> "Bools":
    """The units of the place that a change names, before and after it."""
    place = Condition(
        site_id=change.site_id,
        line_id=change.line_id,
        model_id=(change.model_id,) if change.model_id else None,
    )
    return mask_of(cohort, place)


def _is(levels: Levels, *wanted: str) -> "Bools":
    codes = [levels.names.index(name) for name in wanted if name in levels.names]
    return np.isin(levels.codes, codes)


def _plain(name: str) -> _Rule:
    def rule(cohort: Cohort, condition: Condition) -> "Bools":
        wanted = getattr(condition, name)
        return _is(cohort.factors[name], *([wanted] if isinstance(wanted, str) else wanted))

    return rule


def _lots(cohort: Cohort, condition: Condition) -> "Bools":
    """Supplier, part, lots and receipt window speak of one piece in the unit."""
    mask = np.zeros(len(cohort.failed), dtype=np.bool_)
    wanted = None if condition.lot_ids is None else frozenset(condition.lot_ids)
    for part_id, taken in cohort.parts.items():
        if condition.part_id in (None, part_id):
            lots = cohort.lots[part_id]
            chosen = [
                (wanted is None or lot[0] in wanted) and _lot_fits(condition, *lot[1:])
                for lot in zip(taken.names, lots.supplier, lots.received, strict=True)
            ]
            mask |= np.array([*chosen, False])[taken.codes]
    return mask


def _lot_fits(condition: Condition, supplier_id: str | None, received: int | None) -> bool:
    if condition.supplier_id is not None and supplier_id != condition.supplier_id:
        return False
    if condition.received_from is None and condition.received_to is None:
        return True
    if received is None:
        return False
    first, last = condition.received_from, condition.received_to
    return (first is None or received >= (first - EPOCH).days) and (
        last is None or received <= (last - EPOCH).days
    )


def _measured(cohort: Cohort, condition: Condition) -> "Bools":
    rules = [(condition.characteristic_id, condition.direction, condition.threshold)]
    rules += [(one.characteristic_id, one.direction, one.threshold) for one in condition.also or ()]
    mask = np.ones(len(cohort.failed), dtype=np.bool_)
    for name, direction, threshold in rules:
        values = cohort.values.get(name or "")
        if values is None or threshold is None:
            return np.zeros_like(mask)
        with np.errstate(invalid="ignore"):
            mask &= values < threshold if direction == "low" else values > threshold
    return mask


def _attribute(cohort: Cohort, condition: Condition) -> "Bools":
    assert condition.attribute is not None
    levels = cohort.factors.get(f"attribute:{condition.attribute.name}")
    if levels is None:
        return np.zeros(len(cohort.failed), dtype=np.bool_)
    return _is(levels, condition.attribute.value)


def _change(cohort: Cohort, condition: Condition) -> "Bools":
    found = [one for one in cohort.changes if one.change_id == condition.change_id]
    if not found:
        return np.zeros(len(cohort.failed), dtype=np.bool_)
    return in_scope(cohort, found[0]) & (cohort.built >= found[0].day)


def _built_from(cohort: Cohort, condition: Condition) -> "Bools":
    assert condition.built_from is not None
    return np.asarray(cohort.built >= (condition.built_from - EPOCH).days)


def _built_to(cohort: Cohort, condition: Condition) -> "Bools":
    assert condition.built_to is not None
    return np.asarray(cohort.built <= (condition.built_to - EPOCH).days)


_RULES: dict[str, _Rule] = {
    "supplier_id": _lots,
    "part_id": _lots,
    "lot_ids": _lots,
    "received_from": _lots,
    "received_to": _lots,
    "site_id": _plain("site_id"),
    "line_id": _plain("line_id"),
    "shift": _plain("shift"),
    "model_id": _plain("model_id"),
    "country": _plain("country"),
    "characteristic_id": _measured,
    "attribute": _attribute,
    "change_id": _change,
    "built_from": _built_from,
    "built_to": _built_to,
}
