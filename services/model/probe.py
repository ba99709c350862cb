"""What a server can do is found by trying, once for each address and model.

Documents of compatible servers differ from version to version, and some servers accept a field and
ignore it. So a feature counts only when the reply shows it. Features that go together are tried in
one request; where that one fails or shows too little, each is tried alone.
"""

import json
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from pydantic import ValidationError

from domain.contract import Contract
from services.model.capability import Capabilities, Feature
from services.model.errors import ModelBusy, ModelRejected
from services.model.message import Json, ToolSpec
from services.model.strict_schema import strict_schema
from services.model.wire import WireReply

NOT_THIS_FEATURE = (400, 415, 422)
NOT_MADE_FOR_IT = (500, 501)
NO_ARGUMENTS: Json = {"type": "object", "properties": {}, "additionalProperties": False}
PROBE_TOKENS = 2000


class Trial(NamedTuple):
    """A request of the probe."""

    body: Json
    """What is sent, beside the model's name."""
    streamed: bool
    """True: the reply is to be streamed."""


class Colour(Contract):
    """The form of a probe's answer."""

    colour: str
    """A colour."""


Ask = Callable[[Trial], Awaitable[WireReply]]
GROUPS: tuple[tuple[Feature, ...], ...] = (
    ("tools", "tool_choice", "parallel_tool_calls"),
    ("max_tokens", "usage_in_stream", "json_schema"),
)


def _body(text: str) -> Json:
    return {"messages": [{"role": "user", "content": text}]}


PLAIN = Trial(_body("Say hello."), streamed=False)


async def probe(ask: Ask) -> Capabilities:
    """Find out what a server can do, in two requests if it can do everything.

    Args:
        ask: sends one request, with retries.

    Raises:
        ModelDidNotAnswer: the server answers nothing at all, or refuses the key or the name.
    """
    shown: set[Feature] = set()
    for group in GROUPS:
        shown |= await _shown(ask, group)
        for one in group:
            if one not in shown and (one == "tools" or group[0] != "tools" or "tools" in shown):
                shown |= await _shown(ask, (one,))
    if not shown:
        await ask(PLAIN)
    return Capabilities(**dict.fromkeys(shown, True))


async def _shown(ask: Ask, features: tuple[Feature, ...]) -> set[Feature]:
    try:
        reply = await ask(_trial(features))
    except ModelRejected as error:
        if error.status in NOT_THIS_FEATURE:
            return set()
        raise
    except ModelBusy as error:
        if error.status not in NOT_MADE_FOR_IT:
            raise
        await ask(PLAIN)  # does it fail over this feature, or over everything?
        return set()
    evidence: dict[Feature, bool] = {
        "tools": bool(reply.calls),
        "tool_choice": bool(reply.calls),
        "parallel_tool_calls": len(reply.calls) > 1,
        "json_schema": _is_colour(reply.text),
        "usage_in_stream": reply.usage is not None,
        "max_tokens": True,
    }
    return {feature for feature in features if evidence[feature]}


def _trial(features: tuple[Feature, ...]) -> Trial:
    if not set(features) & set(GROUPS[0]):
        body = _body("Name a colour.")
        if "max_tokens" in features:
            body["max_tokens"] = PROBE_TOKENS
        if "json_schema" in features:
            form = {"name": "colour", "schema": strict_schema(Colour), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return Trial(body, streamed="usage_in_stream" in features)
    alone = features == ("tool_choice",)
    body = _body("Say hello." if alone else "Call the tools `first` and `second`, both at once.")
    body["tools"] = [
        ToolSpec(name, f"Does the {name} thing.", NO_ARGUMENTS).to_wire()
        for name in ("first", "second")
    ]
    if "tool_choice" in features:
        body["tool_choice"] = "required"
    if "parallel_tool_calls" in features:
        body["parallel_tool_calls"] = True
    return Trial(body, streamed=False)


def _is_colour(text: str) -> bool:
    try:
        Colour.model_validate(json.loads(text))
    except (json.JSONDecodeError, ValidationError):
        return False
    return True
