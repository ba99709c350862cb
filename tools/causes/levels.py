"""Factors as levels: which of a few names each unit bears, with rare ones put together.

A category may have a million values, such as a board's own number; what one unit alone bears cannot
be compared, and must cost nothing.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Objects = NDArray[np.object_]

OTHER = "other"
"""Name of the level that rare values are put together in."""


class Levels(NamedTuple):
    """A recorded factor: the level of each unit."""

    codes: "Ints"
    """Index of its name, by unit; -1: not recorded."""
    names: tuple[str, ...]
    """Names of the levels."""
    pooled: int = 0
    """Values that are too rare to be levels of their own and bear the name `other` (count)."""


class Lots(NamedTuple):
    """Received lots of one part; codes of `Levels` are indexes into these."""

    supplier: tuple[str | None, ...]
    """Supplier of each lot."""
    received: tuple[int | None, ...]
    """Day of receipt (days since 1970-01-01)."""


def levels_of(values: "Objects", fewest: int) -> Levels:
    """Codes and names of the values of all units; rare ones become one level."""
    import numpy as np

    names = sorted(set(values) - {None})
    places: dict[str | None, int] = {name: place for place, name in enumerate(names)}
    places[None] = -1
    codes = np.fromiter(map(places.__getitem__, values), np.int64, len(values))
    units = np.bincount(codes[codes >= 0], minlength=len(names))
    rare = units < fewest
    if not rare.any():
        return Levels(codes, tuple(names))
    kept = [name for name, few in zip(names, rare.tolist(), strict=True) if not few]
    place = np.where(rare, len(kept), np.cumsum(~rare) - 1)
    return Levels(np.append(place, -1)[codes], (*kept, OTHER), int(rare.sum()))


def by_lot(taken: Levels, values: tuple[str | None, ...]) -> Levels:
    """A property of the lot of one part, such as its supplier, by unit."""
    import numpy as np

    names = sorted({value for value in values if value is not None})
    places: dict[str | None, int] = {name: place for place, name in enumerate(names)}
    codes = [places.get(value, -1) for value in values]
    return Levels(np.array([*codes, -1])[taken.codes], tuple(names))
