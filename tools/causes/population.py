"""Whom a root-cause question is about: one symptom, and the units at risk of it."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.contract import Contract
from domain.errors import NoData
from domain.records.evidence import Exclusion, Note
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.needs.service_counts import Delay, reporting_delay
from tools.needs.service_record import early_end, recorded_to
from tools.tool import ToolContext

TABLES = ("units", "claims", "warranties", "unit_parts", "part_lots", "measurements")
EPOCH = date(1970, 1, 1)
NAMED_SHARE = 0.5
"""Share of the claims from which on the part that they name counts as named."""


class PopulationQuery(Contract):
    """Which symptom, on which units."""

    symptom: str
    """Symptom code or name, for example `NO_POWER`."""
    findings: tuple[str, ...] = ()
    """Only claims whose finding holds one of these words, for example `HDF`; an empty word stands
    for claims without a finding; none: all claims."""
    models: tuple[str, ...] = ()
    """Models, for example `65Q8`; none: all whose family shows the symptom."""
    families: tuple[str, ...] = ()
    """Product families, for example `TV`; none: all that show the symptom."""
    countries: tuple[str, ...] = ()
    """Markets (ISO 3166-1 alpha-2); none: all."""
    sites: tuple[str, ...] = ()
    """Sites that built the units; none: all."""
    built_from: date | None = None
    """First day of build (UTC); none: open."""
    built_to: date | None = None
    """Last day of build (UTC); none: open."""


class Population(NamedTuple):
    """The question with its names looked up, and how claims are counted."""

    symptom: str
    """Symptom code."""
    parameters: dict[str, Any]
    """Values for the queries of `causes.sql`."""
    timed: bool
    """True: units count by days in service. False: no unit has a sale date, so they count once."""
    delay: Delay
    """Reporting delay that is left out at the end."""
    cutoff: date
    """Last day whose failures count: the last that claims are recorded for, less the delay."""
    claimed_part: str | None
    """Part that most claims name, if they name one."""
    claims: dict[str, int]
    """Claims of the symptom, and of those the ones that cannot count (count)."""
    notes: tuple[Note, ...]
    """That claims end long before now, if they do."""

    def excluded(self, context: ToolContext) -> tuple[Exclusion, ...]:
        """Claims that were left out, by rule, and rows in quarantine."""
        kinds = ("without_unit", "without_sale_date", "before_sale", "after_cutoff")
        counts = {f"claims_{kind}": self.claims[kind] for kind in kinds if self.timed}
        return left_out(**counts) + quarantined(context, TABLES)


def population_of(query: PopulationQuery, context: ToolContext) -> Population:
    """Look up the names of a question and how its claims can be counted.

    Raises:
        UnknownName: a name is not known to the hub.
        NoData: there are no claims, or none of the symptom.
    """
    symptom = resolve(context, "symptom", [query.symptom])[0]
    models = resolve(context, "model", query.models) or None
    countries = resolve(context, "country", query.countries) or None
    delay = reporting_delay(models=models, countries=countries, given=None, context=context)
    last = recorded_to(context, "claims")
    cutoff = last - timedelta(days=delay.days)
    counts = context.snapshot.query("cause_claims", symptom=symptom, cutoff=cutoff).dicts()[0]
    if not counts["claims"]:
        raise NoData(
            f"no claims of {symptom} are recorded",
            holds="this is no proof that the symptom does not occur",
            next_step="ask `claim_rate` or `search_feedback` what is reported",
        )
    named = counts["naming_part"] >= NAMED_SHARE * counts["claims"]
    return Population(
        symptom=symptom,
        parameters={
            "symptom": symptom,
            "by_finding": bool(query.findings),
            "findings": list(query.findings),
            "models": models,
            "families": resolve(context, "family", query.families) or None,
            "countries": countries,
            "sites": resolve(context, "site", query.sites) or None,
            "built_from": query.built_from,
            "built_to": query.built_to,
            "timed": counts["sold"] > 0,
            "cutoff": cutoff,
        },
        timed=counts["sold"] > 0,
        delay=delay,
        cutoff=cutoff,
        claimed_part=counts["part_id"] if named else None,
        claims={key: value for key, value in counts.items() if isinstance(value, int)},
        notes=early_end(context, "claims", last),
    )


def day(number: float) -> date:
    """The date of a number of days since 1970-01-01."""
    return EPOCH + timedelta(days=int(number))
