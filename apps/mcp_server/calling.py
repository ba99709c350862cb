"""One call: a tool of the registry, or a question to the supervisor."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import mcp_types as types
from pydantic import ValidationError

from apps.ask import ask
from apps.mcp_server.offering import ASK, Question, offered
from apps.terminal.progress import Lines
from apps.wiring import Wiring
from domain.errors import AndonError, BadArgument, InvalidArgument, NotPermitted, UnknownName
from domain.records.asked import Asked
from domain.records.evidence import Evidence
from tools.runner import run_tool

Json = dict[str, Any]
Tell = Callable[[float, str], Awaitable[None]]
"""Tells the caller how far it is (a number that grows) and what happened, in words."""
_LOG = logging.getLogger(__name__)


class Caller(NamedTuple):
    """Who calls, and how they are told what happens."""

    parts: Wiring
    """The program's parts, for them."""
    tell: Tell
    """Where progress is told."""
    begin: Callable[[], None] = lambda: None
    """Called before a question is put; raises AndonError if they ask too often."""


class Defect(AndonError):
    """Something that should not happen: a defect of this program."""

    code = "defect"


async def call(caller: Caller, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """Carry out a call; whatever goes wrong is a result that says so.

    Args:
        caller: who calls.
        name: the tool.
        arguments: its question as JSON values.
    """
    try:
        if name == ASK:
            answer = await _answer(caller, arguments)
            return _result(_words_of(answer), answer)
        found = await _evidence(caller.parts, name, arguments)
        return _result(f"{found.summary} [{found.id}]", found.to_json())
    except AndonError as error:
        return _failure(error)
    except Exception as error:  # noqa: BLE001  the edge of the program: nobody else would catch it
        _LOG.exception("call of %s", name)
        return _failure(
            Defect(
                f"a defect of Andon: {type(error).__name__}",
                holds="nothing was committed to the hub after the failure",
                next_step="the server's log says more; report it",
            )
        )


async def _evidence(parts: Wiring, name: str, arguments: Mapping[str, Any]) -> Evidence:
    tool = offered().get(name)
    if tool is None:
        raise UnknownName("tool", name, (), "tools/list")
    context = await asyncio.to_thread(parts.context)
    with context.snapshot:  # closed too when the caller gives up: its tool stops at its next query
        return await asyncio.to_thread(run_tool, tool, arguments, context)


async def _answer(caller: Caller, arguments: Mapping[str, Any]) -> Json:
    question = _question(arguments)
    caller.begin()
    asked = Asked(**question.model_dump())
    happened: list[str] = []
    lines = Lines(happened.append)
    answer: Json = {}
    try:
        async with contextlib.aclosing(ask(asked, caller.parts)) as events:
            async for event in events:
                lines.show(event)
                if happened:
                    await caller.tell(event.seq + 1, "\n".join(happened))
                    happened.clear()
                if event.kind == "answer":
                    answer = event.data
    except NotPermitted as error:  # somebody else's conversation: nobody learns that it exists
        raise UnknownName("conversation", question.thread_id or "") from error
    return answer


def _question(arguments: Mapping[str, Any]) -> Question:
    try:
        question = Question.model_validate(dict(arguments))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "question"
        raise InvalidArgument(
            f"{ASK} cannot take this question: {place}: {first['msg']}",
            next_step=f"fields of {ASK}: {', '.join(Question.model_fields)}",
        ) from error
    if not question.text.strip():
        raise BadArgument("the question is empty", next_step="say in `text` what to find out")
    return question


def _words_of(answer: Json) -> str:
    """What a reader sees: the text, with the ready answers to what it asks back."""
    options = [f"- {option}" for one in answer["questions"] for option in one["options"]]
    return "\n".join([answer["text"], *options])


def _result(words: str, body: Json) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(text=words)], structured_content=body, is_error=False
    )


def _failure(error: AndonError) -> types.CallToolResult:
    body = error.to_json()
    text = json.dumps(body, ensure_ascii=False)
    return types.CallToolResult(
        content=[types.TextContent(text=text)], structured_content=body, is_error=True
    )
