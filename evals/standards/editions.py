"""Does every edition stand as its dates say on a day, and is nothing said that they do not?"""

from collections.abc import Iterator, Mapping
from typing import Any

from evals.figure import Figure, share
from evals.standards.plant import gold
from services.standards.editions import edition_states
from services.standards.library import Library
from tools.tool import ToolContext


def figures(context: ToolContext) -> list[Figure]:
    """The share of cases in which every expectation is met."""
    library = context.services.standards
    right = [not list(faults(case, library)) for case in gold("editions")]
    return [share("editions: cases all right", right, at_least=1.0)]


def faults(case: Mapping[str, Any], library: Library) -> Iterator[str]:
    """What of a case's expectations is not met."""
    found = edition_states(library, library.standards[case["standard"]], case["as_of"])
    if "use" in case and found.use != case["use"]:
        yield f"use {found.use} instead of {case['use']}"
    if "accepted" in case and list(found.accepted) != case["accepted"]:
        yield f"accepted {found.accepted} instead of {case['accepted']}"
    states = {one.ed: one.state for one in found.editions}
    for edition, state in case.get("states", {}).items():
        if states.get(edition) != state:
            yield f"{edition}: {states.get(edition)} instead of {state}"
    if (found.before_first, found.stale) != (case.get("nothing", False), case.get("stale", False)):
        yield f"before the first: {found.before_first}, stale: {found.stale}"
