"""When will it be known whether a fix works? Said, with the question, before anybody looks."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from domain.errors import InvalidArgument, NoData
from domain.power import first_day
from domain.records.evidence import Note
from tools.causes.cohort import cohort_of
from tools.causes.effect_plan import EffectPlan, Forecast
from tools.causes.groups import short
from tools.causes.known import known
from tools.causes.outlook import Check, outlook
from tools.causes.population import Population, population_of
from tools.causes.verify_effect import FARTHEST, VerifyEffectQuery, cut_in_of
from tools.causes.wording import phrase
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

FEW_FAILURES = 30
"""A rate from fewer failures may well be another."""


class PlanEffectCheckQuery(VerifyEffectQuery):
    """The question that `verify_effect` shall be asked, and how sure its answer has to be."""

    power: Annotated[float, Field(gt=0, lt=1)] = 0.8
    """Wanted probability that a fix which achieves what was asked for is judged effective (0 to 1).
    """
    judge_on: date | None = None
    """Day on which it shall be judged; none: the first day with the wanted power."""


@tool(effect="read", version=1)
def plan_effect_check(query: PlanEffectCheckQuery, context: ToolContext) -> Found[EffectPlan]:
    """On which day will there be failures enough to tell whether a fix works or not?

    Call it when a corrective action is decided, before units with it can have failed: it gives the
    power of judging by day and the complete question for `verify_effect`, to be registered before
    anybody looks. The cut-in may lie ahead. It reads what was built and failed before the cut-in
    and carries recent pace and rates forward. To judge a fix call `verify_effect`.

    Raises:
        UnknownName: a name, change or serial is not known.
        InvalidArgument: not exactly one cut-in was given, or a day of judging too early to count.
        NoData: no treated unit has time in service, or units have no sale dates.
    """
    population = population_of(query, context)
    check = _check(query, context)
    forecast, notes = _forecast(query, check, population, context)
    result = _result(query, forecast, population, context.snapshot.as_of)
    return Found(
        result=result,
        summary=_summary(result, check),
        warnings=notes + _warnings(result),
        excluded=population.excluded(context),
    )


def _check(query: PlanEffectCheckQuery, context: ToolContext) -> Check:
    cut_in = cut_in_of(query, context)
    found = Check(
        who=(
            known(query.treated, context),
            known(query.control, context) if query.control else None,
        ),
        cut_in=cut_in,
        before=(cut_in - timedelta(days=query.before_days), cut_in - timedelta(days=1)),
        mixed_days=query.mixed_days,
        months=query.months_in_service,
    )
    if query.judge_on is not None and query.judge_on <= found.after:
        raise InvalidArgument(
            f"nothing can be judged on {query.judge_on}: no unit counts before {found.after}",
            next_step="give a later day, or none to be told the first that will do",
        )
    return found


def _forecast(
    query: PlanEffectCheckQuery, check: Check, population: Population, context: ToolContext
) -> tuple[Forecast, tuple[Note, ...]]:
    if not population.timed:
        raise NoData(
            "units have no sale dates: their time in service cannot be foreseen",
            next_step="take in sale dates, or judge with `verify_effect` when units have failed",
        )
    cohort = cohort_of(population, context)
    out = outlook(cohort, check, context.snapshot.as_of, population.delay.days)
    if out.treated.exposure <= 0:
        raise NoData(
            f"no treated unit built from {check.before[0]} on has time in service",
            holds="without a rate before there is nothing to compare with",
            next_step="widen `before_days`, or name the treated units more widely",
        )
    return Forecast(out, 1 - query.minimum_effect, out.control.exposure > 0), cohort.notes


def _result(
    query: PlanEffectCheckQuery, forecast: Forecast, population: Population, as_of: date
) -> EffectPlan:
    out, beside = forecast.out, forecast.beside
    first = max(as_of, out.check.after).toordinal() + 1
    last = first + FARTHEST.days
    enough = first_day(
        lambda day: forecast.power(date.fromordinal(day)).shown, query.power, first=first, last=last
    )
    enough_on = date.fromordinal(enough) if enough else None
    judge_on = query.judge_on or enough_on
    return EffectPlan(
        symptom=population.symptom,
        feasible=enough_on is not None,
        why_not=None if enough_on else _why_not(forecast, date.fromordinal(last)),
        cut_in_on=out.check.cut_in,
        minimum_effect=query.minimum_effect,
        wanted_power=query.power,
        enough_on=enough_on,
        judge_on=judge_on,
        power=short(forecast.power(judge_on).shown) if judge_on else None,
        power_by_date=forecast.by_date(judge_on),
        query=_registered(query),
        failures_before=out.treated.failures,
        control_failures_before=out.control.failures if beside else None,
        treated_per_day=short(out.treated.per_day),
        control_per_day=short(out.control.per_day) if beside else None,
        days_to_service=out.lag_days,
        reporting_delay_days=population.delay.days,
        assumptions=forecast.assumptions(),
    )


def _registered(query: PlanEffectCheckQuery) -> dict[str, Any]:
    """The question without what only the plan is asked."""
    return query.model_dump(mode="json", exclude={"power", "judge_on"})


def _why_not(forecast: Forecast, last: date) -> str:
    out = forecast.out
    if not out.treated.failures:
        return "no treated unit built before has failed, so there is no rate that could fall"
    if forecast.beside and not out.control.failures:
        return "no control unit built before has failed: choose a wider control"
    if not out.treated.per_day:
        return "no treated units were built of late, so none will be built with the fix"
    treated, control = out.on(last, careful=True)
    expected = f"{treated.rate * treated.before:.0f} failures of treated units built before"
    if forecast.beside:
        expected += f" and {control.rate * control.before:.0f} of the control"
    return (
        f"however long one waits, {expected} (at careful rates) are too few: widen `before_days` "
        "or the units, raise `months_in_service`, ask for a larger effect, or plan again later"
    )


def _summary(result: EffectPlan, check: Check) -> str:
    aim = f"{result.minimum_effect:.0%} fewer {result.symptom} on {phrase(check.who[0])}"
    if result.feasible:
        text = (
            f"{aim} from {result.cut_in_on} on: power {result.wanted_power:g} is reached on "
            f"{result.enough_on}"
        )
    else:
        text = f"{aim}: power {result.wanted_power:g} is out of reach: {result.why_not}"
    if result.judge_on != result.enough_on:
        text += f"; on {result.judge_on} it is {result.power:.3g}"
    return text + "." if len(text) < SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def _warnings(result: EffectPlan) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    seen = [result.failures_before]
    if result.control_failures_before is None:
        found["no_control"] = "no untouched unit to compare with: season and trend count as effect"
    else:
        seen.append(result.control_failures_before)
    if min(seen) < FEW_FAILURES:
        found["rate_from_few_failures"] = (
            f"rates rest on {' and '.join(str(count) for count in seen)} failures and are taken "
            "with care: plan again when there are more"
        )
    return tuple(Note(code=code, text=text) for code, text in found.items())
