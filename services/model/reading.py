"""From a reply as it came to what was asked for, or to what is wrong with it.

Small models wrap JSON in fences and words, and think aloud first. What can be read is read; what
cannot is said in words that the model can act on, and its reply never gets into an error.
"""

import json
import re
from typing import Any, Generic, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from services.model.completion import Asked, Value
from services.model.message import ToolCall
from services.model.wire import RawCall, WireReply

THINKING = re.compile(r"^\s*<think>.*?(?:</think>|\Z)", re.S)
SHOWN_FAULTS = 5


class Unreadable(Exception):
    """A reply cannot be used."""

    def __init__(self, problem: str, fault: str) -> None:
        super().__init__(fault)
        self.problem = problem
        """What is wrong, for the model that wrote it; may quote names that it made up."""
        self.fault = fault
        """What is wrong, for people and logs; quotes nothing."""


class Reading(NamedTuple, Generic[Value]):
    """What a reply says."""

    text: str
    """Its words, without thinking."""
    value: Value | None
    """The answer in the form that was asked for."""
    calls: tuple[ToolCall, ...]
    """Tool calls."""


def read_reply(reply: WireReply, asked: Asked[Value], *, in_words: bool) -> Reading[Value]:
    """Read a reply as what was asked for.

    Args:
        reply: the reply.
        asked: what was wanted.
        in_words: True if tools were offered in words, so that calls stand in the text.

    Raises:
        Unreadable: it is neither a usable answer nor usable calls.
    """
    text = THINKING.sub("", reply.text).strip()
    raw = _spoken_calls(text) if in_words else reply.calls
    turn = len(asked.messages)
    calls = tuple(_call(one, f"call_{turn}_{place}") for place, one in enumerate(raw, 1))
    if calls:
        _allow(asked)
        return Reading("" if in_words else text, None, calls)
    if asked.tools and asked.tool_choice == "required":
        raise Unreadable("it calls no tool, and a tool must be called", "no tool was called")
    if asked.schema is not None:
        return Reading(text, _value(text, asked.schema, reply.cut), ())
    if not text:
        ended = " before its end, at the token limit" if reply.cut else ""
        raise Unreadable(f"it is empty{ended}", f"it was empty{ended}")
    return Reading(text, None, ())


def _allow(asked: Asked[Value]) -> None:
    if not asked.tools or asked.tool_choice == "none":
        raise Unreadable("no tool can be called now", "it called a tool where none was on offer")


def _value(text: str, schema: type[Value], cut: bool) -> Value:
    written = json_object(text)
    if written is None:
        ended = ", it ends at the token limit: write less" if cut else ""
        raise Unreadable(
            f"it holds no whole JSON object{ended}",
            "it was cut off at the token limit" if cut else "it held no whole JSON object",
        )
    try:
        return schema.model_validate_json(written)
    except ValidationError as error:
        raise _misfit(error) from None


def _misfit(error: ValidationError) -> Unreadable:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [
        f"{'.'.join(map(str, fault['loc'])) or 'the object'}: {fault['msg']}"
        for fault in faults[:SHOWN_FAULTS]
    ]
    kinds = sorted({fault["type"] for fault in faults})
    return Unreadable(
        "it does not fit the schema: " + "; ".join(lines),
        f"{len(faults)} fields did not fit ({', '.join(kinds)})",
    )


def json_object(text: str) -> str | None:
    """The JSON object that a text begins with or wraps; None if there is no whole one."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (json.JSONDecodeError, RecursionError):
        return None
    return text[start:end]


def _call(raw: RawCall, name: str) -> ToolCall:
    try:
        arguments: Any = from_json(raw.arguments or "{}", allow_inf_nan=False)
    except ValueError as error:
        raise Unreadable(
            f"the arguments of the call of {raw.name!r} are no JSON: {error}",
            "the arguments of a call were no JSON",
        ) from None
    if not isinstance(arguments, dict):
        raise Unreadable(
            f"the arguments of the call of {raw.name!r} are no JSON object",
            "the arguments of a call were no JSON object",
        )
    return ToolCall(id=raw.id or name, name=raw.name, arguments=arguments)


def _spoken_calls(text: str) -> tuple[RawCall, ...]:
    """Calls that stand in the text as `{"tool_calls":[...]}`."""
    written = json_object(text)
    found = json.loads(written) if written else {}
    listed = found.get("tool_calls") if isinstance(found, dict) else None
    if listed is None:
        return ()
    fault = "calls in words were not in the form that was shown"
    if not isinstance(listed, list):
        raise Unreadable("tool_calls is no list", fault)
    calls = []
    for one in listed:
        if not (isinstance(one, dict) and isinstance(one.get("name"), str)):
            raise Unreadable("a call in tool_calls has no name", fault)
        calls.append(RawCall("", one["name"], json.dumps(one.get("arguments", {}))))
    return tuple(calls)
