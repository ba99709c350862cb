"""What a factor is: units sorted into cells, and the candidates that cells make.

Candidates are cells, runs of neighbouring cells, or sets of cells. That is all the screening has to
know of suppliers, days and values.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from domain.records.cause import Condition
from tools.causes.levels import Levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

Search = Literal["cells", "window", "low", "high", "sets"]
Group = Literal["lots", "supplier", "place", "change", "build", "measurement", "product"]
MOST_CELLS = 150
"""Cells of a window search; more neighbouring lots or days are joined."""
MOST_CROSSED = 5_000
"""Pairs of levels beyond which two factors are not crossed."""


class Factor(NamedTuple):
    """One recorded factor."""

    name: str
    """What it is, for example `lot window S-0101 P-PSU`."""
    group: Group
    """Factors of a group share its part of the error probability."""
    search: Search
    """What its candidates are."""
    codes: "Ints"
    """Cell of each unit; -1: none."""
    cells: int
    """Number of cells."""
    describe: Callable[[int, int], Condition]
    """The condition of cells first to last (for sets: of the set with that index)."""
    sets: "Bools | None" = None
    """Cells of each set, sets by cells."""
    part_id: str | None = None
    """The part that it speaks of."""
    weight: float = 1.0
    """Weight within its group."""
    left: float = 0.0
    """How far the values of a measurement left their usual range, 0 to 1."""
    edge: int | None = None
    """Cells between the far end of a measurement and its usual range, the last of them (from 0)."""


def members(factor: Factor, first: int, last: int) -> "Bools":
    """The units of cells first to last, or of the set `first`."""
    if factor.sets is not None:
        chosen = np.append(factor.sets[first], False)
        return np.asarray(chosen[factor.codes])
    return (factor.codes >= first) & (factor.codes <= last)


def crossed(one: Levels, other: Levels) -> "Ints":
    """Every pair of levels as one cell; -1 where one of the two is not recorded."""
    known = (one.codes >= 0) & (other.codes >= 0)
    return np.where(known, one.codes * len(other.names) + other.codes, -1)
