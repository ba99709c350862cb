"""Did the fix work? Units built after the cut-in against those before, beside a control."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData, UnknownName
from domain.intervals import Interval
from domain.records.cause import Condition
from domain.records.evidence import Note
from domain.records.finding import FixVerdict
from domain.verification import FixJudgement, judge_fix
from tools.causes.arms import Arm, Arms, Window, arms_of
from tools.causes.cohort import cohort_of
from tools.causes.groups import rounded, short
from tools.causes.known import change_day, known
from tools.causes.population import PopulationQuery, population_of
from tools.causes.wording import phrase, written
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

FARTHEST = timedelta(days=3650)


class VerifyEffectQuery(PopulationQuery):
    """Which fix, where, since when, and what it was asked to achieve; say so before looking."""

    treated: Condition
    """Units that the fix concerns, without its date, for example {"line_id": "QDA-L1"}."""
    control: Condition | None = None
    """Units that it does not concern, from the same time; none: all others of the same families."""
    change_id: str | None = None
    """The recorded change; its date is the cut-in."""
    cut_in_on: date | None = None
    """First day of build with the fix (UTC), where no change is recorded."""
    cut_in_serial: str | None = None
    """First unit with the fix; the day on which it was built is the cut-in."""
    before_days: Annotated[int, Field(ge=14, le=1095)] = 180
    """Days of build before the cut-in that are compared."""
    mixed_days: Annotated[int, Field(ge=0, le=120)] = 0
    """Days after the cut-in left out, for old stock used up beside the new."""
    months_in_service: Annotated[int, Field(ge=1, le=60)] = 6
    """Age up to which failures count, the same before and after (months)."""
    minimum_effect: Annotated[float, Field(gt=0, lt=1)] = 0.4
    """Reduction that was asked for, as a share: 0.4 for 40 % fewer failures."""


class FixEffect(Contract):
    """What the fix did."""

    symptom: str
    """Symptom code."""
    verdict: FixVerdict
    """effective, not_effective or undetermined; never forced."""
    rate_ratio: Interval
    """Rate after over before, less what the control did (1: no effect)."""
    p_value: float
    """Two-sided p-value of no effect."""
    naive_ratio: Interval
    """Rate after over before of the treated units alone; it credits every trend to the fix."""
    control_ratio: Interval | None
    """The same of the control; null without one."""
    minimum_effect: float
    """Reduction that was asked for (share)."""
    reached: bool
    """Whether the best estimate reaches it."""
    cut_in_on: date
    """First day of build with the fix."""
    before: tuple[date, date]
    """First and last day of build before."""
    after: tuple[date, date]
    """First and last day of build after."""
    months_in_service: int
    """Age up to which failures counted (months)."""
    treated_before: Arm
    """Treated units built before."""
    treated_after: Arm
    """Treated units built after."""
    control_before: Arm | None
    """Control units built before; null without a control."""
    control_after: Arm | None
    """Control units built after; null without a control."""
    enough_on: date | None
    """Day by which, at this pace, an undetermined case would be settled; null: settled already,
    or not to be settled by waiting."""


@tool(effect="read", version=2)
def verify_effect(query: VerifyEffectQuery, context: ToolContext) -> Found[FixEffect]:
    """Did a corrective action lower the failure rate, or would it have fallen anyway?

    Call it when units built with the fix have been in service for a while, with the reduction that
    was asked for stated beforehand. Units built after the cut-in are compared with those before up
    to the same age, less what untouched units did in the same time. Too few failures give
    `undetermined` with the day on which there will be enough. To look for causes call
    `rank_causes`.

    Raises:
        UnknownName: a name, change or serial is not known.
        InvalidArgument: not exactly one cut-in was given.
        NoData: no unit with time in service before or after.
    """
    population = population_of(query, context)
    window = _window(query, context)
    treated = known(query.treated, context)
    control = known(query.control, context) if query.control else None
    cohort = cohort_of(population, context)
    arms = arms_of(cohort, window, (treated, control), query.months_in_service)
    judged = judge_fix(arms.treated, arms.control, wanted_ratio=1 - query.minimum_effect)
    result = _result(query, population.symptom, window, arms, judged)
    result = result.model_copy(update={"enough_on": _enough_on(judged, window, context)})
    return Found(
        result=result,
        summary=_summary(result, treated),
        warnings=cohort.notes + _warnings(result, arms),
        excluded=population.excluded(context),
    )


def cut_in_of(query: VerifyEffectQuery, context: ToolContext) -> date:
    """The first day of build with the fix, from whichever of its three forms is given.

    Raises:
        InvalidArgument: not exactly one is given.
        UnknownName: no such change or serial is recorded.
    """
    given = [query.change_id, query.cut_in_on, query.cut_in_serial]
    if sum(one is not None for one in given) != 1:
        raise InvalidArgument(
            "give exactly one of change_id, cut_in_on and cut_in_serial",
            next_step="ask `list_changes` for recorded changes",
        )
    cut_in = query.cut_in_on
    if query.change_id is not None:
        cut_in = change_day(query.change_id, context)["effective_on"]
    if query.cut_in_serial is not None:
        rows = context.snapshot.query("cause_serial", serial=query.cut_in_serial).values
        if not rows:
            raise UnknownName("serial", query.cut_in_serial)
        cut_in = rows[0][0]
    assert cut_in is not None
    return cut_in


def _window(query: VerifyEffectQuery, context: ToolContext) -> Window:
    cut_in = cut_in_of(query, context)
    as_of = context.snapshot.as_of
    first = cut_in + timedelta(days=query.mixed_days)
    if first > as_of:
        raise NoData(
            f"no unit built from {first} on is known on {as_of}",
            next_step="ask again when units with the fix are in service",
        )
    before = cut_in - timedelta(days=query.before_days), cut_in - timedelta(days=1)
    return Window(cut_in, before, (first, as_of))


def _result(
    query: VerifyEffectQuery, symptom: str, window: Window, arms: Arms, judged: FixJudgement
) -> FixEffect:
    return FixEffect(
        symptom=symptom,
        verdict=judged.verdict,
        rate_ratio=rounded(judged.ratio),
        p_value=short(judged.p_value),
        naive_ratio=rounded(judged.naive),
        control_ratio=rounded(judged.control) if judged.control else None,
        minimum_effect=query.minimum_effect,
        reached=judged.reached,
        cut_in_on=window.cut_in,
        before=window.before,
        after=window.after,
        months_in_service=query.months_in_service,
        treated_before=arms.rows[0],
        treated_after=arms.rows[1],
        control_before=arms.rows[2],
        control_after=arms.rows[3],
        enough_on=None,
    )


def _enough_on(judged: FixJudgement, window: Window, context: ToolContext) -> date | None:
    if judged.more_exposure is None:
        return None
    as_of = context.snapshot.as_of
    # Exposure after the cut-in grows at least as fast as the time since.
    wait = (as_of - window.cut_in) * (judged.more_exposure - 1)
    return as_of + wait if wait <= FARTHEST else None


def _summary(result: FixEffect, treated: Condition) -> str:
    before, after = result.treated_before, result.treated_after
    text = (
        f"{result.symptom}, {phrase(treated)}: {result.verdict.replace('_', ' ')}. "
        f"{after.failures} of {after.units} built from {result.after[0]} on failed, "
        f"{before.failures} of {before.units} before, up to {result.months_in_service} months in "
        f"service; ratio {written(result.rate_ratio)}"
    )
    if result.control_ratio is not None:
        text += f" less the control's {written(result.control_ratio)}"
    text += f", p = {result.p_value:.2g}"
    text += f"; enough failures by {result.enough_on}." if result.enough_on else "."
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def _warnings(result: FixEffect, arms: Arms) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if arms.control is None:
        found["no_control"] = (
            "no untouched unit to compare with: season and trend are not ruled out"
        )
    elif 0 in (arms.control.before.events, arms.control.after.events):
        found["control_without_failures"] = "the control has no failures: its trend is not known"
    naive, real = result.naive_ratio, result.rate_ratio
    fell = naive.high is not None and naive.high < 1
    if fell and result.verdict != "effective":
        found["fell_anyway"] = "the rate fell, but that of the untouched units fell with it"
    if result.verdict == "effective" and not result.reached:
        found["less_than_asked"] = "the rate fell, but by less than was asked for"
    if real.estimate is None:
        found["no_estimate"] = "one of the groups has no failures: there is no ratio yet"
    return tuple(Note(code=code, text=text) for code, text in found.items())
