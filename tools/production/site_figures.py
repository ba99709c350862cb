"""What the digest of a site shows: output and first-pass yield by shift, defects, gaps, gauges."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.contract import Contract
from domain.intervals import Interval, binomial_interval
from domain.records.alarm import Alarm
from tools.production.factory_alarms import Defect, day_of
from tools.production.factory_days import FactoryDays, Place, ShareDays

if TYPE_CHECKING:
    from tools.production.factory_days import Days

MOST_DEFECTS = 5
SILENT = 7.0
"""Inspections or readings expected since the last one, from which their lack is a gap (count)."""


class Output(Contract):
    """Units of a place over the days of the digest."""

    built: int
    """Units built (count)."""
    inspected: int
    """Units first inspected, with a verdict (count); 0: none, which is no yield of zero."""
    passed: int
    """Units of these that passed their first inspection at every station (count)."""
    first_pass_yield: Interval
    """Passed over inspected, 0 to 1, with its 95 % interval; no estimate without inspections."""


class ShiftFigures(Contract):
    """One shift of one line."""

    line_id: str
    """Line."""
    shift: str
    """Shift."""
    output: Output
    """Its units."""


class DefectCount(Contract):
    """A defect code and how often it was found."""

    code: str
    """Defect code."""
    name: str
    """Its name."""
    safety_critical: bool
    """Whether it stands for danger."""
    units: int
    """Units that failed a first inspection with it (count)."""


class Gap(Contract):
    """A line that builds units of which nothing is recorded: not known, which is not zero."""

    site_id: str
    """Site."""
    line_id: str
    """Line."""
    station_id: str | None
    """Station; null for inspections."""
    missing: str
    """`inspections`, or the characteristic whose readings are missing."""
    last_on: date | None
    """Last day on which it was recorded (UTC); null: not in the whole window."""
    built: int
    """Units that the line built after that day (count)."""


class SiteFigures(Contract):
    """One site over the days of the digest."""

    site_id: str
    """Site."""
    name: str | None
    """Its name; null: not recorded."""
    region: str | None
    """Its region; null: not recorded."""
    output: Output
    """Its units."""
    shifts: tuple[ShiftFigures, ...]
    """The same by line and shift."""
    defects: tuple[DefectCount, ...]
    """The five most frequent defects of units that failed."""
    alarms: tuple[str, ...]
    """Keys of its alarms."""
    gaps: tuple[Gap, ...]
    """What is not recorded."""
    gauges_unfit: tuple[str, ...]
    """Characteristics measured there whose gauge a study found unfit."""


class Beside(NamedTuple):
    """What else is known of the sites."""

    named: dict[str, tuple[str | None, str | None]]
    """Name and region by site."""
    defects: tuple[Defect, ...]
    """Units with their defect codes."""
    alarms: tuple[Alarm, ...]
    """All alarms."""
    unfit: tuple[str, ...]
    """Characteristics whose gauge is unfit."""


class Stretch(NamedTuple):
    """Days of the digest, both ends included (days since 1970-01-01)."""

    first: int
    """First day."""
    last: int
    """Last day."""


def site_figures(factory: FactoryDays, stretch: Stretch, beside: Beside) -> tuple[SiteFigures, ...]:
    """Figures of every site that built or inspected in the window, in alphabetical order."""
    gaps = gaps_of(factory, stretch.last)
    sites = sorted(place.site_id for place in factory.shares if place.level == "site")
    return tuple(_site(site, factory, stretch, (beside, gaps)) for site in sites)


def _site(
    site: str, factory: FactoryDays, stretch: Stretch, more: tuple[Beside, tuple[Gap, ...]]
) -> SiteFigures:
    beside, gaps = more
    name, region = beside.named.get(site, (None, None))
    own = {place: days for place, days in factory.shares.items() if place.site_id == site}
    measured = {place.characteristic_id for place in factory.means if place.site_id == site}
    return SiteFigures(
        site_id=site,
        name=name,
        region=region,
        output=_output(own[Place(site)], stretch),
        shifts=tuple(
            ShiftFigures(
                line_id=place.line_id or "",
                shift=place.shift or "",
                output=_output(days, stretch),
            )
            for place, days in sorted(own.items(), key=lambda one: one[0].key)
            if place.level == "shift"
        ),
        defects=_top(one for one in beside.defects if _counts(one, site, stretch)),
        alarms=tuple(one.key for one in beside.alarms if one.where.site_id == site),
        gaps=tuple(one for one in gaps if one.site_id == site),
        gauges_unfit=tuple(name for name in beside.unfit if name in measured),
    )


def _counts(defect: Defect, site: str, stretch: Stretch) -> bool:
    here = defect.place.site_id == site and bool(defect.code)
    return here and stretch.first <= defect.day <= stretch.last


def _output(days: ShareDays, stretch: Stretch) -> Output:
    some = (days.day >= stretch.first) & (days.day <= stretch.last)
    inspected, failed = int(days.inspected[some].sum()), int(days.failed[some].sum())
    return Output(
        built=int(days.built[some].sum()),
        inspected=inspected,
        passed=inspected - failed,
        first_pass_yield=binomial_interval(inspected - failed, inspected)
        if inspected
        else Interval(estimate=None, low=0.0, high=1.0, level=0.95),
    )


def _top(defects: Iterable[Defect]) -> tuple[DefectCount, ...]:
    found: dict[str, DefectCount] = {}
    for one in defects:
        before = found[one.code].units if one.code in found else 0
        found[one.code] = DefectCount(
            code=one.code,
            name=one.name,
            safety_critical=one.safety_critical,
            units=before + one.units,
        )
    order = sorted(found.values(), key=lambda one: (-one.units, one.code))
    return tuple(order[:MOST_DEFECTS])


def gaps_of(factory: FactoryDays, last: int) -> tuple[Gap, ...]:
    """Lines that build while inspections or a characteristic of theirs fell silent.

    Silent is what brought nothing since a day though, by its share of the units built until then,
    seven or more records were to be expected. Chance does that once in a thousand.

    Args:
        factory: the days of the window.
        last: its last day.
    """
    found = []
    for place, days in factory.shares.items():
        if place.level == "line":
            gap = _gap(place, days, days.day, days.inspected)
            found += [gap] if gap else []
    for place, read in factory.means.items():
        line = factory.shares.get(Place(place.site_id, place.line_id))
        if place.level == "line" and line is not None:
            gap = _gap(place, line, read.day, read.daily.readings)
            found += [gap] if gap else []
    return tuple(sorted(found, key=lambda gap: (gap.site_id, gap.line_id, gap.missing)))


def _gap(place: Place, line: ShareDays, day: "Days", records: "Days") -> Gap | None:
    seen = day[records > 0]
    recorded = int(seen[-1]) if len(seen) else None
    before = line.day <= recorded if recorded is not None else np.zeros(len(line.day), dtype=bool)
    built_before, built = int(line.built[before].sum()), int(line.built[~before].sum())
    share = min(1.0, int(records.sum()) / built_before) if built_before else 1.0
    if built * share < SILENT:
        return None
    return Gap(
        site_id=place.site_id,
        line_id=place.line_id or "",
        station_id=place.station_id,
        missing=place.characteristic_id or "inspections",
        last_on=None if recorded is None else day_of(recorded),
        built=built,
    )
