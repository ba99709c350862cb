"""What is recorded of the units of a cohort: lots, measured values, attributes, as arrays.

Each comes as one list of places a level or characteristic, so a million rows are few objects.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.causes.levels import OTHER, Levels, Lots
from tools.tool import ToolContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Objects = NDArray[np.object_]

DAY = 86_400_000_000
"""Microseconds."""


class Asked(NamedTuple):
    """What is asked for the units of a cohort."""

    context: ToolContext
    serials: str
    """Their serials, joined."""
    size: int
    """How many they are."""
    fewest: int
    """Units that a level must have to be one."""


def parts_of(asked: Asked) -> tuple[dict[str, Levels], dict[str, Lots]]:
    """The lot of each part in each unit, and supplier and receipt of each lot.

    Lots of too few units of one supplier and day of receipt are one lot of the name `other`.
    """
    parts: dict[str, Levels] = {}
    lots: dict[str, Lots] = {}
    read = asked.context.snapshot.arrays("cause_lots", serials=asked.serials, fewest=asked.fewest)
    for part_id, rows in _blocks(read["part_id"]):
        parts[part_id] = _scattered(asked.size, {key: read[key][rows] for key in read})
        lots[part_id] = Lots(
            tuple(read["supplier_id"][rows].tolist()), tuple(read["received_on"][rows].tolist())
        )
    return parts, lots


def values_of(asked: Asked) -> tuple[dict[str, "Floats"], int]:
    """The last finite value of each characteristic, and how many are not finite."""
    import numpy as np

    found: dict[str, Floats] = {}
    left_out = 0
    read = asked.context.snapshot.arrays("cause_measurements", serials=asked.serials)
    for name, places, seen, since in zip(*read.values(), strict=True):
        finite = np.isfinite(seen)
        left_out += int((~finite).sum())
        order = _by_time(places[finite], since[finite])
        values = np.full(asked.size, np.nan)
        values[places[finite][order]] = seen[finite][order]
        found[name] = values
    return found, left_out


def attributes_of(asked: Asked, start: "Ints") -> dict[str, Levels]:
    """The value that each unit had when its service began, of attributes that differ by unit."""
    read = asked.context.snapshot.arrays(
        "cause_attributes", serials=asked.serials, fewest=asked.fewest
    )
    found: dict[str, Levels] = {}
    for name, rows in _blocks(read["name"]):
        block = {key: read[key][rows] for key in read}
        if len(block["level"]) > 1 or block["level"][0] is None:
            found[f"attribute:{name}"] = _scattered(asked.size, block, start)
    return found


def _scattered(size: int, levels: dict[str, Any], start: "Ints | None" = None) -> Levels:
    """Levels of which the places of the units are known; of dated ones, the last before a day."""
    import numpy as np

    places = np.concatenate(levels["places"])
    found = np.repeat(np.arange(len(levels["places"])), [len(one) for one in levels["places"]])
    if start is not None:
        since = np.concatenate(levels["since"])
        held = since // DAY <= start[places]
        order = _by_time(places[held], since[held])
        places, found = places[held][order], found[held][order]
    codes = np.full(size, -1, dtype=np.int64)
    codes[places] = found
    rare = np.array([name is None for name in levels["level"]])
    names = tuple(OTHER if name is None else name for name in levels["level"])
    return Levels(codes, names, int(levels["levels"][rare].sum()))


def _by_time(places: "Ints", since: "Ints") -> Any:  # noqa: ANN401  an index of any kind
    """The order in which later entries of the same unit come after earlier ones."""
    import numpy as np

    once = not len(places) or np.bincount(places).max() < 2
    return slice(None) if once else np.argsort(since, kind="stable")


def _blocks(names: "Objects") -> Iterator[tuple[str, slice]]:
    """Runs of equal names."""
    first = 0
    for name, run in groupby(names.tolist()):
        last = first + len(list(run))
        yield name, slice(first, last)
        first = last
