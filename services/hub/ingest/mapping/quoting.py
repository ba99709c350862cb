"""Names and texts as SQL: the only door by which foreign words enter a statement."""

from collections.abc import Iterable


def quoted(name: str) -> str:
    """A column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts as a comma-separated list of SQL strings."""
    return ", ".join(literal(text) for text in texts)
