"""The way to a real server: chat completions through the OpenAI SDK, which any of them speaks.

The SDK is imported at the first request: it takes most of a second. What it raises is told again
in our own words, for its messages quote the server, and servers quote prompts and keys.
"""

import json
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from pydantic import ValidationError

from domain.errors import BadArgument
from services.model.assembly import Assembly, Packet
from services.model.errors import (
    ModelBusy,
    ModelDidNotAnswer,
    ModelRejected,
    ModelUnreachable,
)
from services.model.message import Json
from services.model.per_loop import PerLoop
from services.model.wire import TokenSink, WireReply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openai import APIError, AsyncOpenAI

COME_AGAIN = (408, 409, 429)
FROM_HERE_FAILED = 500
REASON = re.compile(r"[a-z]+(?:_[a-z]+)*")
LONGEST_REASON = 48
WAIT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
CONNECT_SECONDS = 10.0
PAID_UP = "insufficient_quota"
NO_KEY = "none"


@dataclass(frozen=True)
class Endpoint:
    """A model at a server.

    Raises:
        BadArgument: the address is none, holds a password, or the key cannot be sent.
    """

    base_url: str
    """Address of the server up to `/v1`."""
    model: str
    """Name of the model there."""
    key: str = field(default="", repr=False)
    """The key; empty for a server that wants none."""

    def __post_init__(self) -> None:
        _demand_address(self.base_url)
        if not self.model:
            raise BadArgument("the language model has no name", next_step="name one")
        if not all("!" <= character <= "~" for character in self.key):
            raise BadArgument(
                "the key of the language model holds a blank, a line break or a foreign letter",
                next_step="copy it again, without what stands around it",
            )


def _demand_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadArgument(
            "the address of the language model is no http address",
            next_step="write it as https://host/v1",
        )
    if parts.username or parts.password:
        raise BadArgument(
            "the address of the language model holds a password",
            next_step="give the key apart from the address",
        )


class OpenAIWire:
    """Sends requests to an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = PerLoop(self._connected)

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._endpoint.model

    @property
    def address(self) -> str:
        """Address of the server."""
        return self._endpoint.base_url.rstrip("/")

    async def send(self, body: Json, on_token: TokenSink | None) -> WireReply:
        """Send one request and wait for the whole reply; see `Wire.send`."""
        from openai import APIError

        assembly = Assembly()
        try:
            if on_token is None:
                await self._whole(body, assembly)
            else:
                await self._streamed(body, assembly, on_token)
        except APIError as error:
            failure = _failure(error, begun=assembly.spoke)
        except (json.JSONDecodeError, UnicodeDecodeError, ValidationError):
            failure = _stranger(begun=assembly.spoke)
        else:
            return assembly.reply()
        # Raised out here the failure has no context, so no traceback can show what the SDK said.
        raise failure

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        client = self._client.pop()
        if client is not None:
            await client.close()

    async def _whole(self, body: Json, assembly: Assembly) -> None:
        raw = await self._client.get().chat.completions.with_raw_response.create(**body)
        assembly.add(Packet.model_validate_json(raw.content))
        if not assembly.spoke:
            raise _stranger(begun=False)

    async def _streamed(self, body: Json, assembly: Assembly, on_token: TokenSink) -> None:
        stream = await self._client.get().chat.completions.create(**body, stream=True)
        async with cast("Any", stream) as events:
            async for event in events:
                if text := assembly.add(Packet.model_validate(event.to_dict())):
                    on_token(text)
        if assembly.finish is None:
            raise _stranger(begun=False) if not assembly.spoke else _broken_off()

    def _connected(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI, Timeout

        return AsyncOpenAI(
            base_url=self._endpoint.base_url,
            api_key=self._endpoint.key or NO_KEY,
            max_retries=0,
            timeout=Timeout(None, connect=CONNECT_SECONDS),  # the caller limits the whole
        )


def _failure(error: "APIError", *, begun: bool) -> ModelDidNotAnswer:
    from openai import APIConnectionError, APIStatusError

    if isinstance(error, APIStatusError):
        return _refusal(error.status_code, _reason(error), error.response.headers)
    if begun:
        return _broken_off()
    if isinstance(error, APIConnectionError):
        return ModelUnreachable(
            "no connection to its server, or it broke off",
            next_step="start the server, or check its address",
        )
    return ModelUnreachable("its server reported a failure in the stream", billed=True)


def _refusal(status: int, reason: str | None, headers: "Mapping[str, str]") -> ModelDidNotAnswer:
    if (status in COME_AGAIN or status >= FROM_HERE_FAILED) and reason != PAID_UP:
        return ModelBusy(status, _retry_after(headers))
    return ModelRejected(status, reason)


def _broken_off() -> ModelUnreachable:
    return ModelUnreachable(
        "the connection broke off in the middle of its answer",
        next_step="ask again",
        billed=True,
    )


def _stranger(*, begun: bool) -> ModelUnreachable:
    return ModelUnreachable(
        "what answered does not speak chat completions",
        next_step="check the address: it usually ends in /v1",
        billed=begun,
    )


def _reason(error: "APIError") -> str | None:
    """The server's name of the failure, if it is a plain word: anything else may quote us."""
    for word in (error.code, error.type):
        if word and len(word) <= LONGEST_REASON and REASON.fullmatch(word):
            return word
    return None


def _retry_after(headers: "Mapping[str, str]") -> float | None:
    """How long the server asks to wait (s); a date is counted from the server's own clock."""
    for name, per_second in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        if WAIT.fullmatch(headers.get(name, "")):
            return float(headers[name]) / per_second
    try:
        until = parsedate_to_datetime(headers["retry-after"])
        now = parsedate_to_datetime(headers["date"])
        return max((until - now).total_seconds(), 0.0)
    except (KeyError, ValueError, TypeError):
        return None
