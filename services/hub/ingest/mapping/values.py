"""A column's text as a value of its canonical type, and the checks that say why it has none.

The common case, a plain rename, compiles to one TRY_CAST. Whatever that is too lenient for (DuckDB
reads 1e9 as an integer and 03-04-26 as a day of the year 3) is caught by the check, which looks at
the value first and at the text only where it must.
"""

from typing import NamedTuple

from services.hub.ingest.mapping.dates import EARLIEST, moment, without_zone_name
from services.hub.ingest.mapping.numbers import WHOLE, NumberFormat
from services.hub.ingest.mapping.quoting import literal, lookup

_DATE_ONLY = 10


class Check(NamedTuple):
    """A reason to reject a row, over the value and the text of one column."""

    rule: str
    """Name of the rule: type, date, date_ambiguous, unit, zone, map, expression."""
    broken: str
    """SQL that is true if the rule is broken."""
    says: str
    """What the value is not, for the reason."""


def whole_number(value: str, text: str, sql_type: str, numbers: NumberFormat) -> tuple[str, Check]:
    """SQL of a BIGINT or INTEGER and its check.

    Args:
        value: SQL of the stored value, for the check.
        text: SQL of the text.
        sql_type: BIGINT or INTEGER.
        numbers: how the number is written.
    """
    plain = numbers.plain_text(text)
    broken = (
        f"CASE WHEN {value} IS NULL THEN {present(text)} "
        f"WHEN CAST({value} AS VARCHAR) = {text} THEN false "
        f"ELSE NOT regexp_full_match({plain}, {literal(WHOLE)}) END"
    )
    says = f"is not a whole number that fits {sql_type}"
    return f"TRY_CAST({plain} AS {sql_type})", Check("type", broken, says)


def real_number(value: str, text: str, numbers: NumberFormat) -> tuple[str, Check]:
    """SQL of a DOUBLE and its check, which refuses NaN and infinity; arguments as above."""
    broken = (
        f"CASE WHEN {value} IS NULL THEN {present(text)} "
        f"WHEN NOT isfinite({value}) THEN true ELSE contains({text}, '_') END"
    )
    return numbers.double(text), Check("type", broken, "is not a finite number")


def truth(value: str, text: str, meanings: dict[str, bool]) -> tuple[str, Check]:
    """SQL of a BOOLEAN and its check.

    Args:
        value: SQL of the stored value, for the check.
        text: SQL of the text.
        meanings: truth by text; empty for the usual English words and 1/0.
    """
    broken = f"{value} IS NULL AND {present(text)}"
    if meanings:
        table = {word.lower(): str(held).lower() for word, held in meanings.items()}
        sql = lookup(f"lower({text})", table)
    else:
        sql = f"TRY_CAST(trim({text}) AS BOOLEAN)"
    return sql, Check("type", broken, "is neither true nor false")


def iso_date(value: str, text: str) -> tuple[str, Check]:
    """SQL of a DATE from ISO text and its check, which lets a time pass at midnight only."""
    at_other_hour = (
        f"TRY_CAST(trim({text}) AS TIMESTAMP) IS DISTINCT FROM CAST({value} AS TIMESTAMP)"
    )
    broken = (
        f"CASE WHEN {value} IS NULL THEN {present(text)} WHEN {unlikely(value)} THEN true "
        f"WHEN length({text}) > {_DATE_ONLY} THEN {at_other_hour} "
        f"ELSE {spelled_out(value, text)} END"
    )
    return f"TRY_CAST({text} AS DATE)", Check("date", broken, "is not an ISO date (YYYY-MM-DD)")


def iso_timestamp(value: str, text: str) -> tuple[str, Check]:
    """SQL of a TIMESTAMPTZ from ISO text, UTC where it has no offset, and its check."""
    broken = (
        f"CASE WHEN {value} IS NULL THEN {present(text)} WHEN {unlikely(value)} THEN true "
        f"ELSE {spelled_out(value, text)} END"
    )
    cast = f"coalesce({without_zone_name(text)}, {without_zone_name(f'trim({text})')})"
    return cast, Check("date", broken, "is not an ISO 8601 time")


def formatted_moment(
    value: str, text: str, formats: tuple[str, ...], zone: str | None
) -> tuple[str, tuple[Check, ...]]:
    """SQL of a TIMESTAMPTZ by declared formats and its checks.

    Args:
        value: SQL of the stored value, for the checks.
        text: SQL of the text, for the checks.
        formats: the declared formats; the first that fits counts.
        zone: SQL of the zone of local times; None for UTC.
    """
    readings = [moment(text, pattern, zone) for pattern in formats]
    shown = " or ".join(formats)
    broken = f"CASE WHEN {value} IS NULL THEN {present(text)} ELSE {unlikely(value)} END"
    checks = [Check("date", broken, f"is not a date written as {shown}")]
    if len(formats) > 1:
        every = ", ".join(readings)
        ambiguous = f"least({every}) <> greatest({every})"
        checks.insert(0, Check("date_ambiguous", ambiguous, f"means different dates as {shown}"))
    return f"coalesce({', '.join(readings)})", tuple(checks)


def present(text: str) -> str:
    """SQL that is true if a text says something."""
    return f"coalesce(trim({text}) <> '', false)"


def unlikely(value: str) -> str:
    """SQL that is true for a date or time that is infinite or a misread day."""
    return f"(NOT isfinite({value}) OR {value} < '{EARLIEST}')"


def spelled_out(value: str, text: str) -> str:
    """SQL that is true for the word `epoch`, which DuckDB takes for the first day of 1970."""
    return f"CASE WHEN {value} = 'epoch' THEN contains(lower({text}), 'epoch') ELSE false END"
