"""One pass over a delimited file: which records are rows, on which lines, and what else is there.

A file that is clean throughout is left where it is. At the first block that is not, a clean copy is
begun: clean blocks go into it as they are, the others record by record.
"""

from pathlib import Path
from typing import BinaryIO

from services.hub.ingest.reading.careful import Judge, Verdict
from services.hub.ingest.reading.dialect import Layout
from services.hub.ingest.reading.limits import LINE_LIMIT, too_long
from services.hub.ingest.reading.refusal import refuse
from services.hub.ingest.reading.rows import RowWriter
from services.hub.ingest.reading.source import LineIndex, Malformed
from services.hub.ingest.reading.structure import CleanBlock, Structure, line_ends

_CHUNK = 1 << 20
_DOUBTFUL = 100_000


class Scan:
    """Scans one file; `run` does it, the attributes then hold what was found."""

    def __init__(self, path: Path, layout: Layout, copy: Path, shown: str) -> None:
        self.index = LineIndex()
        """Where the rows begin."""
        self.malformed: list[Malformed] = []
        """Records that are no rows."""
        self.lenient = 0
        """Rows with quotes that are not doubled."""
        self.writer: RowWriter | None = None
        """Writer of the clean copy, if one was needed."""
        self.dialect = layout.dialect
        """Dialect of the copy."""
        self._returns = layout.dialect.newline == "\r"
        if self._returns:
            self.dialect = layout.dialect._replace(newline="\n")
        self._path, self._layout, self._copy, self._shown = path, layout, copy, shown
        self._structure = Structure(layout.dialect, len(layout.columns))
        self._judge = Judge(layout.dialect, len(layout.columns))
        self._line = layout.data_line
        self._place = layout.data_start

    def run(self) -> None:
        """Scan from the first row to the end.

        Raises:
            DataRejected: a line is longer than the limit, or very many records are no rows.
        """
        if self._returns or not self._layout.from_the_top:
            self._start_copy()
        with self._path.open("rb", buffering=0) as file:
            file.seek(self._layout.data_start)
            self._blocks(file)
        if self.writer:
            self.writer.close()

    def _blocks(self, file: BinaryIO) -> None:
        rest = b""
        final = False
        while not final:
            chunk = file.read(_CHUNK)
            final = not chunk
            data = rest + chunk
            cut = len(data) if final else self._structure.cut(data)
            if cut == 0 and len(data) > LINE_LIMIT:
                raise too_long(self._shown, self._line)
            taken = self._take(data[:cut], final or len(data) > LINE_LIMIT) if cut else 0
            self._place += taken
            rest = data[taken:]

    def _take(self, block: bytes, final: bool) -> int:
        """Take in one block; how many of its bytes are done with."""
        clean = self._structure.clean(block)
        if clean is None or (self._returns and clean.line_counts is not None):
            return self._take_carefully(block, final)
        self._note(clean)
        if self.writer:
            self.writer.raw(block.replace(b"\r", b"\n") if self._returns else block)
        return len(block)

    def _note(self, clean: CleanBlock) -> None:
        if clean.line_counts is None:
            self.index.run(self._line, clean.records)
            self._line += clean.records
            return
        for count in clean.line_counts:
            self.index.run(self._line, 1)
            self._line += count

    def _take_carefully(self, block: bytes, final: bool) -> int:
        if self.writer is None:
            self._start_copy()
        start = 0
        while start < len(block):
            verdict = self._judge.judge(block, start, final)
            if verdict is None:
                break
            self._settle(block[start : verdict.end], verdict)
            start = verdict.end
        return start

    def _settle(self, record: bytes, verdict: Verdict) -> None:
        if verdict.values is not None and self.writer is not None:
            self.writer.add(verdict.values, self._line)
            self.lenient += verdict.lenient
        elif verdict.rule is not None:
            text = record.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
            self.malformed.append(Malformed(self._line, verdict.rule, verdict.reason, text))
            self._doubt_the_layout()
        self._line += line_ends(record)

    def _doubt_the_layout(self) -> None:
        bad = len(self.malformed)
        if bad > _DOUBTFUL and bad > self.index.records:
            raise refuse(
                self._shown,
                f"most records are no rows of {len(self._layout.columns)} columns",
                "set `delimiter`, `quote` or `header` in the mapping's `read`",
                self.malformed[0].line,
            )

    def _start_copy(self) -> None:
        """Begin the clean copy with what was clean so far."""
        width = len(self._layout.columns)
        self.writer = RowWriter(self._copy, self.dialect, width, self._shown)
        self.writer.index = self.index
        left = self._place - self._layout.data_start
        with self._path.open("rb") as file:
            file.seek(self._layout.data_start)
            while left and (chunk := file.read(min(_CHUNK, left))):
                self.writer.raw_part(chunk)
                left -= len(chunk)
