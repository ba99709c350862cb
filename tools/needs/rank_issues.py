"""Which issues hurt users most: rate in service times severity, never raw counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.errors import NoData, NotPermitted
from domain.records.evidence import Exclusion, Note
from services.lexicon.lexicon import policy
from services.policy.cells import SMALLEST_SHOWN
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.needs.coded_feedback import SymptomCodes
from tools.needs.issue_cells import Cells, Event, Exposure, Period, Source, Window, issue_cells
from tools.needs.issue_rates import Counted, Issue, ranked
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

SOURCES: tuple[Source, ...] = ("claims", "feedback")


class RankIssuesQuery(Contract):
    """Whose issues, when, and against what."""

    models: tuple[str, ...] = ()
    """Models, for example `65Q8`; none: all."""
    countries: tuple[str, ...] = ()
    """Countries (ISO 3166-1 alpha-2), for example `DE`; none: all."""
    last: date | None = None
    """Last day of the window (UTC); null: the as-of date."""
    days: Annotated[int, Field(ge=1, le=730)] = 90
    """Length of the window (days)."""
    by: Literal["symptom", "model"] = "symptom"
    """symptom: over all chosen models together. model: each symptom of each model by itself."""
    compare: Literal["previous", "rest"] = "previous"
    """previous: with the period of the same length before. rest: with the other models of its
    family (by model), or with all units that the filters leave out (by symptom)."""
    feedback: bool = True
    """Whether to code feedback beside the claims; without it the answer comes sooner."""
    most: Annotated[int, Field(ge=1, le=200)] = 20
    """Most issues (count)."""


class RankedIssues(Contract):
    """Issues in order of harm."""

    first: date
    """First day of the window (UTC)."""
    last: date
    """Last day of the window (UTC)."""
    reference: str
    """What the rates are compared with."""
    units_in_service: int
    """Units of the chosen population in service in the window (count)."""
    weights: dict[int, float]
    """Weight of each severity in the score."""
    issues_total: int
    """Issues with an event in the window (count)."""
    issues: tuple[Issue, ...]
    """Those of severity 5 first, then by score."""


@tool(effect="read", version=2, seconds=90.0)
def rank_issues(query: RankIssuesQuery, context: ToolContext) -> Found[RankedIssues]:
    """Issues ranked by exposure-adjusted rate times severity, from claims and coded feedback.

    Call it for "what hurts our users most", "what is new this quarter" and "the weak spot of one
    model"; dangers stand first however rare. For rates by age of the unit call `claim_rate`, for
    what people wrote `code_feedback`; it names no causes.

    Raises:
        UnknownName: a model or country is not known.
        NoData: no unit of the population was in service in the window, or nothing was reported.
        NotPermitted: fewer than five units in the named countries: they could point at a person.
    """
    last = min(query.last or context.snapshot.as_of, context.snapshot.as_of)
    window = Window(last - timedelta(days=query.days - 1), last)
    models = resolve(context, "model", query.models)
    countries = resolve(context, "country", query.countries)
    query = query.model_copy(update={"countries": tuple(countries)})
    codes = SymptomCodes(context)
    cells = issue_cells(context, window, codes, with_feedback=query.feedback)
    inside = _inside(models, countries)
    units = sum(one.units for one in cells.exposures if one.period == "now" and inside(one))
    _check_population(units, query, context)
    counted = _counted(cells, query, codes, inside)
    if not counted:
        raise NoData(
            f"nothing was reported from {window.first} to {last} on these units",
            holds=f"{units} units were in service",
            next_step="widen the window or the population",
        )
    issues = ranked(counted)
    result = RankedIssues(
        first=window.first,
        last=last,
        reference=_reference(query, window),
        units_in_service=units,
        weights=policy().weights,
        issues_total=len(issues),
        issues=issues[: query.most],
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, cells),
        excluded=_excluded(cells, inside)
        + quarantined(context, ("claims", "units") + (("feedback",) if query.feedback else ())),
        chart=_chart(result.issues[:12]),
    )


Cell = Event | Exposure
Test = Callable[[Cell], bool]


def _inside(models: list[str], countries: list[str]) -> Test:
    def inside(cell: Cell) -> bool:
        return (not models or cell.model_id in models) and (
            not countries or cell.country in countries
        )

    return inside


def _check_population(units: int, query: RankIssuesQuery, context: ToolContext) -> None:
    if not units:
        raise NoData(
            "no unit that you may see was in service there in the window",
            next_step="widen models, countries or the window; `describe_hub` shows what there is",
        )
    limited = "personal" not in context.snapshot.scope.classes
    if query.countries and units < SMALLEST_SHOWN and limited:
        raise NotPermitted(
            f"fewer than {SMALLEST_SHOWN} units are in service there: a count could point at one"
            " person",
            next_step="ask about more countries or models together",
        )


def _counted(
    cells: Cells, query: RankIssuesQuery, codes: SymptomCodes, inside: Test
) -> list[Counted]:
    """Each issue with an event in the window, with its own tallies and its reference's."""
    now = [one for one in cells.events if one.period == "now" and inside(one)]
    by_model = query.by == "model"
    names = {(one.symptom_code, one.model_id if by_model else None) for one in now}
    families = {one.model_id: one.family for one in cells.exposures}
    found = []
    for symptom, model in sorted(names, key=lambda name: (name[0], name[1] or "")):
        if by_model and model is None:
            continue
        own = _own(inside, model)
        other, period = _other(query, inside, model, families)
        tallies = {
            source: (
                cells.tally(source, "now", symptom, own),
                cells.tally(source, period, symptom, other),
            )
            for source in SOURCES
        }
        found.append(Counted(symptom, model, codes.severity_of(symptom), tallies))
    return found


def _own(inside: Test, model: str | None) -> Test:
    return inside if model is None else lambda cell: inside(cell) and cell.model_id == model


def _other(
    query: RankIssuesQuery, inside: Test, model: str | None, families: dict[str | None, str | None]
) -> tuple[Test, Period]:
    """The cells of the reference, and when they count."""
    if query.compare == "previous":
        return _own(inside, model), "before"
    if model is None:
        return (lambda cell: not inside(cell)), "now"
    family = families.get(model)
    in_country = _inside([], list(query.countries))

    def sister(cell: Cell) -> bool:
        return (
            cell.model_id != model
            and family is not None
            and families.get(cell.model_id) == family
            and in_country(cell)
        )

    return sister, "now"


def _reference(query: RankIssuesQuery, window: Window) -> str:
    if query.compare == "previous":
        return f"same units from {window.before} to {window.first - timedelta(days=1)}"
    if query.by == "model":
        return "other models of the same family in the window"
    return "all units outside the filters in the window"


def _excluded(cells: Cells, inside: Test) -> tuple[Exclusion, ...]:
    now = [one for one in cells.events if one.period == "now" and inside(one)]
    repeats = {
        source: sum(one.raw - one.events for one in now if one.source == source)
        for source in SOURCES
    }
    read = cells.feedback
    return left_out(
        claims_repeated_within_30_days=repeats["claims"],
        feedback_of_a_voice_already_counted=repeats["feedback"],
        feedback_without_text=read.without_text if read else 0,
        feedback_in_languages_without_word_lists=_queued(cells),
        feedback_not_read=_unread(cells),
    )


def _queued(cells: Cells) -> int:
    pieces = cells.feedback.pieces if cells.feedback else ()
    return sum(piece.coded.outcome == "queue" for piece in pieces)


def _unread(cells: Cells) -> int:
    read = cells.feedback
    return read.fitting - read.without_text - len(read.pieces) if read else 0


def _summary(found: RankedIssues) -> str:
    parts = []
    for one in found.issues[:3]:
        rate = max(one.rates, key=lambda rate: rate.per_1000_unit_months.estimate or 0.0)
        value = rate.per_1000_unit_months
        where = f" on {one.model_id}" if one.model_id else ""
        parts.append(
            f"{one.symptom_code}{where} (S{one.severity}) {value.estimate:.3g}"
            f" [{value.low:.3g}, {value.high or 0:.3g}] {rate.source}, n={rate.events}"
        )
    return (
        f"{found.issues_total} issues from {found.first} to {found.last},"
        f" {found.units_in_service:,} units in service; rates per 1,000 unit-months: "
        + "; ".join(parts)
        + "."
    )


def _warnings(found: RankedIssues, cells: Cells) -> tuple[Note, ...]:
    notes = {
        "reporting_delay": "the newest events are not all reported yet: the window's rates may rise"
    }
    if cells.feedback is not None:
        notes["feedback_is_no_claim"] = (
            "feedback is coded by rules and not checked; one event may stand in both sources"
        )
    if unknown := [one.symptom_code for one in found.issues if not one.severity_known]:
        names = ", ".join(dict.fromkeys(unknown))
        notes["severity_unknown"] = f"no severity is known of {names}: taken as 2"
    if queued := _queued(cells):
        notes["queued"] = f"{queued} pieces in languages without word lists wait for a person"
    return tuple(Note(code=code, text=text) for code, text in notes.items())


def _chart(issues: tuple[Issue, ...]) -> dict[str, Any] | None:
    if len(issues) < 2:
        return None
    values = [
        {
            "issue": " ".join(filter(None, (one.symptom_code, one.model_id))),
            "source": rate.source,
            "rate": rate.per_1000_unit_months.estimate,
            "severity": one.severity,
        }
        for one in issues
        for rate in one.rates
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "y": {"field": "issue", "type": "nominal", "sort": None, "title": "issue"},
            "yOffset": {"field": "source"},
            "x": {"field": "rate", "type": "quantitative", "title": "per 1,000 unit-months"},
            "color": {"field": "source", "type": "nominal", "title": "source"},
        },
    }
