"""Digests and pages in a Slack channel, without Slack's libraries: one request posts a message.

Slack knows no idempotency key. A message bears its key as metadata, and the channel is searched for
it first; where the app may not read it, a repeat after a lost answer may stand there twice.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from domain.records.message import Message
from services.messaging.neutral import inert_lines
from services.messaging.posting import Outgoing, post
from services.messaging.target import DeliveryFailed, Receipt

API = "https://slack.com/api/"
MOST_BLOCKS, LONGEST_SECTION, LONGEST_NOTE = 50, 3_000, 3_000
LOOKED_AT = 50
"""Messages of the channel that are searched (count)."""
EVENT_TYPE = "andon_post"
_BUSY = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
"""Slack's methods that read take a form."""
Block = dict[str, Any]


class Room(NamedTuple):
    """A channel, and how it is reached."""

    channel: str
    """Its id."""
    token: str
    """The app's token."""
    timeout_s: float
    """Longest wait for an answer (s)."""
    api: str = API
    """Where Slack's Web API is."""


class SlackTarget:
    """Posts each message into one channel.

    Args:
        name: its name in `messaging.yaml`.
        room: the channel.
        now: the clock.
        outside: whether people of another company read a channel.
    """

    def __init__(
        self,
        name: str,
        room: Room,
        now: Callable[[], datetime],
        outside: Callable[[str, str], bool],
    ) -> None:
        self._name = name
        self._room = room
        self._now = now
        self._outside = outside

    def send(self, message: Message) -> Receipt:
        """Post a message, unless it stands there already.

        Raises:
            DeliveryFailed: it was not taken, or does not belong into a channel.
        """
        if message.to:
            raise self._refused("it is addressed to somebody outside, and a channel is no address")
        if self._outside("slack", self._room.channel):
            raise self._refused("people of another company read that channel")
        held = self._found(message.key)
        if held is not None:
            return Receipt(self._name, message.key, held, repeated=True)
        body = {
            "channel": self._room.channel,
            "text": _escaped(inert_lines(message.subject))[:LONGEST_NOTE],
            "blocks": list(message.blocks or _as_blocks(message)),
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": message.key}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        answer = self._call("chat.postMessage", json.dumps(body).encode(), {})
        return Receipt(self._name, message.key, str(answer["ts"]))

    def _found(self, key: str) -> str | None:
        """Where a message of that key stands, as far as the channel may be read."""
        room = self._room.channel
        asked = {"channel": room, "limit": LOOKED_AT, "include_all_metadata": "true"}
        try:
            answer = self._call("conversations.history", urlencode(asked).encode(), _FORM)
        except DeliveryFailed as error:
            if error.retryable:
                raise
            return None
        for one in answer.get("messages", ()):
            payload = (one.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return str(one["ts"])
        return None

    def _call(self, method: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._room.token}", **headers}
        url = f"{self._room.api}{method}"
        outgoing = Outgoing(url, body, headers, self._room.timeout_s)
        answer = post(self._name, outgoing, self._now).body
        if not answer.get("ok"):
            error = str(answer.get("error", "no answer that can be read"))
            raise DeliveryFailed(f"{self._name}: Slack refused: {error}", retryable=error in _BUSY)
        return answer

    def _refused(self, reason: str) -> DeliveryFailed:
        return DeliveryFailed(f"{self._name}: {reason}", retryable=False)


def _as_blocks(message: Message) -> list[Block]:
    """A message's words; what does not fit is said to be missing."""
    lines = [inert_lines(message.subject), "", *map(inert_lines, message.text.splitlines())]
    text = "\n".join(lines)
    pieces = [text[at : at + LONGEST_SECTION] for at in range(0, len(text), LONGEST_SECTION)]
    if len(pieces) > MOST_BLOCKS:
        pieces = [*pieces[: MOST_BLOCKS - 1], f"… {message.key}"]
    return [
        {"type": "section", "text": {"type": "plain_text", "text": piece, "emoji": False}}
        for piece in pieces
        if piece.strip()
    ]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
