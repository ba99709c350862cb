"""Every recorded factor of a cohort: what went in, where and when it was built, what was measured.

To add one, yield it here; the screening and everything after it need no change.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from domain.records.cause import Attribute, Condition
from tools.causes.cohort import Change, Cohort
from tools.causes.conditions import in_scope
from tools.causes.factor import MOST_CELLS, MOST_CROSSED, Factor, Group, crossed
from tools.causes.levels import Levels
from tools.causes.material import material
from tools.causes.population import day
from tools.causes.thresholds import measurements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

DAYS_PER_CELL = 4
MOST_PLACES = 50
"""Sites or lines, those with most units, whose days of build are searched one by one."""


def factors_of(cohort: Cohort) -> list[Factor]:
    """Every factor that the cohort's records allow, in a fixed order."""
    found = [*material(cohort), *_places(cohort), *_product(cohort), *_changes(cohort)]
    found += [*_build_windows(cohort), *measurements(cohort)]
    return [factor for factor in found if factor.cells > 1 or factor.search == "sets"]


def _places(cohort: Cohort) -> Iterator[Factor]:
    for name in ("site_id", "line_id", "shift"):
        yield _plain(name, cohort.factors[name], "place")
    site, shift = cohort.factors["site_id"], cohort.factors["shift"]
    cells = len(site.names) * len(shift.names)
    if min(len(site.names), len(shift.names)) > 1 and cells <= MOST_CROSSED:

        def describe(first: int, _: int) -> Condition:
            at, which = divmod(first, len(shift.names))
            return Condition(site_id=site.names[at], shift=shift.names[which])

        yield Factor("shift by site", "place", "cells", crossed(site, shift), cells, describe)


def _plain(name: str, levels: Levels, group: Group) -> Factor:
    def describe(first: int, _: int) -> Condition:
        level = levels.names[first]
        if name in ("model_id", "country"):
            return Condition.model_validate({name: (level,)})
        if name.startswith("attribute:"):
            return Condition(attribute=Attribute(name=name.partition(":")[2], value=level))
        return Condition.model_validate({name: level})

    return Factor(name, group, "cells", levels.codes, len(levels.names), describe)


def _product(cohort: Cohort) -> Iterator[Factor]:
    for name, levels in cohort.factors.items():
        if name in ("model_id", "country") or name.startswith("attribute:"):
            yield _plain(name, levels, "product")


def _changes(cohort: Cohort) -> Iterator[Factor]:
    if not cohort.changes:
        return
    line, shift = cohort.factors["line_id"], cohort.factors["shift"]
    place = crossed(
        Levels(line.codes + 1, ("", *line.names)), Levels(shift.codes + 1, ("", *shift.names))
    )
    days = sorted({change.day for change in cohort.changes})
    slot = np.searchsorted(days, cohort.built, side="right")
    width = len(days) + 1
    used, known, codes = np.unique(place * width + slot, return_index=True, return_inverse=True)
    after = np.array([(used % width) > days.index(c.day) for c in cohort.changes])
    inside = after & np.array([in_scope(cohort, c)[known] for c in cohort.changes])

    def describe(first: int, _: int) -> Condition:
        return change_condition(cohort.changes[first])

    yield Factor("change", "change", "sets", codes, len(used), describe, inside)
    if len(shift.names) < 2:
        return
    by_shift = np.concatenate(
        [inside & (shift.codes[known] == one) for one in range(len(shift.names))]
    )

    def describe_shift(first: int, _: int) -> Condition:
        which, change = divmod(first, len(cohort.changes))
        found = change_condition(cohort.changes[change])
        return found.model_copy(update={"shift": shift.names[which]})

    yield Factor("change by shift", "change", "sets", codes, len(used), describe_shift, by_shift)


def change_condition(change: Change) -> Condition:
    """The units built with a change: its place, from its day on."""
    return Condition(
        change_id=change.change_id,
        site_id=change.site_id,
        line_id=change.line_id,
        model_id=(change.model_id,) if change.model_id else None,
        built_from=day(change.day),
    )


def _build_windows(cohort: Cohort) -> Iterator[Factor]:
    first, last = int(cohort.built.min()), int(cohort.built.max())
    width = max(DAYS_PER_CELL, -(-(last - first + 1) // MOST_CELLS))
    slot = (cohort.built - first) // width
    cells = int(slot.max()) + 1
    yield _build_window(slot, cells, Condition(), (first, width))
    for name in ("site_id", "line_id"):
        levels = cohort.factors[name]
        units = np.bincount(levels.codes[levels.codes >= 0], minlength=len(levels.names))
        largest = np.sort(np.argsort(-units, kind="stable")[:MOST_PLACES])
        for code in largest.tolist() if len(levels.names) > 1 else ():
            inside = np.where(levels.codes == code, slot, -1)
            where = Condition.model_validate({name: levels.names[code]})
            yield _build_window(inside, cells, where, (first, width))


def _build_window(codes: "Ints", cells: int, where: Condition, calendar: tuple[int, int]) -> Factor:
    start, width = calendar

    def describe(first: int, last: int) -> Condition:
        dates = {
            "built_from": day(start + first * width),
            "built_to": day(start + (last + 1) * width - 1),
        }
        return where.model_copy(update=dates)

    place = where.line_id or where.site_id or "all sites"
    return Factor(f"build days at {place}", "build", "window", codes, cells, describe)
