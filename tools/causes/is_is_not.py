"""Where the problem is, and where it could be but is not: the problem description of an 8D."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from domain.contract import Contract
from domain.intervals import Interval
from domain.rates import Incidence, rate_ratio
from domain.records.evidence import Note
from domain.screening import benjamini_hochberg
from tools.causes.cohort import Cohort, cohort_of
from tools.causes.groups import rounded, short
from tools.causes.levels import Levels, by_lot
from tools.causes.population import PopulationQuery, day, population_of
from tools.causes.weigh import Ground, tally
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

Question = Literal["what", "where", "when"]
Side = Literal["is", "is_not", "unclear"]
QUESTIONS: dict[str, Question] = {
    "model_id": "what",
    "site_id": "where",
    "line_id": "where",
    "country": "where",
    "shift": "when",
    "build month": "when",
}
FEWEST_EXPECTED = 3.0
"""Failures to be expected of a level below which its silence says nothing (count)."""
MOST_LEVELS = 60
SHOWN = 0.05


class LevelRow(Contract):
    """One level of a dimension."""

    question: Question
    """what, where or when."""
    dimension: str
    """Dimension, for example `site_id` or `supplier of P-PSU`."""
    level: str
    """Its level."""
    side: Side
    """is: the rate is raised there. is_not: failures were to be expected and are fewer. unclear:
    neither is shown."""
    failures: int
    """Failures seen (count)."""
    expected: float
    """Failures expected by age, family and season if the level made no difference (count)."""
    ratio: Interval
    """Rate of the level over that of all others, exact."""
    q_value: float
    """P-value after Benjamini-Hochberg over all levels."""


class IsIsNot(Contract):
    """The problem, bounded."""

    symptom: str
    """Symptom code."""
    units: int
    """Units at risk (count)."""
    failures: int
    """Failed units (count): how big."""
    per_1000_unit_years: float | None
    """Failures per 1,000 unit-years; null: units have no sale dates."""
    rows: tuple[LevelRow, ...]
    """Every level, by dimension, most raised first."""


@tool(effect="read", version=2)
def is_is_not(query: PopulationQuery, context: ToolContext) -> Found[IsIsNot]:
    """What, where and when is the problem, and where could it be but is not?

    Call it to describe a problem (8D step D2) before asking for causes: a good cause explains both
    columns. Levels are compared at equal age and season. It tests one dimension at a time: for
    combinations, windows and thresholds call `rank_causes`.

    Raises:
        UnknownName: a name is not known.
        NoData: no claims of the symptom on units in service.
    """
    population = population_of(query, context)
    cohort = cohort_of(population, context)
    rows = _rows(cohort)
    years = float((cohort.service.days * cohort.weight).sum()) / 365.25
    result = IsIsNot(
        symptom=population.symptom,
        units=cohort.units,
        failures=cohort.failures,
        per_1000_unit_years=short(1000 * cohort.failures / years) if population.timed else None,
        rows=tuple(rows),
    )
    return Found(
        result=result,
        summary=_summary(result),
        warnings=cohort.notes + _warnings(cohort),
        excluded=population.excluded(context),
    )


def _rows(cohort: Cohort) -> list[LevelRow]:
    ground = Ground(cohort.failed, cohort.expected)
    found = [
        (dimension, level, *_pair(ground, mask))
        for dimension, levels in _dimensions(cohort).items()
        for level, mask in _masks(levels)
        if ground.expected[mask].sum() > 0 and ground.expected[~mask].sum() > 0
    ]
    if not found:
        return []
    ratios = [rate_ratio(mine, others) for _, _, mine, others in found]
    adjusted = benjamini_hochberg([ratio.p_value for ratio in ratios]).adjusted
    rows = [
        LevelRow(
            question=QUESTIONS.get(dimension, "what"),
            dimension=dimension,
            level=level,
            side=_side(mine, ratio.ratio, float(q)),
            failures=mine.events,
            expected=short(mine.exposure),
            ratio=rounded(ratio.ratio),
            q_value=short(float(q)),
        )
        for (dimension, level, mine, _), ratio, q in zip(found, ratios, adjusted, strict=True)
    ]
    order = list(_dimensions(cohort))
    rows.sort(key=lambda row: (order.index(row.dimension), -row.failures / row.expected, row.level))
    return rows


def _pair(ground: Ground, mask: "Bools") -> tuple[Incidence, Incidence]:
    return tally(ground, mask), tally(ground, ~mask)


def _side(mine: Incidence, ratio: Interval, q_value: float) -> Side:
    if q_value > SHOWN:
        return "unclear"
    if ratio.estimate is None or ratio.estimate > 1:
        return "is"
    return "is_not" if mine.exposure >= FEWEST_EXPECTED else "unclear"


def _dimensions(cohort: Cohort) -> dict[str, Levels]:
    found = {name: cohort.factors[name] for name in QUESTIONS if name in cohort.factors}
    found["build month"] = _build_months(cohort)
    for name, levels in cohort.factors.items():
        if name.startswith("attribute:"):
            found[name.partition(":")[2]] = levels
    for part_id, taken in cohort.parts.items():
        found[f"supplier of {part_id}"] = by_lot(taken, cohort.lots[part_id].supplier)
    return {name: one for name, one in found.items() if 1 < len(one.names) <= MOST_LEVELS}


def _build_months(cohort: Cohort) -> Levels:
    days, places = np.unique(cohort.built, return_inverse=True)
    months = [day(one).strftime("%Y-%m") for one in days.tolist()]
    names = tuple(sorted(set(months)))
    codes = np.array([names.index(month) for month in months])
    return Levels(codes[places], names)


def _masks(levels: Levels) -> Iterator[tuple[str, "Bools"]]:
    for code, name in enumerate(levels.names):
        yield name, levels.codes == code


def _summary(result: IsIsNot) -> str:
    sides = {
        side: [f"{row.level} ({row.dimension})" for row in result.rows if row.side == side][:5]
        for side in ("is", "is_not")
    }
    text = (
        f"{result.symptom}: {result.failures} of {result.units} units failed. "
        f"IS: {', '.join(sides['is']) or 'no level stands out'}. "
        f"IS NOT: {', '.join(sides['is_not']) or 'no level is shown to be spared'}."
    )
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def _warnings(cohort: Cohort) -> tuple[Note, ...]:
    if cohort.season is None or not cohort.season.marked:
        return ()
    text = (
        f"failures follow the season ({cohort.season.swing:.1f} from low to high); taken out here"
    )
    return (Note(code="season_taken_out", text=text),)
