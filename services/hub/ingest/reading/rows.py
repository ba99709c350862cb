"""Writes the clean copy of a file that is not clean: UTF-8, one dialect, nothing left to guess."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from services.hub.ingest.reading.limits import RECORD_LIMIT, too_long
from services.hub.ingest.reading.source import LineIndex


class Dialect(NamedTuple):
    """How a delimited file separates fields and records."""

    delimiter: str
    """Character between fields."""
    quote: str
    """Character around a field that holds the others; `""` if nothing is quoted."""
    newline: str = "\n"
    """End of a record: `\\n`, `\\r\\n` or `\\r`."""


CLEAN = Dialect(",", '"')
"""What is written when the file itself has no dialect."""


class RowWriter:
    """Appends records to a delimited UTF-8 file, header first, and notes their lines."""

    def __init__(self, path: Path, dialect: Dialect, width: int, shown: str) -> None:
        self.path = path
        """The file being written."""
        self.index = LineIndex()
        """Where the written records stood in the original."""
        self._shown = shown
        self._delimiter = dialect.delimiter.encode()
        self._quote = dialect.quote.encode()
        self._end = dialect.newline.encode()
        special = re.escape(self._delimiter + self._quote)
        self._special = re.compile(b"[\r\n" + special + b"]") if self._quote else None
        self._file: BinaryIO = path.open("wb")
        self._file.write(self._joined([b"c%d" % place for place in range(width)]))

    def add(self, fields: Sequence[bytes], line: int) -> None:
        """Write one record that began on `line` of the original.

        Raises:
            DataRejected: it is longer than a record may be.
        """
        record = self._joined(fields)
        if len(record) > RECORD_LIMIT:
            raise too_long(self._shown, line)
        self._file.write(record)
        self.index.run(line, 1)

    def raw(self, block: bytes) -> None:
        """Write records that already are in the dialect."""
        self._file.write(block)
        if block and not block.endswith(self._end):
            self._file.write(self._end)

    def raw_part(self, part: bytes) -> None:
        """Write a piece of records that already are in the dialect."""
        self._file.write(part)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def _joined(self, fields: Sequence[bytes]) -> bytes:
        """One record, with quotes where they are needed."""
        written = [self._quoted(field) if self._needs(field) else field for field in fields]
        if written == [b""]:
            written = [self._quote * 2]
        return self._delimiter.join(written) + self._end

    def _needs(self, field: bytes) -> bool:
        return self._special is not None and self._special.search(field) is not None

    def _quoted(self, field: bytes) -> bytes:
        return self._quote + field.replace(self._quote, self._quote * 2) + self._quote
