"""Reads one sheet in a process of its own, because a hostile workbook can end the process.

A kilobyte with a cell in the last row and column makes the reader ask for half a terabyte, and a
failed allocation there is an abort, not an exception. So this file is run as a program, under a
memory limit, and imports nothing of ours. It prints one JSON object: the sheets and the one read,
or an error; and writes the rows as JSON lines `[row number, [texts]]`. Cells that hold an error
such as #N/A are empty: the reader does not tell them apart.

Usage: sheet_process.py WORKBOOK ROWS_FILE [SHEET]
"""

import datetime
import json
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

MEMORY_LIMIT = 4 * 1024**3
"""Most address space in bytes that reading a workbook may take."""


def cell_text(value: object) -> str:
    """A cell as text: whole numbers without `.0`, every digit of others, dates in ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(value.total_seconds(), 60)
        return f"{int(minutes // 60)}:{int(minutes % 60):02d}:{seconds:02.0f}"
    return str(value)


def main(workbook: Path, rows: Path, sheet: str | None) -> dict[str, object]:
    """Write the rows of a sheet, the only one if none is named; the outcome for the caller."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_path(workbook) as book:
            sheets = [sheet_.name for sheet_ in book.sheets_metadata]
            chosen = sheet if sheet is not None else sheets[0] if len(sheets) == 1 else None
            if chosen not in sheets:
                return {"sheets": sheets, "chosen": None}
            with rows.open("w", encoding="utf-8") as file:
                _write(book.get_sheet_by_name(chosen).iter_rows(), file)
            return {"sheets": sheets, "chosen": chosen}
    except PasswordError:
        return {"error": "password"}
    except (CalamineError, OSError) as failure:
        return {"error": str(failure)}


def _write(found: Iterable[Iterable[object]], file: TextIO) -> None:
    for number, cells in enumerate(found, start=1):
        texts = [cell_text(cell) for cell in cells]
        if any(texts):
            file.write(json.dumps([number, texts]) + "\n")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    named = sys.argv[3] if len(sys.argv) > 3 else None
    outcome = main(Path(sys.argv[1]), Path(sys.argv[2]), named)
    sys.stdout.write(json.dumps(outcome))
