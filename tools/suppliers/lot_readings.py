"""Readings on built units by the supplier's lot in them, beside units with other suppliers' lots.

Which characteristic a part governs is not recorded, so all are looked at, and only where another
supplier's lots of the same part ran at the same station in the same week: what the line does to
every unit blames nobody.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from tools.suppliers.delivery_rows import Window
from tools.tool import ToolContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Texts = NDArray[np.object_]


class LotReadings(NamedTuple):
    """Arrays of one element for each characteristic, part and lot."""

    supplier: "Texts"
    """Supplier code."""
    part: "Texts"
    """Part number."""
    characteristic: "Texts"
    """Characteristic."""
    received: "Ints"
    """Day of receipt of the lot (days since 1970-01-01)."""
    departure: "Floats"
    """Mean distance of its readings from the target beyond that of the others (its unit)."""

    def of(self, supplier_id: str) -> "LotReadings":
        """Those of one supplier."""
        return self._where(self.supplier == supplier_id)

    def series(self) -> Iterator[tuple[str, str, "LotReadings"]]:
        """Part, characteristic, and the lots of the two."""
        for part, characteristic in sorted(set(zip(self.part, self.characteristic, strict=True))):
            chosen = (self.part == part) & (self.characteristic == characteristic)
            yield part, characteristic, self._where(chosen)

    def _where(self, chosen: "Bools") -> "LotReadings":
        return LotReadings._make(column[chosen] for column in self)


def lot_readings(
    context: ToolContext, window: Window, suppliers: list[str] | None, parts: list[str] | None
) -> LotReadings:
    """Readings by lots received in a window, of suppliers (none: all) and parts (none: all)."""
    import numpy as np

    found = context.snapshot.arrays(
        "readings_by_supplied_lot",
        first=window.first_on,
        last=window.last_on,
        suppliers=suppliers,
        parts=parts,
    )
    return LotReadings(
        found["supplier_id"],
        found["part_id"],
        found["characteristic_id"],
        np.asarray(found["received"], dtype=np.int64),
        np.asarray(found["departure"], dtype=np.float64),
    )
