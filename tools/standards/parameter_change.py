"""How a test parameter changes between two markets, and what follows from it.

Four kinds of change: the multiple of the rated voltage stays and the volts follow the supply; the
rated voltage moves the value to another column of a table; the country asks for another value; or
the quantities cannot be turned into each other and the test is to be done anew.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from domain.contract import Contract
from services.standards.library import Library
from services.standards.records import Confidence, Market
from tools.standards.item_record import InspectionItem
from tools.standards.item_selection import LeftOut, lowest
from tools.standards.parameter_pairs import Pair
from tools.standards.voltage_columns import column_of

Kind = Literal["same", "scales_with_voltage", "table_column", "national_difference", "retest"]
"""same: nothing changes. scales_with_voltage: the multiple stays, the volts follow the rated
voltage. table_column: the rated voltage takes another column. national_difference: the country
asks otherwise. retest: no figure of the one market says anything in the other."""
Consequence = Literal[
    "keep", "set_supply", "set_value", "tightened", "relaxed", "read_by_person", "adoption_unknown",
    "retest_new_metric", "other_standard", "no_equivalent", "no_row_in_target", "new_in_target",
]  # fmt: skip
"""set_supply, set_value: set the new figure. tightened, relaxed: the limit. read_by_person: units
or words differ. adoption_unknown: the library knows no adoption in the target. other_standard: the
target uses an unrelated one. no_equivalent: the switch table knows nothing that answers to it.
no_row_in_target: the library has no row there, which is not to say that nothing is asked.
new_in_target: asked there and not before."""
_FIRM = ("national", "adopted", "recognised")


class Difference(Contract):
    """One parameter in two markets."""

    kind: Kind
    """How it changes."""
    consequence: Consequence
    """What follows for the test plan."""
    before: InspectionItem | None
    """In the market from which; null: not asked there."""
    after: InspectionItem | None
    """In the market to which; null: no row there."""
    ratio: float | None
    """New figure by old one, of values or of test voltages; null: they are no two numbers of one
    unit, or the test is to be done anew."""
    other_standard: str | None
    """The standard that the target uses instead (id)."""
    family: str | None
    """Family of the switch table (id)."""
    family_note: str
    """What to know of the family (free text of the library)."""
    confidence: Confidence
    """The lowest of all that it rests on."""
    sources: tuple[str, ...]
    """Where its parts were read."""


class Terms(NamedTuple):
    """What both markets bring along."""

    library: Library
    markets: tuple[Market, Market]
    left_out: Mapping[str, LeftOut]
    """What does not hold in the market to which, by item."""


class _Judged(NamedTuple):
    kind: Kind
    consequence: Consequence


def difference(pair: Pair, terms: Terms) -> Difference:
    """What becomes of a parameter between two markets."""
    judged = _judged(pair, terms)
    sides = [one for one in (pair.before, pair.after) if one is not None]
    confidence = [one.confidence for one in sides]
    sources = [one.source for one in sides]
    if pair.family is not None:
        confidence.append(pair.family.confidence)
        sources.append(pair.family.source)
    if judged.kind == "scales_with_voltage":
        confidence += [one.confidence for one in terms.markets]
        sources += [one.source for one in terms.markets]
    if judged.kind in ("scales_with_voltage", "table_column") and _assumed(sides):
        confidence.append("medium")
    out = terms.left_out.get(pair.before.item_id) if pair.before else None
    return Difference(
        kind=judged.kind,
        consequence=judged.consequence,
        before=pair.before,
        after=pair.after,
        ratio=None if judged.kind == "retest" else _ratio(pair),
        other_standard=out.by if out and judged.consequence == "other_standard" else None,
        family=pair.family.id if pair.family else None,
        family_note=pair.family.note if pair.family else "",
        confidence=lowest(*confidence),
        sources=tuple(dict.fromkeys(sources)),
    )


def _assumed(sides: list[InspectionItem]) -> bool:
    return any(one.rating is not None and one.rating.origin == "market_nominal" for one in sides)


def _judged(pair: Pair, terms: Terms) -> _Judged:
    if pair.before is None:
        return _Judged("retest", "new_in_target")
    if pair.after is None:
        return _dropped(pair, pair.before, terms)
    if pair.before.item_id == pair.after.item_id:
        return _same_row(pair.before, pair.after)
    if _of_one_table(pair.before, pair.after):
        same = pair.before.value == pair.after.value
        return _Judged("same", "keep") if same else _Judged("table_column", "set_value")
    if _metric(pair.before, terms.library) or _metric(pair.after, terms.library):
        return _Judged("retest", "retest_new_metric")
    if _alike(pair.before, pair.after):
        return _Judged("same", "keep")
    return _Judged("national_difference", _direction(pair.before, pair.after))


def _dropped(pair: Pair, before: InspectionItem, terms: Terms) -> _Judged:
    """An item without an answer in the target."""
    out = terms.left_out.get(before.item_id)
    if out is not None and out.reason == "other_standard":
        return _Judged("retest", "other_standard")
    if pair.family is not None:
        alone = set(pair.family.items) <= {pair.family.base}
        return _Judged("retest", "no_equivalent" if alone else "no_row_in_target")
    if _metric(before, terms.library):
        return _Judged("retest", "no_row_in_target")
    return _Judged("national_difference", "no_row_in_target")


def _same_row(before: InspectionItem, after: InspectionItem) -> _Judged:
    if before.test_voltage != after.test_voltage:
        return _Judged("scales_with_voltage", "set_supply")
    if before.method.basis in _FIRM and after.method.basis not in _FIRM:
        return _Judged("national_difference", "adoption_unknown")
    return _Judged("same", "keep")


def _of_one_table(before: InspectionItem, after: InspectionItem) -> bool:
    column = column_of(before.item_id)
    return column is not None and column == column_of(after.item_id)


def _alike(before: InspectionItem, after: InspectionItem) -> bool:
    """Whether two rows ask for the same, each in its own standard."""
    return (before.parameter, before.role, before.op, before.value, before.unit) == (
        after.parameter, after.role, after.op, after.value, after.unit,
    )  # fmt: skip


def _metric(item: InspectionItem, library: Library) -> bool:
    """Whether an item is of energy: its quantities differ by test method and do not convert."""
    return library.standards[item.method.standard].topic == "energy"


def _direction(before: InspectionItem, after: InspectionItem) -> Consequence:
    old, new = _number(before), _number(after)
    if old is None or new is None or _quantity(before) != _quantity(after):
        return "read_by_person"
    if before.role != "limit" or before.op != after.op or old == new:
        return "set_value"
    upper = before.op in ("<=", "<")
    return "tightened" if (new < old) == upper else "relaxed"


def _ratio(pair: Pair) -> float | None:
    if pair.before is None or pair.after is None:
        return None
    old, new = _number(pair.before), _number(pair.after)
    if pair.before.test_voltage and pair.after.test_voltage:
        old, new = pair.before.test_voltage.high_v, pair.after.test_voltage.high_v
    elif _quantity(pair.before) != _quantity(pair.after):
        return None
    return round(new / old, 6) if old and new is not None else None


def _number(item: InspectionItem) -> float | None:
    return None if isinstance(item.value, str | tuple) else float(item.value)


def _quantity(item: InspectionItem) -> str:
    """Unit without what is said beside it; of a figure without unit, the quantity itself."""
    unit = item.unit.split(" ", 1)[0]
    return item.parameter if unit in ("-", "x") else unit
