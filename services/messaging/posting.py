"""One HTTP request to another program, and what its answer means for whoever sent it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from services.messaging.target import DeliveryFailed

TRY_AGAIN = (408, 425, 429)
"""Client errors that pass; the others (and redirects) need a person."""


class Outgoing(NamedTuple):
    """What is posted."""

    url: str
    """Where; redirects are not followed."""
    body: bytes
    """The body."""
    headers: Mapping[str, str]
    """Headers beside those of every request."""
    timeout_s: float
    """Longest wait for the receiver (s)."""


class Taken(NamedTuple):
    """What the receiver said."""

    status: int
    """Its status."""
    body: dict[str, Any]
    """Its answer, where it is a JSON object."""


def post(name: str, outgoing: Outgoing, now: Callable[[], datetime]) -> Taken:
    """Post something.

    Args:
        name: of the target, for messages.
        outgoing: what and where.
        now: the clock, by which a date to come again is understood.

    Raises:
        DeliveryFailed: no connection, no answer in time, or an answer other than 2xx.
    """
    import httpx

    try:
        answer = httpx.post(
            outgoing.url,
            content=outgoing.body,
            headers={"Content-Type": "application/json; charset=utf-8", **outgoing.headers},
            timeout=outgoing.timeout_s,
            follow_redirects=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"{name}: the receiver cannot be reached ({type(error).__name__})"
        raise DeliveryFailed(reason, retryable=True) from error
    if not answer.is_success:
        status = answer.status_code
        raise DeliveryFailed(
            f"{name}: the receiver answered {status}",
            retryable=status >= 500 or status in TRY_AGAIN,
            retry_after_s=retry_after(answer.headers.get("Retry-After"), now()),
        )
    return Taken(answer.status_code, _object(answer.content))


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


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
