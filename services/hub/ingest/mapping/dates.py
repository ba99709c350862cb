"""Dates and times written as text, as SQL.

The session's time zone must be UTC (`SET TimeZone = 'UTC'`): a time without offset is then UTC.
Years before 1000 are taken for a misread day and rejected, not stored as the first century.
"""

import re
from functools import cache

from domain.errors import BadArgument
from services.hub.ingest.mapping.numbers import NumberFormat
from services.hub.ingest.mapping.quoting import literal, lookup

NUMERIC_FORMATS = ("excel", "epoch_s", "epoch_ms")
"""Formats whose text is a number."""
EARLIEST = "1000-01-01"
"""First day that is believed."""
_DIRECTIVES = re.compile(r"%(-?[a-zA-Z%])")
_KNOWN = set("aAdbBmyYHIpMSfnzjuwUWgGV%") | {f"-{letter}" for letter in "dmyHIMSj"}
_ZONE_NAME = "[A-SU-Ya-su-y/_]"
"""A letter that no ISO time holds (T and Z it does), or a sign of a zone's name."""
_OFFSET = r":\d{2}(\.\d+)?\s*(Z|[+-]\d{2}(:?\d{2})?)$"
"""End of an ISO time that says its offset."""


def check_format(pattern: str) -> None:
    """BadArgument unless the format is one of ours or a strptime pattern that DuckDB reads."""
    if pattern in ("iso", *NUMERIC_FORMATS):
        return
    letters = _DIRECTIVES.findall(pattern)
    unknown = [letter for letter in letters if letter not in _KNOWN]
    if unknown:
        raise BadArgument(f"date format {pattern!r} has an unknown part %{unknown[0]}")
    if not letters or pattern.count("%") != sum(1 + (item == "%") for item in letters):
        raise BadArgument(
            f"date format {pattern!r} is not a strptime pattern, iso, excel, epoch_s or epoch_ms"
        )


@cache
def time_zones() -> frozenset[str]:
    """The names of the time zones that DuckDB knows (one look-up per process)."""
    import duckdb

    with duckdb.connect() as connection:
        rows = connection.execute("SELECT name FROM pg_timezone_names()").fetchall()
    return frozenset(row[0] for row in rows)


def check_zone(name: str) -> None:
    """BadArgument unless DuckDB knows the time zone."""
    if name not in time_zones():
        from difflib import get_close_matches

        near = get_close_matches(name, sorted(time_zones()), 3)
        raise BadArgument(f"unknown time zone {name!r}", next_step=f"near: {', '.join(near)}")


def zone_of_row(text: str, names: dict[str, str], default: str | None) -> str:
    """SQL of the IANA zone that a text names, NULL if it names none.

    Args:
        text: SQL of the zone column as text, NULL if empty.
        names: zone by further texts.
        default: zone of rows without a text.
    """
    for name in names.values():
        check_zone(name)
    known = {name: name for name in sorted(time_zones())} | names
    zone = lookup(text, {key: literal(name) for key, name in known.items()})
    return f"CASE WHEN {text} IS NULL THEN {literal(default)} ELSE {zone} END" if default else zone


def moment(text: str, pattern: str, zone: str | None) -> str:
    """SQL of a text read by one format as TIMESTAMPTZ, NULL if it does not fit.

    Args:
        text: SQL of the text.
        pattern: `iso`, `excel`, `epoch_s`, `epoch_ms`, or a strptime pattern.
        zone: SQL of the IANA zone of local times; None for UTC.
    """
    if pattern in NUMERIC_FORMATS:
        return numeric_moment(NumberFormat().double(text), pattern, zone)
    if pattern == "iso":
        with_offset = without_zone_name(text)
        if zone is None:
            return with_offset
        local = f"timezone({zone}, TRY_CAST({text} AS TIMESTAMP))"
        has_offset = f"regexp_matches({text}, {literal(_OFFSET)})"
        return f"CASE WHEN {has_offset} THEN {with_offset} ELSE {local} END"
    parsed = f"try_strptime({text}, {literal(pattern)})"
    if "%Y" in pattern:
        parsed = f"CASE WHEN regexp_matches({text}, '\\d{{4}}') THEN {parsed} END"
    if "%z" in pattern or zone is None:
        return f"CAST({parsed} AS TIMESTAMPTZ)"
    return f"timezone({zone}, {parsed})"


def without_zone_name(text: str) -> str:
    """SQL of an ISO text as TIMESTAMPTZ, NULL if it names a zone.

    DuckDB reads "10:00 Asia/Tokyo" and then takes the rows behind it, if they name no zone, for
    Tokyo time as well: such a text must never reach the cast.
    """
    named = f"regexp_matches({text}, {literal(_ZONE_NAME)})"
    return f"CASE WHEN NOT {named} THEN TRY_CAST({text} AS TIMESTAMPTZ) END"


def numeric_moment(number: str, pattern: str, zone: str | None) -> str:
    """SQL of a number (DOUBLE) of one of `NUMERIC_FORMATS` as TIMESTAMPTZ, NULL if out of range.

    Excel serials count days from 1899-12-30, to the millisecond; those before March 1900, where
    Excel counts a day that never was, are refused. Epochs are UTC whatever the zone.
    """
    if pattern != "excel":
        seconds = f"({number} / 1000)" if pattern == "epoch_ms" else number
        return f"to_timestamp(CASE WHEN abs({seconds}) < 2e11 THEN {seconds} END)"
    days = f"CASE WHEN {number} >= 61 AND {number} < 2958466 THEN {number} END"
    microseconds = f"CAST(round(({days}) * 86400000) * 1000 AS BIGINT)"
    local = f"(TIMESTAMP '1899-12-30' + to_microseconds({microseconds}))"
    return f"CAST({local} AS TIMESTAMPTZ)" if zone is None else f"timezone({zone}, {local})"
