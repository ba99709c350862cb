"""JSON: one object a line, or one array of objects, made into rows of text.

Two passes, because a key may first appear on the last line: one that finds the columns and the
lines that are no object, one that writes. Numbers keep their digits, nested values stay JSON.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, NoReturn

from services.hub.ingest.reading.columns import column_names
from services.hub.ingest.reading.lines import physical_lines
from services.hub.ingest.reading.options import ReadOptions
from services.hub.ingest.reading.refusal import refuse
from services.hub.ingest.reading.relation import csv_relation
from services.hub.ingest.reading.rows import CLEAN, RowWriter
from services.hub.ingest.reading.source import Malformed, Table

_BLANKS = re.compile(r"[ \t\r\n]*")
_DOCUMENT_LIMIT = 256 * 1024 * 1024


class _Record(NamedTuple):
    line: int
    values: dict[str, object]


class _Unusable(ValueError):
    """A line that is no JSON object; the text says why."""


_Records = Iterator[_Record | Malformed]


def read_json(path: Path, options: ReadOptions, workspace: Path, shown: str) -> Table:
    """Make a UTF-8 JSON file readable; the columns are the union of the keys.

    Raises:
        DataRejected: no object at all, a line beyond the limit, two keys that differ only in case.
    """
    records = _reader(path, options, shown)
    keys: dict[str, None] = {}
    malformed = []
    for record in records():
        if isinstance(record, Malformed):
            malformed.append(record)
        else:
            keys.update(dict.fromkeys(record.values))
    if not keys:
        line = malformed[0].line if malformed else 1
        raise refuse(shown, "no JSON object in it", "check the format of the file", line)
    columns = column_names(list(keys), ReadOptions(), shown)
    writer = RowWriter(workspace / "clean.csv", CLEAN, len(columns), shown)
    _write(records(), list(keys), writer)
    return Table(
        csv_relation(writer.path, CLEAN, columns, header=True),
        columns,
        writer.index,
        tuple(malformed),
    )


def _write(records: _Records, keys: Sequence[str], writer: RowWriter) -> None:
    for record in records:
        if isinstance(record, _Record):
            values = [_text(record.values.get(key)).encode() for key in keys]
            writer.add(values, record.line)
    writer.close()


def _reader(path: Path, options: ReadOptions, shown: str) -> Callable[[], _Records]:
    """A fresh pass over the records, as often as it is called."""
    first = next(iter(physical_lines(path, shown, options.skip_lines)), None)
    if first is None:
        raise refuse(shown, "the file holds no record", "export it again, or leave it out")
    alone = first.text.strip()
    if alone.startswith(b"[") or alone == b"{":
        document = _document(path, shown)
        return lambda: iter(document)
    return lambda: _each_line(path, options, shown)


def _each_line(path: Path, options: ReadOptions, shown: str) -> _Records:
    for line in physical_lines(path, shown, options.skip_lines):
        try:
            yield _Record(line.number, _object(line.text.decode("utf-8")))
        except UnicodeDecodeError:
            shown_text = line.text.decode("utf-8", "backslashreplace")
            reason = "bytes that are no text in the encoding"
            yield Malformed(line.number, "encoding", reason, shown_text)
        except _Unusable as failure:
            yield Malformed(line.number, "json", str(failure), line.text.decode("utf-8"))


def _document(path: Path, shown: str) -> list[_Record | Malformed]:
    """The objects of one JSON array, or of objects written over several lines."""
    if path.stat().st_size > _DOCUMENT_LIMIT:
        raise refuse(
            shown,
            f"one JSON document of more than {_DOCUMENT_LIMIT >> 20} MiB",
            "export it as JSON lines: one object a line",
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return list(_objects(text))
    except UnicodeDecodeError as failure:
        message = "bytes that are no text in the encoding"
        raise refuse(shown, message, "set `encoding` in the mapping's `read`") from failure
    except _Unusable as failure:
        line = failure.args[1] if len(failure.args) > 1 else 1
        message = f"not a JSON array of objects: {failure.args[0]}"
        raise refuse(shown, message, "export it as JSON lines", line) from failure


def _objects(text: str) -> Iterator[_Record]:
    """Objects between brackets and commas, or one after the other."""
    array = text.lstrip().startswith("[")
    place = text.index("[") + 1 if array else 0
    line, counted = 1, 0
    place = _beyond_blanks(text, place)
    while place < len(text) and not (array and text[place] == "]"):
        line += text.count("\n", counted, place)
        counted = place
        start = place
        try:
            value, place = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError) as failure:
            raise _Unusable(str(failure), line) from failure
        yield _Record(line, _checked(value, text[start:place]))
        place = _beyond_blanks(text, place)
        if array:
            place = _beyond_comma(text, place, line)
    if array and text[place:].strip() != "]":
        raise _Unusable("the array is not closed, or text follows it", line)


def _beyond_blanks(text: str, place: int) -> int:
    blanks = _BLANKS.match(text, place)
    return blanks.end() if blanks else place


def _beyond_comma(text: str, place: int, line: int) -> int:
    sign = text[place : place + 1]
    if sign not in (",", "]", ""):
        raise _Unusable("a comma is missing", line)
    return _beyond_blanks(text, place + 1) if sign == "," else place


def _object(text: str) -> dict[str, object]:
    try:
        value = _DECODER.decode(text.strip())
    except (ValueError, RecursionError) as failure:
        raise _Unusable(str(failure)) from failure
    return _checked(value, text)


def _checked(value: object, text: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _Unusable("not an object")
    if "\\u" in text:
        try:
            json.dumps(value, ensure_ascii=False, default=float).encode()
        except UnicodeEncodeError as failure:
            raise _Unusable("half a surrogate pair") from failure
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key occurs twice")
    return values


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_without_repeats
)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=float)
    return str(value)
