"""How good the data is, as one panel shows it: by table, by rule, by load."""

import threading
from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING, Any

from domain.errors import NoData

if TYPE_CHECKING:
    from apps.wiring import Wiring

LOADS = 20
"""Loads that the panel lists (count)."""
KEPT = 32
"""Panels that are kept ready (count)."""


class Panels:
    """The panels of one program: what it says of one commit to one scope is worked out once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def panel(self, parts: "Wiring") -> dict[str, Any]:
        """As `quality`."""
        key = (parts.hub.newest().commit_id, parts.scope.model_dump_json())
        with self._lock:  # many open it at the same hour of the morning
            if key not in self._kept:
                self._kept[key] = quality(parts)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]


def quality(parts: "Wiring") -> dict[str, Any]:
    """`andon.quality/1`: the finding of `data_quality` on the newest data, put together by table.

    `gaps` are what is missing: tables without a row, references that lead nowhere, columns that
    files no longer bring. An empty hub has no tables, and no evidence.
    """
    from tools.registry import named
    from tools.runner import run_tool

    commit = parts.hub.newest()
    panel: dict[str, Any] = {
        "schema": "andon.quality/1",
        "commit": commit.commit_id,
        "newest_on": commit.newest_on.isoformat() if commit.newest_on else None,
        "evidence": None,
        "summary": "",
        "warnings": [],
        "headline": None,
        "tables": [],
        "loads": [],
        "gaps": {"empty": [], "orphans": None, "drift": []},
    }
    try:
        found = run_tool(named("data_quality"), {}, parts.context())
    except NoData as error:
        return {**panel, "summary": error.message}
    result = found.result
    loads = {one["load_id"]: one for one in result["loads"]}
    return {
        **panel,
        "evidence": found.id,
        "summary": found.summary,
        "warnings": [one.model_dump() for one in found.warnings],
        "headline": result["headline"],
        "tables": _tables(result),
        "loads": [_load(result["loads"], one) for one in list(loads)[:LOADS]],
        "gaps": {key: result[key] for key in ("empty", "orphans", "drift")},
    }


def _tables(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Each table with the rows that were rejected for it, by rule."""
    rules: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for breach in result["rules"]:
        if not breach["superseded"]:
            rules[breach["table"]][breach["rule"]] += breach["rows"]
    loads: dict[str, set[str]] = defaultdict(set)
    for one in result["loads"]:
        loads[one["table"]].add(one["load_id"])
    told = [
        {**one, "loads": len(loads[one["table"]]), "quarantined": dict(rules[one["table"]])}
        for one in result["tables"]
    ]
    rejected = sorted(rules.keys() - {one["table"] for one in told})
    return told + [
        {"table": name, "rows": 0, "loads": len(loads[name]), "quarantined": dict(rules[name])}
        for name in rejected
    ]


def _load(rows: list[dict[str, Any]], load_id: str) -> dict[str, Any]:
    """One load over all of its files; rows that fed several tables count once."""
    mine = [one for one in rows if one["load_id"] == load_id]
    whole = [one for one in mine if one["table"] == "*"] or mine
    counts = ("read", "accepted", "duplicate", "quarantined")
    return {
        "load_id": load_id,
        "loaded_at": mine[0]["loaded_at"],
        "files": sorted({one["path"] for one in mine}),
        **{name: sum(one[name] or 0 for one in whole) for name in counts},
    }
