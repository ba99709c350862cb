"""Triage: what came since the last run is read, coded, watched, and turned into cases and digests.

code → safety → watch → cases → causes → digests

It is kept node by node (durability "sync"): a run that dies is taken up where it stood, under its
own name, and ends as if nothing had happened.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph

from domain.records.triage import TriageReport
from graphs.triaging.reporting import report_of
from graphs.triaging.steps import cases, causes, code, digests, safety, watch
from graphs.triaging.triaging import TriageState, Triaging
from memory.threads import checkpoints, forget

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

NODES = (code, safety, watch, cases, causes, digests)


def triage_graph(
    checkpointer: Any = None,  # noqa: ANN401  of LangGraph
) -> "CompiledStateGraph[TriageState, Triaging, TriageState, TriageState]":
    """The compiled graph: one node after the other."""
    graph = StateGraph(TriageState, context_schema=Triaging)
    before = START
    for node in NODES:
        graph.add_node(node.__name__, node)
        graph.add_edge(before, node.__name__)
        before = node.__name__
    graph.add_edge(before, END)
    return graph.compile(checkpointer=checkpointer, name="triage")


async def triage(run: Triaging, commit: str, path: Path) -> TriageReport:
    """Do one run, or the rest of one that died.

    Args:
        run: what it may use.
        commit: the hub commit that it reads.
        path: the file of checkpoints.

    Raises:
        HubUnavailable, HubBusy: the data could not be read, or the codes not be written.
    """
    new: TriageState = {"commit_before": commit}
    if run.dry:
        state = await triage_graph().ainvoke(new, context=run)
        return report_of(run, cast("TriageState", state))
    config: RunnableConfig = {"configurable": {"thread_id": run.run_id}}
    async with checkpoints(path) as saver:
        graph = triage_graph(saver)
        before = await graph.aget_state(config)
        state = await graph.ainvoke(
            None if before.next else new, config, context=run, durability="sync"
        )
        report = report_of(run, cast("TriageState", state))
        await forget(saver, run.run_id)
    return report
