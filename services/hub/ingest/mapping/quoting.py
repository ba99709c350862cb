"""Names and texts as SQL: the only door by which foreign words enter a statement.

Long `IN` lists are avoided everywhere: DuckDB turns them into a join, and a join loses the order of
the rows, by which rejected rows find their line.
"""

from collections.abc import Iterable, Mapping


def quoted(name: str) -> str:
    """A column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def one_of(text: str, choices: Iterable[str]) -> str:
    """SQL that is true if the SQL text equals a choice, NULL if it is NULL."""
    return f"list_contains([{', '.join(map(literal, choices))}], {text})"


def lookup(text: str, table: Mapping[str, str]) -> str:
    """SQL of the entry (SQL expressions of one type) that the SQL text names, or NULL."""
    entries = ", ".join(f"{literal(key)}: {value}" for key, value in table.items())
    return f"MAP {{{entries}}}[{text}]"
