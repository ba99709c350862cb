"""Why is this symptom raised? Every recorded factor, ranked, with a verdict."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from domain.contract import Contract
from domain.records.cause import CauseVerdict, Condition, RankedCause
from domain.records.evidence import Note
from tools.causes.cohort import Cohort, cohort_of
from tools.causes.explain import Explanation, explain
from tools.causes.modes import FailureMode, failure_modes
from tools.causes.population import Population, PopulationQuery, population_of
from tools.causes.rows import ranked_rows
from tools.causes.stations import at_station
from tools.causes.verdict import WEAK, Judged, judge
from tools.causes.wording import phrase
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool


class RankCausesQuery(PopulationQuery):
    """Which symptom, on which units, and how many candidates to list."""

    most: Annotated[int, Field(ge=1, le=50)] = 12
    """Most candidates in the answer, 1 to 50."""


class RankedCauses(Contract):
    """What goes with a symptom, best first, and what may be concluded."""

    symptom: str
    """Symptom code."""
    verdict: CauseVerdict
    """Answer to "why is this symptom raised?"; `undetermined` is never forced into another."""
    reason: str
    """Why this verdict and no other."""
    ranked_causes: tuple[RankedCause, ...]
    """Causes first, then the candidates that were ruled out or did not stand out."""
    separating_test: str | None
    """The test that would separate what the data cannot; null if there is nothing to separate."""
    units: int
    """Units at risk (count)."""
    failures: int
    """Units with a claim of the symptom in the time observed (count)."""
    unit_years: float | None
    """Time in service at risk (unit-years); null: units have no sale dates and count once."""
    factors_screened: int
    """Factors (count)."""
    candidates_screened: int
    """Levels, windows, thresholds and combinations that were weighed (count)."""
    observed_to: date
    """Last day whose failures count: the last of the record less the reporting delay."""
    reporting_delay_days: int
    """Days at the end that are left out because their failures are not all reported yet."""
    findings: tuple[FailureMode, ...]
    """What was found on failed units, most frequent first: ask for one alone with `findings`."""


@tool(effect="read", version=2, seconds=60.0)
def rank_causes(query: RankCausesQuery, context: ToolContext) -> Found[RankedCauses]:
    """What do the failing units have in common that the others have not, and is it the cause?

    Call it to go from a raised symptom to its cause. Suppliers, lots, receipt windows, sites,
    lines, shifts, changes, days of build, measurements with threshold, models, markets, attributes
    and combinations are screened at equal age and season; rivals are ruled out or named as not
    separable. It needs units, claims and genealogy; that a condition goes with failures is no proof
    of mechanism: confirm it by inspection, swap or fix.

    Raises:
        UnknownName: a name is not known.
        NoData: no claims of the symptom on units in service.
    """
    population = population_of(query, context)
    cohort = cohort_of(population, context)
    explanation = explain(cohort, population)
    judged = judge(cohort, population, explanation, context)
    judged = judged._replace(
        confirmed=tuple(at_station(cause, context) for cause in judged.confirmed)
    )
    rows = ranked_rows(cohort, explanation, judged, population.claimed_part, query.most)
    result = RankedCauses(
        symptom=population.symptom,
        verdict=judged.verdict,
        reason=judged.reason,
        ranked_causes=rows,
        separating_test=judged.separating_test,
        units=cohort.units,
        failures=cohort.failures,
        unit_years=_unit_years(cohort, population),
        factors_screened=len(explanation.screened.factors),
        candidates_screened=explanation.screened.tested,
        observed_to=population.cutoff,
        reporting_delay_days=population.delay.days,
        findings=failure_modes(population, context),
    )
    return Found(
        result=result,
        summary=_summary(result, judged),
        warnings=_warnings(cohort, population, explanation),
        excluded=population.excluded(context),
        chart=_chart(rows),
    )


def _unit_years(cohort: Cohort, population: Population) -> float | None:
    if not population.timed:
        return None
    return float(f"{float((cohort.service.days * cohort.weight).sum()) / 365.25:.6g}")


def _summary(result: RankedCauses, judged: Judged) -> str:
    head = (
        f"{result.symptom}: {result.verdict.replace('_', ' ')}. {result.failures} of "
        f"{result.units} units failed; {result.candidates_screened} conditions screened. "
    )
    if judged.verdict in ("cause_found", "not_identifiable") and result.ranked_causes:
        best = result.ranked_causes[0]
        body = f"{phrase(best.condition)}: {best.failures} of {best.units} failed, "
        alone = best.interval[1] is None
        body += "of the others none" if alone else f"{best.rate_ratio:.3g} times the others' rate"
        if judged.verdict == "not_identifiable":
            body += "; not separable from another description"
    else:
        body = result.reason
    text = head + body
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def _warnings(cohort: Cohort, population: Population, explanation: Explanation) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if not population.timed:
        text = "no unit has a sale date: units count once, whatever their age"
        found["no_time_in_service"] = text
    if population.delay.source == "assumed":
        text = f"too few claims tell of the reporting delay: {population.delay.days} d assumed"
        found["reporting_delay_assumed"] = text
    if cohort.season is not None and cohort.season.marked:
        swing = f"highest over lowest month {cohort.season.swing:.1f}"
        text = f"failures follow the season ({swing}); candidates are compared at equal season"
        found["season_taken_out"] = text
    if any(cause.hold_out_p > WEAK for cause in explanation.causes):
        found["weak_on_hold_out"] = "a cause is not significant on the units held out"
    own = tuple(Note(code=code, text=text) for code, text in found.items())
    return cohort.notes + own


def _chart(rows: tuple[RankedCause, ...]) -> dict[str, Any]:
    values = [
        {
            "condition": _label(row.condition),
            "ratio": row.rate_ratio,
            "low": row.interval[0],
            "high": row.interval[1],
            "state": "ruled out" if row.ruled_out else "stands",
        }
        for row in rows
    ]
    axis = {"field": "condition", "type": "nominal", "sort": None, "title": None}
    ratio = {"field": "ratio", "type": "quantitative", "title": "rate ratio to the other units"}
    span = {"y": axis, "x": {**ratio, "field": "low"}, "x2": {"field": "high"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "Candidates, with 95 % interval",
        "data": {"values": values},
        "layer": [
            {"mark": "rule", "encoding": span},
            {"mark": "point", "encoding": {"y": axis, "x": ratio, "color": {"field": "state"}}},
        ],
    }


def _label(condition: Condition) -> str:
    return phrase(condition)[:80]
