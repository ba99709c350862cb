"""One request to a language model as the caller means it, and its answer as the caller uses it."""

from dataclasses import dataclass
from typing import Generic

from typing_extensions import TypeVar

from domain.contract import Contract
from services.model.ledger import Usage
from services.model.message import Message, ToolCall, ToolChoice, ToolSpec

Value = TypeVar("Value", bound=Contract, default=Contract)


@dataclass(frozen=True)
class Asked(Generic[Value]):
    """What is wanted, whatever the server can do."""

    messages: tuple[Message, ...]
    """The conversation so far."""
    tools: tuple[ToolSpec, ...]
    """Tools on offer."""
    schema: type[Value] | None
    """Form of the answer; None for free text."""
    tool_choice: ToolChoice
    """Whether a tool may or must be called."""
    max_tokens: int
    """Longest answer (tokens)."""


@dataclass(frozen=True)
class Completion(Generic[Value]):
    """What a language model answered: text, a value, or calls."""

    text: str
    """What it said, without its thinking."""
    value: Value | None
    """The answer in the form that was asked for; None without a form, or when it calls tools."""
    tool_calls: tuple[ToolCall, ...]
    """Calls it asks for; neither the tool nor the arguments are checked."""
    usage: Usage
    """Tokens of all requests that it took."""
    seconds: float
    """From the question to the answer, waiting included (s)."""
    attempts: int
    """Requests that it took, retries and repair included (count)."""
    cut: bool
    """True: it ended at the token limit."""

    def message(self) -> Message:
        """The answer as a turn of the conversation."""
        return Message(role="assistant", content=self.text, tool_calls=self.tool_calls)
