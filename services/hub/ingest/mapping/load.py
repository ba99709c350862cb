"""A mapping file becomes a checked `Mapping`, or an error that names file, line and near names.

Every rule is compiled once against a source that has any column, so whatever can be wrong without
the data (expressions, units, formats, zones, types) is found before a row is read.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from domain.contract import Contract
from domain.errors import BadArgument
from services.hub.ingest.mapping.column import compile_column
from services.hub.ingest.mapping.document import Document, Place, read_document
from services.hub.ingest.mapping.expression.to_sql import condition_sql
from services.hub.ingest.mapping.model import (
    ColumnMapping,
    Mapping,
    SourceMapping,
    TableMapping,
    Unpivot,
)
from services.hub.ingest.mapping.row import RuleRow, SourceRow
from services.hub.ingest.reading import ReadOptions
from services.hub.schema import Table, canonical


def load_mapping(path: Path) -> Mapping:
    """The mapping in a YAML file.

    Raises:
        BadArgument: the file cannot be read, or something in it is wrong; with file and line.
    """
    document = read_document(path)
    try:
        mapping = Mapping.model_validate(document.content)
    except ValidationError as error:
        raise _invalid(document, error) from error
    for entry in _entries(mapping, document):
        _check_entry(entry, document)
    return mapping


class _Entry(NamedTuple):
    table: str
    mapping: TableMapping
    place: Place


def _entries(mapping: Mapping, document: Document) -> Iterator[_Entry]:
    short = isinstance(document.content, dict) and "sources" not in document.content
    for at, source in enumerate(mapping.sources):
        block: Place = () if short else ("sources", at)
        if not source.files and source.targets:
            raise document.wrong("`files` says nothing, so no file would be read", block)
        for table, entries in source.tables.items():
            place = (*block, "tables", table)
            for number, entry in enumerate(entries):
                listed = (*place, number) in document.lines
                yield _Entry(table, entry, (*place, number) if listed else place)


def _check_entry(entry: _Entry, document: Document) -> None:
    tables = canonical()
    if entry.table not in tables:
        raise document.wrong(
            f"unknown table {entry.table!r}", entry.place, _near(entry.table, tuple(tables))
        )
    table = tables[entry.table]
    for name in entry.mapping.columns:
        if name not in table.fillable_names:
            place = (*entry.place, "columns", name)
            message = f"table {table.name} has no column {name!r} to fill"
            raise document.wrong(message, place, _near(name, table.fillable_names))
    missing = [name for name in table.key if name not in entry.mapping.columns]
    if missing:
        message = f"table {table.name} needs its key column {', '.join(missing)}"
        raise document.wrong(message, entry.place)
    _check_rules(entry, table, document)


def _check_rules(entry: _Entry, table: Table, document: Document) -> None:
    row = SourceRow(_AnySource())
    place: Place = (*entry.place, "where")
    try:
        if entry.mapping.where is not None:
            condition_sql(entry.mapping.where, RuleRow(row))
        for name, rule in entry.mapping.columns.items():
            place = (*entry.place, "columns", name)
            compile_column(table.column(name), rule, row)
    except BadArgument as error:
        raise document.wrong(
            f"{table.name}.{place[-1]}: {error.message}", place, error.next_step
        ) from error


class _AnyColumns(tuple[str, ...]):
    """A header in which every name occurs."""

    def __contains__(self, name: object) -> bool:
        return True


class _AnySource:
    """A source of which nothing is known yet."""

    path = "any file"
    columns: Sequence[str] = _AnyColumns()
    types: dict[str, str] = {}
    sql = "nothing"


_WORDS: dict[str, type[Contract]] = {
    "sources": SourceMapping,
    "tables": TableMapping,
    "columns": ColumnMapping,
    "unpivot": Unpivot,
    "read": ReadOptions,
}
"""What the words under a key belong to."""


def _invalid(document: Document, error: ValidationError) -> BadArgument:
    first = error.errors()[0]
    place = _place(first["loc"], document)
    last = str(first["loc"][-1]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return document.wrong(f"unknown word {last!r}", place, _near(last, _known_words(place)))
    shown = ".".join(map(str, place)) or "the mapping"
    return document.wrong(f"{shown}: {first['msg'].removeprefix('Value error, ')}", place)


def _place(location: tuple[int | str, ...], document: Document) -> Place:
    """The place in the file: pydantic sees the long form, the file may hold the short one."""
    for skipped in (location, location[2:]):
        place: Place = ()
        for step in skipped:
            if (*place, step) in document.lines:
                place = (*place, step)
        if place:
            return place
    return ()


def _known_words(place: Place) -> tuple[str, ...]:
    models = [_WORDS[step] for step in place[:-1] if isinstance(step, str) and step in _WORDS]
    model: type[Contract] = models[-1] if models else Mapping
    fields = model.model_fields
    return tuple(field.alias or name for name, field in fields.items()) + (
        () if models else tuple(SourceMapping.model_fields)
    )


def _near(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, 3, 0.5)
    return f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(known)}"
