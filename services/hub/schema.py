"""The canonical tables, read from `schema.yaml`: the one place that knows names, types and rules.

Everything else (Delta schemas, casts, checks, masks, region filters, the data dictionary) is
derived from these records.
"""

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from domain.contract import Contract
from domain.records.policy import DataClass

ColumnType = Literal["text", "bigint", "integer", "double", "boolean", "date", "timestamp"]
CodeList = Literal["country", "currency", "language"]
SQL_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "bigint": "BIGINT",
    "integer": "INTEGER",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
}


class Reference(Contract):
    """A column whose values should exist in another table's key."""

    table: str
    """The table that holds the referred rows; its key has one column."""
    strict: bool = True
    """True: a row that refers to nothing is quarantined. False: it is kept and counted as an
    orphan, because losing it would be worse (a safety report with a mistyped serial number)."""


class Column(Contract):
    """One column of a canonical table."""

    name: str
    """Column name."""
    type: ColumnType = "text"
    """Value type; timestamps are UTC."""
    data_class: DataClass = "internal"
    """Data class that access rules speak of."""
    required: bool = False
    """True: a row without a value is quarantined. Key columns are always required."""
    references: Reference | None = None
    """The table that the value refers to."""
    minimum: float | None = None
    """Smallest value that is physically or logically possible."""
    maximum: float | None = None
    """Largest value that is physically or logically possible."""
    codes: CodeList | None = None
    """The code list that values come from."""
    values: tuple[str, ...] = ()
    """The only values allowed, if the trade has a closed list."""
    past: bool = False
    """True: the value cannot lie in the future."""
    words: bool = False
    """True: people's own words, de-identified on the way in."""
    derived: bool = False
    """True: written by the ingest itself; an export cannot fill it."""

    @property
    def sql_type(self) -> str:
        """The DuckDB type that holds the column."""
        return SQL_TYPES[self.type]


class Table(Contract):
    """One canonical table."""

    name: str
    """Table name."""
    says: str
    """What one row stands for."""
    key: tuple[str, ...]
    """Columns that together name a row."""
    columns: tuple[Column, ...]
    """Columns in their order."""
    recorded: str | None = None
    """The column that says when the row became known; `--as-of` hides what came later."""
    scope: tuple[str, ...] = ()
    """Columns that tie a row to a region, a unit or a supplier: it is visible if one of them is in
    the caller's scope; none: visible to everyone."""
    unscoped_visible: bool = False
    """True: a row whose scope columns are all empty concerns everyone; False: it is seen only by
    those whose scope has no bounds."""
    system: bool = False
    """True: written by the system itself, never by an export."""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def fillable_names(self) -> tuple[str, ...]:
        """Names of the columns that an export may fill."""
        return tuple(column.name for column in self.columns if not column.derived)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in their order."""
        return tuple(column.name for column in self.columns)


@cache
def schema() -> dict[str, Table]:
    """All tables by name, canonical ones first, in an order in which references point backwards."""
    text = (files("services.hub") / "schema.yaml").read_text(encoding="utf-8")
    return {
        name: _table(name, body) for name, body in yaml.load(text, Loader=yaml.CSafeLoader).items()
    }


def canonical() -> dict[str, Table]:
    """The tables that an export may fill."""
    return {name: table for name, table in schema().items() if not table.system}


def table(name: str) -> Table:
    """The table of that name; KeyError if there is none."""
    return schema()[name]


def _table(name: str, body: dict[str, object]) -> Table:
    raw = body.pop("columns")
    assert isinstance(raw, dict)
    key = body["key"]
    assert isinstance(key, list)
    columns = [
        {"name": column, "required": column in key, **_spelled_out(spec)}
        for column, spec in raw.items()
    ]
    return Table.model_validate({"name": name, "columns": columns, **body})


def _spelled_out(spec: str | dict[str, object]) -> dict[str, object]:
    if isinstance(spec, str):
        return {"type": spec}
    target = spec.get("references")
    if isinstance(target, str):
        name, _, weak = target.partition(" ")
        return {**spec, "references": {"table": name, "strict": weak != "(weak)"}}
    return spec
