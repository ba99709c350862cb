"""Who does what: the rules' plan, and what a model may change about it.

A model may name other agents, or say a request in English that the rules cannot read. It adds no
name, date or figure: those are linked by the rules, in the request or in its English.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from agents.prompting import prompt
from domain.contract import Contract
from domain.records.answer import Plan, PlannedTask
from domain.records.finding import AgentName
from graphs.merging import Merged
from graphs.planning.language import UNKNOWN
from graphs.planning.routing import planned as planned_tasks
from graphs.planning.understanding import understand
from graphs.planning.understood import Understood
from graphs.run import Emitted, Run
from services.model.errors import ModelDidNotAnswer
from services.model.message import Message


class ProposedPlan(Contract):
    """What a model says of a request."""

    agents: Annotated[tuple[AgentName, ...], Field(max_length=5)]
    """Agents that have to be asked, most important first; empty: the rules' plan is right."""
    in_english: Annotated[str, Field(max_length=2000)] = ""
    """The request in English, names and numbers unchanged, if its language was not understood."""


class Planned(NamedTuple):
    """A plan, what it rests on, and why a model had no say."""

    plan: Plan
    understood: Understood
    problem: str = ""

    def events(self) -> Iterator[Emitted]:
        """What is told of it."""
        if self.problem:
            yield {
                "kind": "warning",
                "agent": None,
                "data": {"code": "model", "text": self.problem},
            }
        told = self.plan.model_dump(mode="json", by_alias=True)
        yield {
            "kind": "plan",
            "agent": None,
            "data": {**told, "notes": list(self.understood.notes)},
        }


async def turn(text: str, history: Sequence[Understood], run: Run) -> Planned:
    """Understand a request in the light of earlier ones, and plan it."""
    snapshot = run.tools.snapshot if run.tools else None
    understood = understand(text, as_of=run.as_of, snapshot=snapshot, history=history)
    return await planned(understood, text, run)


async def planned(understood: Understood, text: str, run: Run) -> Planned:
    """The plan of a request: the rules', unless several agents or none are in question."""
    by_rules = Plan(decided_by="rules", tasks=understood.tasks[: run.limits.tasks])
    if run.model is None or not _in_question(understood):
        return Planned(by_rules, understood)
    messages = [
        Message(role="system", content=prompt("plan_rules", agents=run.agents.values())),
        Message(role="user", content=prompt("plan", text=text, tasks=by_rules.tasks)),
    ]
    try:
        said = await run.model.complete(messages, ledger=run.ledger, schema=ProposedPlan)
    except ModelDidNotAnswer as error:
        return Planned(by_rules, understood, error.message)
    if said.value is None:
        return Planned(by_rules, understood, "the plan of the language model could not be read")
    return _changed(said.value, understood, by_rules, run)


def widened(made: Plan, found: Merged, run: Run) -> Plan | None:
    """The plan with one more task, if a report cannot go on without it; None if none can help."""
    asked = {task.agent for task in made.tasks}
    stuck = any(
        phrase.name == "no_symptom_screened"
        for report in found.reports
        for phrase in report.open_questions
    )
    if not stuck or "user_needs" in asked or "user_needs" not in run.agents:
        return None
    first = made.tasks[0]
    more = PlannedTask(
        id=f"t{len(made.tasks) + 1}",
        agent="user_needs",
        goal="Find what users report, since no claim shows a symptom.",
        slots=first.slots,
    )
    return made.model_copy(update={"tasks": (*made.tasks, more)})


def _in_question(understood: Understood) -> bool:
    return _foreign(understood) or len(understood.tasks) > 1


def _foreign(understood: Understood) -> bool:
    """Whether the rules found so little in a request that it may be in a language beyond them.

    A few words may look like a language with rules: then a request of the trade seems to be about
    nothing, or off its subject.
    """
    if understood.refusal is not None:
        return understood.refusal.code == "out_of_scope"
    return understood.outcome == "clarify" and not understood.intended


def _changed(proposed: ProposedPlan, understood: Understood, by_rules: Plan, run: Run) -> Planned:
    if _foreign(understood) and proposed.in_english:
        snapshot = run.tools.snapshot if run.tools else None
        read = understand(proposed.in_english, as_of=run.as_of, snapshot=snapshot)
        if read.outcome == "answer":
            understood = read
            by_rules = Plan(decided_by="model", tasks=read.tasks[: run.limits.tasks])
    if understood.outcome != "answer" and understood.language != UNKNOWN:
        return Planned(by_rules, understood)
    agents: tuple[AgentName, ...] = tuple(dict.fromkeys(proposed.agents))
    if not set(agents) & set(run.agents):
        agents = ()  # nobody in it works yet: the rules' plan may still be answered
    if not agents or {task.agent for task in by_rules.tasks} == set(agents):
        return Planned(by_rules.model_copy(update={"decided_by": "model"}), understood)
    told = by_rules.tasks[0].goal.partition(";")[2] if by_rules.tasks else ""
    tasks = planned_tasks(agents, understood.slots, f";{told.rstrip('.')}" if told else "")
    changed = understood.model_copy(
        update={"tasks": tasks, "intended": agents, "outcome": "answer", "questions": ()}
    )
    return Planned(Plan(decided_by="model", tasks=tasks), changed)
