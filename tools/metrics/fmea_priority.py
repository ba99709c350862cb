"""Which rows of an FMEA ask for action first? The AIAG-VDA table, with the field beside it."""

from typing import Annotated, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.fmea import PRIORITIES, Priority, action_priority
from domain.records.evidence import Note
from tools.exclusions import left_out, quarantined
from tools.metrics.fmea_field import (
    FieldCount,
    FieldEvidence,
    PastCase,
    field_evidence,
    past_cases,
)
from tools.names import resolve
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("units", "claims")
MOST_ROWS = 500

Rating = Annotated[int, Field(ge=1, le=10, strict=True)]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class FmeaRow(Contract):
    """One cause of one failure mode, as the team rated it."""

    function: Words
    """What the item shall do."""
    failure_mode: Words
    """How it fails to."""
    effect: Words
    """What that does to whoever is behind it."""
    cause: Words
    """Why it fails."""
    severity: Rating
    """How grave the effect is, 1 to 10 (no unit)."""
    occurrence: Rating
    """How likely the cause is with its preventive controls, 1 to 10 (no unit)."""
    detection: Rating
    """How surely controls find it, 1 to 10; 10 not at all (no unit)."""
    symptom: str | None = None
    """Symptom code by which the field shows it; null: none, and no field evidence."""


class FmeaPriorityQuery(Contract):
    """Rows of an FMEA of design or process."""

    rows: tuple[FmeaRow, ...] = Field(min_length=1, max_length=MOST_ROWS)
    """The rows; each cause of a failure mode once."""
    models: tuple[str, ...] = ()
    """Models whose field record counts; none: all."""


class RatedRow(Contract):
    """A row with its priority."""

    place: int
    """Which row of the question it is, from 1."""
    row: FmeaRow
    """The row as it was given: no rating is ever changed."""
    priority: Priority
    """H: act, or write down why not. M: should act. L: may act."""
    severity_band: str
    """Ratings that the table treats alike: `9-10`, `7-8`, `4-6`, `2-3` or `1`."""
    occurrence_band: str
    """`8-10`, `6-7`, `4-5`, `2-3` or `1`."""
    detection_band: str
    """`7-10`, `5-6`, `2-4` or `1`."""
    rpn_not_used: int
    """Product of the three ratings, for readers of older forms (no unit); nothing is decided by
    it."""
    field: FieldEvidence | None
    """How often its symptom shows; null: none named, nothing sold, or no claims on record."""
    occurrence_contradicted: bool
    """The field shows more than the occurrence rating stands for: the team looks at it again."""
    priority_by_field: Priority | None
    """Priority with the occurrence that the field shows; null: the rating is not contradicted."""
    past_cases: tuple[PastCase, ...]
    """Cases about its symptom."""
    state: Literal["draft"] = "draft"
    """A person accepts each row."""


class FmeaPriority(Contract):
    """Rows by urgency."""

    rows: tuple[RatedRow, ...]
    """The most urgent first; then by severity, occurrence and detection."""
    high: int
    """Rows of priority H (count)."""
    medium: int
    """Rows of priority M (count)."""
    low: int
    """Rows of priority L (count)."""
    contradicted: int
    """Rows whose occurrence rating the field contradicts (count)."""


@tool(effect="read", version=1)
def fmea_priority(query: FmeaPriorityQuery, context: ToolContext) -> Found[FmeaPriority]:
    """Which rows of an FMEA come first by action priority, and does the field agree with them?

    Call it with rows that people rated; it takes the AIAG-VDA table (2019) and never the product
    of the ratings. Name a symptom to see its field rate and past cases beside the row: a rating
    that they contradict is pointed out, and people change it. Every row is a draft.

    Raises:
        UnknownName: a model or a symptom is not in the hub.
        InvalidArgument: a row stands there twice.
    """
    _check_once(query.rows)
    symptoms = _symptoms(query, context)
    models = resolve(context, "model", query.models)
    seen = field_evidence(symptoms.values(), models, context) if symptoms else {}
    cases = {name: past_cases(name, context) for name in symptoms.values()}
    rated = [
        _rated(place, row, seen.get(symptoms.get(row.symptom or "", "")), cases, symptoms)
        for place, row in enumerate(query.rows, 1)
    ]
    rated.sort(key=_urgency)
    counts = {one: sum(row.priority == one for row in rated) for one in PRIORITIES}
    result = FmeaPriority(
        rows=tuple(rated),
        high=counts["H"],
        medium=counts["M"],
        low=counts["L"],
        contradicted=sum(row.occurrence_contradicted for row in rated),
    )
    lost = sum(count.claims_without_unit for count in seen.values())
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, {*symptoms.values()} - seen.keys()),
        excluded=(
            *left_out(claims_on_units_not_known_as_sold=lost),
            *(quarantined(context, TABLES) if symptoms else ()),
        ),
    )


def _check_once(rows: tuple[FmeaRow, ...]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for place, row in enumerate(rows, 1):
        words = (row.function, row.failure_mode, row.effect, row.cause)
        key = tuple(word.strip().casefold() for word in words)
        first = seen.setdefault(key, place)
        if first != place:
            raise InvalidArgument(
                f"rows {first} and {place} are the same cause of the same failure mode",
                next_step="keep one of them",
            )


def _symptoms(query: FmeaPriorityQuery, context: ToolContext) -> dict[str, str]:
    """Symptom codes of the hub by the spelling of the rows."""
    written = {row.symptom for row in query.rows if row.symptom}
    return {name: resolve(context, "symptom", [name])[0] for name in sorted(written)}


def _rated(
    place: int,
    row: FmeaRow,
    seen: FieldCount | None,
    cases: dict[str, tuple[PastCase, ...]],
    symptoms: dict[str, str],
) -> RatedRow:
    found = action_priority(row.severity, row.occurrence, row.detection)
    shown = seen.evidence.occurrence_at_least if seen else None
    higher = shown if shown is not None and shown > row.occurrence else None
    by_field = higher and action_priority(row.severity, higher, row.detection).priority
    return RatedRow(
        place=place,
        row=row,
        priority=found.priority,
        severity_band=str(found.severity),
        occurrence_band=str(found.occurrence),
        detection_band=str(found.detection),
        rpn_not_used=row.severity * row.occurrence * row.detection,
        field=seen.evidence if seen else None,
        occurrence_contradicted=higher is not None,
        priority_by_field=by_field or None,
        past_cases=cases.get(symptoms.get(row.symptom or "", ""), ()),
    )


def _urgency(one: RatedRow) -> tuple[int, int, int, int, int]:
    row = one.row
    first = PRIORITIES.index(one.priority)
    return (first, -row.severity, -row.occurrence, -row.detection, one.place)


def _summary(result: FmeaPriority) -> str:
    said = f"{len(result.rows)} rows: {result.high} high, {result.medium} medium, {result.low} low."
    first = result.rows[0]
    ratings = f"{first.row.severity}, {first.row.occurrence}, {first.row.detection}"
    said += f" First: {first.row.failure_mode[:60]} ({ratings}: {first.priority})."
    if result.contradicted:
        said += f" In {result.contradicted} the field shows more than the occurrence rating."
    return f"{said} Draft: a person accepts each row."


def _warnings(result: FmeaPriority, unseen: set[str]) -> tuple[Note, ...]:
    found = {"draft": "a draft by the ratings given: a person accepts each row"}
    for one in result.rows:
        if one.occurrence_contradicted and one.field and one.field.per_thousand:
            found.setdefault(
                "occurrence_contradicted",
                f"row {one.place}: occurrence {one.row.occurrence}, but {one.field.symptom} shows"
                f" at least {one.field.per_thousand.low:.3g} per 1,000 units sold, which stands for"
                f" {one.field.occurrence_at_least}; the claims may have other causes too",
            )
    if unseen:
        names = ", ".join(sorted(unseen))
        found["no_field_data"] = f"no units sold or no claims recorded to judge {names} by"
    return tuple(Note(code=code, text=text) for code, text in found.items())
