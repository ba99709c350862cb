"""A case moves when something happens to it: one short run for each event, then the ledger alone.

read → open | investigate → contain | judge | remind

Nothing of a case lives in a graph's state between two runs, so a run that dies is simply run again.
"""

from typing import TYPE_CHECKING, Any, Literal

from langchain_core.runnables.config import set_config_context
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from graphs.casework.containing import contain
from graphs.casework.fixing import judge_due
from graphs.casework.investigating import investigate
from graphs.casework.opening import open_up
from graphs.casework.reminding import remind
from graphs.casework.working import Working

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

EventName = Literal["opened", "investigate", "judge", "remind"]
"""What may happen to a case; what people do to it they do to the ledger themselves."""


class CaseState(TypedDict, total=False):
    """One event on its way; plain JSON."""

    case_id: str
    """The case."""
    event: EventName
    """What happened."""
    ended: bool
    """Whether the case is closed or dismissed, so that nothing is to be done."""
    done: list[str]
    """What was done, in order."""


def case_graph() -> "CompiledStateGraph[CaseState, Working, CaseState, CaseState]":
    """The compiled graph; it needs no checkpoints."""
    graph = StateGraph(CaseState, context_schema=Working)
    for node in (_read, _open, _investigate, _contain, _judge, _remind):
        graph.add_node(node.__name__.lstrip("_"), node)
    graph.add_edge(START, "read")
    graph.add_conditional_edges("read", _route, ["open", "investigate", "judge", "remind", END])
    graph.add_edge("open", "contain")
    graph.add_edge("investigate", "contain")
    for last in ("contain", "judge", "remind"):
        graph.add_edge(last, END)
    return graph.compile(name="case")


def happen(working: Working, case_id: str, event: EventName) -> list[str]:
    """Let an event happen to a case; returns what was done.

    Raises:
        UnknownName: there is no such case.
    """
    asked: CaseState = {"case_id": case_id, "event": event, "done": []}
    # Within a run that keeps checkpoints it would keep them too, and after a crash go on with the
    # case that was being worked on then, whichever one it is asked about.
    with set_config_context({}) as apart:
        ended = apart.run(case_graph().invoke, asked, context=working)
    return list(ended["done"])


def _read(state: CaseState, runtime: Runtime[Working]) -> dict[str, Any]:
    case = runtime.context.file(state["case_id"]).case
    return {"ended": case.ended}


def _route(state: CaseState) -> str:
    if state["ended"]:
        return END
    return {"opened": "open"}.get(state["event"], state["event"])


def _open(state: CaseState, runtime: Runtime[Working]) -> dict[str, Any]:
    open_up(runtime.context, state["case_id"])
    return {"done": [*state["done"], "opened"]}


def _investigate(state: CaseState, runtime: Runtime[Working]) -> dict[str, Any]:
    report = investigate(runtime.context, state["case_id"])
    verdict = report.cause.verdict if report.cause else "undetermined"
    return {"done": [*state["done"], f"investigated: {verdict}"]}


def _contain(state: CaseState, runtime: Runtime[Working]) -> dict[str, Any]:
    proposals = contain(runtime.context, state["case_id"])
    return {"done": [*state["done"], *(f"proposed: {one}" for one in proposals)]}


def _judge(state: CaseState, runtime: Runtime[Working]) -> dict[str, Any]:
    verdict = judge_due(runtime.context, state["case_id"])
    return {"done": [*state["done"], f"judged: {verdict or 'not yet'}"]}


def _remind(state: CaseState, runtime: Runtime[Working]) -> dict[str, Any]:
    posted = remind(runtime.context, state["case_id"])
    return {"done": [*state["done"], f"reminded: {posted}"]}
