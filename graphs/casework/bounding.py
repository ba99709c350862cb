"""D2: what the trouble is and is not, where and when: a good cause explains both columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.records.case import Case
from domain.records.evidence import Evidence
from graphs.casework.working import Working

MOST_LEVELS = 6
"""Levels of one dimension that a column names (count)."""


def bound(working: Working, case: Case) -> Evidence | None:
    """Ask what is affected and what could be but is not; none where too little is on record."""
    where = case.where
    found = working.look(
        "is_is_not",
        {
            "symptom": case.symptom,
            "models": where.model_id or (),
            "countries": where.country or (),
            "sites": (where.site_id,) if where.site_id else (),
        },
    )
    return found if isinstance(found, Evidence) else None


def columns(found: Evidence | None) -> list[dict[str, Any]]:
    """The two columns, a row for each dimension."""
    if found is None:
        return []
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in found.result["rows"]:
        rows.setdefault(row["dimension"], []).append(row)
    return [
        {
            "question": levels[0]["question"],
            "dimension": dimension,
            "is": _said(levels, "is"),
            "is_not": _said(levels, "is_not"),
        }
        for dimension, levels in rows.items()
    ]


def _said(levels: Sequence[Mapping[str, Any]], side: str) -> list[str]:
    found = [row for row in levels if row["side"] == side]
    said = [
        f"{row['level']} ({row['failures']} failed, {row['expected']:.1f} expected)"
        for row in found[:MOST_LEVELS]
    ]
    more = len(found) - MOST_LEVELS
    return [*said, f"{more} more"] if more > 0 else said
