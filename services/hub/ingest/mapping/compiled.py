"""What compiling a mapping gives: the SQL of one pass over one source for one table."""

from typing import NamedTuple


class Problem(NamedTuple):
    """A reason to reject a row; both SQL texts speak of the staged rows."""

    column: str
    """Canonical column."""
    rule: str
    """Rule that is broken: type, date, date_ambiguous, unit, zone, map or expression."""
    predicate_sql: str
    """SQL that is true (not NULL) if the row breaks the rule."""
    reason_sql: str
    """SQL of the reason for people, with column and value (no value for personal columns)."""


class CompiledTarget(NamedTuple):
    """One table from one source."""

    table: str
    """Canonical table."""
    values: dict[str, str]
    """SQL by canonical column, all of them, in schema order; over the rows of `relation_sql`."""
    staged_sql: str
    """SELECT of the values under their canonical names, plus what problems and `where` refer to
    (names that begin with two underscores); one pass, source order kept."""
    relation_sql: str
    """What `values` select from: the source, with record numbers or unpivoted where needed."""
    problems: tuple[Problem, ...]
    """Checks of the texts, in the order in which the first broken one should be named."""
    where: str | None
    """SQL over the staged rows that is true for rows to keep, never NULL; None keeps all. A row
    that is not kept is neither accepted nor rejected, whatever problems it has."""
    distinct: bool
    """True: equal rows are expected and not duplicates."""
    fan_out: int
    """Staged rows per source record, next to each other: record = staged row number // fan_out."""
    used_columns: tuple[str, ...]
    """Source columns that take part."""
    ignored_columns: tuple[str, ...]
    """Source columns that do not."""
    missing_columns: tuple[str, ...]
    """Canonical columns without a rule; they stay empty."""
