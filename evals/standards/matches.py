"""Is what holds for a product in a market on a day found, whole and with its reasons?"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain.errors import ToolError
from evals.figure import Figure, share
from evals.standards.plant import gold
from tools.runner import run_tool
from tools.standards.match_standards import match_standards
from tools.tool import ToolContext

DAY = date(2026, 11, 22)
"""The day of a case that names none."""


def figures(context: ToolContext) -> list[Figure]:
    """The share of cases in which every expectation is met."""
    right = [not faults(case, context) for case in gold("matches")]
    return [share("matches: cases all right", right, at_least=1.0)]


def faults(case: Mapping[str, Any], context: ToolContext) -> list[str]:
    """What of a case's expectations is not met."""
    asked = {"as_of": DAY} | case["ask"]
    try:
        found = run_tool(match_standards, asked, context)
    except ToolError as refusal:
        return [] if refusal.code == case.get("refused") else [f"refused: {refusal}"]
    if "refused" in case:
        return ["was not refused"]
    missing = set(case.get("warns", ())) - {note.code for note in found.warnings}
    return [*_of_schemes(case, found.result), *_of_the_rest(case, found.result), *missing]


def _of_schemes(case: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    """Schemes that hold, do not, and are open."""
    holding = {
        one["scheme"]: one["in_force"] if one["status"] != "voluntary" else "voluntary"
        for market in result["markets"]
        for one in (*market["applies"], *market["voluntary"])
    }
    wanted = dict.fromkeys(case.get("applies", ()), "in_force")
    wanted |= dict.fromkeys(case.get("partly", ()), "partly_in_force")
    wanted |= dict.fromkeys(case.get("voluntary", ()), "voluntary")
    yield from _differing(wanted, holding)
    others = [one for market in result["markets"] for one in market["does_not_apply"]]
    yield from _differing(case.get("not", {}), {one["scheme"]: one["why"] for one in others})
    yield from _differing(case.get("since", {}), {one["scheme"]: one["date"] for one in others})
    hinges = {
        one["scheme"]: one["hinges"] for market in result["markets"] for one in market["undecided"]
    }
    for scheme, feature in case.get("open", {}).items():
        if feature not in hinges.get(scheme, ()):
            yield f"{scheme}: hinges on {hinges.get(scheme)} instead of {feature}"


def _differing(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        if found.get(name, "not named") != value:
            yield f"{name}: {found.get(name)} instead of {value}"


def _of_the_rest(case: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    markets = result["markets"]
    editions = {
        one["standard"]: one["edition"]
        for market in markets
        for scheme in market["applies"]
        for one in scheme["standards"]
    }
    yield from _differing(case.get("editions", {}), editions)
    recognised = {one["recognition"] for market in markets for one in market["recognitions"]}
    yield from set(case.get("recognised", ())) - recognised
    if set(case.get("uncovered", ())) != set(result["not_covered"]):
        yield f"not covered: {result['not_covered']}"
    if "asks" in case:
        first = result["questions"][0] if result["questions"] else {"kind": "", "features": []}
        asked = first["features"] if first["kind"] == "feature" else [first["kind"]]
        if asked != case["asks"]:
            yield f"asks {asked} instead of {case['asks']}"
