"""Messages posted to another program, signed, with a key by which it can tell a repeat."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from domain.records.message import Message
from services.messaging.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from services.messaging.target import DeliveryFailed, Receipt

TRY_AGAIN = (408, 425, 429)
"""Client errors that pass; the others (and redirects) need a person."""


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
        import httpx

        body = json.dumps(message.model_dump(mode="json"), ensure_ascii=False).encode()
        try:
            answer = httpx.post(
                self._hook.url,
                content=body,
                headers=self._headers(message.key, body),
                timeout=self._hook.timeout_s,
                follow_redirects=False,
            )
        except httpx.HTTPError as error:
            reason = f"{self._name}: the receiver cannot be reached ({type(error).__name__})"
            raise DeliveryFailed(reason, retryable=True) from error
        if not answer.is_success:
            raise self._refused(answer.status_code, answer.headers.get("Retry-After"))
        return Receipt(self._name, message.key, f"status {answer.status_code}")

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        timestamp = int(self._now().timestamp())
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": _ascii(key),
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: signature(self._hook.secret, timestamp, body),
        }

    def _refused(self, status: int, wait: str | None) -> DeliveryFailed:
        return DeliveryFailed(
            f"{self._name}: the receiver answered {status}",
            retryable=status >= 500 or status in TRY_AGAIN,
            retry_after_s=retry_after(wait, self._now()),
        )


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks to wait, be it seconds or a date; None if neither.

    Source: RFC 9110, 10.2.3.
    """
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _ascii(key: str) -> str:
    """A key as a header can carry it: what is not printable ASCII is escaped."""
    return "".join(c if " " < c <= "~" else f"\\u{ord(c):04x}" for c in key)
