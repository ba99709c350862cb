"""Which item of one market answers to which of another: by row, table column, root, or family.

Two rows answer to each other if they are the same row, the two columns of one voltage table,
deviations from one base row, or if the switch table names them as one family.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.standards.library import Library
from services.standards.records import Market, Switch
from tools.standards.item_record import InspectionItem
from tools.standards.voltage_columns import column_of


class Pair(NamedTuple):
    """An item of the market from which and its answer in the market to which; one may be none."""

    before: InspectionItem | None
    after: InspectionItem | None
    family: Switch | None
    """The family of the switch table that names it."""


class Family(NamedTuple):
    """A family of the switch table with its rows for two markets; null: none is named."""

    switch: Switch
    before: str | None
    after: str | None


def pairs(
    library: Library,
    category: str,
    markets: tuple[Market, Market],
    items: tuple[tuple[InspectionItem, ...], tuple[InspectionItem, ...]],
) -> list[Pair]:
    """Every item of either market once with what answers to it.

    Args:
        library: the rows.
        category: the kind of product.
        markets: from which, and to which.
        items: what holds in the one and in the other.
    """
    families = _families(library, category, markets)
    before, after = ({one.item_id: one for one in held} for held in items)
    found = [
        Pair(before[one.before], after[one.after], one.switch)
        for one in families
        if one.before in before
        and one.after in after
        and _root(library, one.before) != _root(library, one.after)
    ]
    taken = [one.item_id for pair in found for one in pair[:2] if one is not None]
    left = {key: one for key, one in before.items() if key not in taken}
    right = {key: one for key, one in after.items() if key not in taken}
    found += _by_root(library, left, right)
    return [_with_family(library, one, families) for one in _in_order(found, items[0])]


def _families(library: Library, category: str, markets: tuple[Market, Market]) -> list[Family]:
    """Families of a kind of product; one that a market has no row for keeps its base row there."""
    return [
        Family(one, one.items.get(markets[0].id), one.items.get(markets[1].id))
        for one in library.switches.values()
        if category in one.categories
    ]


def _by_root(
    library: Library, before: dict[str, InspectionItem], after: dict[str, InspectionItem]
) -> list[Pair]:
    roots = (_grouped(library, before.values()), _grouped(library, after.values()))
    found = list[Pair]()
    for root in dict.fromkeys((*roots[0], *roots[1])):
        old, new = roots[0].get(root, []), roots[1].get(root, [])
        kept = {one.item_id for one in old} & {one.item_id for one in new}
        found += [Pair(before[key], after[key], None) for key in sorted(kept)]
        old = [one for one in old if one.item_id not in kept]
        new = [one for one in new if one.item_id not in kept]
        longest = max(len(old), len(new))
        found += [
            Pair(_at(old, index, bool(new)), _at(new, index, bool(old)), None)
            for index in range(longest)
        ]
    return found


def _at(held: list[InspectionItem], index: int, repeats: bool) -> InspectionItem | None:
    """The item at a place; the last one again, where the other side has more answers to it."""
    if index < len(held):
        return held[index]
    return held[-1] if held and repeats else None


def _grouped(library: Library, items: Iterable[InspectionItem]) -> dict[str, list[InspectionItem]]:
    found: dict[str, list[InspectionItem]] = {}
    for one in items:
        found.setdefault(_root(library, one.item_id), []).append(one)
    return found


def _root(library: Library, item_id: str) -> str:
    """The row that a chain of deviations ends at; of a voltage table, its upper column."""
    at = item_id
    while (base := library.test_items[at].deviates_from) is not None:
        at = base
    column = column_of(at)
    return column.high if column else at


def _with_family(library: Library, pair: Pair, families: list[Family]) -> Pair:
    """A pair with its family of the switch table.

    It is the one that names a row of the pair; for an item without an answer also one that names
    its standard in the base market only.
    """
    if pair.family is not None:
        return pair
    mine = {one.item_id for one in pair[:2] if one is not None}
    for one in families:
        if mine & set(one.switch.items.values()):
            return pair._replace(family=one.switch)
    if pair.after is None and pair.before is not None:
        standard = pair.before.method.standard
        for one in families:
            alone = set(one.switch.items) == {one.switch.base}
            base = one.switch.items.get(one.switch.base)
            if alone and base and library.test_items[base].standard == standard:
                return pair._replace(family=one.switch)
    return pair


def _in_order(found: list[Pair], items: tuple[InspectionItem, ...]) -> list[Pair]:
    """Pairs in the order of the items that change; what is new comes last."""
    place = {one.item_id: index for index, one in enumerate(items)}
    return sorted(found, key=lambda one: place.get(one.before.item_id, -1) if one.before else 10**6)
