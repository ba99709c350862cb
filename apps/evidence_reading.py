"""Evidence as one person may read it: listed, asked again, and its tables for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.errors import UnknownName

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.evidence import Evidence
    from tools.rerun import Rerun
    from tools.tool import ToolContext

Row = dict[str, Any]
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula."""
BYTE_ORDER = "\ufeff"
"""Tells a spreadsheet that the text is UTF-8."""


def listed(parts: "Wiring", limit: int = 50) -> dict[str, Any]:
    """`andon.evidence_list/1`: what the person may see, the newest first."""
    found = parts.memory.evidence.newest(parts.scope, limit)
    told = [
        {"id": e.id, "tool": e.tool, "as_of": e.as_of, "summary": e.summary, "chart": bool(e.chart)}
        for e in found
    ]
    return {"schema": "andon.evidence_list/1", "evidence": told}


def again(
    parts: "Wiring", found: "Evidence", *, now: bool = False, today: date | None = None
) -> "Rerun":
    """Ask the question of evidence again, on the same data or on today's.

    Args:
        parts: the program's parts, for a person who may see the evidence.
        found: the evidence.
        now: on today's data; else on that of its own hub commit.
        today: the day that "now" stands for; null: the newest in the hub.

    Raises:
        ToolError: it could not be asked again.
    """
    from tools.rerun import Rerun, rerun

    try:
        context = _context(parts, found, now, today)
    except UnknownName as error:
        return Rerun("gone", None, (), error.message)
    return rerun(found, context)


def as_json(found: "Evidence", outcome: "Rerun") -> dict[str, Any]:
    """`andon.rerun/1`: what asking again showed."""
    return {
        "schema": "andon.rerun/1",
        "id": found.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "now": outcome.evidence.to_json() if outcome.evidence else None,
        "changes": [change._asdict() for change in outcome.changes],
    }


def tables(found: "Evidence") -> dict[str, list[Row]]:
    """The tables of a result by their place in it, such as `months` or `trend.points`."""
    return dict(_tables(found.result, ""))


def as_csv(rows: list[Row]) -> str:
    """A table for a spreadsheet: UTF-8 with its mark; no text in it begins a formula."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return BYTE_ORDER + text.getvalue()


def _context(parts: "Wiring", found: "Evidence", now: bool, today: date | None) -> "ToolContext":
    own_day = date.fromisoformat(found.as_of) if found.as_of_given else None
    as_of = today if now else own_day
    commit = None if now else found.versions.hub_commit
    context = parts.context(as_of=as_of, commit_id=commit)
    # The first asker's scope, which reading it has shown to be within the reader's.
    snapshot = parts.hub.snapshot(found.scope, commit_id=commit, as_of=as_of)
    return replace(context, snapshot=snapshot)


def _tables(value: object, path: str) -> Iterator[tuple[str, list[Row]]]:
    if isinstance(value, list):
        if value and all(isinstance(one, dict) for one in value):
            yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _tables(one, f"{path}.{key}" if path else key)


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_BEGINS_FORMULA):
        return f"'{value}"
    return value
