"""Are the models that a change reaches warned of, each stage once, and no others?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from evals.figure import Figure, share
from evals.standards.plant import gold
from tools.runner import run_tool
from tools.standards.compliance_warnings import compliance_warnings
from tools.tool import ToolContext


def figures(context: ToolContext) -> list[Figure]:
    """The share of cases in which every expectation is met."""
    right = [not faults(case, context) for case in gold("warnings")]
    return [share("warnings: cases all right", right, at_least=1.0)]


def faults(case: Mapping[str, Any], context: ToolContext) -> list[str]:
    """What of a case's expectations is not met."""
    asked = {name: case[name] for name in ("since", "as_of", "models") if name in case}
    found = run_tool(compliance_warnings, asked, context)
    codes = {note.code for note in found.warnings}
    missing = set(case.get("warns", ())) - codes
    return [*_of_result(case, found.result), *missing]


def _of_result(case: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    stages: dict[str, list[str]] = defaultdict(list)
    for one in result["warnings"]:
        stages[one["event"]].append(one["stage"])
    wanted = case.get("stages", {})
    seen = stages if case.get("only") else {event: stages.get(event) for event in wanted}
    if seen != wanted:
        yield f"warned of {dict(stages)} instead of {wanted}"
    changes = {one["event"]: one for one in result["changes"]}
    for event, models in case.get("reached", {}).items():
        change = changes.get(event, {"reached": [], "may_reach": []})
        reached = sorted({one["model_id"] for one in change["reached"]})
        if reached != sorted(models) or change["may_reach"]:
            yield f"{event}: reaches {reached} instead of {models}"
    left = {event: changes[event]["days_left"] for event in case.get("left", {})}
    if left != case.get("left", {}):
        yield f"days left: {left}"
