"""Tables of numbers in columns of blanks, as scientific programs write them."""

import re
from pathlib import Path

from services.hub.ingest.reading.columns import column_names
from services.hub.ingest.reading.lines import physical_lines
from services.hub.ingest.reading.options import ReadOptions
from services.hub.ingest.reading.refusal import refuse
from services.hub.ingest.reading.relation import csv_relation
from services.hub.ingest.reading.rows import CLEAN, RowWriter
from services.hub.ingest.reading.source import Malformed, Table

_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?|[nN]a[nN]|[+-]?[iI]nf")


def is_numeric(line: bytes) -> bool:
    """True if a line consists of two or more numbers between blanks."""
    words = line.split()
    return len(words) > 1 and all(_NUMBER.fullmatch(word) for word in words)


def read_whitespace(path: Path, options: ReadOptions, workspace: Path, shown: str) -> Table:
    """Make a whitespace-separated UTF-8 file readable.

    Its first line is the header if it is no line of numbers, unless the options say otherwise.

    Raises:
        DataRejected: no record, a column twice, a line beyond the limit.
    """
    lines = physical_lines(path, shown, options.skip_lines)
    first = next(lines, None)
    if first is None:
        raise refuse(shown, "the file holds no record", "export it again, or leave it out")
    words = first.text.split()
    named = options.header
    if named is None:
        named = options.has_header and not is_numeric(first.text)
    texts = [word.decode("utf-8", "backslashreplace") for word in words]
    columns = column_names(texts if named else [""] * len(words), options, shown)
    writer = RowWriter(workspace / "clean.csv", CLEAN, len(columns), shown)
    if not named:
        writer.add(words, first.number)
    malformed = []
    for line in lines:
        values = line.text.split()
        problem = _problem(values, len(columns))
        if problem:
            text = line.text.decode("utf-8", "backslashreplace")
            malformed.append(Malformed(line.number, "fields", problem, text))
        else:
            writer.add(values, line.number)
    writer.close()
    return Table(
        csv_relation(writer.path, CLEAN, columns, header=True),
        columns,
        writer.index,
        tuple(malformed),
    )


def _problem(values: list[bytes], width: int) -> str:
    return "" if len(values) == width else f"{len(values)} fields where {width} belong"
