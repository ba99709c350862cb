"""What a file has become once it is open: a piece of SQL, and the way back to its lines."""

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.hub.ingest.reading.options import FileFormat

MalformedRule = Literal["encoding", "fields", "quote", "json"]
"""Why a record cannot be read at all: its bytes, its field count, its quotes, its JSON."""


class Malformed(NamedTuple):
    """A record that is no row of the table, kept as it stood."""

    line: int
    """First physical line of the record, from 1."""
    rule: MalformedRule
    """Name of the rule that it breaks."""
    reason: str
    """What is wrong, in words."""
    text: str
    """The record; bytes that are no text are written as `\\xNN`."""


class Breakpoint(NamedTuple):
    """From record `first_record` on, line = record + `offset`, until the next breakpoint."""

    first_record: int
    """Number of a record, from 0, in the order of the file."""
    offset: int
    """What to add to a record's number for its line (from 1)."""


class LineIndex:
    """The lines on which records begin, as few breakpoints; 16 bytes each."""

    def __init__(self) -> None:
        self.records = 0
        """Records seen so far."""
        self._first_records = array("q")
        self._offsets = array("q")

    def run(self, first_line: int, records: int) -> None:
        """Note `records` records on consecutive lines from `first_line` on."""
        offset = first_line - self.records
        if records and (not self._offsets or self._offsets[-1] != offset):
            self._first_records.append(self.records)
            self._offsets.append(offset)
        self.records += records

    def line(self, record: int) -> int:
        """Physical line (from 1) on which record `record` (from 0) begins.

        Raises:
            IndexError: there is no such record.
        """
        if not 0 <= record < self.records:
            raise IndexError(f"record {record} of {self.records}")
        return record + self._offsets[bisect_right(self._first_records, record) - 1]

    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """All breakpoints in rising order; none if there is no record."""
        return tuple(map(Breakpoint, self._first_records, self._offsets))


@dataclass(frozen=True)
class Table:
    """A file made readable: what one reader of one format hands over."""

    relation: str
    """A FROM-able SQL expression with exactly `columns`."""
    columns: tuple[str, ...]
    """Column names as in the header, trimmed."""
    lines: LineIndex
    """From record number to line; knows how many records `relation` yields."""
    malformed: tuple[Malformed, ...] = ()
    """Records that are no rows."""
    types: dict[str, str] = field(default_factory=dict)
    """Native DuckDB types, where the file has them; otherwise everything is VARCHAR."""
    delimiter: str | None = None
    """Character between fields, for a delimited file of two columns or more."""
    delimiter_confidence: float = 1.0
    """0 to 1: how clearly the delimiter stood out; 1 when it was given."""
    notes: tuple[str, ...] = ()
    """Decisions that a person should know of."""


@dataclass(frozen=True)
class Source:
    """An input file, ready for one pass of DuckDB.

    Record i (from 0) is the row with rowid i of `CREATE TABLE t AS SELECT ... FROM <sql>`, as long
    as that statement has no WHERE; `line(i)` is where it begins in the file.
    """

    path: str
    """The file, relative to the ingest root."""
    sha256: str
    """Hash of the file's bytes, in hex."""
    bytes: int
    """Size of the file."""
    format: FileFormat
    """Shape of the file."""
    encoding: str | None
    """Character encoding of a text file."""
    encoding_confidence: float
    """0 to 1: how sure the encoding is; 1 when it was given, marked or valid UTF-8."""
    delimiter: str | None
    """Character between fields, for a delimited file of two columns or more."""
    delimiter_confidence: float
    """0 to 1: how clearly the delimiter stood out; 1 when it was given."""
    columns: tuple[str, ...]
    """Column names as in the header, trimmed, without a byte-order mark."""
    sql: str
    """A FROM-able SQL expression that yields exactly `columns` in file order, a row a record."""
    types: dict[str, str]
    """DuckDB type of each column; VARCHAR for every text file."""
    typed: bool
    """True if the types are the file's own (Parquet)."""
    malformed: tuple[Malformed, ...]
    """Records that `sql` leaves out, complete before the first scan."""
    lines: LineIndex
    """From record number to line."""
    notes: tuple[str, ...]
    """Decisions that a person should know of, such as a guessed encoding."""

    @property
    def records(self) -> int:
        """How many rows `sql` yields; with `malformed` this is every record of the file."""
        return self.lines.records

    @property
    def offsets(self) -> tuple[Breakpoint, ...]:
        """Breakpoints from record number to line, in rising order."""
        return self.lines.breakpoints()

    def line(self, record: int) -> int:
        """Physical line (from 1) on which record `record` (from 0) begins.

        Raises:
            IndexError: there is no such record.
        """
        return self.lines.line(record)
