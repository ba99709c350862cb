"""Two suppliers side by side, within each part: who makes the harder part looks worse otherwise."""

from itertools import combinations
from typing import Literal

from domain.contingency import TwoByTwo
from domain.contract import Contract
from domain.stratification import PooledRatio, mantel_haenszel
from tools.suppliers.delivery_rows import Deliveries

MOST_COMPARED = 6
"""Suppliers of a question up to which every pair is compared (count)."""


class PartComparison(Contract):
    """One part that both deliver."""

    part: str
    """Part number."""
    events: int
    """Rejected pieces, or late deliveries, of the supplier (count)."""
    total: int
    """Its received pieces, or deliveries with a promise (count)."""
    reference_events: int
    """The same of the other (count)."""
    reference_total: int
    """The same of the other (count)."""


class SupplierComparison(Contract):
    """A supplier against another one."""

    supplier_id: str
    """The supplier."""
    reference_id: str
    """The one that it is compared with."""
    by: Literal["rejects", "lateness"]
    """rejects: odds of a piece being refused. lateness: odds of a delivery being late, where no
    rejects are recorded for both."""
    verdict: Literal["worse", "better", "not_shown", "not_comparable"]
    """By the ratio within parts; not_shown: its interval holds 1. not_comparable: no part in
    common."""
    reversed_by_parts: bool
    """Whether the ratio within parts points the other way than the crude one."""
    ratio: PooledRatio | None
    """Odds ratio pooled within the parts in common, with the crude one of the same deliveries;
    null: no part in common."""
    parts: tuple[PartComparison, ...]
    """The parts in common."""
    own_parts_only: int
    """Parts that only one of the two delivers, which say nothing here (count)."""


def comparisons(
    rows: Deliveries, suppliers: list[str], level: float
) -> tuple[SupplierComparison, ...]:
    """Every pair of a few suppliers; none where there are too many."""
    if not 2 <= len(suppliers) <= MOST_COMPARED:
        return ()
    return tuple(
        _compared(rows.of(one), rows.of(other), (one, other), level)
        for one, other in combinations(suppliers, 2)
    )


def _compared(
    own: Deliveries, other: Deliveries, names: tuple[str, str], level: float
) -> SupplierComparison:
    by: Literal["rejects", "lateness"] = "rejects"
    if not (own.inspected.any() and other.inspected.any()):
        by = "lateness"
    counts, reference = _by_part(own, by), _by_part(other, by)
    shared = sorted(counts.keys() & reference.keys())
    ratio = None
    if shared:
        tables = [TwoByTwo(*counts[part], *reference[part]) for part in shared]
        ratio = mantel_haenszel(tables, level=level)
    return SupplierComparison(
        supplier_id=names[0],
        reference_id=names[1],
        by=by,
        verdict=_verdict(ratio),
        reversed_by_parts=_reversed(ratio),
        ratio=ratio,
        parts=tuple(_part(part, counts[part], reference[part]) for part in shared),
        own_parts_only=len(counts.keys() ^ reference.keys()),
    )


def _by_part(rows: Deliveries, by: Literal["rejects", "lateness"]) -> dict[str, tuple[int, int]]:
    """Events and total by part."""
    rows = rows.where(rows.inspected if by == "rejects" else rows.due)
    events = rows.rejected if by == "rejects" else rows.late
    found: dict[str, tuple[int, int]] = {}
    for part in sorted({one for one in rows.part.tolist() if one is not None}):
        inside = rows.part == part
        total = int(rows.quantity[inside].sum()) if by == "rejects" else int(inside.sum())
        found[part] = (int(events[inside].sum()), total)
    return found


def _part(part: str, own: tuple[int, int], other: tuple[int, int]) -> PartComparison:
    return PartComparison(
        part=part,
        events=own[0],
        total=own[1],
        reference_events=other[0],
        reference_total=other[1],
    )


def _verdict(
    ratio: PooledRatio | None,
) -> Literal["worse", "better", "not_shown", "not_comparable"]:
    if ratio is None:
        return "not_comparable"
    if ratio.ratio.estimate is not None and ratio.ratio.low > 1:
        return "worse"
    if ratio.ratio.high is not None and ratio.ratio.high < 1:
        return "better"
    return "not_shown"


def _reversed(ratio: PooledRatio | None) -> bool:
    if ratio is None or not ratio.ratio.estimate or not ratio.crude.estimate:
        return False
    return (ratio.ratio.estimate - 1) * (ratio.crude.estimate - 1) < 0
