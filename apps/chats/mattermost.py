"""Mattermost: its slash command and outgoing webhooks, by the port that all chats share."""

import asyncio
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from apps.chats.commands import COMMANDS, parsed
from apps.chats.port import ChatDown, Inbound, Picture, Place, Said
from domain.errors import BadArgument
from services.messaging.mattermost import marked_down, shortened
from services.messaging.posting import Outgoing, post
from services.messaging.target import DeliveryFailed
from services.policy.channels import Mattermost

if TYPE_CHECKING:
    from apps.wiring import Wiring

SURFACE = "mattermost"
TIMEOUT_S = 10.0
_DIRECT = re.compile(r"([a-z0-9]{26})__([a-z0-9]{26})")
"""Name of a direct message: both people. Anybody may give a channel a name with `__` in it."""


def is_genuine(token: str, allowed: str) -> bool:
    """Whether a token is one of those that the server was given (as a,b); in constant time."""
    known = [one.strip() for one in allowed.split(",") if one.strip()]
    return any([hmac.compare_digest(token.encode(), one.encode()) for one in known])


def inbound(fields: Mapping[str, str], settings: Mattermost) -> Inbound:
    """What a slash command or an outgoing webhook asks.

    Raises:
        BadArgument: something is missing, answers would go to another host, or everybody would
            read what is for one person.
    """
    event = fields.get("trigger_id") or fields.get("post_id") or ""
    person, channel = fields.get("user_id", ""), fields.get("channel_id", "")
    if not (event and person and channel):
        raise BadArgument("trigger_id or post_id, user_id and channel_id are needed")
    word = fields.get("trigger_word", "")
    name, argument = parsed(fields.get("text", "").removeprefix(word))
    _can_be_shown(name, fields)
    kept = {"name": name, "response_url": _checked(fields.get("response_url", ""), settings)}
    thread = fields.get("root_id") or fields.get("post_id") or None
    place = Place(
        surface=SURFACE,
        channel=channel,
        thread=thread,
        direct=_is_direct(fields),
    )
    command = "command" if fields.get("command") else "ask"
    event = event[:120]
    return Inbound(
        event=event, place=place, person=person, text=argument, what=command, fields=kept
    )


class MattermostTalk:
    """Answers one command or one message: where the server said, on its own host only."""

    pace: float | None = None

    def __init__(
        self,
        parts: "Wiring",
        settings: Mattermost,
        asked: Inbound,
        secret: Callable[[str], str | None],
    ) -> None:
        self._parts = parts
        self._settings = settings
        self._asked = asked
        self._bot = (secret(settings.bot_env) if settings.bot_env else "") or ""

    async def find(self, place: Place, key: str) -> str | None:
        """Nothing can be found: a repeat after a lost answer stands there twice."""

    async def say(self, place: Place, key: str, said: Said) -> str:
        """Answer in the channel; between two people only the one who asked sees it."""
        await self._post(said, "ephemeral" if place.direct else "in_channel")
        return key[:80]

    async def update(self, place: Place, message: str, said: Said, *, patient: bool = True) -> None:
        """Leave what stands there: it is the same answer."""

    async def whisper(self, place: Place, person: str, said: Said) -> None:
        """Say something that only one person sees."""
        await self._post(said, "ephemeral")

    async def picture(self, place: Place, picture: Picture) -> None:
        """Leave pictures out; the answer names their evidence."""

    async def _post(self, said: Said, how: str) -> None:
        text = written(said)
        url = self._asked.fields["response_url"]
        headers: dict[str, str] = {}
        body: dict[str, Any] = {"response_type": how, "text": text}
        if not url:
            url = f"{self._settings.url.rstrip('/')}/api/v4/posts"
            headers = {"Authorization": f"Bearer {self._bot}"}
            place = self._asked.place
            body = {"channel_id": place.channel, "root_id": place.thread or "", "message": text}
        outgoing = Outgoing(url, json.dumps(body).encode(), headers, TIMEOUT_S)
        try:
            await asyncio.to_thread(post, SURFACE, outgoing, self._parts.now)
        except DeliveryFailed as error:
            raise ChatDown(error.message, error.retry_after_s or 0.0) from error


def written(said: Said) -> str:
    """A message as Markdown in which nothing of people and data is markup."""
    lines = []
    for one in said.parts:
        text = marked_down(one.text)
        marks = {"heading": f"**{text}**", "quiet": f"*{text}*" if text.strip() else ""}
        lines.append(marks.get(one.kind, text))
    return shortened("\n\n".join(lines), said.rest)


def _can_be_shown(name: str, fields: Mapping[str, str]) -> None:
    """Refuse what is for one person only where everybody in the channel would read it."""
    command = COMMANDS.get(name)
    if command is not None and command.private and not fields.get("response_url"):
        raise BadArgument(
            f"what {name} shows is for you alone",
            holds="nothing was read or kept",
            next_step="give it as a slash command",
        )


def _is_direct(fields: Mapping[str, str]) -> bool:
    """Whether it came from a direct message of the person, and can be answered to them alone."""
    found = _DIRECT.fullmatch(fields.get("channel_name", ""))
    mine = found is not None and fields.get("user_id") in found.groups()
    return mine and bool(fields.get("response_url"))


def _checked(url: str, settings: Mattermost) -> str:
    """The address for answers, if it is on the server that the channels file names."""
    asked, own = urlsplit(url), urlsplit(settings.url)
    if url and (asked.scheme, asked.netloc) != (own.scheme, own.netloc):
        raise BadArgument(
            "answers would go to another host than that of the channels file",
            holds="nothing was read or kept",
            next_step="correct `url` of mattermost, or the server's own address",
        )
    return url
