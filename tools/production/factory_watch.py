"""What moved in the factories these days, and what the digest of each site shows."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.records.alarm import Alarm
from domain.records.evidence import Note
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.production.factory_alarms import EPOCH, Defect, alarms_of, day_of
from tools.production.factory_charts import Charts, Watching, charts_of
from tools.production.factory_days import FactoryDays, Place, factory_days
from tools.production.gauges import fitness, gauge_results
from tools.production.mean_shifts import MeanShift, mean_shifts
from tools.production.site_figures import (
    Beside,
    Gap,
    SiteFigures,
    Stretch,
    site_figures,
)
from tools.production.watch_picture import watch_picture
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("inspections", "measurements", "units")
FEWEST_REFERENCE = 28
"""Days that a reference must span (count)."""


class FactoryWatchQuery(Contract):
    """Which factories, over which days, and how many false alarms are accepted."""

    sites: tuple[str, ...] = ()
    """Sites, for example ["QDA"]; none: all."""
    lines: tuple[str, ...] = ()
    """Lines, for example ["QDA-L1"]; none: all."""
    days: Annotated[int, Field(ge=35, le=400)] = 90
    """Days looked at, the last one being the as-of date."""
    watched_days: Annotated[int, Field(ge=1, le=60)] = 14
    """The last of these days, which are watched (days); those before are the reference."""
    ratio: Annotated[float, Field(gt=1, le=20)] = 2.0
    """Odds of failing an inspection to be found, over those of the reference."""
    budget_per_week: Annotated[float, Field(gt=0, le=20)] = 0.2
    """False alarms a week over all charts that are accepted (count)."""
    digest_days: Annotated[int, Field(ge=1, le=60)] = 7
    """Last days over which the figures of the sites run (days)."""


class FactoryWatch(Contract):
    """Alarms of the factories, and the figures of each site."""

    reference: tuple[date, date]
    """First and last day of the reference (UTC)."""
    watched: tuple[date, date]
    """First and last day watched (UTC)."""
    alarms: tuple[Alarm, ...]
    """Alarms, most severe first. Events of an alarm about inspections are units that failed; of one
    about a characteristic, days whose mean lies a standard deviation or more off to its side."""
    shifts: tuple[MeanShift, ...]
    """For each alarm about a characteristic: how far its mean moved, in its unit."""
    charts: int
    """Charts watched: inspections by site, line and shift, and each characteristic at each station
    over all shifts and by shift (count)."""
    in_control_run_length: float
    """Days from one signal to the next of a chart in control: at least so many on average."""
    budget_per_week: float
    """False alarms a week over all charts that are accepted (count)."""
    uncharted: int
    """Places with something to watch whose reference is too short for a chart (count)."""
    digest: tuple[date, date]
    """First and last day of the figures of the sites (UTC)."""
    sites: tuple[SiteFigures, ...]
    """Figures of each site."""
    gaps: tuple[Gap, ...]
    """Lines that build while nothing is recorded of them."""


@tool(effect="read", version=1)
def factory_watch(query: FactoryWatchQuery, context: ToolContext) -> Found[FactoryWatch]:
    """What moved in inspections or measurements lately, by site, line and shift, and at what yield?

    Call it for the daily look at the factories: charts of every place with one budget of false
    alarms, and the figures of each site's digest. Slow wandering that the reference shows too does
    not alarm. For one characteristic or metric in detail call `control_chart`, to tell camera from
    product `station_trend`.

    Raises:
        UnknownName: a site or line is not in the hub.
        NoData: nothing was built or inspected in those days.
        InvalidArgument: fewer than 28 days are left as reference, or the digest is longer than what
            is looked at.
    """
    watching = _watching(query, context)
    asked: dict[str, Any] = {
        "first_on": day_of(watching.first),
        "last_on": context.snapshot.as_of,
        "sites": resolve(context, "site", query.sites) or None,
        "lines": resolve(context, "line", query.lines) or None,
    }
    factory = _recorded(asked, context)
    charts = charts_of(factory, watching)
    defects = _defects(asked, context)
    alarms = alarms_of(charts, defects)
    named = _Named(context)
    stretch = Stretch(watching.last - query.digest_days + 1, watching.last)
    beside = Beside(named.sites, defects, alarms, named.unfit(factory))
    sites = site_figures(factory, stretch, beside)
    result = FactoryWatch(
        reference=(day_of(watching.first), day_of(watching.first_watched - 1)),
        watched=(day_of(watching.first_watched), day_of(watching.last)),
        alarms=alarms,
        shifts=mean_shifts(alarms, charts, named.units),
        charts=len(charts.charts),
        in_control_run_length=float(f"{charts.run_length:.6g}"),
        budget_per_week=query.budget_per_week,
        uncharted=len(charts.too_short),
        digest=(day_of(stretch.first), day_of(stretch.last)),
        sites=sites,
        gaps=tuple(gap for site in sites for gap in site.gaps),
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, charts),
        excluded=(*left_out(**factory.left_out), *quarantined(context, TABLES)),
        chart=_picture(result, charts),
    )


def _recorded(asked: dict[str, Any], context: ToolContext) -> FactoryDays:
    factory = factory_days(asked, context)
    if not factory.shares:
        raise NoData(
            f"nothing was built or inspected from {asked['first_on']} to {asked['last_on']}",
            holds="this is not a factory without defects",
            next_step="ask `describe_hub` what dates the hub covers",
        )
    return factory


class _Named:
    """Names and limits that the figures need."""

    def __init__(self, context: ToolContext) -> None:
        rows = context.snapshot.query("factory_places").dicts()
        self._context = context
        self.sites = {r["id"]: (r["name"], r["unit"]) for r in rows if r["kind"] == "site"}
        self._measured = {r["id"]: r for r in rows if r["kind"] == "characteristic"}

    @property
    def units(self) -> dict[str, str | None]:
        """Unit by characteristic."""
        return {name: row["unit"] for name, row in self._measured.items()}

    def unfit(self, factory: FactoryDays) -> tuple[str, ...]:
        """Characteristics measured in the window whose gauge a study found unfit."""
        measured = {str(place.characteristic_id) for place in factory.means}
        found = []
        for name in sorted(measured):
            row = self._measured.get(name, {})
            both = row.get("lsl") is not None and row.get("usl") is not None
            tolerance = row["usl"] - row["lsl"] if both else None
            if fitness(gauge_results(name, tolerance, self._context)) == "unfit":
                found.append(name)
        return tuple(found)


def _watching(query: FactoryWatchQuery, context: ToolContext) -> Watching:
    if query.days - query.watched_days < FEWEST_REFERENCE:
        raise InvalidArgument(
            f"{query.days} days of which {query.watched_days} are watched leave"
            f" {query.days - query.watched_days} as reference; it needs {FEWEST_REFERENCE}",
            next_step="give more days, or watch fewer",
        )
    if query.digest_days > query.days:
        raise InvalidArgument(
            f"a digest of {query.digest_days} days is longer than the {query.days} looked at",
            next_step="give more days, or a shorter digest",
        )
    last = (context.snapshot.as_of - EPOCH).days
    return Watching(last, query.days, query.watched_days, query.ratio, query.budget_per_week)


def _defects(asked: dict[str, Any], context: ToolContext) -> tuple[Defect, ...]:
    rows = context.snapshot.query("factory_defects", **asked).dicts()
    return tuple(
        Defect(
            Place(row["site_id"], row["line_id"] or None, row["shift"] or None),
            row["day"],
            row["defect_code"],
            row["name"],
            row["safety_critical"],
            row["units"],
        )
        for row in rows
    )


def _summary(result: FactoryWatch) -> str:
    sure = sum(one.state == "confirmed" for one in result.alarms)
    said = f"{len(result.alarms)} factory alarms ({sure} confirmed) on {result.charts} charts,"
    said += f" {result.watched[0]} to {result.watched[1]}; {result.budget_per_week:g} false ones a"
    said += " week accepted."
    if result.alarms:
        top = result.alarms[0]
        said += f" First: {top.key.removeprefix('factory/')} since {top.since}."
    built = sum(site.output.built for site in result.sites)
    inspected = sum(site.output.inspected for site in result.sites)
    passed = sum(site.output.passed for site in result.sites)
    said += f" Last {(result.digest[1] - result.digest[0]).days + 1} days: {built:,} built,"
    said += f" first-pass yield {_percent(passed, inspected)} ({passed:,}/{inspected:,})."
    if result.gaps:
        said += f" {len(result.gaps)} records fell silent."
    return said


def _picture(result: FactoryWatch, charts: Charts) -> dict[str, Any] | None:
    """The chart of the first alarm."""
    if not result.alarms:
        return None
    first = result.alarms[0].key
    return watch_picture(next(one for one in charts.charts if one.place.key == first))


def _percent(passed: int, inspected: int) -> str:
    return f"{100 * passed / inspected:.2f} %" if inspected else "not known"


def _warnings(result: FactoryWatch, charts: Charts) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if result.gaps:
        names = ", ".join(f"{gap.line_id} {gap.missing}" for gap in result.gaps[:5])
        found["not_recorded"] = f"lines build while nothing is recorded of: {names}"
    if charts.too_short:
        text = f"{len(charts.too_short)} places have too short a reference for a chart"
        found["short_reference"] = text
    unfit = {name for site in result.sites for name in site.gauges_unfit}
    blamed = sorted({one.symptom for one in result.alarms} & unfit)
    if blamed:
        text = f"the gauge of {', '.join(blamed)} is unfit: look at the gauge before the process"
        found["gauge_unfit"] = text
    return tuple(Note(code=code, text=text) for code, text in found.items())
