"""What is said to a language model and by it: messages, tools on offer, calls of them.

Messages are contracts, so that a graph can keep them as plain JSON between two steps.
"""

import json
from typing import Any, Literal, NamedTuple

from domain.contract import Contract

Role = Literal["system", "user", "assistant", "tool"]
ToolChoice = Literal["auto", "required", "none"]
Json = dict[str, Any]


class ToolCall(Contract):
    """A call that the language model asks for."""

    id: str
    """Name of the call in this conversation; its result must bear the same."""
    name: str
    """The tool, as the model wrote it: it need not exist."""
    arguments: dict[str, Any]
    """The arguments, as the model wrote them: they need not fit the tool."""


class Message(Contract):
    """One turn of a conversation with a language model."""

    role: Role
    """Who speaks."""
    content: str = ""
    """What is said."""
    tool_calls: tuple[ToolCall, ...] = ()
    """Calls that an assistant's turn asks for."""
    tool_call_id: str | None = None
    """The call whose result a tool's turn brings."""

    def to_wire(self) -> Json:
        """The message as chat completions write it."""
        # Half a surrogate pair, which a terminal can hand in, cannot be sent.
        content = self.content.encode("utf-8", "replace").decode("utf-8")
        wire: Json = {"role": self.role, "content": content}
        if self.tool_calls:
            wire["content"] = content or None
            wire["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": compact(call.arguments)},
                }
                for call in self.tool_calls
            ]
        if self.tool_call_id is not None:
            wire["tool_call_id"] = self.tool_call_id
        return wire


class ToolSpec(NamedTuple):
    """A tool as it is offered to a language model."""

    name: str
    """Its name."""
    description: str
    """What it answers, when to call it and when not."""
    parameters: Json
    """JSON schema of its arguments, an object."""

    def to_wire(self) -> Json:
        """The tool as chat completions write it.

        It is not offered as strict: that would demand every argument that has a default.
        """
        function = {
            "name": self.name,
            "description": self.description,
            "parameters": without_titles(self.parameters),
        }
        return {"type": "function", "function": function}


def compact(value: object) -> str:
    """JSON without blanks, in the script it was written in: fewer tokens, and the gate reads it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def without_titles(schema: Json) -> Json:
    """A JSON schema without its titles, which repeat the names; a field called `title` stays."""
    kept: Json = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            kept[key] = {name: without_titles(one) for name, one in value.items()}
        elif isinstance(value, dict):
            kept[key] = without_titles(value)
        elif isinstance(value, list):
            kept[key] = [without_titles(one) if isinstance(one, dict) else one for one in value]
        elif key != "title":
            kept[key] = value
    return kept
