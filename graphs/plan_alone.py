"""The plan of a request by itself: it needs no data, no conversation and so no graph.

LangGraph takes most of a second to import; whoever only wants a plan does not wait for it.
"""

from collections.abc import AsyncGenerator

from agents.wording.wording import wording_for
from domain.records.asked import Asked
from graphs.answering import assembled, language_of_answer
from graphs.proposing_plans import turn
from graphs.run import Emitted, Run
from graphs.state import State
from graphs.writing import Final

PLAN_KEYS = ("schema", "language", "outcome", "plan", "questions", "refusal")
"""Keys of `andon.answer/1` that a plan alone has."""


async def plan_only(asked: Asked, run: Run) -> AsyncGenerator[Emitted, None]:
    """Plan a request; the last event holds the plan, a question back or a refusal."""
    taken = await turn(asked.text, (), run)
    for event in taken.events():
        yield event
    state: State = {
        "asked": asked.model_dump(mode="json"),
        "understood": taken.understood.model_dump(mode="json", by_alias=True),
        "plan": taken.plan.model_dump(mode="json", by_alias=True),
    }
    wording = wording_for(language_of_answer(state))
    answer = assembled(state, run, Final("", "rules"), wording).to_json()
    yield {"kind": "answer", "agent": None, "data": {key: answer[key] for key in PLAN_KEYS}}
