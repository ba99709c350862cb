"""Claims per 1,000 units by month in service: the rate by which builds of different age compare.

Claims to date over units shipped flatter young builds. Here each month of service is judged by the
units that have completed it, as of a day by which nearly all failures have been reported.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import NoData, NotPermitted
from domain.intervals import Interval, binomial_interval
from domain.records.evidence import Exclusion, Note
from services.policy.cells import SMALLEST_SHOWN
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.needs.service_counts import Counts, Delay, counts_of, reporting_delay
from tools.needs.service_months import ServiceMonth, cumulative_chart, rounded, service_months
from tools.needs.service_record import early_end, recorded_to
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("units", "claims", "warranties")
LOT_TABLES = ("unit_parts", "part_lots")
REPEAT_DAYS = 30
"""Claims on one unit for one symptom within so many days of the one before are one failure."""


class ClaimRateQuery(Contract):
    """Which units, which claims, and how far into service."""

    models: tuple[str, ...] = ()
    """Models, for example `65Q8`; none: all."""
    countries: tuple[str, ...] = ()
    """Markets (ISO 3166-1 alpha-2), for example `DE`; none: all."""
    sites: tuple[str, ...] = ()
    """Sites that built them; none: all."""
    built_from: date | None = None
    """First day of build (UTC)."""
    built_to: date | None = None
    """Last day of build (UTC)."""
    lots: tuple[str, ...] = ()
    """Only units with a piece of one of these lots."""
    part_id: str | None = None
    """Only units whose genealogy names this part (of the lots and supplier, if given)."""
    supplier_id: str | None = None
    """Only units with a part from this supplier."""
    symptoms: tuple[str, ...] = ()
    """Symptom codes that count; none: all."""
    months_in_service: Annotated[int | None, Field(ge=1, le=240)] = None
    """Month in service at which the rate is wanted; null: the last mature one."""
    count: Literal["first_claims", "claims"] = "first_claims"
    """first_claims: the first one of each unit, so the rate is a share of units. claims: every one,
    so it is the mean number of claims a unit (repairable product)."""
    reporting_delay_days: Annotated[int | None, Field(ge=0, le=730)] = None
    """Days before the as-of date (or the latest claim, if earlier) that are left out because
    failures are still unreported; null: estimated, so that 90 % of claims are reported within
    it."""
    assumed_lag_days: Annotated[int | None, Field(ge=0, le=730)] = None
    """Take units without a day of sale as sold so many days after their build; null: leave them
    out."""
    minimum_units: Annotated[int, Field(ge=1, le=100_000)] = 30
    """Fewest units that must have completed a month for it to be mature (count)."""


class ClaimRate(Contract):
    """Claims per 1,000 units at a month in service."""

    months_in_service: int | None
    """Month that the rate holds at; null if none is mature."""
    asked_months: int | None
    """Month that was asked for."""
    claims_per_1000: Interval | None
    """Cumulative claims per 1,000 units at that month; null if no month is mature."""
    numerator: int
    """Claims counted up to that month (count)."""
    denominator: int
    """Units that completed that month (count); earlier months rest on more units."""
    count: Literal["first_claims", "claims"]
    """What is counted."""
    units_in_service: int
    """Units of the population that were sold by the as-of date (count)."""
    claims_recorded: int
    """All claims on units in service, counted or not (count)."""
    units_with_claim: int
    """Units in service with one claim or more (count)."""
    no_fault_found: Interval | None
    """Share without a fault among the counted claims that were examined, 0 to 1; null if none
    was."""
    examined: int
    """Counted claims with a word on whether a fault was found (count)."""
    counted_to: date
    """Last day of service that counts: the as-of date, or the day of the latest claim on record if
    that is earlier, less the reporting delay."""
    reporting_delay: Delay
    """The reporting delay and where it comes from."""
    first_sold_on: date | None
    """First start of service in the population."""
    last_sold_on: date | None
    """Last one."""
    months: tuple[ServiceMonth, ...]
    """Month by month, the immature ones too."""


@tool(effect="read", version=2)
def claim_rate(query: ClaimRateQuery, context: ToolContext) -> Found[ClaimRate]:
    """Claims per 1,000 units by month in service, with intervals, for any population of units.

    Call it for "12-month claim rate", for failure rates of lots, sites or builds of different age,
    and for the shape over service life. It never extrapolates: where no unit is old enough it gives
    the last mature month. For plain counts or shares by country or month call `quality_metric`.

    Raises:
        UnknownName: a model, country, site, symptom, lot, part or supplier is not in the hub.
        NoData: no such unit is recorded, none was sold by the as-of date, or no claims are recorded
            at all.
        NotPermitted: fewer than five units in the named countries, or one to four claims on them:
            they could point at a person.
    """
    names = {
        "models": resolve(context, "model", query.models) or None,
        "countries": resolve(context, "country", query.countries) or None,
    }
    delay = reporting_delay(given=query.reporting_delay_days, context=context, **names)
    last = recorded_to(context, "claims")
    cutoff = last - timedelta(days=delay.days)
    counts = counts_of(context, **names, **_choice(query, context), cutoff=cutoff)
    _check_population(query, counts, context)
    rate = _rate(query, counts, cutoff, delay)
    lots = LOT_TABLES if _by_lot(query) else ()
    return Found(
        result=rate,
        summary=_summary(rate)[:SUMMARY_LIMIT],
        warnings=early_end(context, "claims", last) + _warnings(rate, query, counts),
        excluded=(*_excluded(counts), *quarantined(context, (*TABLES, *lots))),
        chart=cumulative_chart(rate.months),
    )


def _by_lot(query: ClaimRateQuery) -> bool:
    return bool(query.lots or query.part_id or query.supplier_id)


def _choice(query: ClaimRateQuery, context: ToolContext) -> dict[str, Any]:
    parts = [query.part_id] if query.part_id else []
    suppliers = [query.supplier_id] if query.supplier_id else []
    return {
        "sites": resolve(context, "site", query.sites) or None,
        "symptoms": resolve(context, "symptom", query.symptoms) or None,
        "by_lot": _by_lot(query),
        "lots": resolve(context, "lot", query.lots) or None,
        "parts": resolve(context, "part", parts) or None,
        "suppliers": resolve(context, "supplier", suppliers) or None,
        "built_from": query.built_from,
        "built_to": query.built_to,
        "as_of": context.snapshot.as_of,
        "assumed_lag_days": query.assumed_lag_days,
        "limited": "*" not in context.snapshot.scope.regions,
        "first_only": query.count == "first_claims",
        "repeat_days": REPEAT_DAYS,
    }


def _check_population(query: ClaimRateQuery, counts: Counts, context: ToolContext) -> None:
    units = sum(row["rows"] for row in counts.units)
    in_service = counts.of_status("in_service")
    if not units:
        raise NoData(
            "no unit that you may see fits models, markets, sites, build window and lots",
            next_step="widen the population; `describe_hub` shows what there is",
        )
    if not in_service:
        raise NoData(
            f"none of the {units} units has a day of sale up to {context.snapshot.as_of} in a"
            " market that you may see: there is no service to count claims over",
            next_step="give assumed_lag_days to take them as sold so long after their build",
        )
    if query.countries and "personal" not in context.snapshot.scope.classes:
        _check_small_cells(counts)


def _check_small_cells(counts: Counts) -> None:
    few = ""
    if counts.of_status("in_service") < SMALLEST_SHOWN:
        few = "units are in service"
    elif 0 < counts.on_units_in_service() < SMALLEST_SHOWN:
        few = "claims are recorded"
    if few:
        raise NotPermitted(
            f"fewer than {SMALLEST_SHOWN} {few} there: a count could point at one person",
            next_step="ask about more markets, models or builds together",
        )


def _rate(query: ClaimRateQuery, counts: Counts, cutoff: date, delay: Delay) -> ClaimRate:
    months = service_months(counts, query.minimum_units)
    mature = [month for month in months if month.mature]
    if query.months_in_service is not None:
        mature = mature[: query.months_in_service]
    last = mature[-1] if mature else None
    in_service = counts.in_service()
    sound = None
    if counts.examined:
        sound = rounded(binomial_interval(counts.sound, counts.examined), 1.0)
    return ClaimRate(
        months_in_service=last.month if last else None,
        asked_months=query.months_in_service,
        claims_per_1000=last.cumulative if last else None,
        numerator=sum(month.claims for month in mature),
        denominator=last.units if last else 0,
        count=query.count,
        units_in_service=counts.of_status("in_service"),
        claims_recorded=counts.on_units_in_service(),
        units_with_claim=counts.units_with_claim,
        no_fault_found=sound,
        examined=counts.examined,
        counted_to=cutoff,
        reporting_delay=delay,
        first_sold_on=min(row["first_on"] for row in in_service),
        last_sold_on=max(row["last_on"] for row in in_service),
        months=months,
    )


def _excluded(counts: Counts) -> tuple[Exclusion, ...]:
    claims = {f"claims_{status}": n for status, n in counts.claims.items() if status != "counted"}
    return left_out(
        units_without_a_day_of_sale=counts.of_status("no_sale_date"),
        units_sold_after_the_as_of_date=counts.of_status("not_yet_sold"),
        units_sold_outside_your_regions=counts.of_status("hidden"),
        **claims,
    )


def _summary(rate: ClaimRate) -> str:
    what = "units with a claim" if rate.count == "first_claims" else "claims"
    delay = f"as of {rate.counted_to} ({rate.reporting_delay.days} d reporting delay left out)"
    if rate.claims_per_1000 is None:
        return (
            f"No rate yet: of {rate.units_in_service:,} units in service too few have completed a"
            f" month {delay}; {rate.claims_recorded:,} claims are recorded on them."
        )
    value = rate.claims_per_1000
    interval = f"[{value.low:.4g}, {value.high or 0:.4g}]"
    return (
        f"{value.estimate:.4g} {what} per 1,000 units {interval} after {rate.months_in_service}"
        f" months in service, {delay}: {rate.numerator:,} counted, {rate.denominator:,} of"
        f" {rate.units_in_service:,} units in service completed that month;"
        f" {rate.claims_recorded:,} claims on {rate.units_with_claim:,} units recorded."
    )


def _warnings(rate: ClaimRate, query: ClaimRateQuery, counts: Counts) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    reached = rate.months_in_service or 0
    if rate.asked_months and rate.asked_months > reached:
        at_age = counts.completed(rate.asked_months)
        found["month_not_mature"] = (
            f"{at_age} of {rate.units_in_service} units have completed month {rate.asked_months}:"
            f" the rate is given at month {reached}, nothing is extrapolated"
        )
    if len(rate.months) > reached and not rate.asked_months:
        found["immature_months"] = (
            f"months {reached + 1} to {len(rate.months)} rest on too few units for a headline"
        )
    if rate.reporting_delay.source == "assumed":
        text = f"too few claims tell of the reporting delay: {rate.reporting_delay.days} d assumed"
        found["reporting_delay_assumed"] = text
    if assumed := sum(row["assumed"] for row in counts.in_service()):
        text = f"{assumed} units are taken as sold {query.assumed_lag_days} d after their build"
        found["sale_assumed"] = text
    if unlimited := sum(r["rows"] for r in counts.in_service() if r["warranty"] is None):
        text = f"{unlimited} units have no recorded warranty: their months are not limited by it"
        found["warranty_unknown"] = text
    if rate.count == "claims":
        text = "claims of one unit hang together: the interval is narrower than it should be"
        found["repeat_claims"] = text
    return tuple(Note(code=code, text=text) for code, text in found.items())
