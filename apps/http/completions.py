"""The same answers for programs that speak chat completions.

The last message of the user is the request. The conversation is the thread that `X-Andon-Thread` or
`metadata.thread_id` names; else the one of the asker's own in which the same questions were asked
in the same order; else a new one. Messages of the system and of the assistant are not read: they
neither steer who is asked nor what may be seen.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse

from apps.http.answers import Described
from apps.http.auth import Asker
from apps.http.chat_shapes import CHAT_FAILURES, MODEL, ChatAsked, Model, Models
from apps.http.continued import thread_of
from apps.http.failures import NotFound, answer_to, body_of
from apps.http.live_run import LiveRun, interruption
from apps.http.runs import taken
from apps.http.served import Here, Served
from domain.errors import InvalidArgument
from domain.records.asked import Asked

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"], responses=CHAT_FAILURES)
_LOOK_SECONDS = 1.0
"""How often it is looked whether whoever waits for an answer is still there (s)."""
_STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_EXAMPLE: Described = {
    200: {
        "description": "The answer; with `stream`, chunks of it as server-sent events.",
        "content": {
            "application/json": {
                "example": {
                    "id": "R-0123456789ab",
                    "object": "chat.completion",
                    "model": MODEL,
                    "choices": [
                        {
                            "index": 0,
                            "message": {"role": "assistant", "content": "… [E-…]"},
                            "finish_reason": "stop",
                        }
                    ],
                    "andon": {"schema": "andon.answer/1"},
                }
            },
            "text/event-stream": {"schema": {"type": "string"}},
        },
    }
}


@router.get("/models", summary="Models")
async def models(parts: Asker) -> Models:
    """There is one: the supervisor with its specialists."""
    return Models()


@router.get("/models/{name}", summary="One model")
async def model(name: str, parts: Asker) -> Model:
    """The model of that name."""
    _check_model(name)
    return Model()


@router.post(
    "/chat/completions", summary="Ask, as chat completions", responses=_EXAMPLE, response_model=None
)
async def complete(
    asked: ChatAsked,
    request: Request,
    parts: Asker,
    here: Here,
    x_andon_thread: Annotated[str | None, Header(max_length=80)] = None,
) -> Response:
    """One answer to the last message, with the whole `andon.answer/1` in the field `andon`.

    A question asked back is told with its options numbered; reply with a number. `n` above 1,
    `tools`, `functions` and other formats than text are refused; what steers a model is ignored,
    and so are messages of the system and of the assistant. The thread is named by `X-Andon-Thread`
    or `metadata.thread_id`; else it is the asker's own in which the same questions were asked.
    """
    _check(asked)
    *before, text = _said(asked)
    named = x_andon_thread or (asked.metadata or {}).get("thread_id")
    if named is None and before:
        named = await run_in_threadpool(thread_of, parts, before)
    begun = await taken(Asked(text=text, thread_id=str(named) if named else None), parts, here)
    live = here.board.find(begun.run_id, parts.principal.id)
    assert live is not None
    if asked.stream:
        usage = bool(asked.stream_options and asked.stream_options.include_usage)
        chunks = _chunks(live, here, usage=usage)
        return StreamingResponse(
            chunks, media_type="text/event-stream", headers=_thread_header(live, _STREAM_HEADERS)
        )
    return await _whole(live, here, request)


async def _whole(live: LiveRun, here: Served, request: Request) -> Response:
    while not live.over.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(live.over.wait(), _LOOK_SECONDS)
        if not live.over.is_set() and await request.is_disconnected():
            await here.board.cancel(live)
    if live.answer is None:
        failure = live.failure or interruption(live.ending)
        return answer_to(failure, request.url.path)
    message = {"role": "assistant", "content": content_of(live.answer), "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    body = {
        **_about(live, "chat.completion"),
        "choices": [choice],
        "usage": _usage(live.answer),
        "andon": live.answer,
    }
    return JSONResponse(body, headers=_thread_header(live, {}))


async def _chunks(live: LiveRun, here: Served, *, usage: bool) -> AsyncIterator[str]:
    """The answer as it is written; whoever leaves before its end stops the run."""
    about = _about(live, "chat.completion.chunk")
    sent = ""
    try:
        yield _chunk(about, {"role": "assistant", "content": ""})
        async for told in live.follow(-1, here.options.keep_alive_seconds):
            if told is None:
                yield ": \n\n"
            elif told.kind == "token":
                piece = json.loads(told.data)["data"]["text"]
                sent += piece
                yield _chunk(about, {"content": piece})
        for line in _ending(live, about, sent, usage=usage):
            yield line
    finally:
        if not live.over.is_set():
            here.board.leave(live)


def _ending(live: LiveRun, about: dict[str, Any], sent: str, *, usage: bool) -> Iterator[str]:
    """What comes after the words that were sent as they were written."""
    if live.answer is None:
        yield _data(body_of(live.failure or interruption(live.ending), "/v1/"))
        return
    if rest := content_of(live.answer).removeprefix(sent):
        yield _chunk(about, {"content": rest})
    yield _chunk(about, {}, "stop", andon=live.answer)
    if usage:
        yield _data({**about, "choices": [], "usage": _usage(live.answer)})
    yield "data: [DONE]\n\n"


def _chunk(
    about: dict[str, Any], delta: dict[str, Any], finish: str | None = None, **more: object
) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _data({**about, "choices": [choice], **more})


def content_of(answer: dict[str, Any]) -> str:
    """What is shown of an answer: its text, and the ready replies to what it asks back."""
    options = [option for one in answer["questions"] for option in one["options"]]
    lines = [f"{number}. {option}" for number, option in enumerate(options, 1)]
    asks = answer["outcome"] == "clarify"
    return "\n".join([answer["text"], *lines]) if asks else str(answer["text"])


def _check(asked: ChatAsked) -> None:
    _check_model(asked.model)
    wanted = (asked.response_format or {}).get("type", "text")
    refused = {
        "n": asked.n not in (None, 1),
        "tools": bool(asked.tools),
        "functions": bool(asked.functions),
        "response_format": wanted != "text",
    }
    for name, is_refused in refused.items():
        if is_refused:
            raise InvalidArgument(
                f"{name} is not possible here",
                next_step="leave it out; the field `andon` of the answer holds it as an object",
            )


def _check_model(name: str) -> None:
    if name != MODEL:
        raise NotFound(f"there is no model {name[:80]!r}", next_step=f"use {MODEL!r}")


def _said(asked: ChatAsked) -> list[str]:
    """What the user said, the request last."""
    if asked.messages[-1].role != "user":
        raise InvalidArgument("the last message is not the user's", next_step="end with a question")
    return [one.words() for one in asked.messages if one.role == "user"]


def _about(live: LiveRun, kind: str) -> dict[str, Any]:
    return {
        "id": live.run_id,
        "object": kind,
        "created": int(live.began_at.timestamp()),
        "model": MODEL,
    }


def _usage(answer: dict[str, Any]) -> dict[str, int]:
    """What the language model behind the answer read; what it wrote is not counted apart."""
    read = answer["cost"]["prompt_tokens"]
    return {"prompt_tokens": read, "completion_tokens": 0, "total_tokens": read}


def _thread_header(live: LiveRun, more: dict[str, str]) -> dict[str, str]:
    plain = live.thread_id.isascii()
    return {**more, "X-Andon-Thread": live.thread_id} if plain else more


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"
