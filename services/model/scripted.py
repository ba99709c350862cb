"""A language model whose answers are written down beforehand.

It stands in for a server in demonstrations, tests and evaluations. Everything above the wire (gate,
budget, retries, repair, reading) is the same code as with a real server.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.model.capability import EVERYTHING, Capabilities
from services.model.chat import DEFAULT_LIMITS, ChatModel
from services.model.courier import Limits
from services.model.errors import ModelDidNotAnswer, ModelRejected
from services.model.ledger import Price
from services.model.message import Json, ToolCall, compact
from services.model.wire import RawCall, TokenSink, WireReply

PIECE_CHARACTERS = 24
NOT_FOUND = 404


class ScriptedReply(NamedTuple):
    """One answer, or one failure."""

    text: str = ""
    """What is said."""
    calls: tuple[ToolCall, ...] = ()
    """Tools that are called."""
    failure: ModelDidNotAnswer | None = None
    """Raised in place of an answer."""
    cut: bool = False
    """True: it ends at the token limit."""
    seconds: float = 0.0
    """How long it takes (s)."""


Script = Sequence[ScriptedReply] | Callable[[Json], ScriptedReply]
"""Answers in order, or a rule that finds the answer to a request body."""


class ScriptedWire:
    """Answers from a script and keeps what it was asked; tokens are estimated, not counted."""

    def __init__(self, script: Script, model: str = "scripted") -> None:
        self._rule = script if callable(script) else _in_order(script)
        self._model = model
        self.requests: list[Json] = []
        """Every request body, in the order of arrival."""

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._model

    @property
    def address(self) -> str:
        """It is nowhere."""
        return "script"

    async def send(self, body: Json, on_token: TokenSink | None) -> WireReply:
        """Answer one request; see `Wire.send`."""
        self.requests.append(body)
        reply = self._rule(body)
        await asyncio.sleep(reply.seconds)
        if reply.failure is not None:
            raise reply.failure
        if on_token is not None:
            for start in range(0, len(reply.text), PIECE_CHARACTERS):
                on_token(reply.text[start : start + PIECE_CHARACTERS])
        calls = tuple(RawCall(one.id, one.name, compact(one.arguments)) for one in reply.calls)
        return WireReply(reply.text, calls, reply.cut)

    async def close(self) -> None:
        """There is nothing to let go of."""


def scripted_model(
    wire: ScriptedWire,
    *,
    limits: Limits = DEFAULT_LIMITS,
    price: Price | None = None,
    known: Capabilities = EVERYTHING,
) -> ChatModel:
    """A language model that answers from a script, and never waits between two tries.

    Args:
        wire: the script.
        limits: what it may be asked at most.
        price: what it costs.
        known: what its server is said to do; without tools, say, calls are looked for in words.
    """
    return ChatModel(wire, limits, price=price, known=known, sleep=_at_once)


def _in_order(replies: Sequence[ScriptedReply]) -> Callable[[Json], ScriptedReply]:
    rest = iter(replies)
    ended = ScriptedReply(failure=ModelRejected(NOT_FOUND, "script_ended"))
    return lambda _: next(rest, ended)


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)
