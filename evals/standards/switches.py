"""Are test items, changes between markets and the worth of CB reports as the facts say?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.errors import ToolError
from evals.figure import Figure, share
from evals.standards.matches import DAY
from evals.standards.plant import gold
from tools.runner import run_tool
from tools.standards.inspection_items import inspection_items
from tools.standards.reuse_evidence import reuse_evidence
from tools.standards.switch_test_parameters import switch_test_parameters
from tools.tool import Tool, ToolContext

TOOLS: dict[str, Tool[Any, Any]] = {
    "switch": switch_test_parameters,
    "reuse": reuse_evidence,
    "items": inspection_items,
}
NAMES = {"switch": "switches", "reuse": "CB reports", "items": "test items"}


def figures(context: ToolContext) -> list[Figure]:
    """The share of cases, tool by tool, in which every expectation is met."""
    cases = gold("switches")
    return [
        share(
            f"{NAMES[tool]}: cases all right",
            [not faults(case, context) for case in cases if case["tool"] == tool],
            at_least=1.0,
        )
        for tool in TOOLS
    ]


def faults(case: Mapping[str, Any], context: ToolContext) -> list[str]:
    """What of a case's expectations is not met."""
    try:
        found = run_tool(TOOLS[case["tool"]], {"as_of": DAY} | case["ask"], context)
    except ToolError as refusal:
        return [] if refusal.code == case.get("refused") else [f"refused: {refusal}"]
    if "refused" in case:
        return ["was not refused"]
    return list(_CHECKS[case["tool"]](case, found.result))


def _of_switch(case: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    changes: dict[str, list[str]] = {}
    volts: dict[str, list[float]] = {}
    values: dict[str, Any] = {}
    for one in result["differences"]:
        before, after = one["before"], one["after"]
        names = [side["item_id"] if side else "-" for side in (before, after)]
        changes[" > ".join(names)] = [one["kind"], one["consequence"]]
        values |= {side["item_id"]: side["value"] for side in (before, after) if side}
        if before and after and before["test_voltage"] and after["test_voltage"]:
            volts[names[0]] = [side["test_voltage"]["high_v"] for side in (before, after)]
    yield from _differing(case.get("changes", {}), changes)
    yield from _differing(case.get("volts", {}), volts)
    yield from _differing(case.get("values", {}), values)
    if case.get("needs", result["fixture"]["needs"]) != result["fixture"]["needs"]:
        yield f"the station needs {result['fixture']['needs']}"
    activation = result["activation"]
    if case.get("allowed", activation["allowed"]) != activation["allowed"]:
        yield f"a recipe is allowed: {activation['allowed']}"
    yield from set(case.get("not_allowed", ())) - set(activation["why_not"])


def _of_report(case: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    rows = [one for market in result["markets"] for one in market["rows"]]
    for name, wanted in case.get("rows", {}).items():
        scheme, _, standard = name.partition(" / ")
        found = [
            [one["worth"], one["reason"]]
            for one in rows
            if one["scheme"] == scheme and one["standard"].startswith(standard)
        ]
        if found[:1] != [wanted]:
            yield f"{name}: {found} instead of {wanted}"
    if case.get("asks", result["questions"]) != result["questions"]:
        yield f"asks {result['questions']}"


def _of_items(case: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    values = {one["item_id"]: one["value"] for one in result["items"]}
    wanted = case.get("items")
    if wanted is not None and (set(wanted) - set(values) or (not wanted and values)):
        yield f"items {sorted(values)} instead of {wanted}"
    yield from _differing(case.get("values", {}), values)
    reasons = {one["item_id"]: one["reason"] for one in result["left_out"]}
    by = {one["item_id"]: one["by"] for one in result["left_out"] if one["reason"] == "replaced"}
    yield from _differing(case.get("out", {}), reasons)
    yield from _differing(case.get("replaced", {}), by)
    yield from set(case.get("open", ())) - {one["item_id"] for one in result["undecided"]}
    states = [one["state"] for one in result["missing"]]
    if "missing" in case and states != [case["missing"]]:
        yield f"missing {states} instead of {case['missing']}"


def _differing(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        if found.get(name, "not there") != value:
            yield f"{name}: {found.get(name, 'not there')} instead of {value}"


_CHECKS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[str]]] = {
    "switch": _of_switch,
    "reuse": _of_report,
    "items": _of_items,
}
