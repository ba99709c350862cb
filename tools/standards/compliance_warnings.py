"""Which changes of laws, schemes and standards reach our models, and how long is left?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.records.evidence import Note
from services.standards.library import Library
from services.standards.records import ChangeEvent, Confidence
from tools.exclusions import quarantined
from tools.names import resolve
from tools.standards.change_reach import Reached, Sold, reached_by
from tools.standards.match_standards import by_market, check_covered_day
from tools.standards.product import ProductQuestion, product_of
from tools.standards.warning_stages import Stage, due_on, stage_at, stages_between
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

LOOK_BACK = timedelta(days=30)
"""How far a question without `since` looks back."""
STALE_AFTER = timedelta(days=90)
"""Age of the library's last review from which it is called stale."""
NAMED = 3
"""Changes that a summary names; more are only counted."""


class WarningsQuery(Contract):
    """Which models, and which days a run looks at."""

    since: date | None = None
    """Day up to which was warned already; null: 30 days before `as_of`."""
    as_of: date | None = None
    """Day up to which to warn; null: the day of the snapshot."""
    models: tuple[str, ...] = Field(default=(), max_length=200)
    """Models by identifier or name; empty: all that were sold."""
    markets: tuple[str, ...] = ()
    """Countries or markets of the library; empty: all where the models are sold."""
    known: tuple[str, ...] | None = None
    """Changes that the library held when was last warned; others count as published now. Null: not
    recorded, so that the dates alone decide."""


class ChangeWarning(Contract):
    """A stage that a change reached in the days looked at."""

    event: str
    """Id of the change."""
    stage: Stage
    """The stage that was reached."""
    reached_on: date
    """Day of the stage."""
    days_left: int
    """Days from `as_of` to the day of the change; negative: it is past."""


class ReachingChange(Contract):
    """A change that reaches models of ours, or may."""

    event: str
    """Id in the library."""
    kind: str
    """Kind of change, as the library's code."""
    market: str
    """Market whose rules change, by id in the library; INT: international."""
    dated: str
    """Its date, as exact as it is known."""
    due_on: date
    """The same as a day: the first of the month or year where no day is known."""
    days_left: int
    """Days from `as_of` to `due_on` (count); negative: it is past."""
    stage: Stage | None
    """Last stage reached by `as_of`; null: more than 365 days are left."""
    reached: tuple[Reached, ...]
    """Models that it reaches."""
    may_reach: tuple[Reached, ...]
    """Models of which a deciding feature is unknown."""
    source: str
    """Where the fact was read: id of a source of the library."""
    confidence: Confidence
    """How sure the fact is."""
    conflict: bool
    """Whether sources disagree on it."""
    what: str
    """What changes."""
    action: str
    """What a maker has to do."""


class ComplianceWarnings(Contract):
    """What to warn of, with the changes that the warnings name and those still to come."""

    since: date
    """Day up to which was warned before."""
    as_of: date
    """Last day of the run."""
    warnings: tuple[ChangeWarning, ...]
    """Stages reached after `since` and up to `as_of`, the nearest change first."""
    changes: tuple[ReachingChange, ...]
    """Changes that are warned of or still to come and reach a model, or may; by date."""
    models: tuple[str, ...]
    """Models looked at."""
    unaffected: tuple[str, ...]
    """Models that none of these changes reaches, or may."""
    not_covered: tuple[str, ...]
    """Countries where they are sold and that the library does not cover."""
    events_known: tuple[str, ...]
    """Every change that the library holds: the next run's `known`."""
    reviewed_on: str
    """Day up to which the library was looked through (ISO 8601)."""
    stale: bool
    """Whether that is more than 90 days before `as_of`: newer changes are missing."""


@tool(effect="read", version=1, library=True)
def compliance_warnings(query: WarningsQuery, context: ToolContext) -> Found[ComplianceWarnings]:
    """Which changes of laws, schemes and standards reach our models, where, and how long is left?

    Call it for "what changes soon", and daily with `since` and `known` of the last run: each stage
    of a change (publication, 365, 180, 90 and 30 days before, the day itself) then comes once. Only
    models are named that a change really reaches where they are sold; where a feature decides and
    is unknown, the model stands apart. For what holds now call `match_standards`.

    Raises:
        InvalidArgument: `since` is after `as_of`.
        UnknownName: there is no such model, country or market.
        NoData: no such model was sold, or the day is before the library begins.
    """
    library = context.services.standards
    as_of = query.as_of or context.snapshot.as_of
    since = as_of - LOOK_BACK if query.since is None else query.since
    if since > as_of:
        raise InvalidArgument(f"since ({since}) is after as_of ({as_of})")
    check_covered_day(library, as_of)
    sold, missing = _sold(query, context)
    days = (since, as_of)
    warnings: list[ChangeWarning] = []
    changes: list[ReachingChange] = []
    for event in sorted(library.change_events.values(), key=lambda one: (due_on(one), one.id)):
        reaching = stages_of_run(event, query, days)
        if reaching or due_on(event) >= as_of:
            found = _change(event, reached_by(event, sold, library), as_of)
            if found.reached or found.may_reach:
                changes.append(found)
                warnings += reaching
    result = _result(days, (warnings, changes), sold, (missing, library))
    return Found(
        result=result,
        summary=_summary(result),
        warnings=_warnings(result),
        excluded=quarantined(context, ("models", "model_features", "units")),
    )


def stages_of_run(
    event: ChangeEvent, query: WarningsQuery, days: tuple[date, date]
) -> list[ChangeWarning]:
    """The stages of a change that a run over some days warns of.

    Args:
        event: the change.
        query: for the changes that were known before.
        days: the day up to which was warned, and the last day of the run.
    """
    left = (due_on(event) - days[1]).days
    found = [
        ChangeWarning(event=event.id, stage=one.stage, reached_on=one.on, days_left=left)
        for one in stages_between(event, *days)
    ]
    if query.known is not None and event.id not in query.known:
        new = ChangeWarning(event=event.id, stage="publication", reached_on=days[1], days_left=left)
        return [new, *(one for one in found if one.stage != "publication")]
    return found


def _sold(query: WarningsQuery, context: ToolContext) -> tuple[list[Sold], tuple[str, ...]]:
    """Models with the markets where they are sold, and countries that the library lacks."""
    library = context.services.standards
    wanted = resolve(context, "model", query.models) if query.models else None
    asked = by_market(query.markets, library) if query.markets else None
    countries: dict[str, list[str]] = defaultdict(list)
    for model, country, _ in context.snapshot.query("models_sold_in", models=wanted).values:
        countries[str(model)].append(str(country))
    if not countries:
        raise NoData(
            "no unit of the models asked for is recorded as sold",
            next_step="load units with the country of sale, or ask `match_standards`",
        )
    sold: list[Sold] = []
    missing: dict[str, None] = {}
    for model, places in countries.items():
        product = product_of(ProductQuestion(model_id=model), context)
        for market, named in by_market(places, library).items():
            if market is None:
                missing.update(dict.fromkeys(named))
            elif asked is None or market in asked:
                parent = library.markets[market].parent
                sold.append(Sold(product, market, parent, tuple(named)))
    return sold, tuple(sorted(missing))


def _change(event: ChangeEvent, found: Sequence[Reached], as_of: date) -> ReachingChange:
    return ReachingChange(
        event=event.id,
        kind=event.kind,
        market=event.market,
        dated=event.date,
        due_on=due_on(event),
        days_left=(due_on(event) - as_of).days,
        stage=stage_at(event, as_of),
        reached=tuple(one for one in found if not one.unknown),
        may_reach=tuple(one for one in found if one.unknown),
        source=event.source,
        confidence=event.confidence,
        conflict=event.conflict,
        what=event.what,
        action=event.action,
    )


def _result(
    days: tuple[date, date],
    found: tuple[list[ChangeWarning], list[ReachingChange]],
    sold: Sequence[Sold],
    source: tuple[tuple[str, ...], Library],
) -> ComplianceWarnings:
    warnings, changes = found
    missing, library = source
    models = sorted({one.product.name for one in sold})
    touched = {one.model_id for change in changes for one in (*change.reached, *change.may_reach)}
    review = date.fromisoformat(library.reviewed_on)
    return ComplianceWarnings(
        since=days[0],
        as_of=days[1],
        warnings=tuple(sorted(warnings, key=lambda one: (one.days_left < 0, abs(one.days_left)))),
        changes=tuple(changes),
        models=tuple(models),
        unaffected=tuple(one for one in models if one not in touched),
        not_covered=missing,
        events_known=tuple(sorted(library.change_events)),
        reviewed_on=library.reviewed_on,
        stale=days[1] - review > STALE_AFTER,
    )


def _warnings(result: ComplianceWarnings) -> tuple[Note, ...]:
    notes = [Note(code="decision_support", text="decision support; read the official texts")]
    if result.stale:
        text = f"the library was looked through until {result.reviewed_on}: newer changes lack"
        notes.append(Note(code="stale_source", text=text))
    if result.not_covered:
        text = f"not in the library: {', '.join(result.not_covered)}; rules may change there too"
        notes.append(Note(code="not_covered", text=text))
    below = sum(one.confidence != "high" for one in result.changes)
    if below:
        text = f"{below} of {len(result.changes)} changes are below high confidence"
        notes.append(Note(code="below_high", text=text))
    if any(one.may_reach for one in result.changes):
        text = "for some models a deciding feature is unknown: see may_reach"
        notes.append(Note(code="feature_unknown", text=text))
    if conflicts := [one.event for one in result.changes if one.conflict]:
        text = f"sources disagree on {', '.join(conflicts)}"
        notes.append(Note(code="conflict", text=text))
    return tuple(notes)


def _summary(result: ComplianceWarnings) -> str:
    coming = [one for one in result.changes if one.days_left >= 0]
    text = (
        f"{len(result.warnings)} warnings from {result.since} to {result.as_of};"
        f" {len(coming)} changes still to come for {len(result.models)} models"
    )
    for one in coming[:NAMED]:
        models = sorted({reached.model_id for reached in one.reached})
        named = ", ".join(models[:NAMED]) + (" …" if len(models) > NAMED else "")
        text += f"; {one.event} {one.market} {one.dated} ({one.days_left} days): {named or 'open'}"
    return f"{text[: SUMMARY_LIMIT - 1]}."
