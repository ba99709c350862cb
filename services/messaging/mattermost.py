"""Digests and pages in a Mattermost channel, by one of its incoming webhooks."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from domain.records.message import Message
from services.messaging.neutral import inert_lines
from services.messaging.posting import Outgoing, post
from services.messaging.target import DeliveryFailed, Receipt

LONGEST = 16_000
"""Characters of one post (count); the server takes 16,383."""
_MARKUP = re.compile(r"([\\`*_\[\]<>~|#])")


class IncomingHook(NamedTuple):
    """A webhook of a channel."""

    url: str
    """Its address, which is its secret too."""
    timeout_s: float
    """Longest wait for an answer (s)."""


class MattermostTarget:
    """Posts each message; a repeat after a lost answer stands there twice.

    Args:
        name: its name in `messaging.yaml`.
        hook: the webhook.
        now: the clock.
    """

    def __init__(self, name: str, hook: IncomingHook, now: Callable[[], datetime]) -> None:
        self._name = name
        self._hook = hook
        self._now = now

    def send(self, message: Message) -> Receipt:
        """Post a message.

        Raises:
            DeliveryFailed: it was not taken, or is addressed to somebody outside.
        """
        if message.to:
            reason = f"{self._name}: a channel is no address for somebody outside"
            raise DeliveryFailed(reason, retryable=False)
        text = f"**{marked_down(message.subject)}**\n\n{marked_down(message.text)}"
        body = json.dumps({"text": shortened(text, message.key)}).encode()
        status = post(self._name, Outgoing(self._hook.url, body, {}, self._hook.timeout_s),
                      self._now).status  # fmt: skip
        return Receipt(self._name, message.key, f"status {status}")


def marked_down(text: str) -> str:
    """Text for where Markdown is read: none of it is markup, and it rings nobody."""
    return "\n".join(_MARKUP.sub(r"\\\1", inert_lines(line)) for line in text.split("\n"))


def shortened(text: str, where: str) -> str:
    """Text that fits one post; what is cut is said to be elsewhere."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - len(where) - 4]}\n… {where}"
