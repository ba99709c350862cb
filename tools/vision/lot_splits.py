"""Rejects by lot: each lot in use now beside the other units of the same weeks."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from domain.contingency import TwoByTwo
from domain.records.station import LotSplit
from tools.tool import ToolContext
from tools.vision.station_days import Windows

FEWEST = 10
"""Units of a lot now below which it is not tested (count): each test costs all others power."""


class _Count(NamedTuple):
    failed: int
    units: int


_Weeks = dict[int, _Count]


def lot_splits(station_id: str, of: Windows, context: ToolContext) -> tuple[LotSplit, ...]:
    """Lots with enough units at the station now, in order of their names."""
    rows = context.snapshot.query(
        "rejects_by_lot_and_week", station_id=station_id, first_on=of.since, last_on=of.last
    ).dicts()
    here: dict[tuple[str, str], _Weeks] = defaultdict(dict)
    there: dict[tuple[str, str], _Weeks] = defaultdict(dict)
    for row in rows:
        side = here if row["here"] else there
        count = _Count(int(row["failed"]), int(row["units"]))
        side[row["part_id"], row["lot_id"]][int(row["week"])] = count
    return tuple(
        _split(key, here, there)
        for key, weeks in sorted(here.items())
        if sum(one.units for one in weeks.values()) >= FEWEST
    )


def _split(
    key: tuple[str, str],
    here: dict[tuple[str, str], _Weeks],
    there: dict[tuple[str, str], _Weeks],
) -> LotSplit:
    part_id, lot_id = key
    others = [weeks for other, weeks in here.items() if other[0] == part_id and other != key]
    strata = tuple(
        _table(count, [weeks[week] for weeks in others if week in weeks])
        for week, count in here[key].items()
    )
    return LotSplit(lot_id, part_id, strata, _elsewhere(key, there))


def _elsewhere(key: tuple[str, str], there: dict[tuple[str, str], _Weeks]) -> TwoByTwo | None:
    """The same lot at other stations beside the other lots of its part there."""
    if key not in there:
        return None
    others = [
        count
        for other, weeks in there.items()
        if other[0] == key[0] and other != key
        for count in weeks.values()
    ]
    return _table(_summed(there[key].values()), others)


def _table(count: _Count, others: Iterable[_Count]) -> TwoByTwo:
    rest = _summed(others)
    return TwoByTwo(count.failed, count.units, rest.failed, rest.units)


def _summed(counts: Iterable[_Count]) -> _Count:
    some = list(counts)
    return _Count(sum(one.failed for one in some), sum(one.units for one in some))
