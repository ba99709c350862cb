"""By when must which authority be told? The duties of each country, with their last moments."""

from typing import Literal

from pydantic import AwareDatetime, Field

from domain.clocks import due_at, local
from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Note
from services.hub.ingest.codes import country_codes
from services.policy.clocks import Clocks, Confidence, DangerEvent, Duty, clocks
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

MOST_COUNTRIES = 250
NAMED = 6
"""Countries that a summary names; more are only counted."""


class LegalClocksQuery(Contract):
    """What happened, when it was known, and where the product is sold."""

    countries: tuple[str, ...] = Field(min_length=1, max_length=MOST_COUNTRIES)
    """Countries where the product was made available (ISO 3166-1 alpha-2)."""
    event: DangerEvent
    """accident: harm to a person. hazard: the product may be dangerous. recall: one was decided."""
    aware_at: AwareDatetime
    """When the company first knew, whoever in it knew; with its offset from UTC."""
    decided_at: AwareDatetime | None = None
    """When a recall was decided; null: clocks that start with the decision start at `aware_at`."""
    happened_in: str | None = None
    """Country of the event; null: not known, or in several."""
    at: AwareDatetime | None = None
    """The moment to judge by whether a duty is overdue; null: that is not judged."""


class DutyDue(Contract):
    """One duty in one country with its last moment."""

    country: str
    """Country (ISO 3166-1 alpha-2)."""
    duty_id: str
    """Name of the rule."""
    authority: str
    """Whom to tell."""
    duty: str
    """What to do."""
    limit: str
    """How long one has, in words."""
    basis: Literal["law", "house_target"]
    """law: the rule names the limit. house_target: it says without undue delay; the moment is our
    own target and no lawful limit."""
    started_at: AwareDatetime
    """What the limit is counted from (UTC)."""
    due_at: AwareDatetime
    """The last moment (UTC)."""
    due_local: str
    """The same by the clocks of the authority, with their offset from UTC."""
    zone: str
    """Their time zone."""
    overdue: bool | None
    """Whether it has passed at the moment asked about; null: no moment was given."""
    event_abroad: Literal["counts", "does_not_count", "unknown"] | None
    """Whether the event counts although it happened in another country; null: it happened there,
    or it is not known where."""
    source: str
    """Law or regulation with its article."""
    confidence: Confidence
    """How well the rule was checked."""
    note: str
    """What to know when applying it."""


class LegalClocks(Contract):
    """Duties by due moment, and where the library knows none."""

    duties: tuple[DutyDue, ...]
    """The duties, the first due first."""
    without_rule: tuple[str, ...]
    """Countries that no rule of the library speaks of: ask counsel, there may be duties."""
    not_for_this_event: tuple[str, ...]
    """Countries whose rules in the library do not name this event: ask counsel too."""
    reviewed_on: str
    """Day on which the rules were last looked through (ISO 8601)."""
    rules_version: str
    """Version of the rules: start of the SHA-256 of their file."""


@tool(effect="read", version=1)
def legal_clocks(query: LegalClocksQuery, context: ToolContext) -> Found[LegalClocks]:
    """Which authorities must be told of a danger, by which law, and by what moment?

    Call it as soon as a report of danger is credible, with the moment of first awareness, and with
    the countries of `recall_scope`. It lists duties for counsel, who decides; it never says that
    nothing needs to be reported. For the gravity call `risk_assessment`.

    Raises:
        UnknownName: a country is no ISO 3166-1 code.
        InvalidArgument: a recall is decided before the danger was known.
    """
    del context  # duties are the same for every reader
    rules = clocks()
    countries = list(dict.fromkeys(_code(name) for name in query.countries))
    _check_order(query)
    there = _code(query.happened_in) if query.happened_in else None
    found = [
        _due(duty, country, there, query)
        for country in countries
        for duty in rules.duties(country, query.event)
    ]
    found.sort(key=lambda one: (one.due_at, one.country, one.duty_id))
    listed = {one.country for one in found}
    result = LegalClocks(
        duties=tuple(found),
        without_rule=tuple(one for one in countries if not rules.covers(one)),
        not_for_this_event=tuple(c for c in countries if rules.covers(c) and c not in listed),
        reviewed_on=rules.rules.reviewed_on.isoformat(),
        rules_version=rules.version,
    )
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(result, query)
    )


def _code(name: str) -> str:
    code = name.strip().upper()
    if code not in country_codes():
        near = tuple(one for one in sorted(country_codes()) if one[0] == code[:1])[:3]
        raise UnknownName("country", name, near, "ISO 3166-1 alpha-2")
    return code


def _check_order(query: LegalClocksQuery) -> None:
    if query.decided_at is not None and query.decided_at < query.aware_at:
        raise InvalidArgument(
            "the recall is decided before the danger was known",
            next_step="aware_at is the first moment at which anyone in the company knew",
        )


def _due(duty: Duty, country: str, there: str | None, query: LegalClocksQuery) -> DutyDue:
    rules: Clocks = clocks()
    started = query.aware_at
    if duty.starts == "decision":
        started = query.decided_at or query.aware_at
    place = rules.place(country)
    limit = duty.limit or rules.rules.house_target
    due = due_at(started, limit.limit(), place)
    assert due is not None  # no pause is given
    words = f"{limit.amount} {limit.unit.replace('_', ' ')}"
    return DutyDue(
        country=country,
        duty_id=duty.id,
        authority=duty.authority,
        duty=duty.duty,
        limit=words if duty.limit else f"without undue delay (our own target: {words})",
        basis="law" if duty.limit else "house_target",
        started_at=started,
        due_at=due,
        due_local=local(due, place.zone).isoformat(),
        zone=place.zone,
        overdue=None if query.at is None else query.at > due,
        event_abroad=_abroad(duty, country, there),
        source=duty.source,
        confidence=duty.confidence,
        note=duty.note,
    )


def _abroad(
    duty: Duty, country: str, there: str | None
) -> Literal["counts", "does_not_count", "unknown"] | None:
    if there is None or there == country:
        return None
    if duty.abroad == "yes":
        return "counts"
    return "does_not_count" if duty.abroad == "no" else "unknown"


def _warnings(result: LegalClocks, query: LegalClocksQuery) -> tuple[Note, ...]:
    notes = [
        Note(code="counsel_decides", text="prepared for counsel, who decides; no legal advice")
    ]
    if result.without_rule:
        text = f"no rule in the library for {', '.join(result.without_rule)}: ask counsel"
        notes.append(Note(code="no_rule", text=text))
    if result.not_for_this_event:
        named = ", ".join(result.not_for_this_event)
        text = f"the rules for {named} in the library do not name this event: ask counsel"
        notes.append(Note(code="no_rule_for_event", text=text))
    low = sorted({one.country for one in result.duties if one.confidence == "low"})
    if low:
        text = f"rules for {', '.join(low)} were not checked against their text"
        notes.append(Note(code="low_confidence", text=text))
    if query.event == "recall" and query.decided_at is None:
        text = "no moment of decision was given: all clocks count from awareness"
        notes.append(Note(code="decision_unknown", text=text))
    if any(one.overdue for one in result.duties):
        notes.append(Note(code="overdue", text="some last moments have passed: tell counsel now"))
    return tuple(notes)


def _summary(result: LegalClocks) -> str:
    places = len({one.country for one in result.duties})
    parts = [f"{len(result.duties)} duties to report in {places} countries"]
    if result.duties:
        first = result.duties[0]
        moment = f"{first.due_at:%Y-%m-%d %H:%M} UTC"
        parts.append(f"the first by {moment}: {first.country}, {first.duty} ({first.limit})")
    late = [one for one in result.duties if one.overdue]
    if late:
        parts.append(f"{len(late)} overdue")
    if unknown := (*result.without_rule, *result.not_for_this_event):
        named = ", ".join(unknown[:NAMED]) + (" …" if len(unknown) > NAMED else "")
        parts.append(f"no rule in the library for this event in {named}: ask counsel")
    return "; ".join(parts) + ". Counsel decides."
