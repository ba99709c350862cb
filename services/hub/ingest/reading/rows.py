"""Writes the clean copy of a file that is not clean: UTF-8, one dialect, nothing left to guess."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

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

    def __init__(self, path: Path, dialect: Dialect, width: int, index: LineIndex) -> None:
        self.path = path
        """The file being written."""
        self.index = index
        """Where the written records stood in the original."""
        self._delimiter = dialect.delimiter.encode()
        self._quote = dialect.quote.encode()
        self._end = dialect.newline.encode()
        special = re.escape(self._delimiter + self._quote)
        self._special = re.compile(b"[\r\n" + special + b"]") if self._quote else None
        self._file: BinaryIO = path.open("wb")
        self._record([b"c%d" % place for place in range(width)])

    def add(self, fields: Sequence[bytes], line: int) -> None:
        """Write one record that began on `line` of the original."""
        self._record(fields)
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

    def _record(self, fields: Sequence[bytes]) -> None:
        if self._special is None:
            self._file.write(self._delimiter.join(fields) + self._end)
            return
        written = [self._quoted(field) if self._needs(field) else field for field in fields]
        if len(written) == 1 and not written[0]:
            written = [self._quote * 2]
        self._file.write(self._delimiter.join(written) + self._end)

    def _needs(self, field: bytes) -> bool:
        return self._special is not None and self._special.search(field) is not None

    def _quoted(self, field: bytes) -> bytes:
        return self._quote + field.replace(self._quote, self._quote * 2) + self._quote
