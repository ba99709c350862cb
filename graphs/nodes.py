"""The nodes before and after the specialists: guard, plan, clarify, merge, write, check."""

from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.wording.wording import wording_for
from domain.records.answer import Plan
from graphs.answering import assembled, language_of_answer
from graphs.merging import merged
from graphs.planning.understood import Understood
from graphs.proposing_plans import turn, widened
from graphs.run import MOST_TURNS, Run
from graphs.state import Json, State
from graphs.writing import checked, written


async def guard(state: State, runtime: Runtime[Run]) -> Json:
    """Begin a run on its thread: nothing of the run before is left but its turns."""
    return {
        "turns": state.get("turns", [])[-MOST_TURNS:],
        "done": [],
        "replans": 0,
        "reports": None,
        "draft": {},
        "answer": {},
    }


async def plan(state: State, runtime: Runtime[Run]) -> Json:
    """Understand the request and decide who does what; a model may change the plan."""
    history = [Understood.model_validate(one) for one in state["turns"]]
    taken = await turn(state["asked"]["text"], history, runtime.context)
    for event in taken.events():
        runtime.stream_writer(event)
    understood = taken.understood.model_dump(mode="json", by_alias=True)
    return {
        "plan": taken.plan.model_dump(mode="json", by_alias=True),
        "understood": understood,
        "turns": [*state["turns"], understood],
    }


async def clarify(state: State, runtime: Runtime[Run]) -> Json:
    """Ask back, and go on with what is answered."""
    understood = Understood.model_validate(state["understood"])
    questions = [one.model_dump(mode="json") for one in understood.questions]
    reply = interrupt({"questions": questions})
    asked = {**state["asked"], "text": answered(state["asked"]["text"], str(reply), understood)}
    # The turn that was not understood is taken back: the next one says it whole.
    return {"asked": asked, "turns": state["turns"][:-1]}


def answered(request: str, reply: str, understood: Understood) -> str:
    """The request with a reply to its question put in."""
    for mention in understood.mentions:
        options = [option for one in understood.questions for option in one.options]
        if not mention.ids and reply in options:
            return request[: mention.start] + reply + request[mention.end :]
    return f"{request}\n{reply}"


async def merge(state: State, runtime: Runtime[Run]) -> Json:
    """Join the reports of a wave; widen the plan once if they call for it."""
    run = runtime.context
    made = Plan.model_validate(state["plan"])
    done = [task.id for task in made.tasks if task.id in state["reports"]]
    if state["replans"] < run.limits.replans:
        wider = widened(made, merged(state), run)
        if wider is not None:
            told = wider.model_dump(mode="json", by_alias=True)
            _tell(runtime, "plan", {**told, "notes": []})
            return {"done": done, "plan": told, "replans": state["replans"] + 1}
    return {"done": done}


async def write(state: State, runtime: Runtime[Run]) -> Json:
    """Put the findings into words, with a slot wherever a fact stands."""
    drafted = await written(state, runtime.context)
    if drafted.problem:
        _tell(runtime, "warning", {"code": "model", "text": drafted.problem})
    return {"draft": drafted._asdict()}


async def check(state: State, runtime: Runtime[Run]) -> Json:
    """Let no word out that no slot stands for: mend once, then the template."""
    run = runtime.context
    final = await checked(state, run)
    for problem in final.problems:
        _tell(runtime, "warning", {"code": f"ungrounded_{problem.code}", "text": problem.text})
    wording = wording_for(language_of_answer(state))
    answer = assembled(state, run, final, wording)
    for piece in answer.text.splitlines(keepends=True):
        _tell(runtime, "token", {"text": piece})
    return {"answer": answer.to_json()}


def _tell(runtime: Runtime[Run], kind: str, data: dict[str, Any]) -> None:
    runtime.stream_writer({"kind": kind, "agent": None, "data": data})
