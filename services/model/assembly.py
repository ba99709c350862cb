"""A reply put together from its pieces, whole or streamed, by whatever server.

Servers differ in what they leave out and how they number the pieces of tool calls, so every field
is optional here, and only what must be there for a reply is demanded at the end.
"""

import json
from typing import Any

from pydantic import BaseModel

from services.model.ledger import Usage
from services.model.wire import RawCall, WireReply


class _Function(BaseModel):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class _Call(BaseModel):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Said(BaseModel):
    content: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(BaseModel):
    message: _Said | None = None
    delta: _Said | None = None
    finish_reason: str | None = None


class _Counted(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Packet(BaseModel):
    """A whole reply, or one event of a stream, as far as it concerns us."""

    choices: list[_Choice] | None = None
    """The answer, or a piece of it."""
    usage: _Counted | None = None
    """Tokens, if they were counted."""


class _OpenCall:
    def __init__(self, index: int | None, name: str) -> None:
        self.index = index
        self.id = name
        self.name = ""
        self.arguments = ""


class Assembly:
    """Collects packets until the reply is whole."""

    def __init__(self) -> None:
        self.finish: str | None = None
        """Why the reply ended; None while it has not."""
        self.spoke = False
        """True once a packet held an answer or a piece of it."""
        self._text: list[str] = []
        self._calls: list[_OpenCall] = []
        self._usage: Usage | None = None

    def add(self, packet: Packet) -> str:
        """Take in one packet; returns the text that it added."""
        counted = packet.usage
        if counted and counted.prompt_tokens is not None and counted.completion_tokens is not None:
            self._usage = Usage(
                prompt_tokens=counted.prompt_tokens, completion_tokens=counted.completion_tokens
            )
        if not packet.choices:
            return ""
        choice = packet.choices[0]
        self.finish = choice.finish_reason or self.finish
        said = choice.message or choice.delta
        if said is None:
            return ""
        self.spoke = True
        for call in said.tool_calls or ():
            self._add_call(call)
        self._text.append(said.content or "")
        return self._text[-1]

    def reply(self) -> WireReply:
        """The whole reply."""
        calls = tuple(RawCall(call.id, call.name, call.arguments) for call in self._calls)
        return WireReply("".join(self._text), calls, self.finish == "length", self._usage)

    def _add_call(self, piece: _Call) -> None:
        call = self._open_call(piece)
        if piece.function is None:
            return
        call.name = piece.function.name or call.name
        arguments = piece.function.arguments
        call.arguments += json.dumps(arguments) if isinstance(arguments, dict) else arguments or ""

    def _open_call(self, piece: _Call) -> _OpenCall:
        """The call that a piece belongs to.

        Pieces of one call share an index. Some servers give none, or 0 to every call: there a new
        id begins a new call.
        """
        same = [call for call in self._calls if call.index == piece.index]
        if same and piece.id in (None, "", same[-1].id):
            named = piece.index is None and piece.function and piece.function.name
            if not named:
                return same[-1]
        self._calls.append(_OpenCall(piece.index, piece.id or ""))
        return self._calls[-1]
