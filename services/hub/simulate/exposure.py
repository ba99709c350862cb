"""Which units meet a condition: the one reading of contracts/cause.yaml on simulated units."""

from collections.abc import Callable

import numpy as np

from domain.records.cause import Condition
from services.hub.simulate.factory import Block
from services.hub.simulate.lots import eligible_lots
from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import DAY, Bools, day_number

_Rule = Callable[[Setting, Block, Condition], Bools]


def meets(setting: Setting, block: Block, condition: Condition) -> Bools:
    """True for each unit of the block that meets every key of the condition.

    Days are UTC days. A feedback channel says nothing of a unit and is passed over.
    """
    mask = np.ones(block.units, dtype=np.bool_)
    for key in condition.model_dump():
        rule = _RULES.get(key)
        if rule is not None:
            mask &= rule(setting, block, condition)
    return mask


def _lots(setting: Setting, block: Block, condition: Condition) -> Bools:
    chosen = np.append(eligible_lots(setting.catalogue, setting.lots, condition), False)
    return np.asarray(chosen[block.lots].any(axis=1))


def _site(setting: Setting, block: Block, condition: Condition) -> Bools:
    names = [site.site_id for site in setting.catalogue.sites]
    mask: Bools = block.site == names.index(condition.site_id or "")
    return mask


def _line(setting: Setting, block: Block, condition: Condition) -> Bools:
    names = [line.line_id for line in setting.catalogue.lines]
    mask: Bools = block.line == names.index(condition.line_id or "")
    return mask


def _shift(setting: Setting, block: Block, condition: Condition) -> Bools:
    mask: Bools = block.shift == list(setting.catalogue.shifts).index(condition.shift or "")
    return mask


def _characteristic(setting: Setting, block: Block, condition: Condition) -> Bools:
    values = block.values[condition.characteristic_id or ""]
    limit = condition.threshold or 0.0
    return values < limit if condition.direction == "low" else values > limit


def _change(setting: Setting, block: Block, condition: Condition) -> Bools:
    change = next(c for c in setting.scenario.changes if c.change_id == condition.change_id)
    place = Condition(site_id=change.site_id, line_id=change.line_id)
    return meets(setting, block, place) & (block.built >= day_number(change.day) * DAY)


def _built_from(setting: Setting, block: Block, condition: Condition) -> Bools:
    assert condition.built_from is not None
    return block.built >= day_number(condition.built_from) * DAY


def _built_to(setting: Setting, block: Block, condition: Condition) -> Bools:
    assert condition.built_to is not None
    return block.built < (day_number(condition.built_to) + 1) * DAY


def _model(setting: Setting, block: Block, condition: Condition) -> Bools:
    wanted = [m.model_id in (condition.model_id or ()) for m in setting.catalogue.models]
    return np.array(wanted)[block.model]


def _country(setting: Setting, block: Block, condition: Condition) -> Bools:
    """The unit has left for one of the markets; what still stands at the site has no country."""
    wanted = [m.country in (condition.country or ()) for m in setting.catalogue.markets]
    return np.array(wanted)[block.country] & (block.shipped < setting.calendar.stop)


_RULES: dict[str, _Rule] = {
    "supplier_id": _lots,
    "part_id": _lots,
    "lot_ids": _lots,
    "received_from": _lots,
    "received_to": _lots,
    "site_id": _site,
    "line_id": _line,
    "shift": _shift,
    "characteristic_id": _characteristic,
    "change_id": _change,
    "built_from": _built_from,
    "built_to": _built_to,
    "model_id": _model,
    "country": _country,
}
