"""The source row that the rules of a mapping speak of."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePath
from typing import Protocol

from domain.errors import BadArgument
from services.hub.ingest.mapping.numbers import PLAIN_NUMBERS, NumberFormat
from services.hub.ingest.mapping.quoting import literal, one_of, quoted

NUMERIC_TYPES = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
"""DuckDB's number types."""


class SourceLike(Protocol):
    """What compiling asks of an opened file."""

    @property
    def path(self) -> str:
        """Name of the file for people."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """Column names as in the header; letter case alone does not tell two apart."""
        ...

    @property
    def types(self) -> Mapping[str, str]:
        """DuckDB type by column; a column not listed is VARCHAR."""
        ...

    @property
    def sql(self) -> str:
        """A FROM-able SQL expression with exactly those columns."""
        ...


@dataclass
class SourceRow:
    """The columns of a source by name, as SQL; remembers which were asked for."""

    source: SourceLike
    null_values: tuple[str, ...] = ()
    """Texts that stand for "no value" anywhere."""
    virtual: dict[str, str] = field(default_factory=dict)
    """SQL by name of the two columns that an unpivot adds."""
    used: dict[str, None] = field(default_factory=dict)
    """Source columns asked for, in order."""
    numbered: bool = False
    """True once the record number was asked for."""

    def find(self, name: str) -> str:
        """The source column of that name; letter case, width and spacing are forgiven.

        Raises:
            BadArgument: there is none; near names are offered.
        """
        columns = self.source.columns
        alike = [column for column in columns if _folded(column) == _folded(name)]
        found = name if name in columns else alike[0] if len(alike) == 1 else None
        if found is None:
            near = get_close_matches(name, columns, 3, 0.5) or columns[:8]
            raise BadArgument(
                f"{self.source.path} has no column {name!r}",
                holds="nothing was read",
                next_step=f"did you mean {', '.join(map(repr, near))}?",
                where=(self.source.path, None),
            )
        self.used[found] = None
        return found

    def type_of(self, name: str) -> str:
        """DuckDB type of a column, without its arguments."""
        if name in self.virtual:
            return "VARCHAR"
        return self.source.types.get(self.find(name), "VARCHAR").partition("(")[0].upper()

    def raw(self, name: str) -> str:
        """SQL of a column as it stands."""
        return self.virtual.get(name) or quoted(self.find(name))

    def text(self, name: str, null_values: tuple[str, ...] = ()) -> str:
        """SQL of a column as trimmed text, NULL if empty or one of the null values."""
        raw = self.raw(name)
        if self.type_of(name) != "VARCHAR":
            raw = f"CAST({raw} AS VARCHAR)"
        nulls = (*self.null_values, *null_values)
        text = f"nullif(trim({raw}), '')"
        return (
            f"CASE WHEN {one_of(f'trim({raw})', nulls)} THEN NULL ELSE {text} END"
            if nulls
            else text
        )

    def row_number(self) -> str:
        """SQL of the 1-based number of the record in its file."""
        self.numbered = True
        return quoted(self.free_name("row"))

    def place(self, name: str) -> str | None:
        """SQL of `file`, `stem` or `row`; None for other names and where a column has that name."""
        if name in self.source.columns or name in self.virtual:
            return None
        path = PurePath(self.source.path)
        if name == "row":
            return f"CAST({self.row_number()} AS VARCHAR)"
        return {"file": literal(path.name), "stem": literal(path.stem)}.get(name)

    def free_name(self, word: str) -> str:
        """A column name that the source does not have."""
        name = f"__{word}"
        while any(name.lower() == column.lower() for column in self.source.columns):
            name += "_"
        return name


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass(frozen=True)
class RuleRow:
    """A source row as one rule reads it: with the rule's null values and number format."""

    row: SourceRow
    null_values: tuple[str, ...] = ()
    numbers: NumberFormat = PLAIN_NUMBERS

    def text(self, name: str) -> str:
        """SQL of a column as trimmed text, NULL if empty."""
        return self.row.text(name, self.null_values)

    def number(self, name: str) -> str:
        """SQL of a column as DOUBLE, NULL if it is no number (NaN is none)."""
        if self.row.type_of(name) in NUMERIC_TYPES:
            return f"CAST({self.row.raw(name)} AS DOUBLE)"
        return f"nullif({self.numbers.double(self.text(name))}, 'NaN'::DOUBLE)"

    def row_number(self) -> str:
        """SQL of the 1-based number of the record."""
        return self.row.row_number()
