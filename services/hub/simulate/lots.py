"""Received lots and the windows in which each site uses them up, first in first out.

Each site keeps one stream of lots per part and supplier. Where a part has two suppliers, both
streams are used side by side, so that units of the same line and day differ in supplier and lot.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from domain.records.cause import Condition
from services.hub.simulate.catalogue import Catalogue
from services.hub.simulate.timeline import (
    DAY,
    PRODUCTION_DAYS,
    Bools,
    Ints,
    Texts,
    Timeline,
    day_number,
    day_of,
)
from services.hub.simulate.worlds.declaration import ONE_LOT, OneLot, Scene

SHORTEST, LONGEST = 12, 30
"""Length of a lot's use (days)."""
FIRST_SHARE = 0.55


class Stream(NamedTuple):
    """The lots of one part from one supplier at one site, in the order of use."""

    site: int
    part: int
    supplier: int
    starts: Ints
    """First day of use of each lot."""
    lots: Ints
    """Index of each lot."""


class Lots(NamedTuple):
    """All lots; arrays have one element a lot, in the order of receipt."""

    lot_id: Texts
    part: Ints
    supplier: Ints
    site: Ints
    received: Ints
    """Second of receipt."""
    quantity: Ints
    used_until: Ints
    """Day on which the next lot takes over."""
    streams: dict[tuple[int, int], tuple[Stream, ...]]
    """Streams by site and part; the larger supplier first."""
    shares: dict[tuple[int, int], float]
    """Share of the first supplier by site and part."""
    one_lot: int
    """Index of the lot of `Scene.one_lot`; -1 if there is none."""


class _Draft(NamedTuple):
    site: int
    part: int
    supplier: int
    start: int
    stop: int
    expected: float


def make_lots(
    catalogue: Catalogue, scene: Scene, calendar: Timeline, units: int, random: np.random.Generator
) -> Lots:
    """All lots received until the end of the data, sized by what their windows need."""
    drafts: list[_Draft] = []
    shares: dict[tuple[int, int], float] = {}
    suppliers = [supplier.supplier_id for supplier in catalogue.suppliers]
    for site, part, demand in _demands(catalogue):
        names = catalogue.parts[part].suppliers
        first = _first_share(catalogue, scene, site, part)
        shares[site, part] = first if len(names) > 1 else 1.0
        for name, share in zip(names, (shares[site, part], 1 - shares[site, part]), strict=False):
            for start, stop in _windows(calendar, random):
                needed = units * demand * share * _made(calendar, start, stop)
                drafts.append(_Draft(site, part, suppliers.index(name), start, stop, needed))
    if scene.one_lot is not None:
        drafts.append(_one_lot(catalogue, scene.one_lot, calendar, units))
    return _numbered(drafts, shares, calendar, random, scene.one_lot is not None)


def eligible_lots(catalogue: Catalogue, lots: Lots, condition: Condition) -> Bools:
    """True for each lot that supplier, part, receipt window and lot ids of the condition allow."""
    day = lots.received // DAY
    chosen = np.ones(len(day), dtype=np.bool_)
    if condition.supplier_id is not None:
        names = [supplier.supplier_id for supplier in catalogue.suppliers]
        chosen &= lots.supplier == names.index(condition.supplier_id)
    if condition.part_id is not None:
        chosen &= lots.part == [part.part_id for part in catalogue.parts].index(condition.part_id)
    if condition.received_from is not None:
        chosen &= day >= day_number(condition.received_from)
    if condition.received_to is not None:
        chosen &= day <= day_number(condition.received_to)
    if condition.lot_ids is not None:
        chosen &= np.isin(lots.lot_id.astype(str), condition.lot_ids)
    return chosen


def with_lot_ids(catalogue: Catalogue, lots: Lots, condition: Condition) -> Condition:
    """The condition with the lots that it means: the one lot, or those of a closed window."""
    if condition.lot_ids == (ONE_LOT,):
        received = day_of(int(lots.received[lots.one_lot]) // DAY)
        known: dict[str, object] = {
            "lot_ids": (str(lots.lot_id[lots.one_lot]),),
            "supplier_id": catalogue.suppliers[int(lots.supplier[lots.one_lot])].supplier_id,
            "received_from": received,
            "received_to": received,
        }
        return condition.model_copy(update=known)
    if condition.received_from is None or condition.received_to is None:
        return condition
    chosen = lots.lot_id[eligible_lots(catalogue, lots, condition)]
    return condition.model_copy(update={"lot_ids": tuple(chosen.tolist())})


def _demands(catalogue: Catalogue) -> list[tuple[int, int, float]]:
    """Site, part, and the share of all units that take the part there."""
    rows: dict[tuple[int, int], float] = {}
    for line in catalogue.lines:
        for part, record in enumerate(catalogue.parts):
            if record.part_id in catalogue.families[line.family].parts:
                rows[line.site, part] = rows.get((line.site, part), 0.0) + line.share
    return [(site, part, share) for (site, part), share in sorted(rows.items())]


def _first_share(catalogue: Catalogue, scene: Scene, site: int, part: int) -> float:
    if catalogue.parts[part].part_id != scene.mixed_part or scene.first_supplier_share is None:
        return FIRST_SHARE
    return scene.first_supplier_share[catalogue.sites[site].site_id]


def _windows(calendar: Timeline, random: np.random.Generator) -> list[tuple[int, int]]:
    lengths = random.integers(SHORTEST, LONGEST + 1, size=PRODUCTION_DAYS // SHORTEST + 2)
    edges = (
        calendar.first
        - 2
        - int(random.integers(SHORTEST))
        + np.concatenate([[0], np.cumsum(lengths)])
    )
    return [
        (int(start), int(stop))
        for start, stop in pairwise(edges)
        if stop > calendar.first - 2 and start < calendar.end
    ]


def _made(calendar: Timeline, start: int, stop: int) -> float:
    before, after = calendar.share_until(np.array([start - 1, stop + 1]))
    return float(after - before)


def _one_lot(catalogue: Catalogue, lot: OneLot, calendar: Timeline, units: int) -> _Draft:
    line = next(line for line in catalogue.lines if line.line_id == lot.line_id)
    part = next(i for i, part in enumerate(catalogue.parts) if part.part_id == lot.part_id)
    names = [supplier.supplier_id for supplier in catalogue.suppliers]
    start, stop = day_number(lot.first), day_number(lot.last) + 1
    needed = units * line.share * _made(calendar, start, stop)
    return _Draft(
        line.site, part, names.index(catalogue.parts[part].suppliers[0]), start, stop, needed
    )


def _numbered(
    drafts: list[_Draft],
    shares: dict[tuple[int, int], float],
    calendar: Timeline,
    random: np.random.Generator,
    has_one_lot: bool,
) -> Lots:
    starts = np.array([draft.start for draft in drafts])
    ahead = random.integers(2 * DAY, 9 * DAY, size=len(drafts))
    received = starts * DAY - ahead
    order = np.argsort(received, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ordered = [drafts[index] for index in order]
    expected = np.array([draft.expected for draft in ordered])
    streams: dict[tuple[int, int], dict[int, list[int]]] = {}
    one_lot = int(place[-1]) if has_one_lot else -1
    for index, draft in enumerate(drafts[:-1] if has_one_lot else drafts):
        by_supplier = streams.setdefault((draft.site, draft.part), {})
        by_supplier.setdefault(draft.supplier, []).append(index)
    return Lots(
        lot_id=np.array([f"LT-{index + 1:05d}" for index in range(len(order))], dtype=object),
        part=np.array([draft.part for draft in ordered]),
        supplier=np.array([draft.supplier for draft in ordered]),
        site=np.array([draft.site for draft in ordered]),
        received=received[order],
        quantity=(np.ceil((expected * 1.05 + 6 * np.sqrt(expected) + 20) / 10) * 10).astype(
            np.int64
        ),
        used_until=np.array([draft.stop for draft in ordered]),
        streams={
            key: tuple(
                Stream(*key, supplier, starts[indexes], place[indexes])
                for supplier, indexes in by_supplier.items()
            )
            for key, by_supplier in streams.items()
        },
        shares=shares,
        one_lot=one_lot,
    )
