"""Deliveries of suppliers as arrays, with what of them can be counted."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.tool import ToolContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Texts = NDArray[np.object_]

EPOCH = date(1970, 1, 1)
NOT_RECORDED = -1


class Window(NamedTuple):
    """Days that deliveries arrived in."""

    first_on: date
    """First day."""
    last_on: date
    """Last day."""

    def before(self, days: int) -> "Window":
        """As many days just before it."""
        return Window(self.first_on - timedelta(days=days), self.first_on - timedelta(days=1))


class Deliveries(NamedTuple):
    """Deliveries in the order of supplier and arrival; arrays of one length, -1: not recorded."""

    supplier: "Texts"
    """Supplier code."""
    part: "Texts"
    """Part number; none if not recorded."""
    promised: "Ints"
    """Day of the promise (days since 1970-01-01)."""
    delivered: "Ints"
    """Day of arrival (days since 1970-01-01)."""
    quantity: "Ints"
    """Pieces (count)."""
    rejected: "Ints"
    """Pieces refused at incoming inspection (count)."""

    @property
    def due(self) -> "Bools":
        """Whether lateness can be told."""
        known: Bools = self.promised != NOT_RECORDED
        return known

    @property
    def late(self) -> "Bools":
        """Whether it came after the promised day."""
        late: Bools = self.due & (self.delivered > self.promised)
        return late

    @property
    def contradictory(self) -> "Bools":
        """Whether more was refused than came."""
        too_many: Bools = (self.rejected > self.quantity) & (self.quantity != NOT_RECORDED)
        return too_many

    @property
    def inspected(self) -> "Bools":
        """Whether rejects can be told."""
        told = (self.quantity > 0) & (self.rejected != NOT_RECORDED)
        counted: Bools = told & ~self.contradictory
        return counted

    def where(self, chosen: "Bools") -> "Deliveries":
        """Those for which the array is true."""
        return Deliveries._make(column[chosen] for column in self)

    def of(self, supplier_id: str) -> "Deliveries":
        """Those of one supplier."""
        return self.where(self.supplier == supplier_id)

    def during(self, window: Window) -> "Deliveries":
        """Those that arrived in a window."""
        first, last = day_number(window.first_on), day_number(window.last_on)
        return self.where((self.delivered >= first) & (self.delivered <= last))

    def consignments(self) -> "Deliveries":
        """One of each set of deliveries promised for one day that arrived on one day, where due."""
        import numpy as np

        due = self.where(self.due)
        if not len(due.promised):
            return due
        _, first = np.unique(np.stack([due.promised, due.delivered]), axis=1, return_index=True)
        return Deliveries._make(column[np.sort(first)] for column in due)


def deliveries_of(
    context: ToolContext,
    window: Window,
    *,
    suppliers: list[str] | None,
    parts: list[str] | None,
) -> Deliveries:
    """Deliveries of suppliers (none: of all) that arrived in a window."""
    import numpy as np

    found = context.snapshot.arrays(
        "supplier_deliveries",
        first=window.first_on,
        last=window.last_on,
        suppliers=suppliers,
        parts=parts,
    )
    numbers = (
        np.asarray(found[name], dtype=np.int64)
        for name in ("promised", "delivered", "quantity", "rejected")
    )
    return Deliveries(found["supplier_id"], found["part_id"], *numbers)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days
