"""A question's way: all nodes and edges of the supervisor on one screen.

guard → plan → [clarify] → wave of specialists → merge → (next wave) → write → check
"""

from typing import TYPE_CHECKING, Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from domain.records.answer import Plan, PlannedTask
from graphs.answering import language_of_answer
from graphs.briefing import brief_for, next_wave
from graphs.nodes import check, clarify, guard, merge, plan, write
from graphs.run import Run
from graphs.specialist import specialist
from graphs.state import Part, State

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

STEPS = 40
"""Most steps of one run: guard, plan, five waves, the rest, and a few questions back."""


def supervisor(checkpointer: Any = None) -> "CompiledStateGraph[State, Run, State, State]":  # noqa: ANN401
    """The compiled graph; with a checkpointer a conversation outlives its process."""
    graph = StateGraph(State, context_schema=Run)
    for node in (guard, plan, clarify, specialist, merge, write, check):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "guard")
    graph.add_edge("guard", "plan")
    graph.add_conditional_edges("plan", after_plan, ["clarify", "specialist", "write"])
    graph.add_edge("clarify", "plan")
    graph.add_edge("specialist", "merge")
    graph.add_conditional_edges("merge", after_merge, ["specialist", "write"])
    graph.add_edge("write", "check")
    graph.add_edge("check", END)
    return graph.compile(checkpointer=checkpointer, name="supervisor")


def after_plan(state: State, runtime: Runtime[Run]) -> str | list[Send]:
    """Ask back, send out the first wave, or say at once what can be said."""
    if state["understood"]["outcome"] == "refuse":
        return "write"
    if state["understood"]["outcome"] == "clarify":
        return "clarify"
    return _sent(state, runtime.context) or "write"


def after_merge(state: State, runtime: Runtime[Run]) -> str | list[Send]:
    """Send out the next wave, or write."""
    return _sent(state, runtime.context) or "write"


def _sent(state: State, run: Run) -> list[Send]:
    """The next wave.

    Several specialists wait for each other's playbooks only. What a model adds to them is asked of
    all at once, so that a chain of specialists is no chain of requests.
    """
    made = Plan.model_validate(state["plan"])
    absent = [task.id for task in made.tasks if task.agent not in run.agents]
    wave = next_wave(made, [*state["done"], *absent])
    alone = len(made.tasks) == 1
    part: Part = "whole" if alone or run.model is None else "playbook"
    if not wave and part == "playbook":
        wave, part = _not_stepped(made, state), "further"
    if part != "playbook":
        for task in wave:
            run.branches[task.id] = run.ledger.branch()
    return [
        Send(
            "specialist",
            {
                "brief": brief_for(task, state, run).model_dump(mode="json"),
                "language": language_of_answer(state),
                "alone": alone,
                "part": part,
            },
        )
        for task in wave
    ]


def _not_stepped(made: Plan, state: State) -> tuple[PlannedTask, ...]:
    reports = state["reports"]
    return tuple(one for one in made.tasks if one.id in reports and not reports[one.id]["stepped"])
