"""Which canonical table a file is, and which of its columns go where."""

from collections.abc import Sequence
from typing import NamedTuple

from services.hub.ingest.mapping.proposing.names import is_generic_id, likeness
from services.hub.ingest.mapping.proposing.sample import ColumnSample
from services.hub.ingest.mapping.proposing.shapes import Kind, Shape, unit_in
from services.hub.schema import Column, Table, canonical

LEAST = 0.7
"""Confidence below which a column is left out."""
_TYPES: dict[str, tuple[Kind, ...]] = {
    "date": ("date", "time"),
    "timestamp": ("time", "date"),
    "double": ("number", "whole", "truth"),
    "bigint": ("whole", "truth"),
    "integer": ("whole", "truth"),
    "boolean": ("truth",),
}
_UNFIT = 0.3
"""What is left of the likeness of names if the values are of another kind."""
_SURE = 0.85
_EXPLAINED = 0.9
"""Share of fitting values that is assumed if the others are a few repeated words."""
_MANY = 3
_WITHOUT_KEY = 0.3
"""What a table without any of its key columns still counts."""


class Seen(NamedTuple):
    """A source column with the shape of its values."""

    sample: ColumnSample
    """Its values."""
    shape: Shape
    """What they look like."""


class Match(NamedTuple):
    """A source column put to a canonical one."""

    column: Column
    """The canonical column."""
    seen: Seen
    """The source column."""
    confidence: float
    """0 to 1, by name and values."""


class Choice(NamedTuple):
    """A table with the source columns that fit it."""

    table: Table
    """The canonical table."""
    matches: tuple[Match, ...]
    """At most one per canonical and per source column, in schema order."""
    wide: tuple[Seen, ...] = ()
    """Columns of numbers that stand beside each other, to become rows."""

    @property
    def score(self) -> float:
        """How well the file covers the table: its key above all, then its other columns."""
        found = {match.column.name: match.confidence for match in self.matches}
        key = sum(found.get(name, 0.0) for name in self.table.key) / len(self.table.key)
        rest = sum(value**2 for name, value in found.items() if name not in self.table.key)
        return (key + _WITHOUT_KEY) * (1 + rest)


def choose(columns: Sequence[Seen]) -> Choice:
    """The table that the columns cover best.

    Columns of numbers that it leaves over are `wide`: measurements if the table knows the unit, and
    if little else is in the file than a time and numbers, the table is `signals`.
    """
    tables = canonical()
    best = max((_fitted(table, columns) for table in tables.values()), key=lambda c: c.score)
    numbers = _left_over(best, columns)
    matched = {match.column.name for match in best.matches}
    if "serial" in matched and best.table.name != "measurements":
        return best._replace(wide=tuple(n for n in numbers if unit_in(n.sample.name)))
    times = [seen for seen in columns if seen.shape.kind == "time"]
    if times and len(numbers) >= _MANY and len(best.matches) < len(numbers):
        at = Match(tables["signals"].column("at"), times[0], 0.9)
        return Choice(
            tables["signals"], (at,), _left_over(Choice(tables["signals"], (at,)), columns)
        )
    return best


def _left_over(choice: Choice, columns: Sequence[Seen]) -> tuple[Seen, ...]:
    taken = {match.seen.sample.name for match in choice.matches}
    return tuple(
        seen
        for seen in columns
        if seen.shape.kind in ("number", "whole") and seen.sample.name not in taken
    )


def _fitted(table: Table, columns: Sequence[Seen]) -> Choice:
    candidates = sorted(
        (
            Match(column, seen, _confidence(table, column, seen))
            for column in table.columns
            for seen in columns
        ),
        key=lambda match: -match.confidence,
    )
    taken: dict[str, Match] = {}
    used: set[str] = set()
    for match in candidates:
        name = match.seen.sample.name
        if match.confidence >= LEAST and match.column.name not in taken and name not in used:
            taken[match.column.name] = match
            used.add(name)
    ordered = tuple(taken[name] for name in table.column_names if name in taken)
    return Choice(table, ordered)


def _confidence(table: Table, column: Column, seen: Seen) -> float:
    name = seen.sample.name
    confidence = likeness(name, table.name, column.name)
    if table.key == (column.name,) and confidence < _SURE and is_generic_id(name):
        confidence = 0.8 if _identifies(seen.sample) else _UNFIT
    fitting = _TYPES.get(column.type)
    if fitting and seen.shape.kind not in (*fitting, "empty"):
        confidence *= _UNFIT
    if column.codes == "country":
        if seen.shape.kind == "country":
            confidence = max(confidence, 0.75)
        elif seen.shape.kind != "empty":
            confidence *= _UNFIT
    elif column.type == "text" and seen.shape.kind in ("date", "time", "number"):
        confidence *= _UNFIT
    explained = "null_values" in seen.shape.words
    share = max(seen.shape.share, _EXPLAINED) if explained else seen.shape.share
    return round(confidence * share if fitting else confidence, 2)


def _identifies(sample: ColumnSample) -> bool:
    """True if every row has its own value."""
    return len(sample.texts) == sample.rows == len(sample.distinct)
