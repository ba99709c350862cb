"""Saying things in Slack: patient with a busy server, and able to find what was said before."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from apps.chats.port import ChatDown, Picture, Place, Said
from apps.chats.slack.blocks import LONGEST_TEXT, fitted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

PACE = 1.3
"""Time between two changes of a message (s): Slack takes about 50 a minute."""
TRIES = 4
"""Times that a call is tried before its job is put off (count)."""
LONGEST_WAIT = 30.0
"""Longest wait for a busy Slack before the job is put off (s)."""
EVENT_TYPE = "andon_post"
LOOKED_AT = 100
"""Messages of a channel that are searched for one of ours (count)."""
_PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Errors of Slack's own that pass; the message may stand there all the same."""
_NOT_THERE = ("not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived")
_NOT_READABLE = ("missing_scope", "thread_not_found", "not_in_channel", "channel_not_found")
_LOG = logging.getLogger(__name__)
Answer = dict[str, Any]


class SlackTalk:
    """What `Outbound` promises, by Slack's Web API.

    Args:
        client: the API, with the app's token.
        pace: time between two changes of one message (s).
        first_wait: wait after a server's first failure (s); it doubles.
    """

    def __init__(
        self, client: "AsyncWebClient", *, pace: float = PACE, first_wait: float = 0.5
    ) -> None:
        self._client = client
        self.pace: float | None = pace
        self._first_wait = first_wait

    async def find(self, place: Place, key: str) -> str | None:
        """The message that bears a key, where the app may read the channel."""
        try:
            if place.thread is not None:
                found = await self._call(
                    self._client.conversations_replies, channel=place.channel, ts=place.thread,
                    include_all_metadata=True, limit=LOOKED_AT,
                )  # fmt: skip
            else:
                found = await self._call(
                    self._client.conversations_history, channel=place.channel,
                    include_all_metadata=True, limit=LOOKED_AT,
                )  # fmt: skip
        except ChatDown as error:
            if error.reason in _NOT_READABLE:
                return None
            raise
        for message in found.get("messages", ()):
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("key") == key:
                return str(message["ts"])
        return None

    async def say(self, place: Place, key: str, said: Said) -> str:
        """Post a message; where Slack's word was lost, the channel is searched before another."""
        wait = self._first_wait
        for left in range(TRIES - 1, -1, -1):
            try:
                return await self._say(place, key, said)
            except ChatDown as error:
                if not left or error.reason or error.wait_s:
                    raise
            await asyncio.sleep(wait)
            wait *= 2
            if (found := await self.find(place, key)) is not None:
                return found
        raise AssertionError("the last try returns or raises")

    async def _say(self, place: Place, key: str, said: Said) -> str:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        more = _thread(place)
        answer = await self._call(
            self._client.chat_postMessage, repeatable=False, channel=place.channel,
            metadata=metadata,
            **_body(said), **more,
        )  # fmt: skip
        return str(answer["ts"])

    async def update(self, place: Place, message: str, said: Said, *, patient: bool = True) -> None:
        """Put other words into a message."""
        await self._call(
            self._client.chat_update, channel=place.channel, ts=message,
            tries=TRIES if patient else 1, **_body(said),
        )  # fmt: skip

    async def whisper(self, place: Place, person: str, said: Said) -> None:
        """Say something that only one person sees: here, or else in a direct message."""
        more = _thread(place)
        try:
            if place.direct:
                channel = place.channel or person  # the home page stands in no channel
                await self._call(
                    self._client.chat_postMessage, channel=channel, **_body(said), **more
                )
            else:
                await self._call(
                    self._client.chat_postEphemeral, channel=place.channel, user=person,
                    **_body(said), **more,
                )  # fmt: skip
        except ChatDown as error:
            if error.reason not in _NOT_THERE:
                raise
            await self._call(self._client.chat_postMessage, channel=person, **_body(said))

    async def picture(self, place: Place, picture: Picture) -> None:
        """Upload a picture into the thread."""
        try:
            await self._call(
                self._client.files_upload_v2, repeatable=False, channel=place.channel,
                thread_ts=place.thread,
                filename=picture.name, content=picture.png, title=picture.title,
                alt_txt=picture.title,
            )  # fmt: skip
        except (SlackClientError, TypeError) as error:
            raise ChatDown(f"Slack did not take {picture.name}: {error}") from error

    async def direct(self, person: str) -> Place:
        """The direct message with a person."""
        answer = await self._call(self._client.conversations_open, users=person)
        return Place(surface="slack", channel=str(answer["channel"]["id"]), direct=True)

    async def home(self, person: str, view: Answer) -> None:
        """Show a person the app's home page."""
        await self._call(self._client.views_publish, user_id=person, view=view)

    async def _call(
        self,
        method: "Callable[..., Awaitable[Any]]",
        *,
        tries: int = TRIES,
        repeatable: bool = True,
        **arguments: Any,  # noqa: ANN401  of Slack's API
    ) -> Answer:
        wait = self._first_wait
        for left in range(tries - 1, -1, -1):
            try:
                answer: Answer = (await method(**arguments)).data
                return answer
            except SlackApiError as error:
                down = refusal(error)
                unsure = not repeatable and not down.wait_s
                if not left or unsure or down.reason or down.wait_s > LONGEST_WAIT:
                    raise down from error
                await asyncio.sleep(down.wait_s or wait)
            except (aiohttp.ClientError, TimeoutError) as error:
                if not left or not repeatable:
                    name = type(error).__name__
                    raise ChatDown(f"Slack cannot be reached ({name})") from error
                await asyncio.sleep(wait)
            wait *= 2
        raise AssertionError("the last try returns or raises")


def _thread(place: Place) -> Answer:
    return {"thread_ts": place.thread} if place.thread else {}


def refusal(error: SlackApiError) -> ChatDown:
    """What Slack answered: busy and broken pass, everything else needs a person."""
    response = error.response
    status = getattr(response, "status_code", 0)
    if status == 429:
        wait = response.headers.get("Retry-After", "1")
        return ChatDown("Slack asks to wait", max(float(wait) if wait.isdecimal() else 1.0, 0.1))
    if status >= 500:
        return ChatDown(f"Slack answered {status}")
    try:
        reason = str(response["error"])
    except (KeyError, TypeError, ValueError):
        reason = "unreadable"
    if reason in _PASSING:
        return ChatDown(f"Slack answered {reason}")
    _LOG.warning("Slack refused: %s", reason)
    return ChatDown(f"Slack refused: {reason}", reason=reason)


def _body(said: Said) -> Answer:
    found = fitted(said)
    return {
        "blocks": found.blocks,
        "text": found.text[:LONGEST_TEXT],
        "unfurl_links": False,
        "unfurl_media": False,
        "parse": "none",
        "link_names": False,
    }
