"""What went into the units, as factors: suppliers, single lots, runs of lots by receipt."""

from collections.abc import Iterator

import numpy as np

from domain.records.cause import Condition
from tools.causes.cohort import Cohort
from tools.causes.factor import MOST_CELLS, MOST_CROSSED, Factor, crossed
from tools.causes.levels import OTHER, Levels, Lots, by_lot
from tools.causes.population import day

SINGLE = 0.5
"""Weight of single lots beside runs of lots, which hold most of them as runs of one."""


def material(cohort: Cohort) -> Iterator[Factor]:
    """Factors of the parts in the units."""
    for part_id, taken in cohort.parts.items():
        lots = cohort.lots[part_id]
        supplier = by_lot(taken, lots.supplier)
        yield _supplier(supplier, part_id)
        yield from _supplier_at_site(supplier, part_id, cohort.factors["site_id"])
        yield _single_lots(taken, lots, part_id)
        for name in supplier.names:
            yield from _lot_windows(taken, lots, part_id, name)


def _supplier(supplier: Levels, part_id: str) -> Factor:
    def describe(first: int, _: int) -> Condition:
        return Condition(supplier_id=supplier.names[first], part_id=part_id)

    return Factor(
        f"supplier of {part_id}", "supplier", "cells", supplier.codes, len(supplier.names),
        describe, part_id=part_id,
    )  # fmt: skip


def _supplier_at_site(supplier: Levels, part_id: str, site: Levels) -> Iterator[Factor]:
    cells = len(supplier.names) * len(site.names)
    if min(len(supplier.names), len(site.names)) < 2 or cells > MOST_CROSSED:
        return

    def describe(first: int, _: int) -> Condition:
        name, at = divmod(first, len(site.names))
        return Condition(supplier_id=supplier.names[name], part_id=part_id, site_id=site.names[at])

    yield Factor(
        f"supplier of {part_id} by site", "supplier", "cells", crossed(supplier, site),
        cells, describe, part_id=part_id,
    )  # fmt: skip


def _single_lots(taken: Levels, lots: Lots, part_id: str) -> Factor:
    def describe(first: int, _: int) -> Condition:
        received = lots.received[first]
        return Condition(
            supplier_id=lots.supplier[first],
            part_id=part_id,
            lot_ids=(taken.names[first],),
            received_from=None if received is None else day(received),
            received_to=None if received is None else day(received),
        )

    alone = np.array([*(name != OTHER for name in taken.names), False])
    codes = np.where(alone[taken.codes], taken.codes, -1)
    return Factor(
        f"lot of {part_id}", "lots", "cells", codes, len(taken.names), describe, part_id=part_id,
    )  # fmt: skip


def _lot_windows(taken: Levels, lots: Lots, part_id: str, supplier_id: str) -> Iterator[Factor]:
    mine = [
        (received, lot)
        for lot, (name, received) in enumerate(zip(*lots, strict=True))
        if name == supplier_id and received is not None
    ]
    if len(mine) < 3:
        return
    days = sorted({received for received, _ in mine})
    joined = -(-len(days) // MOST_CELLS)
    starts = days[::joined]
    places = np.full(len(taken.names) + 1, -1, dtype=np.int64)
    received_on, at = np.array(mine).T
    places[at] = np.searchsorted(starts, received_on, side="right") - 1

    def describe(first: int, last: int) -> Condition:
        newest = days[-1] if last + 1 == len(starts) else days[days.index(starts[last + 1]) - 1]
        inside = [lot for received, lot in mine if starts[first] <= received <= newest]
        names = {taken.names[lot] for lot in inside}
        return Condition(
            supplier_id=supplier_id,
            part_id=part_id,
            lot_ids=None if OTHER in names else tuple(sorted(names)),
            received_from=day(starts[first]),
            received_to=day(newest),
        )

    codes = places[taken.codes]
    supplied = float(np.mean(codes[taken.codes >= 0] >= 0))
    yield Factor(
        f"lots of {part_id} from {supplier_id}", "lots", "window", codes, len(starts), describe,
        part_id=part_id, weight=supplied,
    )  # fmt: skip
