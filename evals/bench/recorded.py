"""What a run asked of its model and its tools, in order, and a bare loop that asks the same.

The bare loop is the OpenAI SDK, asyncio and nothing else.
"""

import asyncio
import contextlib
import json
from typing import NamedTuple

from domain.errors import AndonError
from domain.records.evidence import Evidence
from evals.bench.model_server import MODEL
from graphs.run import SeenLooks
from services.model.message import Json
from services.model.openai_wire import Endpoint, OpenAIWire
from services.model.wire import TokenSink, WireReply
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext


class Look(NamedTuple):
    """One tool call."""

    tool: str
    """Name of the tool."""
    arguments: Json
    """Its question."""


Step = Look | Json
"""A tool call, or the body of a request to the model."""


class RecordingWire(OpenAIWire):
    """The way to the server, which writes down every body."""

    def __init__(self, address: str, steps: list[Step]) -> None:
        super().__init__(Endpoint(address, MODEL))
        self._steps = steps

    async def send(self, body: Json, on_token: TokenSink | None) -> WireReply:
        """Send one request; see `Wire.send`."""
        self._steps.append(body)
        return await super().send(body, on_token)


class RecordingLooks(SeenLooks):
    """The looks of a run, each written down just before its tool is called."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__()
        self._steps = steps

    def get(self, key: str) -> Evidence | None:
        """What was found, if it was asked before; else the tool is asked next."""
        found = super().get(key)
        if found is None:
            tool, _, arguments = key.partition(" ")
            self._steps.append(Look(tool, json.loads(arguments)))
        return found


async def bare_loop(steps: list[Step], address: str, context: ToolContext) -> None:
    """Take the same steps, one after the other, with a client of its own."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=address, api_key="none", max_retries=0) as client:
        for step in steps:
            if isinstance(step, Look):
                with contextlib.suppress(AndonError):  # a look that brought nothing took time too
                    await asyncio.to_thread(run_tool, named(step.tool), step.arguments, context)
            else:
                said = await client.chat.completions.create(**step)
                json.loads(said.choices[0].message.content or "")
