"""Messages posted to another program, signed, with a key by which it can tell a repeat."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from domain.records.message import Message
from services.messaging.posting import Outgoing, post, retry_after
from services.messaging.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from services.messaging.target import Receipt


class Webhook(NamedTuple):
    """Where to post, and with what secret."""

    url: str
    """Address; redirects are not followed."""
    secret: str
    """Shared with the receiver."""
    timeout_s: float
    """Longest wait for the receiver (s)."""


class WebhookTarget:
    """Posts each message as JSON; the receiver drops an `Idempotency-Key` that it has seen."""

    def __init__(self, name: str, hook: Webhook, now: Callable[[], datetime]) -> None:
        """A target that posts.

        Args:
            name: its name in `messaging.yaml`.
            hook: where to post.
            now: the clock; its moment is signed with the body.
        """
        self._name = name
        self._hook = hook
        self._now = now

    def send(self, message: Message) -> Receipt:
        """Post a message.

        Raises:
            DeliveryFailed: no connection, no answer in time, or an answer other than 2xx.
        """
        body = json.dumps(message.model_dump(mode="json"), ensure_ascii=False).encode()
        outgoing = signed(self._hook, message.key, body, self._now())
        status = post(self._name, outgoing, self._now).status
        return Receipt(self._name, message.key, f"status {status}")


def signed(hook: Webhook, key: str, body: bytes, at: datetime) -> Outgoing:
    """A body for a program that knows the secret, with a key by which it can tell a repeat."""
    timestamp = int(at.timestamp())
    headers = {
        "Idempotency-Key": _ascii(key),
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: signature(hook.secret, timestamp, body),
    }
    return Outgoing(hook.url, body, headers, hook.timeout_s)


def _ascii(key: str) -> str:
    """A key as a header can carry it: what is not printable ASCII is escaped."""
    return "".join(c if " " < c <= "~" else f"\\u{ord(c):04x}" for c in key)


__all__ = ["Webhook", "WebhookTarget", "retry_after", "signed"]
