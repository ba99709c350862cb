"""Do the units of one condition fail more often than others? Exact, at equal age, within strata."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.intervals import Interval
from domain.rates import Incidence, rate_ratio
from domain.records.cause import Condition
from domain.records.evidence import Note
from tools.causes.cohort import Cohort, cohort_of
from tools.causes.conditions import mask_of
from tools.causes.groups import (
    GroupRate,
    Stratified,
    StratumName,
    group_rate,
    incidence,
    rounded,
    short,
    stratified,
)
from tools.causes.known import known
from tools.causes.population import PopulationQuery, population_of
from tools.causes.wording import phrase, written
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

Comparison = Literal["raised", "lowered", "no_difference_shown", "reversed_within_strata"]
SHOWN = 0.05
"""P-value up to which a difference counts as shown."""
FEW = 5


class CompareRatesQuery(PopulationQuery):
    """Which condition, against whom, and what to hold equal."""

    condition: Condition
    """What the units in question have in common, for example {"site_id": "MTY", "shift": "B"}."""
    against: Condition | None = None
    """What the units compared with have in common; none: all others."""
    within: Annotated[tuple[StratumName, ...], Field(max_length=2)] = ()
    """Factors to hold equal (Mantel-Haenszel), at most two, for example `site_id`."""


class RateComparison(Contract):
    """Two groups compared."""

    symptom: str
    """Symptom code."""
    group: GroupRate
    """The units that meet the condition."""
    reference: GroupRate
    """The units compared with."""
    ratio: Interval
    """Failures over expected of the group over the same of the reference, exact (1: equal)."""
    p_value: float
    """Two-sided exact p-value of equal rates."""
    crude_ratio: Interval | None
    """Ratio of failures per unit-year, without regard to age; null where there are no times."""
    pooled: Stratified | None
    """The ratio within strata; null if none were asked for, or none holds both groups."""
    verdict: Comparison
    """`reversed_within_strata`: the strata say the opposite of the whole (Simpson's paradox)."""


@tool(effect="read", version=2)
def compare_rates(query: CompareRatesQuery, context: ToolContext) -> Found[RateComparison]:
    """Do units of one condition fail more often than others, at equal age and within strata?

    Call it to test one hypothesis: a supplier against another, a lot against the rest, a line after
    a change. Name in `within` what else differs between the groups (site, model), or a supplier
    that serves the harder site looks worse than it is. To search for causes call `rank_causes`; to
    judge a fix call `verify_effect`.

    Raises:
        UnknownName: a name is not known.
        NoData: no claims of the symptom, or a group without time in service.
        InvalidArgument: both groups are the same units.
    """
    population = population_of(query, context)
    condition = known(query.condition, context)
    against = known(query.against, context) if query.against else None
    cohort = cohort_of(population, context)
    masks = _masks(cohort, condition, against)
    mine, theirs = incidence(cohort, masks[0]), incidence(cohort, masks[1])
    rates = tuple(group_rate(cohort, mask, population.timed) for mask in masks)
    _require_exposure(mine, theirs)
    found = rate_ratio(mine, theirs)
    pooled = stratified(cohort, *masks, query.within) if query.within else None
    result = RateComparison(
        symptom=population.symptom,
        group=rates[0],
        reference=rates[1],
        ratio=rounded(found.ratio),
        p_value=short(found.p_value),
        crude_ratio=_crude(*rates),
        pooled=pooled,
        verdict=_verdict(found.ratio, found.p_value, pooled),
    )
    return Found(
        result=result,
        summary=_summary(result, condition, query.within),
        warnings=cohort.notes + _warnings(result, query.within),
        excluded=population.excluded(context),
    )


def _masks(
    cohort: Cohort, condition: Condition, against: Condition | None
) -> tuple["Bools", "Bools"]:
    group = mask_of(cohort, condition)
    reference = ~group if against is None else mask_of(cohort, against) & ~group
    if against is not None and group.any() and not reference.any():
        raise InvalidArgument(
            "no unit meets `against` without meeting the condition too",
            next_step="leave `against` out, or name other units",
        )
    return group, reference


def _require_exposure(mine: Incidence, theirs: Incidence) -> None:
    if min(mine.exposure, theirs.exposure) <= 0:
        raise NoData(
            "in the families of one of the groups nothing failed",
            holds="there is nothing to compare it with",
            next_step="ask about one family only",
        )


def _crude(group: GroupRate, reference: GroupRate) -> Interval | None:
    if group.unit_years is None or reference.unit_years is None:
        return None
    mine = Incidence(group.failures, group.unit_years)
    return rounded(rate_ratio(mine, Incidence(reference.failures, reference.unit_years)).ratio)


def _verdict(ratio: Interval, p_value: float, pooled: Stratified | None) -> Comparison:
    whole = 1.0 if ratio.estimate is None else ratio.estimate - 1
    if pooled is not None and pooled.ratio.estimate is not None:
        inner = pooled.ratio.estimate - 1
        if whole * inner < 0 and p_value <= SHOWN:
            return "reversed_within_strata"
        whole, p_value = inner, pooled.p_value
    if p_value > SHOWN:
        return "no_difference_shown"
    return "raised" if whole > 0 else "lowered"


def _summary(result: RateComparison, condition: Condition, within: tuple[StratumName, ...]) -> str:
    group, reference = result.group, result.reference
    text = (
        f"{result.symptom}, {phrase(condition)}: {group.failures} of {group.units} units failed, "
        f"compared with {reference.failures} of {reference.units}; at equal age ratio "
        f"{written(result.ratio)}, p = {result.p_value:.2g}"
    )
    if result.pooled is not None:
        text += f"; within {' and '.join(within)} {written(result.pooled.ratio)}"
    text += f": {result.verdict.replace('_', ' ')}."
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def _warnings(result: RateComparison, within: tuple[StratumName, ...]) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if result.group.failures < FEW:
        text = f"only {result.group.failures} failures in the group: no cause follows from so few"
        found["few_failures"] = text
    if within and result.pooled is None:
        found["no_common_stratum"] = "no stratum holds both groups: they cannot be told apart"
    if result.pooled is not None and (result.pooled.homogeneity_p or 1.0) <= SHOWN:
        found["ratio_differs_by_stratum"] = "the ratio differs by stratum: read the strata"
    if result.verdict == "reversed_within_strata":
        text = "the whole says the opposite of its strata: the groups differ in what they serve"
        found["simpson"] = text
    return tuple(Note(code=code, text=text) for code, text in found.items())
