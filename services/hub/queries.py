"""Named queries: every question that a tool may put to the hub stands in a `.sql` file.

Head of a query, one comment line each:
  -- name: claims_by_month
  -- says: what it answers
  -- by: country, model_id     columns that a caller may group by, put in where the text says {by}
"""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from domain.errors import InvalidArgument

_HEAD = re.compile(r"^-- (name|says|by): *(.*)$", re.MULTILINE)


class Query(NamedTuple):
    """One named query."""

    name: str
    """Its name, unique over all files."""
    says: str
    """What it answers."""
    sql: str
    """The text, with `$name` for bound values."""
    by: tuple[str, ...]
    """Columns that a caller may group by."""
    parameters: frozenset[str]
    """Names of the bound values."""

    def grouped(self, by: tuple[str, ...]) -> str:
        """The text with the grouping columns put in.

        Raises:
            InvalidArgument: a column is not one of those that the query offers.
        """
        wrong = [column for column in by if column not in self.by]
        if wrong:
            offer = ", ".join(self.by) or "no grouping"
            raise InvalidArgument(
                f"{self.name} cannot be grouped by {', '.join(wrong)}",
                next_step=f"offered: {offer}",
            )
        return self.sql.replace("{by}", ", ".join(f'"{column}"' for column in by) or "'all'")


@cache
def queries() -> dict[str, Query]:
    """All named queries by name."""
    found: dict[str, Query] = {}
    for path in sorted((files("services.hub") / "sql").iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".sql"):
            for query in _split(path.read_text(encoding="utf-8")):
                if query.name in found:
                    raise ValueError(f"query {query.name!r} stands twice")
                found[query.name] = query
    return found


def _split(text: str) -> list[Query]:
    parts = re.split(r"(?m)^(?=-- name:)", text)
    return [_query(part) for part in parts if part.startswith("-- name:")]


def _query(text: str) -> Query:
    head = dict(_HEAD.findall(text))
    sql = _HEAD.sub("", text).strip().rstrip(";")
    by = tuple(column.strip() for column in head.get("by", "").split(",") if column.strip())
    parameters = frozenset(re.findall(r"\$([a-z_]+)", sql))
    return Query(head["name"].strip(), head.get("says", "").strip(), sql, by, parameters)
