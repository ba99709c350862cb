"""How a delimited file is laid out: its line ends, its delimiter, its header, its first row.

The delimiter is the one that cuts the first records into the same number of fields, two or more,
as it cuts the header; quotes are honoured. A file that none cuts so has one column.
"""

import csv
import io
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from services.hub.ingest.reading.columns import column_names
from services.hub.ingest.reading.limits import LINE_LIMIT, too_long
from services.hub.ingest.reading.options import ReadOptions
from services.hub.ingest.reading.record import LINE_END, Splitter
from services.hub.ingest.reading.refusal import refuse
from services.hub.ingest.reading.rows import Dialect

_SAMPLE = 1 << 20
_RECORDS = 200
_BOM = b"\xef\xbb\xbf"
_ENOUGH = 0.5
_CONSISTENT = 0.8
_TIE = 0.02
DELIMITERS = ("\x1f", "\t", "|", ";", ",")
"""Delimiters that are looked for; of two that fit equally the earlier wins."""
_NONE = "\x1f"
_NAMES = {"\t": "TAB", "\x1f": "the unit separator", ";": "';'", ",": "','", "|": "'|'"}


class Layout(NamedTuple):
    """What is known of a delimited file before its rows are looked at."""

    dialect: Dialect
    """How it separates."""
    columns: tuple[str, ...]
    """Names of its columns."""
    data_start: int
    """Byte at which the first row begins."""
    data_line: int
    """Line (from 1) on which the first row begins."""
    from_the_top: bool
    """True if nothing but a byte-order mark stands above the header or the first row."""
    confidence: float
    """0 to 1: how clearly the delimiter stood out."""


class _Fit(NamedTuple):
    quality: float
    delimiter: str
    width: int


class _Choice(NamedTuple):
    delimiter: str
    confidence: float
    width: int


def find_layout(path: Path, options: ReadOptions, shown: str) -> Layout:
    """Look at the first MiB of a UTF-8 file.

    Raises:
        DataRejected: no record, a line beyond the limit, a column twice, a wrong delimiter.
    """
    with path.open("rb") as file:
        sample = chunk = file.read(_SAMPLE)
        while chunk and len(sample) <= LINE_LIMIT and not _ends_a_line(chunk):
            chunk = file.read(_SAMPLE)
            sample += chunk
    if len(sample) > LINE_LIMIT and not _ends_a_line(chunk):
        raise too_long(shown, 1)
    top = len(_BOM) if sample.startswith(_BOM) else 0
    start = _below_preface(sample, top, options.skip_lines)
    if start == len(sample):
        raise refuse(shown, "the file holds no record", "export it again, or leave it out")
    choice = _choose_delimiter(sample[start:], options, shown)
    dialect = Dialect(choice.delimiter, options.quote_char, _newline(sample[start:]))
    header, end = _header(sample, start, dialect) if options.has_header else ([], start)
    names = column_names(header or [""] * choice.width, options, shown)
    line = 1 + len(LINE_END.findall(sample, 0, end))
    return Layout(dialect, names, end, line, start == top, choice.confidence)


def _ends_a_line(data: bytes) -> bool:
    return b"\n" in data or b"\r" in data


def _below_preface(sample: bytes, top: int, skip_lines: int) -> int:
    """Where the table begins: below the lines to skip and blank lines."""
    place = top
    skipped = 0
    while place < len(sample):
        end = LINE_END.search(sample, place)
        line = sample[place : end.start() if end else len(sample)]
        if skipped >= skip_lines and line.strip(b" "):
            return place
        skipped += 1
        place = end.end() if end else len(sample)
    return place


def _newline(sample: bytes) -> str:
    outside = re.sub(rb'"[^"]*+"', b"", sample)
    counted = outside if LINE_END.search(outside) else sample
    pairs = counted.count(b"\r\n")
    counts = {
        "\n": counted.count(b"\n") - pairs,
        "\r\n": pairs,
        "\r": counted.count(b"\r") - pairs,
    }
    return max(counts, key=lambda end: counts[end])


def _header(sample: bytes, start: int, dialect: Dialect) -> tuple[list[str], int]:
    split = Splitter(dialect.delimiter, dialect.quote).strict(sample, start)
    if isinstance(split, str):
        end = LINE_END.search(sample, start)
        line = sample[start : end.start() if end else len(sample)]
        values, after = line.split(dialect.delimiter.encode()), end.end() if end else len(sample)
    else:
        values, after = split.values, split.end
    return [value.decode("utf-8", "backslashreplace") for value in values], after


def _choose_delimiter(sample: bytes, options: ReadOptions, shown: str) -> _Choice:
    text = sample.decode("utf-8", "replace")
    fits = sorted((_fit(text, mark, options) for mark in DELIMITERS), reverse=True)
    best = fits[0]
    if options.delimiter is not None:
        given = _fit(text, options.delimiter, options)
        if given.width < 2 and best.quality >= _CONSISTENT:
            raise refuse(
                shown,
                f"the delimiter {options.delimiter!r} finds one column only, but "
                f"{_NAMES[best.delimiter]} cuts the records into {best.width}",
                "correct `delimiter` in the mapping's `read`, or leave it out",
                1,
            )
        return _Choice(options.delimiter, 1.0, given.width)
    if best.quality < _ENOUGH:
        return _Choice(_NONE, 1.0 - best.quality, 1)
    tied = [fit for fit in fits if fit.quality >= best.quality - _TIE]
    winner = min(tied, key=lambda fit: DELIMITERS.index(fit.delimiter))
    others = [fit.quality for fit in fits if fit is not winner]
    return _Choice(winner.delimiter, winner.quality - 0.5 * max(others), winner.width)


def _fit(text: str, delimiter: str, options: ReadOptions) -> _Fit:
    """How evenly one delimiter cuts the first records."""
    widths = _widths(text, delimiter, options.quote_char)
    body = widths[1:] or widths
    if not body:
        return _Fit(0.0, delimiter, 1)
    width, times = Counter(body).most_common(1)[0]
    if width < 2:
        return _Fit(0.0, delimiter, widths[0] if options.has_header else width)
    agrees = not options.has_header or widths[0] == width
    quality = times / len(body) * (1.0 if agrees else 0.5)
    return _Fit(quality, delimiter, width)


def _widths(text: str, delimiter: str, quote: str) -> list[int]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    widths: list[int] = []
    try:
        widths.extend(len(record) for record in islice(reader, _RECORDS) if record)
    except csv.Error:
        return widths
    return widths
