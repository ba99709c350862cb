"""One request on a conversation: its turn, its row, its checkpoint, and the events of its run."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from domain.errors import AndonError
from domain.records.answer import Question
from domain.records.asked import Asked
from graphs.answering import asking_back
from graphs.planning.understanding import understand
from graphs.run import Emitted, Run
from graphs.state import State
from graphs.supervisor import STEPS, supervisor
from memory.bundle import Conversations
from memory.threads import checkpoints

WAIT_SECONDS = 300.0
"""How long a run queues behind another one on its thread."""
TITLE = 60


async def converse(asked: Asked, run: Run, kept: Conversations) -> AsyncGenerator[Emitted, None]:
    """Run one request on its thread; the last event is its answer.

    Raises:
        ThreadBusy: another run held the thread for too long.
        NotPermitted: the thread is somebody else's.
        HubUnavailable, TimeLimit: the data could not be read.
    """
    assert run.tools is not None
    await asyncio.to_thread(
        kept.requests.begin,
        run_id=run.run_id,
        thread_id=run.thread_id,
        principal_id=run.tools.principal.id,
        text=asked.text,
        language=asked.language,
        as_of=asked.as_of,
    )
    try:
        with kept.requests.alive(run.run_id):
            async with kept.turns.hold(run.thread_id, run.run_id, wait=WAIT_SECONDS):
                for warning in await asyncio.to_thread(_died, run, kept):
                    yield warning
                async for event in _answered(asked, run, kept):
                    yield event
    except AndonError as error:
        await asyncio.to_thread(kept.requests.fail, run.run_id, error.message)
        raise
    except (asyncio.CancelledError, GeneratorExit):
        run.tools.snapshot.close()  # a tool at work in its thread stops at its next query
        kept.requests.mark_interrupted(run.run_id, "stopped by its asker")
        raise


async def _answered(asked: Asked, run: Run, kept: Conversations) -> AsyncGenerator[Emitted, None]:
    config: RunnableConfig = {
        "configurable": {"thread_id": run.thread_id},
        "recursion_limit": STEPS,
    }
    async with checkpoints(kept.checkpoints) as saver:
        graph = supervisor(saver)
        before = await graph.aget_state(config)
        async for part in graph.astream(
            _input(asked, run, before.interrupts),
            config,
            context=run,
            stream_mode=["custom"],
            durability="exit",
            version="v2",
        ):
            yield cast("Emitted", part["data"])
        after = await graph.aget_state(config)
    if after.interrupts:
        questions = tuple(Question(**one) for one in after.interrupts[0].value["questions"])
        told = [one.model_dump(mode="json") for one in questions]
        yield {"kind": "question", "agent": None, "data": {"questions": told}}
        answer = asking_back(cast("State", after.values), run, questions).to_json()
    else:
        answer = after.values["answer"]
    await asyncio.to_thread(kept.requests.finish, run.run_id, answer)
    yield {"kind": "answer", "agent": None, "data": answer}


def _input(asked: Asked, run: Run, interrupts: tuple[Any, ...]) -> Any:  # noqa: ANN401  of LangGraph
    """The reply to an open question, by its id; or a new request, which lets the question go."""
    new = {"asked": asked.model_dump(mode="json")}
    if not interrupts:
        return new
    options = [o for one in interrupts[0].value["questions"] for o in one["options"]]
    number = asked.text.strip()
    if number.isdecimal() and 1 <= int(number) <= len(options):
        return Command(resume={interrupts[0].id: options[int(number) - 1]})
    snapshot = run.tools.snapshot if run.tools else None
    alone = understand(asked.text, as_of=run.as_of, snapshot=snapshot)
    if asked.text not in options and alone.outcome != "clarify":
        return new
    return Command(resume={interrupts[0].id: asked.text})


def _died(run: Run, kept: Conversations) -> list[Emitted]:
    """Runs of this thread that ended without a word, each told once."""
    dead = [one for one in kept.requests.interrupted() if one.thread_id == run.thread_id]
    told = []
    for one in dead:
        if kept.requests.mark_interrupted(one.run_id, "its process ended"):
            text = f"an earlier request was interrupted, ask it again: {one.text[:TITLE]}"
            data = {"code": "interrupted", "text": text}
            told.append({"kind": "warning", "agent": None, "data": data})
    return told
