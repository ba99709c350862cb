"""The mapping file as records: what each word of the YAML means is said here, once.

A mapping names the files it is for, how to read them, and, per canonical table, where each column
comes from. Every scalar of the file is read as text (so `NO` is Norway and never `false`).
"""

from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from pydantic import ConfigDict, Field, field_validator, model_validator

from domain.contract import Contract
from services.hub.ingest.reading import ReadOptions


class ColumnMapping(Contract):
    """Where the value of one canonical column comes from and how its text is understood.

    Exactly one origin is given: `from`, `constant`, `template`, `expression` or `flags`.
    A bare text in the YAML stands for `{from: text}`.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    source: tuple[str, ...] = Field(default=(), alias="from")
    """Source column; several are joined by a space (a date and a time, say)."""
    constant: str | None = None
    """The same text for every row."""
    template: str | None = None
    """Text with source columns in braces, such as `AI-{UDI}`; also `{file}`, `{stem}` (file name
    without ending) and `{row}` (1-based number of the record); `{{` is a plain brace."""
    expression: str | None = None
    """Arithmetic over source columns in [ ] or " ", such as `[Torque [Nm]] * 2 * pi`."""
    flags: dict[str, str] = {}
    """Condition by flag name; the value is the names whose condition holds, joined by a comma."""
    null_values: tuple[str, ...] = ()
    """Texts that stand for "no value" in this column, besides those of `read`."""
    map: dict[str, str] = {}
    """New text by old text; the old one is matched exactly after trimming."""
    otherwise: Literal["reject", "null", "keep"] = "reject"
    """What happens to a text that `map` does not list: row rejected, no value, or kept as it is."""
    date: tuple[str, ...] = ()
    """Formats of a date or time: strptime patterns, `iso`, `excel` (serial days), `epoch_s`,
    `epoch_ms`. A text that two of them read as different moments is rejected. Default `iso`."""
    zone: str | None = None
    """IANA time zone of local times; without it times are UTC. A local time that occurs twice is
    taken as standard time; one that was skipped is read with the offset before the change."""
    zone_from: str | None = None
    """Source column that holds the time zone of each row; `zone` is used where it is empty."""
    zone_map: dict[str, str] = {}
    """IANA name by text of the zone column, for texts that are not IANA names."""
    decimal: str = "."
    """Decimal separator of numbers."""
    thousands: str | None = None
    """Grouping separator of numbers."""
    unit: str | None = None
    """Unit of the source values (any spelling that pint knows)."""
    unit_from: str | None = None
    """Source column that holds the unit of each row; `unit` is used where it is empty."""
    units: dict[str, str] = {}
    """Unit by text of the unit column; by default the usual shop-floor units."""
    to: str | None = None
    """Unit of the stored value."""
    true_values: tuple[str, ...] = Field(default=(), alias="true")
    """Texts that mean true; by default true, t, yes, y, 1. Case does not matter."""
    false_values: tuple[str, ...] = Field(default=(), alias="false")
    """Texts that mean false; by default false, f, no, n, 0. Case does not matter."""

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str | list) else value

    @field_validator("source", "null_values", "date", "true_values", "false_values", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _words_fit_together(self) -> "ColumnMapping":
        origins = [self.source, self.constant, self.template, self.expression, self.flags]
        if sum(origin not in ((), None, {}) for origin in origins) != 1:
            raise ValueError("give one of: from, constant, template, expression, flags")
        if (self.to is None) != (self.unit is None and self.unit_from is None):
            raise ValueError("a unit conversion needs `unit` or `unit_from`, and `to`")
        if len(self.decimal) != 1 or self.thousands == self.decimal:
            raise ValueError("`decimal` is one character and differs from `thousands`")
        if self.thousands is not None and len(self.thousands) != 1:
            raise ValueError("`thousands` is one character")
        if bool(self.true_values) != bool(self.false_values):
            raise ValueError("`true` and `false` are given together")
        return self

    @property
    def is_plain(self) -> bool:
        """True for a rename without any change of the values."""
        return len(self.source) == 1 and self.model_fields_set <= {"source"}


class Unpivot(Contract):
    """Turns several source columns into rows: one row per source row and column.

    A row whose value is empty is left out. `name_to` and `value_to` may also be used as source
    columns by other rules of the table.
    """

    columns: tuple[str, ...] = ()
    """Source columns by name."""
    matching: str | None = None
    """Source columns by a pattern with * and ?; used when `columns` is empty."""
    name_to: str
    """Canonical column that takes the name of the source column."""
    value_to: str
    """Canonical column that takes its value."""

    @model_validator(mode="after")
    def _one_choice(self) -> "Unpivot":
        if bool(self.columns) == bool(self.matching):
            raise ValueError("give one of: columns, matching")
        return self


class TableMapping(Contract):
    """How the rows of one canonical table come out of one source row."""

    where: str | None = None
    """Condition that a source row must meet, such as `[Machine failure] = 1`; others are left out,
    not rejected."""
    distinct: bool = False
    """True: the rows repeat in the source by nature (master data inside a fact file), so an equal
    row is not counted as a duplicate."""
    columns: dict[str, ColumnMapping] = {}
    """Rule by canonical column; a column without a rule stays empty."""
    unpivot: Unpivot | None = None
    """Turns columns into rows first."""
    rows: tuple[dict[str, str], ...] = ()
    """The rows themselves, written in the mapping: master data that no file holds."""

    @model_validator(mode="before")
    @classmethod
    def _columns_of_rows(cls, value: object) -> object:
        if not isinstance(value, dict) or not value.get("rows"):
            return value
        if set(value) - {"rows", "columns"}:
            raise ValueError("`rows` stands alone")
        names = [name for row in value["rows"] if isinstance(row, dict) for name in row]
        return {"columns": {name: {"from": name} for name in names}, **value}

    @model_validator(mode="after")
    def _unpivoted_columns(self) -> "TableMapping":
        if self.unpivot is not None:
            for name in (self.unpivot.name_to, self.unpivot.value_to):
                self.columns.setdefault(name, ColumnMapping(source=(name,)))
        if not self.columns:
            raise ValueError("give `columns` or `rows`")
        return self


class Target(NamedTuple):
    """One table to fill from one source."""

    table: str
    """Canonical table."""
    mapping: TableMapping
    """How."""
    null_values: tuple[str, ...] = ()
    """Texts that stand for "no value" anywhere in the source."""


class SourceMapping(Contract):
    """Files of one shape, and the tables that they fill."""

    files: tuple[str, ...] = ()
    """File patterns relative to the ingested folder (`*.csv`, `2024/*.txt`); their rows go to the
    same tables. Empty if all rows stand in the mapping."""
    read: ReadOptions = ReadOptions()
    """How to read the files where detection must not decide."""
    tables: dict[str, tuple[TableMapping, ...]]
    """Rules by canonical table; a list gives several rows per source row."""

    @field_validator("files", mode="before")
    @classmethod
    def _one_or_many_files(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("tables", mode="before")
    @classmethod
    def _one_or_many_entries(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {k: [v] if isinstance(v, dict) else v for k, v in value.items()}

    @property
    def targets(self) -> tuple[Target, ...]:
        """The tables that each file fills, in the order of the mapping."""
        return tuple(
            Target(table, entry, self.read.null_values)
            for table, entries in self.tables.items()
            for entry in entries
            if not entry.rows
        )

    @property
    def inline_targets(self) -> tuple[Target, ...]:
        """The tables whose rows stand in the mapping itself."""
        return tuple(
            Target(table, entry)
            for table, entries in self.tables.items()
            for entry in entries
            if entry.rows
        )


class Mapping(Contract):
    """A whole mapping file."""

    andon_mapping: Literal["1"]
    """Version of this format."""
    says: str = ""
    """What the export is, in one line."""
    sources: tuple[SourceMapping, ...]
    """One block per shape of file; `files`, `read` and `tables` at the top are the short form for
    a single block."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        short = ("files", "read", "tables")
        if not isinstance(value, dict) or not any(word in value for word in short):
            return value
        if "sources" in value:
            raise ValueError("give `sources`, or `files`, `read` and `tables`, not both")
        block = {word: value[word] for word in short if word in value}
        return {**{k: v for k, v in value.items() if k not in short}, "sources": [block]}

    def source_of(self, path: str) -> SourceMapping | None:
        """The first block whose patterns match a path relative to the ingested folder."""
        for source in self.sources:
            if any(PurePosixPath(path).match(pattern) for pattern in source.files):
                return source
        return None
