"""The SQL that reads a clean file: every name and text in it is quoted here and nowhere else."""

from collections.abc import Sequence
from pathlib import Path

from services.hub.ingest.reading.limits import RECORD_LIMIT
from services.hub.ingest.reading.rows import Dialect


def text(value: str) -> str:
    """`value` as an SQL text."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """`value` as an SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


def readable(path: Path, workspace: Path) -> Path:
    """A path to the same file that DuckDB does not take for a pattern."""
    if not any(sign in str(path) for sign in "*?["):
        return path
    link = workspace / f"plain{path.suffix if path.suffix.isalnum() else ''}"
    link.symlink_to(path)
    return link


def csv_relation(path: Path, dialect: Dialect, columns: Sequence[str], header: bool) -> str:
    """Read a clean delimited UTF-8 file as text, in file order."""
    shape = ", ".join(f"{text(column)}: 'VARCHAR'" for column in columns)
    quote = text(dialect.quote)
    return (
        f"read_csv({text(str(path))}, auto_detect=false, delim={text(dialect.delimiter)}, "
        f"quote={quote}, escape={quote}, header={str(header).lower()}, nullstr='', "
        f"columns={{{shape}}}, compression='none', max_line_size={RECORD_LIMIT}, "
        f"buffer_size={2 * RECORD_LIMIT})"
    )


def without_nulls(relation: str, columns: Sequence[str], null_values: Sequence[str]) -> str:
    """`relation` with the texts that mean "not recorded" turned into NULL."""
    if not null_values:
        return relation
    listed = ", ".join(text(value.strip()) for value in (*null_values, ""))
    chosen = ", ".join(
        f"CASE WHEN trim({name(column)}) NOT IN ({listed}) THEN {name(column)} END"
        f" AS {name(column)}"
        for column in columns
    )
    return f"(SELECT {chosen} FROM {relation})"
