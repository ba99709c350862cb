"""Failing units beside sound ones of the same model, build time and time in service."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from domain.contingency import TwoByTwo, odds_ratio
from domain.contract import Contract
from domain.errors import NoData
from domain.intervals import Interval
from domain.records.evidence import Note
from domain.screening import benjamini_hochberg
from tools.causes.cohort import Cohort, cohort_of
from tools.causes.groups import rounded, short
from tools.causes.levels import Levels, by_lot
from tools.causes.population import PopulationQuery, day, population_of
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MOST_LEVELS = 200
"""A factor with more levels than this is not tabled here: `rank_causes` scans it."""
FEWEST = 5


class FailingQuery(PopulationQuery):
    """Which failing units, and how their controls are chosen."""

    controls_each: Annotated[int, Field(ge=1, le=10)] = 4
    """Controls for each failing unit, 1 to 10."""
    days_apart: Annotated[int, Field(ge=1, le=120)] = 14
    """Most days of build between a failing unit and its control."""
    most: Annotated[int, Field(ge=1, le=200)] = 20
    """Most failing units listed with their controls, 1 to 200."""


class MatchedSet(Contract):
    """One failing unit with its controls."""

    serial: str
    """The failing unit."""
    built_on: str
    """Day of build (UTC, ISO 8601)."""
    days_in_service: int
    """Days in service at failure."""
    controls: tuple[str, ...]
    """Units without failure, of the same model, built near it and in service at least as long."""


class LevelContrast(Contract):
    """One level of a factor among failing units and controls."""

    factor: str
    """Factor, for example `site_id` or `supplier of P-PSU`."""
    level: str
    """Its level."""
    failing: int
    """Failing units with it (count)."""
    controls: int
    """Controls with it (count)."""
    failing_share: float
    """Share of the failing units whose level is recorded (0 to 1)."""
    control_share: float
    """The same of the controls."""
    odds_ratio: Interval
    """Odds of the level among failing units over those among controls."""
    q_value: float
    """P-value after Benjamini-Hochberg over all levels listed and not listed."""


class FailingAndControls(Contract):
    """Cases and controls."""

    symptom: str
    """Symptom code."""
    failing: int
    """Failing units that found a control (count)."""
    unmatched: int
    """Failing units without one (count)."""
    controls: int
    """Different units that serve as control (count)."""
    sets: tuple[MatchedSet, ...]
    """Failing units with their controls, oldest build first."""
    contrasts: tuple[LevelContrast, ...]
    """Levels that differ most, at most 20."""


@tool(effect="read", version=2)
def failing_and_controls(query: FailingQuery, context: ToolContext) -> Found[FailingAndControls]:
    """Which units failed, and which sound units of equal age and build should be laid beside them?

    Call it to choose units for a teardown, or to see with few failures what sets them apart: each
    failing unit gets sound ones of its model, built within days of it, that have been in service at
    least as long. It does not search windows or thresholds: call `rank_causes` for that.

    Raises:
        UnknownName: a name is not known.
        NoData: no failing unit, or none with a control.
    """
    population = population_of(query, context)
    cohort = cohort_of(population, context)
    matched = _matched(cohort, query)
    sets = {place: controls for place, controls in matched.items() if len(controls)}
    if not sets:
        raise NoData(
            "no failing unit has a control",
            holds=f"{cohort.failures} units failed",
            next_step="allow more days of build between them (`days_apart`)",
        )
    contrasts = _contrasts(cohort, sets)
    result = FailingAndControls(
        symptom=population.symptom,
        failing=len(sets),
        unmatched=len(matched) - len(sets),
        controls=len({int(one) for controls in sets.values() for one in controls}),
        sets=tuple(_listed(cohort, sets, query.most)),
        contrasts=tuple(contrasts[:20]),
    )
    return Found(
        result=result,
        summary=_summary(result),
        warnings=cohort.notes + _warnings(result, query.most),
        excluded=population.excluded(context),
    )


def _matched(cohort: Cohort, query: FailingQuery) -> dict[int, "Ints"]:
    """Controls of each failing unit: nearest in time of build, then by serial."""
    model = cohort.factors["model_id"].codes
    sound = np.flatnonzero(~cohort.failed)
    order = sound[np.argsort(cohort.built[sound], kind="stable")]
    built = cohort.built[order]
    found: dict[int, Ints] = {}
    for place in np.flatnonzero(cohort.failed).tolist():
        low, high = np.searchsorted(
            built,
            [cohort.built[place] - query.days_apart, cohort.built[place] + query.days_apart + 1],
        )
        near = order[low:high]
        fits = (model[near] == model[place]) & (
            cohort.service.days[near] >= cohort.service.days[place]
        )
        near = near[fits]
        apart = np.abs(cohort.built[near] - cohort.built[place])
        found[place] = near[np.lexsort((near, apart))][: query.controls_each]
    return found


def _listed(cohort: Cohort, sets: dict[int, "Ints"], most: int) -> Iterator[MatchedSet]:
    oldest = sorted(sets, key=lambda place: (int(cohort.built[place]), cohort.serials[place]))
    for place in oldest[:most]:
        yield MatchedSet(
            serial=cohort.serials[place],
            built_on=day(cohort.built[place]).isoformat(),
            days_in_service=int(cohort.service.days[place]),
            controls=tuple(cohort.serials[one] for one in sets[place].tolist()),
        )


def _contrasts(cohort: Cohort, sets: dict[int, "Ints"]) -> list[LevelContrast]:
    cases = np.array(sorted(sets))
    controls = np.unique(np.concatenate(list(sets.values())))
    tables = [
        (name, level, table)
        for name, levels in _factors(cohort).items()
        for level, table in _tables(levels, cases, controls)
    ]
    if not tables:
        return []
    ratios = [odds_ratio(table, method="exact") for _, _, table in tables]
    adjusted = benjamini_hochberg([_fisher(table) for _, _, table in tables]).adjusted
    rows = [
        LevelContrast(
            factor=name,
            level=level,
            failing=table.events,
            controls=table.reference_events,
            failing_share=short(table.events / table.units),
            control_share=short(table.reference_events / table.reference_units),
            odds_ratio=rounded(ratio.ratio),
            q_value=short(float(q)),
        )
        for (name, level, table), ratio, q in zip(tables, ratios, adjusted, strict=True)
    ]
    rows.sort(key=lambda row: (row.q_value, -row.failing_share, row.factor, row.level))
    return rows


def _factors(cohort: Cohort) -> dict[str, Levels]:
    found = {name: levels for name, levels in cohort.factors.items() if name != "family"}
    for part_id, taken in cohort.parts.items():
        found[f"supplier of {part_id}"] = by_lot(taken, cohort.lots[part_id].supplier)
    return {name: one for name, one in found.items() if 1 < len(one.names) <= MOST_LEVELS}


def _tables(levels: Levels, cases: "Ints", controls: "Ints") -> Iterator[tuple[str, TwoByTwo]]:
    """Failing units and controls with each level, of those whose level is recorded."""
    size = len(levels.names)
    mine, theirs = levels.codes[cases], levels.codes[controls]
    counts = np.bincount(mine[mine >= 0], minlength=size)
    others = np.bincount(theirs[theirs >= 0], minlength=size)
    if not counts.sum() or not others.sum():
        return
    for code, name in enumerate(levels.names):
        if counts[code]:
            yield (
                name,
                TwoByTwo(
                    int(counts[code]), int(counts.sum()), int(others[code]), int(others.sum())
                ),
            )


def _fisher(table: TwoByTwo) -> float:
    from scipy.stats import fisher_exact

    cells = [[table.events, table.others], [table.reference_events, table.reference_others]]
    return min(1.0, float(fisher_exact(cells).pvalue))


def _summary(result: FailingAndControls) -> str:
    text = (
        f"{result.symptom}: {result.failing} failing units with {result.controls} sound controls "
        "of the same model, build days and time in service"
    )
    best = next((row for row in result.contrasts if row.q_value <= 0.05), None)
    if best is None:
        text += "; no recorded level differs beyond chance."
    else:
        text += (
            f"; {best.factor} {best.level}: {best.failing_share:.0%} of the failing, "
            f"{best.control_share:.0%} of the controls (q = {best.q_value:.2g})."
        )
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def _warnings(result: FailingAndControls, most: int) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if result.unmatched:
        found["unmatched"] = f"{result.unmatched} failing units have no control"
    if result.failing > most:
        found["list_cut"] = f"{most} of {result.failing} failing units are listed"
    if result.failing < FEWEST:
        text = f"only {result.failing} failing units: no cause follows from so few without teardown"
        found["few_failures"] = text
    return tuple(Note(code=code, text=text) for code, text in found.items())
