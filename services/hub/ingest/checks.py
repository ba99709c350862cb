"""The rules that every stored row keeps, as SQL over typed columns.

A rule's predicate is true for the rows that break it; its reason is SQL too, so that a whole file
is judged in one pass.
"""

from datetime import datetime
from typing import NamedTuple

from services.hub.ingest.codes import country_codes, currency_codes
from services.hub.schema import CodeList, Column, Table
from services.hub.views import quote

SEPARATOR = "\x1f"
"""Stands between rule and reason in the label of a row."""
_UNSEEN = "[\\x00-\\x1f\\x7f\\x{200b}-\\x{200f}\\x{2060}\\x{feff}]"
"""Control and zero-width characters: in a key they make two of what a reader takes for one."""
_LANGUAGE = "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$"


class Check(NamedTuple):
    """One rule."""

    rule: str
    """Its name, as it stands in quarantine."""
    predicate: str
    """SQL that is true for a row that breaks it."""
    reason: str
    """SQL text that says why."""


def checks(table: Table, now: datetime) -> list[Check]:
    """All rules of a table, in the order in which they are tried."""
    found: list[Check] = []
    for column in table.columns:
        if not column.derived:
            found += _column_checks(column, now)
    return found


def label(found: list[Check]) -> str:
    """SQL for `rule SEPARATOR reason` of the first rule that a row breaks, null if none."""
    if not found:
        return "NULL::VARCHAR"
    cases = " ".join(
        f"WHEN {check.predicate} THEN {quote(check.rule + SEPARATOR)} || {check.reason}"
        for check in found
    )
    return f"CASE {cases} END"


def _column_checks(column: Column, now: datetime) -> list[Check]:
    name = f'"{column.name}"'
    shown = f"coalesce({name}::VARCHAR, '')"
    found = []
    if column.required:
        found.append(Check("missing", f"{name} IS NULL", quote(f"{column.name} is empty")))
    # A key that must be in another table was looked at when it came in there.
    own_key = column.references is None or not column.references.strict
    if column.required and column.type == "text" and own_key:
        hidden = f"regexp_matches({name}, {quote(_UNSEEN)})"
        found.append(
            _check("character", hidden, column, "''", "holds a character that is not seen")
        )
    if column.minimum is not None or column.maximum is not None:
        outside = (
            f"NOT ({name} BETWEEN {_bound(column.minimum, -1)} AND {_bound(column.maximum, 1)})"
        )
        limits = f" is not within {column.minimum:g}" if column.minimum is not None else ""
        limits += f" to {column.maximum:g}" if column.maximum is not None else " and above"
        found.append(_check("range", outside, column, shown, limits))
    if column.codes:
        predicate, kind = _code_test(column.codes, name)
        found.append(_check("code", predicate, column, shown, f" is no {kind} code"))
    if column.values:
        other = " AND ".join(f"{name} <> {quote(value)}" for value in column.values)
        hint = f" is none of {', '.join(column.values)}"
        found.append(_check("value", other, column, shown, hint))
    if column.past:
        later = f"{name} > TIMESTAMPTZ '{now.isoformat()}'"
        found.append(_check("future", later, column, shown, " lies in the future"))
    return found


def _check(rule: str, predicate: str, column: Column, shown: str, says: str) -> Check:
    reason = f"{quote(column.name + ' ')} || {shown} || {quote(says)}"
    return Check(rule, predicate, reason)


def _bound(value: float | None, side: int) -> str:
    return repr(value) if value is not None else f"{side}e308"


def _code_test(codes: CodeList, name: str) -> tuple[str, str]:
    if codes == "language":
        return f"NOT regexp_matches({name}, {quote(_LANGUAGE)})", "BCP 47 language"
    known, kind = (
        (country_codes(), "ISO 3166 country")
        if codes == "country"
        else (currency_codes(), "ISO 4217 currency")
    )
    # Not `IN (...)`: DuckDB turns a long list into a join, which loses the order of the rows.
    length = len(min(known))
    listed = quote("|".join(["", *sorted(known), ""]))
    return f"length({name}) <> {length} OR NOT contains({listed}, '|' || {name} || '|')", kind
