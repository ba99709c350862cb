"""Excel and OpenDocument workbooks: one sheet becomes rows of text, a line being a sheet row."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from services.hub.ingest.reading.archive import check_zip
from services.hub.ingest.reading.columns import column_names
from services.hub.ingest.reading.options import ReadOptions
from services.hub.ingest.reading.refusal import refuse
from services.hub.ingest.reading.relation import csv_relation
from services.hub.ingest.reading.rows import CLEAN, RowWriter
from services.hub.ingest.reading.source import Table

_PROGRAM = Path(__file__).with_name("sheet_process.py")
_SECONDS = 600
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class _SheetRow(NamedTuple):
    number: int
    texts: list[str]


def read_workbook(path: Path, options: ReadOptions, workspace: Path, shown: str) -> Table:
    """Make one sheet readable.

    Raises:
        DataRejected: no workbook, damaged, encrypted, a zip bomb; an unknown sheet, or several
            sheets and none named; an empty sheet, a column twice.
    """
    _check_container(path, shown)
    rows = workspace / "sheet.jsonl"
    _check_outcome(_run(path, rows, options.sheet, shown), options.sheet, shown)
    found = (row for row in _rows(rows) if row.number > options.skip_lines)
    first = next(found, None)
    if first is None:
        raise refuse(shown, "the sheet holds no record", "name another `sheet`")
    header = first.texts if options.has_header else [""] * len(first.texts)
    columns = column_names(header, options, shown)
    writer = RowWriter(workspace / "clean.csv", CLEAN, len(columns), shown)
    if not options.has_header:
        writer.add([text.encode() for text in first.texts], first.number)
    for row in found:
        writer.add([text.encode() for text in row.texts], row.number)
    writer.close()
    return Table(
        csv_relation(writer.path, CLEAN, columns, header=True),
        columns,
        writer.index,
    )


def _check_container(path: Path, shown: str) -> None:
    with path.open("rb") as file:
        compound = file.read(len(_COMPOUND)) == _COMPOUND
    if not compound and not zipfile.is_zipfile(path):
        raise refuse(shown, "not a workbook, or a damaged one", "export it again, or as CSV")
    if not compound:
        check_zip(path, shown)


def _run(path: Path, rows: Path, sheet: str | None, shown: str) -> dict[str, object]:
    named = [sheet] if sheet is not None else []
    command = [sys.executable, "-P", str(_PROGRAM), str(path), str(rows), *named]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as failure:
        message = f"not read within {_SECONDS} s"
        raise refuse(shown, message, "export the sheet as CSV") from failure
    if done.returncode != 0:
        raise refuse(
            shown,
            "the workbook cannot be opened: damaged, or too large for memory",
            "export the sheet as CSV, without cells far outside the table",
        )
    outcome: dict[str, object] = json.loads(done.stdout)
    return outcome


def _check_outcome(outcome: dict[str, object], sheet: str | None, shown: str) -> None:
    if outcome.get("error") == "password":
        raise refuse(shown, "the workbook is encrypted", "save it without a password")
    if "error" in outcome:
        raise refuse(shown, f"a damaged workbook: {outcome['error']}", "export it again")
    if outcome["chosen"] is None:
        sheets = outcome["sheets"]
        listed = ", ".join(map(repr, sheets)) if isinstance(sheets, list) else ""
        problem = "several sheets and none named" if sheet is None else f"no sheet {sheet!r}"
        raise refuse(shown, problem, f"set `sheet` in the mapping's `read` to one of: {listed}")


def _rows(path: Path) -> Iterator[_SheetRow]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            number, texts = json.loads(line)
            yield _SheetRow(number, texts)
