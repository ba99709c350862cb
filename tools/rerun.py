"""Checking evidence again: the same question on the same data, or on today's."""

from typing import Any, Literal, NamedTuple

from domain.errors import HubDamaged, NoData, UnknownName
from domain.records.evidence import Evidence
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext

RerunStatus = Literal["identical", "changed", "gone"]


class Change(NamedTuple):
    """One value of a result that is not what it was."""

    path: str
    """Where it stands, for example `rows.0.rate`."""
    before: Any
    """Its value then; none if it was not there."""
    after: Any
    """Its value now; none if it is not there."""


class Rerun(NamedTuple):
    """What a re-run showed."""

    status: RerunStatus
    """identical, changed, or gone (the data of that commit is no longer there)."""
    evidence: Evidence | None
    """What was found this time; none if gone."""
    changes: tuple[Change, ...]
    """What differs."""
    reason: str
    """Why it is gone, or a word on what differs."""


def rerun(evidence: Evidence, context: ToolContext) -> Rerun:
    """Ask the evidence's question on the context's snapshot and compare.

    Args:
        evidence: what was found before.
        context: for "is it true?" its snapshot is of the evidence's own commit; for "what about
            now?" of the newest.

    Raises:
        ToolError: the question could not be asked again (time limit, permission).
    """
    try:
        tool = named(evidence.tool)
        if tool.effect != "read":
            return Rerun("identical", evidence, (), f"{tool.name} writes, and is not done again")
        found = run_tool(tool, evidence.query, context)
    except (UnknownName, HubDamaged) as error:
        return Rerun("gone", None, (), error.message)
    except NoData as error:
        return Rerun("changed", None, (), f"nothing is recorded any more: {error.message}")
    if found.result_sha256 == evidence.result_sha256:
        return Rerun("identical", found, (), "the same result")
    changes = tuple(differences(evidence.result, found.result))
    return Rerun("changed", found, changes, f"{len(changes)} values differ")


def differences(before: Any, after: Any, path: str = "") -> list[Change]:  # noqa: ANN401  any JSON
    """Every place at which two JSON values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = list(before) + [key for key in after if key not in before]
        pairs = [(key, before.get(key), after.get(key)) for key in keys]
    elif isinstance(before, list) and isinstance(after, list):
        size = max(len(before), len(after))
        pairs = [
            (i, before[i] if i < len(before) else None, after[i] if i < len(after) else None)
            for i in range(size)
        ]
    else:
        return [] if before == after else [Change(path, before, after)]
    found: list[Change] = []
    for key, one, other in pairs:
        found += differences(one, other, f"{path}.{key}" if path else str(key))
    return found
