"""The one loop that runs any agent: its playbook, a model's further looks, its report."""

import asyncio
from collections.abc import Callable
from typing import Any

from langgraph.runtime import Runtime

from agents.agent import Agent, Failed
from agents.wording.wording import wording_for
from domain.errors import AndonError, HubUnavailable, ServiceUnavailable
from domain.records.claim import Phrase, Said
from domain.records.task import Brief, Report
from graphs.looking import SpecialistLooks
from graphs.run import Emitted, Run
from graphs.state import Json, TaskState
from graphs.stepping import Stepped, Task, further_looks

LONGEST_REASON = 120
"""Characters of a defect's message that are shown: it may quote data."""


async def specialist(state: TaskState, runtime: Runtime[Run]) -> Json:
    """Run one agent on one brief; a failure becomes a report that says so."""
    run, part = runtime.context, state["part"]
    brief = Brief.model_validate(state["brief"])
    agent = run.agents[brief.agent]
    emit = _from_threads(runtime.stream_writer)
    looks = run.looking.get(brief.id)
    if looks is None or part != "further":
        emit(_told("task", brief, {"task": brief.id, "state": "started"}))
        looks = run.looking[brief.id] = SpecialistLooks(agent, brief, run, emit)
        await _play(agent, brief, looks)
    looks.go_on(emit)
    stepped = Stepped("", "rules")
    if run.model is not None and part != "playbook":
        task = Task(agent, brief, looks, wording_for(state["language"]), state["alone"])
        stepped = await further_looks(task, run, run.branches[brief.id])
        if stepped.problem:
            emit(_told("warning", brief, {"code": "model", "text": stepped.problem}))
    report = _drafted(agent, brief, looks)
    if part != "playbook":
        emit(_told("task", brief, {"task": brief.id, "state": "done"}))
    return {
        "reports": {
            brief.id: {
                "report": report.model_dump(mode="json"),
                "text": stepped.text,
                "decided_by": stepped.decided_by,
                "problem": stepped.problem,
                "stepped": part != "playbook",
            }
        }
    }


async def _play(agent: Agent, brief: Brief, looks: SpecialistLooks) -> None:
    try:
        await asyncio.to_thread(agent.playbook, brief, looks)
    except HubUnavailable:
        raise  # nobody can tell anything without the data
    except Exception as error:  # noqa: BLE001  one specialist's defect must not sink the others
        looks.failed.append(Failed(agent.name, {}, _named(error)))


def _drafted(agent: Agent, brief: Brief, looks: SpecialistLooks) -> Report:
    try:
        return agent.draft(brief, looks.findings)
    except Exception as error:  # noqa: BLE001  what was found stays; the report says what failed
        text = f"{agent.name} could not report: {_named(error).message}"
        limit = Phrase(name="limit", facts={"text": Said(value=text)})
        return Report(task_id=brief.id, agent=agent.name, limits=(limit,))


def _named(error: Exception) -> AndonError:
    if isinstance(error, AndonError):
        return error
    said = (str(error).splitlines() or [""])[0][:LONGEST_REASON]
    return ServiceUnavailable(f"a defect of Andon: {type(error).__name__}: {said}")


def _told(kind: str, brief: Brief, data: dict[str, Any]) -> Emitted:
    return {"kind": kind, "agent": brief.agent, "data": data}


def _from_threads(write: Callable[[Any], None]) -> Callable[[Emitted], None]:
    """Events of the playbook's thread, in their order, on the graph's own loop."""
    loop = asyncio.get_running_loop()

    def emit(event: Emitted) -> None:
        loop.call_soon_threadsafe(write, event)

    return emit
