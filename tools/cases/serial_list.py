"""The serial numbers of a recall as a file: for those who hold stock, ship, or write to owners.

A file, and no result of a tool: a million serial numbers belong in no prompt and no evidence.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from domain.errors import InvalidArgument, NotPermitted
from domain.records.cause import Condition
from tools.cases.membership import QUERY_SECONDS, suspects
from tools.tool import ToolContext

PAGE = 50_000
"""Serial numbers held in memory at once."""
COLUMNS = (
    "serial",
    "certain",
    "state",
    "country",
    "model_id",
    "site_id",
    "line_id",
    "built_at",
    "lots",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet compute a cell."""


class SerialList(NamedTuple):
    """What was written."""

    path: Path
    """The file."""
    certain: int
    """Units that meet the condition (rows)."""
    possible: int
    """Units that cannot be ruled out (rows)."""


def export_serials(condition: Condition, context: ToolContext, path: Path) -> SerialList:
    """Write the units of a condition to a CSV file (UTF-8), in order of serial number.

    Columns: serial, certain (yes: meets the condition; no: cannot be ruled out), state, country,
    model, site, line, time of build (UTC), and the suspect lots in it with spaces between. A cell
    that a spreadsheet would take for a formula is given a leading apostrophe. The file appears
    whole or not at all.

    Args:
        condition: what is suspect.
        context: who asks.
        path: the file to be made; it must not exist.

    Raises:
        NotPermitted: the reader does not see all regions, and the condition is not bounded to
            countries of theirs: the list would be incomplete without a sign of it.
        InvalidArgument: the file exists or cannot be written, or as `suspects` says.
        UnknownName, NoData: as `suspects` says.
    """
    _check_regions(condition, context)
    tests = suspects(condition, context).tests
    if path.exists():
        raise InvalidArgument(f"{path} exists already", next_step="name a new file")
    part = path.with_name(f"{path.name}.part")
    try:
        counts = _write(part, _units(tests, context))
        part.replace(path)
    except OSError as error:
        raise InvalidArgument(
            f"{path} cannot be written: {error.strerror}", next_step="name another folder"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return SerialList(path, *counts)


def plain(value: object) -> str:
    """A cell that a spreadsheet shows and does not compute."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _check_regions(condition: Condition, context: ToolContext) -> None:
    if "*" in context.snapshot.scope.regions:
        return
    own = {country for (country,) in context.snapshot.query("recall_markets").values}
    named = {country.strip().upper() for country in condition.country or ()}
    if not named or not named <= own:
        raise NotPermitted(
            f"{context.principal.id} does not see all regions, so a list of serial numbers would"
            " be incomplete",
            holds="nothing was written",
            next_step=f"name countries of your own in the condition ({', '.join(sorted(own))}),"
            " or ask someone who sees all regions",
        )


def _units(tests: dict[str, Any], context: ToolContext) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        row = context.snapshot.query(
            "recall_units", seconds=QUERY_SECONDS, **tests, after=after, most_serials=PAGE
        ).dicts()[0]
        page = row["serials"] or []
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]["serial"]


def _write(path: Path, units: Iterator[dict[str, Any]]) -> tuple[int, int]:
    certain = possible = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for unit in units:
            certain, possible = certain + unit["certain"], possible + (not unit["certain"])
            told = {
                **unit,
                "certain": "yes" if unit["certain"] else "no",
                "built_at": unit["built_at"].isoformat(),
            }
            writer.writerow([plain(told[column]) for column in COLUMNS])
    return certain, possible
