"""Heat maps as they leave a server: a name made of their content, and a coarse grid of them.

The scale is the same for every picture. A map stretched to its own least and most would make every
good part glow.
"""

import hashlib
from typing import TYPE_CHECKING

from services.vision.contract import HeatMap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRID = 16
"""Most cells of the coarse map along one side (count)."""
PREFIX = "heat:"


def heat_map(values: "NDArray[np.uint8]") -> HeatMap:
    """A map by the hash of its values, with the largest value of each cell of a coarse grid.

    Args:
        values: height × width, 0 to 255 on a fixed scale.
    """
    height, width = values.shape
    rows, columns = -(-height // GRID), -(-width // GRID)
    cells = tuple(
        tuple(int(values[y : y + rows, x : x + columns].max()) for x in range(0, width, columns))
        for y in range(0, height, rows)
    )
    name = hashlib.sha256(f"{values.shape}".encode() + values.tobytes()).hexdigest()
    return HeatMap(ref=f"{PREFIX}{name}", cells=cells)
