"""The supervisor as LangGraph's development server opens it (`langgraph dev`, `langgraph.json`).

It is for looking into the graph, not for serving: the server keeps threads of its own, and asks as
the user of the environment. Triage and cases are not opened: they write to the ledger, and the
server would run any of their steps again at will.
"""

import asyncio
import uuid
from functools import cache
from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.graph.state import CompiledStateGraph
from typing_extensions import TypedDict

from agents.wording.formats import Formats
from agents.wording.phrasebook import LANGUAGES
from agents.wording.wording import wording_for
from apps.settings import Settings
from apps.wiring import Wiring
from domain.errors import BadArgument
from domain.records.asked import Asked
from graphs.run import Run
from graphs.supervisor import supervisor

_INSIDE = supervisor(True)
"""The supervisor with the conversation's own state, kept by whoever keeps the outer graph's."""


class Chat(TypedDict, total=False):
    """What a chat on the development server carries."""

    messages: Annotated[list[AnyMessage], add_messages]
    """The conversation; the last message is the request."""
    answer: dict[str, Any]
    """`andon.answer/1` of the last request."""


async def supervisor_graph(_: RunnableConfig) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The graph, without a checkpointer: the development server brings its own."""
    graph = StateGraph(Chat)
    graph.add_node("supervisor", _answer)
    graph.add_edge(START, "supervisor")
    graph.add_edge("supervisor", END)
    return graph.compile(name="supervisor")


async def _answer(state: Chat, config: RunnableConfig) -> Chat:
    asked = Asked(text=_request(state))
    thread_id = str(config["configurable"].get("thread_id") or f"T-{uuid.uuid4().hex[:12]}")
    run = await asyncio.to_thread(_run, asked, thread_id)
    asked = asked.model_copy(update={"text": _parts().without_personal(asked.text)})
    ended = await _INSIDE.ainvoke({"asked": asked.model_dump(mode="json")}, context=run)
    answer = ended["answer"]
    return {"messages": [AIMessage(answer["text"])], "answer": answer}


def _request(chat: Chat) -> str:
    said = [str(one.text) for one in chat.get("messages", ()) if one.type == "human"]
    if not said or not said[-1].strip():
        raise BadArgument("there is no question", next_step="send a message with one")
    return said[-1].strip()


def _run(asked: Asked, thread_id: str) -> Run:
    return _parts().run(asked, run_id=f"R-{uuid.uuid4().hex[:12]}", thread_id=thread_id)


@cache
def _parts() -> Wiring:
    for language in LANGUAGES:  # their files are read now, in a thread, and not on the event loop
        wording_for(language)
        Formats(language).plural(1)
    return Wiring(Settings.from_environment()).open_shared()
