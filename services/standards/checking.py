"""What has to hold between rows: names that exist, confidence that a source carries, real days."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, get_args

from services.standards.files import Fault, Place
from services.standards.library import Library
from services.standards.records import (
    Confidence,
    EditionStatus,
    Fact,
    Relation,
    Scheme,
    SchemeStatus,
    Standard,
    TestItem,
)

ANY = "any"
"""Stands for every category but automotive components."""
UNDATED = "-"
"""Date of publication that the library does not know."""
_RANK = {"low": 0, "medium": 1, "high": 2}
_CAP = {"knowledge": "medium", "community": "medium"}
"""Highest confidence by kind of source; every other kind may carry `high`."""
_FIRST_OF_YEAR = "-01-01"
_CLOSED = {
    "statuses": SchemeStatus,
    "confidence": Confidence,
    "relations": Relation,
    "edition_status": EditionStatus,
}
Places = Mapping[tuple[str, str], Place]


class Wrong(NamedTuple):
    """What is wrong with a row."""

    kind: str
    row: str
    says: str


def faults_of(library: Library, words: Mapping[str, set[str]], places: Places) -> list[Fault]:
    """Everything that does not hold.

    Args:
        library: the rows.
        words: closed lists of words by name.
        places: where each row stands, by kind and id.
    """
    found = [
        *_words(words),
        *_facts(library),
        *_vocabulary(library),
        *_schemes(library, words),
        *_standards(library),
        *_test_items(library),
        *_relations(library),
        *_changes(library, words),
    ]
    nowhere = Place("vocab.yaml", 1)
    return [
        Fault(places.get((one.kind, one.row), nowhere), f"{one.kind}: row {one.row!r}: {one.says}")
        for one in found
    ]


def is_day(text: str) -> bool:
    """Whether `YYYY`, `YYYY-MM` or `YYYY-MM-DD` is in the calendar."""
    try:
        date.fromisoformat(text + _FIRST_OF_YEAR[len(text) - 4 :])
    except ValueError:
        return False
    return True


class _Row(NamedTuple):
    """A row whose references are being checked."""

    kind: str
    id: str

    def unknown(self, field: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Wrong]:
        pool = set(known)
        for name in names:
            if name not in pool:
                yield Wrong(self.kind, self.id, f"{field}: {name!r} is not in the library")

    def days(self, field: str, days: Iterable[str | None]) -> Iterator[Wrong]:
        for day in days:
            if day is not None and not is_day(day):
                yield Wrong(self.kind, self.id, f"{field}: {day!r} is no date")


def _words(words: Mapping[str, set[str]]) -> Iterator[Wrong]:
    for name, literal in _CLOSED.items():
        for word in sorted(words.get(name, set()) - set(get_args(literal))):
            yield Wrong("words", name, f"{word!r} is none of {', '.join(get_args(literal))}")
    if not words.get("topics"):
        yield Wrong("words", "topics", "there are none")


def facts_by_kind(library: Library) -> dict[str, Mapping[str, Fact]]:
    """The rows that rest on a source, by the key of their lists and by id."""
    return {
        "markets": library.markets,
        "schemes": library.schemes,
        "standards": library.standards,
        "test_items": library.test_items,
        "param_switch": library.switches,
        "equivalences": library.equivalences,
        "mutual_recognition": library.recognitions,
        "change_events": library.change_events,
        "date_rules": library.date_rules,
    }


def _facts(library: Library) -> Iterator[Wrong]:
    for kind, facts in facts_by_kind(library).items():
        for fact in facts.values():
            source = library.sources.get(fact.source)
            if source is None:
                yield Wrong(kind, fact.id, f"source: {fact.source!r} is not in the library")
            elif _RANK[fact.confidence] > _RANK[_CAP.get(source.kind, "high")]:
                cap = _CAP[source.kind]
                yield Wrong(
                    kind, fact.id, f"confidence: a source of kind {source.kind} carries {cap}"
                )


def _vocabulary(library: Library) -> Iterator[Wrong]:
    for feature in library.features.values():
        row = _Row("features", feature.id)
        yield from row.unknown("implies", feature.implies, library.features)
    for market in library.markets.values():
        row = _Row("markets", market.id)
        yield from row.unknown("parent", filter(None, [market.parent]), library.markets)
    if not is_day(library.reviewed_on):
        yield Wrong("words", "reviewed_on", f"{library.reviewed_on!r} is no date")


def _schemes(library: Library, words: Mapping[str, set[str]]) -> Iterator[Wrong]:
    for scheme in library.schemes.values():
        row = _Row("schemes", scheme.id)
        yield from row.unknown("market", [scheme.market], library.markets)
        yield from row.unknown("topic", [scheme.topic], library.topics)
        yield from row.unknown("process", [scheme.process], words.get("processes", ()))
        yield from row.unknown("standards", scheme.standards, library.standards)
        yield from _when(library, row, scheme)
        yield from row.days("dates", [scheme.applies_from, scheme.applies_until, *scheme.phase_in])


def _when(library: Library, row: _Row, scheme: Scheme) -> Iterator[Wrong]:
    for when in scheme.when if isinstance(scheme.when, tuple) else (scheme.when,):
        yield from row.unknown("when.categories", when.categories, {*library.categories, ANY})
        for field in ("all_of", "any_of", "none_of"):
            yield from row.unknown(f"when.{field}", getattr(when, field), library.features)


def _standards(library: Library) -> Iterator[Wrong]:
    for standard in library.standards.values():
        row = _Row("standards", standard.id)
        yield from row.unknown("topic", [standard.topic], library.topics)
        yield from row.unknown("categories", standard.categories, {*library.categories, ANY})
        yield from row.unknown("features", standard.features, library.features)
        yield from row.unknown("markets", standard.markets, library.markets)
        yield from row.unknown("replaces", standard.replaces, library.standards)
        yield from row.unknown("replaced_by", standard.replaced_by, library.standards)
        yield from _editions(row, standard)
        for other in standard.replaced_by:
            heir = library.standards.get(other)
            if heir is not None and standard.id not in heir.replaces:
                says = f"replaced_by: {other!r} does not name it under replaces"
                yield Wrong(row.kind, row.id, says)


def _editions(row: _Row, standard: Standard) -> Iterator[Wrong]:
    for edition in standard.editions:
        if edition.published != UNDATED:
            yield from row.days(f"edition {edition.ed!r}, published", [edition.published])
        yield from row.days(f"edition {edition.ed!r}", [edition.effective, edition.withdrawn])
    names = [edition.ed for edition in standard.editions]
    for twin in sorted({name for name in names if names.count(name) > 1}):
        yield Wrong(row.kind, row.id, f"editions: {twin!r} is there twice")


def _test_items(library: Library) -> Iterator[Wrong]:
    for item in library.test_items.values():
        row = _Row("test_items", item.id)
        yield from row.unknown("standard", [item.standard], library.standards)
        yield from row.unknown("categories", item.categories, {*library.categories, ANY})
        yield from row.unknown("features", item.features, library.features)
        yield from row.unknown("markets", item.markets, library.markets)
        yield from row.unknown(
            "deviates_from", filter(None, [item.deviates_from]), library.test_items
        )
        yield from _limit(item)
    for switch in library.switches.values():
        row = _Row("param_switch", switch.id)
        yield from row.unknown("categories", switch.categories, {*library.categories, ANY})
        yield from row.unknown("base", [switch.base], library.markets)
        yield from row.unknown("markets", [*switch.items, *switch.values], library.markets)
        yield from row.unknown("items", switch.items.values(), library.test_items)


def _limit(item: TestItem) -> Iterator[Wrong]:
    if item.role == "limit" and item.op is None:
        yield Wrong("test_items", item.id, "op: a limit says how it is to be read")


def _relations(library: Library) -> Iterator[Wrong]:
    for pair in library.equivalences.values():
        row = _Row("equivalences", pair.id)
        yield from row.unknown("a, b", [pair.a, pair.b], library.standards)
    for one in library.recognitions.values():
        row = _Row("mutual_recognition", one.id)
        yield from row.unknown("parties", one.parties, library.markets)
        yield from row.unknown("standards", one.standards, library.standards)
        yield from row.unknown("schemes", one.schemes, library.schemes)
    for rule in library.date_rules.values():
        row = _Row("date_rules", rule.id)
        yield from row.unknown("markets", rule.markets, library.markets)


def _changes(library: Library, words: Mapping[str, set[str]]) -> Iterator[Wrong]:
    for event in library.change_events.values():
        row, reached = _Row("change_events", event.id), event.affects
        yield from row.unknown("kind", [event.kind], words.get("event_kinds", ()))
        yield from row.unknown("market", [event.market], library.markets)
        yield from row.days("date", [event.date])
        yield from row.unknown("affects.standards", reached.standards, library.standards)
        yield from row.unknown("affects.schemes", reached.schemes, library.schemes)
        yield from row.unknown("affects.categories", reached.categories, {*library.categories, ANY})
        yield from row.unknown("affects.features", reached.features, library.features)
