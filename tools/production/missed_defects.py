"""What do inspections miss, and what do they reject without need? Passes against early claims."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import NoData
from domain.records.evidence import Exclusion, Note
from services.policy.cells import SMALLEST_SHOWN
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.needs.service_record import early_end, recorded_to
from tools.production.missed_rows import MissedRow, missed_rows
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("inspections", "units", "claims")
_EXCLUDED = "excluded_"
FEWEST_FOLLOWED = 30


class MissedDefectsQuery(Contract):
    """Which inspections, and which claims count as early."""

    by: Annotated[
        tuple[
            Literal[
                "station_id",
                "method",
                "model_version",
                "recipe_id",
                "model_id",
                "family",
                "site_id",
                "line_id",
            ],
            ...,
        ],
        Field(min_length=1, max_length=2),
    ] = ("station_id",)
    """How inspections are grouped: one or two of station_id, method, model_version, recipe_id,
    model_id, family, site_id, line_id."""
    stations: tuple[str, ...] = ()
    """Stations, for example `QDA-L1-VIS`; none: all."""
    models: tuple[str, ...] = ()
    """Models; none: all."""
    sites: tuple[str, ...] = ()
    """Sites that built the units; none: all."""
    symptoms: tuple[str, ...] = ()
    """Symptom codes that the inspection could have prevented; none: all claims count."""
    within_days: Annotated[int, Field(ge=1, le=1095)] = 90
    """A claim reported within so many days of the sale is early: its fault may have been there."""
    first_on: date | None = None
    """First day of inspection (UTC)."""
    last_on: date | None = None
    """Last day of inspection (UTC)."""
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Confidence level of the intervals, 0.5 to 1."""


class MissedSymptom(Contract):
    """Early claims of one symptom on units that had passed."""

    symptom_code: str | None
    """Symptom; null: not recorded."""
    name: str | None
    """Its name."""
    family: str | None
    """Family of the symptom code."""
    safety_critical: bool
    """Whether the code is marked as safety-critical."""
    units: int | None
    """Units with such a claim (count); null: too few to be shown to you."""


class MissedDefects(Contract):
    """What inspections let through and rejected without need."""

    within_days: int
    """What counts as early (days from sale to report)."""
    counted_to: date
    """Last day of the claims on record: only units whose early service ended by then count."""
    rows: tuple[MissedRow, ...]
    """By group, most early claims per passed unit first."""
    symptoms: tuple[MissedSymptom, ...]
    """Symptoms of these early claims, most frequent first; a unit may have several."""


@tool(effect="read", version=1)
def missed_defects(query: MissedDefectsQuery, context: ToolContext) -> Found[MissedDefects]:
    """Units that passed inspection and failed early in the field, and good units rejected.

    Call it to see which station, method, vision model or recipe lets more through than the others,
    and how many rejects a person cleared (overkill). An early claim on a passed unit is no proof
    that the fault could be seen: narrow by symptoms. Whether a camera or the product changed, tell
    by `station_trend`.

    Raises:
        UnknownName: a station, model, site or symptom is not in the hub.
        NoData: no inspection with a verdict fits, or no claims are recorded at all.
    """
    last = recorded_to(context, "claims")
    choice = _choice(query, context, last)
    offered = context.snapshot.query("passes_and_claims", by=query.by, **choice).dicts()
    if not offered:
        raise NoData(
            "no inspection with a verdict and a day fits window, stations, models and sites",
            next_step="widen the choice, or ask `describe_hub` what is recorded",
        )
    rows = missed_rows(offered, query.by, query.level)
    symptoms = context.snapshot.query("symptoms_of_missed", **choice).dicts()
    result = MissedDefects(
        within_days=query.within_days,
        counted_to=last,
        rows=rows,
        symptoms=tuple(MissedSymptom(**_shown(row, context)) for row in symptoms),
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=(*_warnings(result, query), *early_end(context, "claims", last)),
        excluded=(*_left_out(offered), *quarantined(context, TABLES)),
        chart=_chart(result),
    )


def _choice(query: MissedDefectsQuery, context: ToolContext, last: date) -> dict[str, Any]:
    return {
        "stations": resolve(context, "station", query.stations) or None,
        "models": resolve(context, "model", query.models) or None,
        "sites": resolve(context, "site", query.sites) or None,
        "symptoms": resolve(context, "symptom", query.symptoms) or None,
        "within_days": query.within_days,
        "first_on": query.first_on,
        "last_on": query.last_on,
        "as_of": last,
        # Claims are seen by market: units sold elsewhere would count as units without any.
        "all_markets": "*" in context.snapshot.scope.regions,
    }


def _shown(row: dict[str, Any], context: ToolContext) -> dict[str, Any]:
    """A row whose count could point at a person is shown without it."""
    small = row["units"] < SMALLEST_SHOWN
    hidden = small and "personal" not in context.snapshot.scope.classes
    return {**row, "units": None} if hidden else row


def _left_out(rows: list[dict[str, Any]]) -> tuple[Exclusion, ...]:
    names = [name for name in rows[0] if name.startswith(_EXCLUDED)]
    return left_out(
        **{name.removeprefix(_EXCLUDED): sum(row[name] for row in rows) for name in names}
    )


def _summary(result: MissedDefects) -> str:
    first = result.rows[0]
    missed = sum(row.missed for row in result.rows)
    followed = sum(row.followed for row in result.rows)
    passes = f"{followed:,} passes with {result.within_days} d of service on record"
    if first.missed_per_1000 is None:
        said = f"No passed unit has its first {result.within_days} d of service on record yet"
    else:
        rate = first.missed_per_1000
        said = f"{missed:,} early claims on {passes}; most at {_name(first)[:60]}:"
        said += f" {rate.estimate:.3g} per 1,000 [{rate.low:.3g}, {rate.high or 0:.3g}]"
        said += f" ({first.missed}/{first.followed:,}), {_words(first)}"
    examined = sum(row.examined for row in result.rows)
    overkill = sum(row.overkill for row in result.rows)
    rejected = sum(row.rejected for row in result.rows)
    said += f". Rejects: {rejected:,}, {examined:,} looked at again, {overkill:,} of them good"
    return said + (f" ({overkill / examined:.0%})." if examined else ".")


def _name(row: MissedRow) -> str:
    return ", ".join(str(value or "not recorded") for value in row.group.values())


def _words(row: MissedRow) -> str:
    words = {
        "more": f"more than elsewhere (q {row.q_value})",
        "fewer": f"fewer than elsewhere (q {row.q_value})",
        "none_shown": "no difference from the others shown",
        "undetermined": "nothing to compare with",
    }
    return words[row.than_others]


def _warnings(result: MissedDefects, query: MissedDefectsQuery) -> tuple[Note, ...]:
    found = {
        "upper_bound": "an early claim on a passed unit need not be a miss: the part may have been"
        " sound on that day",
    }
    if not query.symptoms:
        found["all_symptoms"] = "every symptom counts, also those that no inspection could see"
    if any(row.than_others in ("more", "fewer") for row in result.rows):
        found["association"] = (
            "groups also differ in product and market: a difference is no proof against a station"
        )
    few = [row for row in result.rows if row.followed < FEWEST_FOLLOWED]
    if few:
        found["few_units"] = f"{len(few)} groups have fewer than {FEWEST_FOLLOWED} followed units"
    if any(row.rejected > row.examined for row in result.rows):
        found["not_examined"] = "rejects that nobody looked at again say nothing of overkill"
    return tuple(Note(code=code, text=text) for code, text in found.items())


def _chart(result: MissedDefects) -> dict[str, Any] | None:
    """Early claims per 1,000 passed units by group (Vega-Lite)."""
    values = [
        {"group": _name(row), "value": rate.estimate, "low": rate.low, "high": rate.high}
        for row in result.rows[:20]
        if (rate := row.missed_per_1000) is not None
    ]
    if len(values) < 2:
        return None
    x = {"field": "value", "type": "quantitative", "title": "early claims per 1,000 passed units"}
    low = {**x, "field": "low"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "encoding": {"y": {"field": "group", "type": "nominal", "sort": None, "title": None}},
        "layer": [
            {"mark": "bar", "encoding": {"x": x}},
            {"mark": "rule", "encoding": {"x": low, "x2": {"field": "high"}}},
        ],
    }
