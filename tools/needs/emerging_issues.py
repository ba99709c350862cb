"""What begins to go wrong in the field, while it is small: charts over all symptoms and markets."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from domain.contract import Contract
from domain.errors import NoData, NotPermitted
from domain.records.alarm import Alarm
from domain.records.evidence import Exclusion, Note
from services.policy.cells import SMALLEST_SHOWN
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.needs.coded_feedback import SymptomCodes
from tools.needs.field_alarms import NearAlarm, alarms_of, key_of, near_alarms, only_more_voices
from tools.needs.field_events import span_to
from tools.needs.field_levels import Level
from tools.needs.field_sources import Sources, observe
from tools.needs.field_watch import Plan
from tools.needs.issue_cells import Source
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

MOST_NEAR = 10
"""Most cells on the watch list (count)."""
YEAR = 52
"""Weeks (count)."""


class EmergingIssuesQuery(Contract):
    """Whose field to watch, and how closely."""

    models: tuple[str, ...] = ()
    """Models, for example `65Q8`; none: all."""
    countries: tuple[str, ...] = ()
    """Countries (ISO 3166-1 alpha-2), for example `DE`; none: all."""
    last: date | None = None
    """Day up to which weeks count (UTC), whole weeks only; null: the as-of date."""
    weeks: Annotated[int, Field(ge=16, le=260)] = 52
    """Weeks to read (count): the first half teaches the baseline, the second half is charted."""
    ratio: Annotated[float, Field(ge=1.2, le=10)] = 2.0
    """Rate to be found over the rate before; lower finds smaller rises, and later."""
    budget_per_week: Annotated[float, Field(ge=0.001, le=20)] = 0.2
    """False alarms to be expected a week over all cells (count)."""


class WatchedLevel(Contract):
    """How many cells of one level are watched, and how rarely each signals falsely."""

    source: Source
    """What tells of the events."""
    level: Level
    """How narrow the cells are."""
    cells: int
    """Cells (count)."""
    run_length: float
    """Weeks until one cell signals falsely, on average (ARL0), at least."""


class EmergingIssues(Contract):
    """What signals now."""

    first: date
    """First day read (UTC)."""
    last: date
    """Last day read (UTC): a Sunday, as only whole weeks count."""
    weeks: int
    """Weeks read (count)."""
    charted_from: date
    """First day on the charts; the weeks before it only teach the baseline."""
    units_in_service: int
    """Units under warranty in the last week (count)."""
    ratio: float
    """Rate to be found over the rate before."""
    budget_per_week: float
    """False alarms to be expected a week over all cells (count)."""
    cells_watched: int
    """Cells (count)."""
    levels: tuple[WatchedLevel, ...]
    """The same by source and level."""
    alarms: tuple[Alarm, ...]
    """One for each line of cells that signals, gravest first."""
    sources: dict[str, Source]
    """By an alarm's key, what tells of its events."""
    watch_list: tuple[NearAlarm, ...]
    """Cells that have not signalled with the highest sums beside their limits."""
    reporting_artefacts: tuple[str, ...]
    """Keys of cells whose feedback rose with that of all other symptoms: no alarm."""
    new_channels: tuple[str, ...]
    """Feedback channels too new in a market to be compared with before, as `market: channel`."""


@tool(effect="read", seconds=60.0)
def emerging_issues(query: EmergingIssuesQuery, context: ToolContext) -> Found[EmergingIssues]:
    """What begins to go wrong in the field: cells whose rate has risen, since when, how surely.

    Call it each night or week, and for "is anything new?": it watches every symptom by family,
    model and market, adjusted for units in service, their age and the season. For what hurts most
    whether new or not call `rank_issues`; for the cause of an alarm call `rank_causes`.

    Raises:
        UnknownName: a model or country is not known.
        NoData: no unit of the population is in service.
        NotPermitted: fewer than five units in the named countries: they could point at a person.
    """
    models = resolve(context, "model", query.models)
    countries = resolve(context, "country", query.countries)
    last = min(query.last or context.snapshot.as_of, context.snapshot.as_of)
    span = span_to(last, query.weeks, models, countries)
    sources = observe(context, span, Plan(query.ratio, query.budget_per_week))
    _check_population(sources, query, context)
    result = _result(query, sources, SymptomCodes(context))
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, sources),
        excluded=_excluded(sources) + quarantined(context, ("claims", "units")),
        chart=_chart(result.alarms),
    )


def _check_population(sources: Sources, query: EmergingIssuesQuery, context: ToolContext) -> None:
    if not sources.units:
        raise NoData(
            "no unit that you may see is in service there",
            next_step="widen models or countries; `describe_hub` shows what there is",
        )
    limited = "personal" not in context.snapshot.scope.classes
    if query.countries and sources.units < SMALLEST_SHOWN and limited:
        raise NotPermitted(
            f"fewer than {SMALLEST_SHOWN} units are in service there: a count could point at one"
            " person",
            next_step="ask about more countries or models together",
        )


def _result(query: EmergingIssuesQuery, sources: Sources, codes: SymptomCodes) -> EmergingIssues:
    alarms: dict[str, tuple[Alarm, Source]] = {}
    artefacts: list[str] = []
    for seen in sources.observed:
        for cell, alarm in zip(seen.watch.named, alarms_of(seen, codes), strict=True):
            if seen.events.source == "feedback" and only_more_voices(seen, cell):
                artefacts.append(key_of(seen, cell))
            else:
                alarms[alarm.key] = (alarm, seen.events.source)
    listed = sorted(alarms.values(), key=lambda one: (-one[0].severity, one[0].p_value, one[0].key))
    near = [one for seen in sources.observed for one in near_alarms(seen, MOST_NEAR)]
    near.sort(key=lambda one: (-one.share_of_limit, one.key))
    span = sources.span
    return EmergingIssues(
        first=span.first_monday,
        last=span.until - timedelta(days=1),
        weeks=span.weeks,
        charted_from=span.first_monday + timedelta(weeks=span.weeks // 2),
        units_in_service=sources.units,
        ratio=query.ratio,
        budget_per_week=query.budget_per_week,
        cells_watched=sum(seen.watch.cells for seen in sources.observed),
        levels=_levels(sources),
        alarms=tuple(alarm for alarm, _ in listed),
        sources={alarm.key: source for alarm, source in listed},
        watch_list=tuple(near[:MOST_NEAR]),
        reporting_artefacts=tuple(artefacts),
        new_channels=sources.new_channels,
    )


def _levels(sources: Sources) -> tuple[WatchedLevel, ...]:
    return tuple(
        WatchedLevel(
            source=seen.events.source,
            level=one.layer.level,
            cells=len(one.p_values),
            run_length=one.limits.run_length,
        )
        for seen in sources.observed
        for one in seen.watch.levels
        if len(one.p_values)
    )


def _excluded(sources: Sources) -> tuple[Exclusion, ...]:
    return left_out(
        **{
            f"{name}_{rule}": count
            for name, events in sources.read.items()
            for rule, count in (
                ("repeated_within_30_days", events.repeats),
                ("without_units_in_service", events.elsewhere),
                ("long_past_warranty", events.past_warranty),
            )
        }
    )


def _summary(found: EmergingIssues) -> str:
    head = (
        f"{len(found.alarms)} alarms in {found.cells_watched} cells over {found.weeks} weeks to"
        f" {found.last} (false alarms expected: {found.budget_per_week:g} a week)"
    )
    if not found.alarms:
        return f"{head}."
    parts = [
        f"{one.symptom} {one.key.split('/', 2)[2]} (S{one.severity}, {one.state}): {one.events}"
        f" events, {one.expected:.3g} expected since {one.since}"
        for one in found.alarms[:3]
    ]
    return f"{head}: {'; '.join(parts)}."


def _warnings(found: EmergingIssues, sources: Sources) -> tuple[Note, ...]:
    notes: dict[str, str] = {}
    if sources.not_coded:
        notes["feedback_not_coded"] = (
            "no feedback of these weeks is coded: symptoms with few claims are not watched"
        )
    if found.weeks < YEAR:
        notes["season_not_known"] = (
            "less than a year is read: a season is allowed for only where markets of both"
            " hemispheres show it"
        )
    if found.new_channels:
        notes["new_channels"] = (
            f"left out, being new: {', '.join(found.new_channels[:5])}"
            f"{' and others' if len(found.new_channels) > 5 else ''}"
        )
    if found.reporting_artefacts:
        notes["reporting_artefact"] = (
            f"{len(found.reporting_artefacts)} cells rose with all other feedback: no alarm"
        )
    if found.alarms:
        notes["alarm_is_no_cause"] = (
            "an alarm says that a rate rose, not why; the start is chosen by the chart, so the"
            " p-value flatters"
        )
    return tuple(Note(code=code, text=text) for code, text in notes.items())


def _chart(alarms: tuple[Alarm, ...]) -> dict[str, Any] | None:
    if not alarms:
        return None
    values = [
        {"week": week, "share": value / one.limit, "alarm": one.key}
        for one in alarms[:5]
        for week, value in enumerate(one.chart)
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": values},
        "mark": "line",
        "encoding": {
            "x": {"field": "week", "type": "quantitative", "title": "week on the chart"},
            "y": {"field": "share", "type": "quantitative", "title": "sum over its limit"},
            "color": {"field": "alarm", "type": "nominal", "title": "alarm"},
        },
    }
