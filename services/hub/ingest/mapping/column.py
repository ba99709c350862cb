"""One rule of a mapping compiled: its value, and the problems that its text can have."""

from typing import NamedTuple

from domain.errors import BadArgument
from services.hub.ingest.mapping import values
from services.hub.ingest.mapping.compiled import Problem
from services.hub.ingest.mapping.dates import (
    NUMERIC_FORMATS,
    check_format,
    check_zone,
    numeric_moment,
    zone_of_row,
)
from services.hub.ingest.mapping.expression.parse import parse
from services.hub.ingest.mapping.expression.to_sql import condition_sql, number_sql
from services.hub.ingest.mapping.expression.tree import columns_of
from services.hub.ingest.mapping.model import ColumnMapping
from services.hub.ingest.mapping.numbers import NumberFormat
from services.hub.ingest.mapping.origin import Origin, origin
from services.hub.ingest.mapping.quoting import literal, lookup, quoted
from services.hub.ingest.mapping.row import NUMERIC_TYPES, RuleRow, SourceRow
from services.hub.ingest.mapping.units import Conversion, conversion, usual_conversions
from services.hub.ingest.mapping.values import Check
from services.hub.schema import Column

_SHOWN = 60
"""Most characters of a value that a reason repeats."""
_INTEGERS = tuple(name for name in NUMERIC_TYPES if "INT" in name)
_NATIVE = {
    "double": NUMERIC_TYPES,
    "bigint": _INTEGERS,
    "integer": _INTEGERS,
    "boolean": ("BOOLEAN",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS"),
}
"""Source types that a plain cast brings to a canonical type."""
_FITS = {
    "date": ("date", "timestamp"),
    "zone": ("timestamp",),
    "zone_from": ("timestamp",),
    "to": ("double",),
    "true_values": ("boolean",),
    "flags": ("text",),
    "expression": ("double", "bigint", "integer", "boolean", "timestamp", "date"),
}
"""Canonical types that a word of a rule makes sense for."""


class CompiledColumn(NamedTuple):
    """The SQL of one canonical column."""

    value: str
    """SQL of the value."""
    hidden: dict[str, str]
    """SQL by name of what the problems refer to."""
    problems: tuple[Problem, ...]
    """Checks of the text."""


def compile_column(column: Column, rule: ColumnMapping, row: SourceRow) -> CompiledColumn:
    """The SQL of one column.

    Raises:
        BadArgument: the rule does not fit the column's type, or names what the source lacks.
    """
    for word, types in _FITS.items():
        if getattr(rule, word) and column.type not in types:
            shown = {"true_values": "true", "to": "unit"}.get(word, word)
            raise BadArgument(f"`{shown}` does not fit a column of type {column.type}")
    return _ColumnCompiler(column, rule, row).compiled()


class _ColumnCompiler:
    """Carries one column through the steps text, number or moment, unit, cast."""

    def __init__(self, column: Column, rule: ColumnMapping, row: SourceRow) -> None:
        self._column = column
        self._rule = rule
        self._row = row
        self._numbers = NumberFormat(rule.decimal, rule.thousands)
        self._rule_row = RuleRow(row, rule.null_values, self._numbers)
        self._value = quoted(column.name)
        self._hidden: dict[str, str] = {}
        self._problems: list[Problem] = []

    def compiled(self) -> CompiledColumn:
        if self._rule.expression is not None:
            value = self._from_expression(self._rule.expression)
        elif self._is_native():
            value = self._from_native()
        else:
            value = self._from_text()
        return CompiledColumn(value, self._hidden, tuple(self._problems))

    def _hide(self, word: str, sql: str) -> str:
        name = f"__{word}_{self._column.name}"
        self._hidden[name] = sql
        return quoted(name)

    def _report(self, check: Check, text: str) -> None:
        name = self._column.name
        reason = f"left(trim({text}), {_SHOWN})"
        if self._column.data_class == "personal":
            reason = "'value withheld'"
        reason = f"{literal(name + ': ')} || {reason} || {literal(' ' + check.says)}"
        broken = f"coalesce({check.broken}, false)"
        self._problems.append(Problem(name, check.rule, broken, reason))

    # native types -------------------------------------------------------------------------------

    def _is_native(self) -> bool:
        kinds = _NATIVE.get(self._column.type, ())
        return self._rule.is_plain and self._row.type_of(self._rule.source[0]) in kinds

    def _from_native(self) -> str:
        raw = self._row.raw(self._rule.source[0])
        given = self._hide("text", raw)
        finite = "" if self._column.type in ("boolean", "bigint", "integer") else self._value
        broken = f"{self._value} IS NULL AND {given} IS NOT NULL"
        if finite:
            broken = f"({broken}) OR NOT isfinite({finite})"
        check = Check("type", broken, f"does not fit {self._column.sql_type}")
        self._report(check, f"CAST({given} AS VARCHAR)")
        return f"TRY_CAST({raw} AS {self._column.sql_type})"

    # texts --------------------------------------------------------------------------------------

    def _from_text(self) -> str:
        start = self._start()
        if self._column.type == "text":
            self._report_unmapped(start, start.text)
            return start.text
        text = self._hide("text", start.text)
        self._report_unmapped(start, text)
        match self._column.type:
            case "date" | "timestamp":
                return self._moment(start.text, text)
            case "boolean":
                words = {word: True for word in self._rule.true_values}
                words |= {word: False for word in self._rule.false_values}
                sql, check = (values.truth(self._value, item, words) for item in (start.text, text))
            case "double":
                return self._real(start.text, text)
            case _:
                kind = self._column.sql_type
                sql, check = (
                    values.whole_number(self._value, item, kind, self._numbers)
                    for item in (start.text, text)
                )
        self._report(check[1], text)
        return sql[0]

    def _start(self) -> Origin:
        """The text; a plain column of a type whose cast forgives blanks is taken as it stands."""
        rule, row = self._rule, self._row
        if rule.is_plain and not row.null_values and self._column.type not in ("text", "boolean"):
            name = rule.source[0]
            if row.type_of(name) == "VARCHAR":
                return Origin(row.raw(name), row.raw(name))
        return origin(rule, self._rule_row)

    def _report_unmapped(self, start: Origin, text: str) -> None:
        if self._rule.map and self._rule.otherwise == "reject":
            given = self._hide("given", start.given)
            mapped = self._value if self._column.type == "text" else text
            broken = f"{mapped} IS NULL AND {given} IS NOT NULL"
            self._report(Check("map", broken, "is not in the map"), given)

    def _real(self, inline: str, text: str) -> str:
        number = values.real_number(self._value, inline, self._numbers)[0]
        converted = self._converted(number, text)
        self._report(values.real_number(self._value, text, self._numbers)[1], text)
        return converted

    # units --------------------------------------------------------------------------------------

    def _converted(self, number: str, text: str) -> str:
        rule = self._rule
        if rule.to is None:
            return number
        if rule.unit_from is None:
            return conversion(rule.unit or "", rule.to).sql(number)
        unit = self._row.text(rule.unit_from)
        if rule.unit is not None:
            unit = f"coalesce({unit}, {literal(rule.unit)})"
        table = {word: conversion(name, rule.to) for word, name in rule.units.items()}
        table = table or usual_conversions(rule.to)
        if rule.unit is not None:
            table = {rule.unit: conversion(rule.unit, rule.to)} | table
        return self._converted_by_row(number, unit, table, text)

    def _converted_by_row(
        self, number: str, unit: str, table: dict[str, Conversion], text: str
    ) -> str:
        factor = lookup(unit, {word: f"{item.factor!r}::DOUBLE" for word, item in table.items()})
        shown = self._hide("unit", unit)
        known = self._hide("factor", factor)
        broken = f"{known} IS NULL AND {values.present(text)}"
        self._report(
            Check("unit", broken, f"is no unit that becomes {self._rule.to}"),
            f"coalesce({shown}, '(empty)')",
        )
        if not any(item.offset for item in table.values()):
            return f"({number} * {factor})"
        offset = lookup(unit, {word: f"{item.offset!r}::DOUBLE" for word, item in table.items()})
        return f"({number} * {factor} + {offset})"

    # dates and times ----------------------------------------------------------------------------

    def _moment(self, inline: str, text: str) -> str:
        rule = self._rule
        for pattern in rule.date:
            check_format(pattern)
        zone = self._zone(text)
        as_date = self._column.type == "date"
        if rule.date in ((), ("iso",)) and zone is None:
            read = values.iso_date if as_date else values.iso_timestamp
            self._report(read(self._value, text)[1], text)
            return read(self._value, inline)[0]
        formats = rule.date or ("iso",)
        value, _ = values.formatted_moment(self._value, inline, formats, zone)
        for check in values.formatted_moment(self._value, text, formats, self._staged_zone())[1]:
            self._report(check, text)
        return f"CAST({value} AS DATE)" if as_date else value

    def _zone(self, text: str) -> str | None:
        rule = self._rule
        if rule.zone is not None:
            check_zone(rule.zone)
        if rule.zone_from is None:
            return None if rule.zone is None else literal(rule.zone)
        given = self._row.text(rule.zone_from)
        zone = zone_of_row(given, rule.zone_map, rule.zone)
        known = self._hide("zone", zone)
        shown = self._hide("zone_text", given)
        broken = f"{known} IS NULL AND {values.present(text)}"
        self._report(
            Check("zone", broken, "is no known time zone"), f"coalesce({shown}, '(empty)')"
        )
        return zone

    def _staged_zone(self) -> str | None:
        if self._rule.zone_from is not None:
            return quoted(f"__zone_{self._column.name}")
        return None if self._rule.zone is None else literal(self._rule.zone)

    # expressions --------------------------------------------------------------------------------

    def _from_expression(self, expression: str) -> str:
        if self._column.type == "boolean":
            return condition_sql(expression, self._rule_row)
        number = number_sql(expression, self._rule_row)
        names = columns_of(parse(expression))
        given = self._hide("inputs", self._inputs(names))
        says = f"give no value by {expression}"
        broken = (
            f"CASE WHEN {self._value} IS NULL THEN {given} IS NOT NULL "
            f"ELSE NOT isfinite(CAST({self._value} AS DOUBLE)) END"
        )
        if self._column.type in ("date", "timestamp"):
            broken = f"{self._value} IS NULL AND {given} IS NOT NULL"
        self._report(Check("expression", broken, says), given)
        return self._number_as_value(number, given)

    def _inputs(self, names: tuple[str, ...]) -> str:
        """SQL of the inputs as text, NULL if one is empty: then the value is just absent."""
        if not names:
            return "'no columns'"
        texts = [self._rule_row.text(name) for name in names]
        return " || ', ' || ".join(f"({text})" for text in texts)

    def _number_as_value(self, number: str, given: str) -> str:
        kind = self._column.type
        if kind == "double":
            return self._converted(number, given)
        if kind in ("bigint", "integer"):
            whole = f"CASE WHEN {number} = round({number}) THEN {number} END"
            return f"TRY_CAST({whole} AS {self._column.sql_type})"
        if len(self._rule.date) != 1 or self._rule.date[0] not in NUMERIC_FORMATS:
            raise BadArgument(f"a time by expression needs `date`: {', '.join(NUMERIC_FORMATS)}")
        zone = None if kind == "date" else self._zone(given)
        moment = numeric_moment(number, self._rule.date[0], zone)
        return f"CAST({moment} AS DATE)" if kind == "date" else moment
