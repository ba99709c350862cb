"""Python values on their way into DuckDB, a column at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def text_column(values: Sequence[str | None]) -> np.ndarray[Any, Any]:
    """Texts as DuckDB takes them without pandas; None stays null."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
