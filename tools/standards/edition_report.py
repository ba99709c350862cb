"""Builds what is said of a standard's editions on a day."""

from datetime import date, timedelta

from services.standards.editions import EditionState, FamilyState, edition_states, reached
from services.standards.finding import Found
from services.standards.library import Library
from services.standards.records import ChangeEvent, Relation, Standard
from tools.standards.edition_record import (
    Change,
    DateMeaning,
    EditionOnDay,
    FamilyReport,
    MarketEdition,
    Publication,
)

_OFFICIAL = ("official", "lab")
_INTERNATIONAL = "INT"
_YEAR = timedelta(days=365)
_FULL = len("2026-11-22")


def report_on(
    library: Library, found: Found, standard_id: str, markets: tuple[str, ...], as_of: date
) -> FamilyReport:
    """Everything that the library says of a standard on a day.

    Args:
        library: where to look.
        found: the designation asked about.
        standard_id: the standard that it named.
        markets: ids of the markets asked about; none: all that are known.
        as_of: the day.
    """
    standard = library.standards[standard_id]
    state = edition_states(library, standard, as_of)
    places = _in_markets(library, standard, markets, as_of)
    source = library.sources[standard.source]
    changes = [
        one for one in library.change_events.values() if standard_id in one.affects.standards
    ]
    named = {one.market for one in places} | set(standard.markets or (_INTERNATIONAL,))
    return FamilyReport(
        asked=found.asked,
        standard=standard_id,
        designation=standard.designation,
        title=standard.title,
        markets=standard.markets,
        edition_asked=found.edition or None,
        edition_known=found.edition_known,
        asked_editions=tuple(one.ed for one in standard.editions if one.ref in found.editions),
        editions=tuple(_on_day(library, standard, one, as_of) for one in state.editions),
        use=state.use,
        accepted=state.accepted,
        before_first=state.before_first,
        in_markets=places,
        replaces=_designations(library, standard.replaces),
        replaced_by=_designations(library, standard.replaced_by),
        coming=tuple(_changes(changes, as_of, as_of, date.max)),
        lately=tuple(reversed(_changes(changes, as_of, as_of - _YEAR, as_of - timedelta(days=1)))),
        dates=_meanings(library, named),
        source=source.id,
        source_kind=source.kind,
        source_title=source.title,
        confidence=standard.confidence,
        conflict=standard.conflict,
        note=standard.note,
    )


def _on_day(library: Library, standard: Standard, state: EditionState, as_of: date) -> EditionOnDay:
    publication = _publication(library, standard, state.published, as_of)
    return EditionOnDay(**state.model_dump(), publication=publication)


def _publication(library: Library, standard: Standard, published: str, as_of: date) -> Publication:
    if not published[:1].isdigit():
        return "not_recorded"
    if reached(published, as_of.isoformat()) is False:
        return "not_yet"
    sources = [standard.source] + [
        one.source
        for one in library.change_events.values()
        if one.kind == "publication"
        and standard.id in one.affects.standards
        and one.date.startswith(published)
    ]
    said = any(library.sources[one].kind in _OFFICIAL for one in sources)
    return "official" if said else "reported"


def _in_markets(
    library: Library, standard: Standard, markets: tuple[str, ...], as_of: date
) -> tuple[MarketEdition, ...]:
    """The standard itself in its markets, and what others have in its place."""
    kin: dict[str, Relation | None] = {standard.id: None}
    for pair in library.equivalences.values():
        if pair.relation == "SUCCESSOR":
            continue
        if pair.a == standard.id:
            kin.setdefault(pair.b, pair.relation)
        elif pair.b == standard.id and not library.standards[pair.a].markets:
            kin.setdefault(pair.a, pair.relation)
    found = [
        _in_market(
            edition_states(library, library.standards[name], as_of), market, relation, library
        )
        for name, relation in kin.items()
        for market in library.standards[name].markets or (_INTERNATIONAL,)
        if not markets or market in markets
    ]
    return tuple(sorted(found, key=lambda one: (one.market, one.relation or "", one.standard)))


def _in_market(
    state: FamilyState, market: str, relation: Relation | None, library: Library
) -> MarketEdition:
    refs = {one.ed: one.ref for one in state.editions}
    return MarketEdition(
        market=market,
        standard=state.standard,
        designation=state.designation,
        relation=relation,
        use=refs[state.use] if state.use else None,
        accepted=tuple(refs[one] for one in state.accepted),
        listed_only=tuple(one.ref for one in state.editions if one.state == "published_not_cited"),
        confidence=library.standards[state.standard].confidence,
    )


def _changes(events: list[ChangeEvent], as_of: date, first: date, last: date) -> list[Change]:
    inside = [one for one in events if _between(one.date, first, last)]
    return [
        Change(
            id=one.id,
            date=one.date,
            days_left=_days_left(one.date, as_of),
            kind=one.kind,
            market=one.market,
            what=one.what,
            action=one.action,
            source=one.source,
            confidence=one.confidence,
        )
        for one in sorted(inside, key=lambda one: (one.date, one.id))
    ]


def _between(day: str, first: date, last: date) -> bool:
    """Whether a date as exact as it is known may lie in a span."""
    start, end = first.isoformat()[: len(day)], last.isoformat()[: len(day)]
    return start <= day <= end and (len(day) == _FULL or reached(day, last.isoformat()) is not None)


def _days_left(day: str, as_of: date) -> int | None:
    return (date.fromisoformat(day) - as_of).days if len(day) == _FULL else None


def _meanings(library: Library, markets: set[str]) -> tuple[DateMeaning, ...]:
    return tuple(
        DateMeaning(
            id=one.id, term=one.term, markets=one.markets, meaning=one.meaning, effect=one.effect
        )
        for one in library.date_rules.values()
        if markets & set(one.markets)
    )


def _designations(library: Library, ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(library.standards[one].designation for one in ids)
