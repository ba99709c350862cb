"""Programs that ask by signed requests; their answers go to the address of the channels file."""

import asyncio
import hmac
import json
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from apps.chats.port import ChatDown, Inbound, Picture, Place, Said
from domain.contract import Contract
from domain.errors import BadArgument
from services.messaging.posting import post
from services.messaging.signing import signature
from services.messaging.target import DeliveryFailed
from services.messaging.webhook import Webhook, signed

if TYPE_CHECKING:
    from apps.wiring import Wiring

FRESH_SECONDS = 300
"""How far a request's moment may lie from now (s)."""
TIMEOUT_S = 10.0


class Question(Contract):
    """The body of a request."""

    id: str = Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")
    """Names the question for good: the same again is asked once."""
    person: str = Field(min_length=1, max_length=80)
    """Who asks: an account of `people` in the channels file."""
    channel: str = Field(min_length=1, max_length=80)
    """For what: a channel of the channels file."""
    text: str = Field(min_length=1, max_length=4000)
    """The question."""
    thread: str | None = Field(default=None, max_length=80)
    """The conversation that it continues; null: one for each person and channel."""


def is_genuine(secret: str, headers: tuple[str, str], body: bytes, now: datetime) -> bool:
    """Whether a body was signed by who knows the secret, within five minutes of now.

    Args:
        secret: shared with the program.
        headers: timestamp and signature as they came.
        body: the body as it came.
        now: the moment.
    """
    stamp, given = headers
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12 and secret):
        return False
    if abs(now.timestamp() - int(stamp)) > FRESH_SECONDS:
        return False
    return hmac.compare_digest(given.encode(), signature(secret, int(stamp), body).encode())


def inbound(name: str, body: bytes) -> Inbound:
    """What a program asks.

    Raises:
        BadArgument: the body is not a question.
    """
    try:
        asked = Question.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise BadArgument(
            f"{where}: {first['msg']}",
            holds="nothing was read or kept",
            next_step=f"send a JSON object with {', '.join(Question.model_fields)}",
        ) from error
    place = Place(surface=f"hook-{name}", channel=asked.channel, thread=asked.thread)
    return Inbound(event=asked.id, place=place, person=asked.person, text=asked.text)


class HookTalk:
    """Posts answers, signed, to the one address that the channels file names."""

    pace: float | None = None

    def __init__(self, parts: "Wiring", hook: Webhook, asked: Inbound) -> None:
        self._parts = parts
        self._hook = hook
        self._asked = asked

    async def find(self, place: Place, key: str) -> str | None:
        """Nothing has to be found: a repeat bears the same key."""

    async def say(self, place: Place, key: str, said: Said) -> str:
        """Post `andon.answer/1` or `andon.error/1`."""
        await self._post(said)
        return key[:80]

    async def update(self, place: Place, message: str, said: Said, *, patient: bool = True) -> None:
        """Post it again; the receiver knows it by its key."""
        await self._post(said)

    async def whisper(self, place: Place, person: str, said: Said) -> None:
        """Post what only the asking program hears anyway."""
        await self._post(said)

    async def picture(self, place: Place, picture: Picture) -> None:
        """Leave pictures out: programs draw the specification themselves."""

    async def _post(self, said: Said) -> None:
        told = {"schema": "andon.said/1", "text": "\n".join(one.text for one in said.parts)}
        body = json.dumps(said.body or told, ensure_ascii=False).encode()
        outgoing = signed(self._hook, self._asked.event, body, self._parts.now())
        try:
            await asyncio.to_thread(post, self._asked.place.surface, outgoing, self._parts.now)
        except DeliveryFailed as error:
            raise ChatDown(error.message, error.retry_after_s or 0.0) from error
