"""From what is wanted and what the server can do to the body of a request.

What the server cannot do by itself is asked for in words at the end of the conversation, so that
its beginning stays the same from request to request and a server's prompt cache holds.
"""

from collections.abc import Iterable

from domain.contract import Contract
from services.model.capability import Capabilities
from services.model.completion import Asked, Value
from services.model.message import Json
from services.model.strict_schema import strict_schema
from services.model.wire import WireReply
from services.model.wording import (
    CALL_NOW,
    REPAIR,
    asking_for_schema,
    else_asking_for_schema,
    in_words,
    offering_tools,
)


def request_body(asked: Asked[Value], known: Capabilities, model: str) -> Json:
    """The body of a chat completions request.

    A form of the answer and tools are never asked for together in the server's own terms: many
    servers constrain the answer so that no tool can be called.

    Args:
        asked: what is wanted.
        known: what the server can do.
        model: name of the model.
    """
    messages = [message.to_wire() for message in asked.messages]
    length = "max_tokens" if known.max_tokens else "max_completion_tokens"
    body: Json = {"model": model, "messages": messages, length: asked.max_tokens}
    if not known.tools:
        body["messages"] = _joined(map(in_words, messages))
    if offered(asked, known):
        _offer(body, asked, known)
    elif asked.schema is not None:
        _ask_for_form(body, asked.schema, known)
    return body


def offered(asked: Asked[Value], known: Capabilities) -> bool:
    """True if tools are on offer.

    A server that cannot be told "call none" is offered none then.
    """
    silenced = asked.tool_choice == "none" and not (known.tools and known.tool_choice)
    return bool(asked.tools) and not silenced


def repair_body(body: Json, reply: WireReply, problem: str) -> Json:
    """The same request, with the reply that cannot be used and what is wrong with it.

    Calls are shown as text: a server may refuse a call whose arguments are no JSON.
    """
    calls = (f"{call.name}({call.arguments})" for call in reply.calls)
    said = "\n".join(filter(None, (reply.text, *calls)))
    turns: list[Json] = [{"role": "assistant", "content": said}] if said else []
    messages = [*body["messages"], *turns]
    return {**body, "messages": _ended(messages, REPAIR.format(problem=problem))}


def _offer(body: Json, asked: Asked[Value], known: Capabilities) -> None:
    if not known.tools:
        words = offering_tools(asked.tools, asked.tool_choice, asked.schema)
        body["messages"] = _ended(body["messages"], words)
        return
    body["tools"] = [tool.to_wire() for tool in asked.tools]
    if known.parallel_tool_calls:
        body["parallel_tool_calls"] = True
    if asked.tool_choice != "auto" and known.tool_choice:
        body["tool_choice"] = asked.tool_choice
    elif asked.tool_choice == "required":
        body["messages"] = _ended(body["messages"], CALL_NOW)
    if asked.schema is not None and asked.tool_choice != "required":
        body["messages"] = _ended(body["messages"], else_asking_for_schema(asked.schema))


def _ask_for_form(body: Json, schema: type[Contract], known: Capabilities) -> None:
    if known.json_schema:
        form = {"name": schema.__name__, "schema": strict_schema(schema), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    else:
        body["messages"] = _ended(body["messages"], asking_for_schema(schema))


def _ended(messages: list[Json], words: str) -> list[Json]:
    return _joined([*messages, {"role": "user", "content": words}])


def _joined(messages: Iterable[Json]) -> list[Json]:
    """Neighbouring turns of the user as one: many chat templates want speakers to take turns."""
    joined: list[Json] = []
    for message in messages:
        if joined and message["role"] == joined[-1]["role"] == "user":
            text = f"{joined[-1]['content']}\n\n{message['content']}"
            joined[-1] = {"role": "user", "content": text}
        else:
            joined.append(message)
    return joined
