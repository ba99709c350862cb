"""Fifty chats at once with a model that takes its time, beside the SDK with the same calls.

The model is a process of its own, so that it takes no time of either way. All chats ask the same of
the same data; each has a conversation, checks and an answer of its own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection

import httpx

from apps.ask import new_run_id
from apps.settings import Settings
from apps.wiring import Wiring
from domain.records.asked import Asked
from evals.bench.model_server import MODEL, honest_server
from evals.bench.recorded import RecordingLooks, RecordingWire, Step, bare_loop
from evals.bench.served_here import Here, served
from evals.figure import Figure, at_least, measured
from graphs.conversation import converse
from services.model.capability import EVERYTHING
from services.model.chat import ChatModel
from services.model.openai_wire import Endpoint, OpenAIWire

CHATS, TURNS, SHARE = 50, 3, 0.5
MODEL_SECONDS = 0.05
"""What a request to the model takes (s)."""
TEXT = "How many claims of the 65Q8 are there for the units in service?"
BARE = "the OpenAI SDK and asyncio, as many at once, with the same requests and tool calls"


def chats(settings: Settings) -> list[Figure]:
    """Measure both ways in turn."""
    with slow_model() as address:
        model = ChatModel(OpenAIWire(Endpoint(address, MODEL)), known=EVERYTHING)
        with served(settings, model) as here:
            return asyncio.run(_figures(here, address))


async def _figures(here: Here, address: str) -> list[Figure]:
    steps = await _steps(here.parts, address)
    context = here.parts.speaking_as(here.parts.people.principal("engineer")).context()

    async def bare() -> None:
        await bare_loop(steps, address, context)

    async with here.client() as web:

        async def chat() -> None:
            await _chat(web)

        await chat()
        ours, theirs = [], []
        for _ in range(TURNS):
            theirs.append(await _jobs_a_second(bare))
            ours.append(await _jobs_a_second(chat))
    shares = [one / other for one, other in zip(ours, theirs, strict=True)]
    return [
        measured(f"{CHATS} bare loops at once: jobs/s", theirs, None),
        measured(f"{CHATS} chats at once: jobs/s", ours, None),
        at_least(f"{CHATS} chats at once: share of the bare loops' jobs/s", shares, SHARE, BARE),
    ]


async def _jobs_a_second(job: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(job() for _ in range(CHATS)))
    return CHATS / (time.perf_counter() - began)


async def _chat(web: httpx.AsyncClient) -> None:
    body = {"model": "andon", "messages": [{"role": "user", "content": TEXT}]}
    answer = (await web.post("/v1/chat/completions", json=body)).json()
    outcome, writer = answer["andon"]["outcome"], answer["andon"]["decided_by"]["write"]
    if (outcome, writer) != ("answered", "model"):
        raise RuntimeError(f"{outcome} by {writer}: {answer['andon']['limits']}")


async def _steps(parts: Wiring, address: str) -> list[Step]:
    """What one chat asks of its model and its tools."""
    steps: list[Step] = []
    mine = parts.speaking_as(parts.people.principal("engineer"))
    asked = Asked(text=TEXT)
    model = ChatModel(RecordingWire(address, steps), known=EVERYTHING)
    run = mine.run(asked, run_id=new_run_id(), thread_id="T-RECORDED")
    recorded = replace(run, model=model, seen=RecordingLooks(steps))
    async for _ in converse(asked, recorded, mine.conversations):
        pass
    await model.close()
    return steps


@contextmanager
def slow_model() -> Iterator[str]:
    """A model's address; it is served by another process."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection) -> None:
    with honest_server(MODEL_SECONDS) as address:
        told.send(address)
        told.recv()
