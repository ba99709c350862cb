"""The slow look at one record: is it a row, blank, or no row, and where does the next one begin?"""

from typing import NamedTuple

from services.hub.ingest.reading.record import LINE_END, Fields, Splitter
from services.hub.ingest.reading.rows import Dialect
from services.hub.ingest.reading.source import MalformedRule
from services.hub.ingest.reading.structure import MOST_LINES, line_ends


class Verdict(NamedTuple):
    """What was found at one place."""

    end: int
    """Where the next record begins."""
    values: list[bytes] | None = None
    """The fields, if it is a row."""
    rule: MalformedRule | None = None
    """The rule that it breaks, if it is no row; a blank line has neither."""
    reason: str = ""
    """What is wrong."""
    lenient: bool = False
    """True if its quotes are not doubled."""


class _Line(NamedTuple):
    text: bytes
    end: int


class Judge:
    """Judges the records of one file."""

    def __init__(self, dialect: Dialect, width: int) -> None:
        self._splitter = Splitter(dialect.delimiter, dialect.quote)
        self._delimiter = dialect.delimiter.encode()
        self._quote = dialect.quote.encode()
        self._width = width

    def judge(self, data: bytes, start: int, final: bool) -> Verdict | None:
        """Judge the record at `start`.

        Args:
            data: whole physical lines.
            start: where a record begins.
            final: whether nothing may follow `data`.

        Returns:
            The verdict, or None if the record may go on beyond `data`.
        """
        line = _line_at(data, start)
        if not (line.text.strip(b" ") if self._width > 1 else line.text):
            return Verdict(line.end)
        if not self._quote or self._quote not in line.text:
            return self._with_text(data, start, self._sized(line.text, line.end))
        split = self._splitter.strict(data, start)
        if split == "open" and not final:
            return None
        return self._with_text(data, start, self._quoted(data, line, split))

    def _sized(self, text: bytes, end: int) -> Verdict:
        values = text.split(self._delimiter)
        if len(values) == self._width:
            return Verdict(end, values)
        return Verdict(end, None, "fields", self._miscounted(len(values)))

    def _quoted(self, data: bytes, line: _Line, split: Fields | str) -> Verdict:
        if isinstance(split, Fields):
            if len(split.values) == self._width and not self._swallows(data, line, split.end):
                return Verdict(split.end, split.values)
            end, reason = split.end, self._miscounted(len(split.values))
            rule: MalformedRule = "fields"
        else:
            end = len(data) if split == "open" else line.end
            rule, reason = "quote", "a quote is not closed, or stands where none may"
        values = self._splitter.lenient(line.text, self._width)
        if values is not None:
            return Verdict(line.end, values, lenient=True)
        if self._holds_a_row(data, line.end, end):
            return Verdict(line.end, None, "quote", "a quote is not closed on its line")
        return Verdict(end, None, rule, reason)

    def _swallows(self, data: bytes, line: _Line, end: int) -> bool:
        """True if two stray quotes far apart make a row out of all the rows between them."""
        return line_ends(data[line.end : end]) >= MOST_LINES and self._holds_a_row(
            data, line.end, end
        )

    def _holds_a_row(self, data: bytes, start: int, end: int) -> bool:
        """True if a line in there is a row by itself: a stray quote only seems to join them."""
        while start < end:
            line = _line_at(data, start)
            split = self._splitter.strict(line.text, 0)
            if isinstance(split, Fields) and len(split.values) == self._width > 1:
                return True
            start = line.end
        return False

    def _with_text(self, data: bytes, start: int, verdict: Verdict) -> Verdict:
        """The verdict, unless a row holds bytes that are no text."""
        if verdict.values is None:
            return verdict
        try:
            data[start : verdict.end].decode("utf-8")
        except UnicodeDecodeError:
            return Verdict(verdict.end, None, "encoding", "bytes that are no text in the encoding")
        return verdict

    def _miscounted(self, found: int) -> str:
        return f"{found} field{'s' * (found != 1)} where {self._width} belong"


def _line_at(data: bytes, start: int) -> _Line:
    end = LINE_END.search(data, start)
    return _Line(data[start : end.start()], end.end()) if end else _Line(data[start:], len(data))
