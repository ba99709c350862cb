"""What keeps a server polite and safe: sizes, rates, names it answers to, headers it sends.

The parts that look at every request are plain ASGI, because a stream must pass through them
unbuffered.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from math import ceil
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.http.failures import TooLarge, TooMany, WrongHost, answer_to

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names of this machine that no other reaches it by."""
BODY_BYTES = 1_000_000
"""Largest body of a request (bytes)."""
INGEST_BYTES = 512_000_000
"""Largest body of an ingest (bytes)."""
BODY_BYTES_OF: Mapping[str, int] = {"/ingest": INGEST_BYTES}
"""Routes that take more or less than others, by path."""
_DROPPED_BYTES = 64_000_000
"""What of a refused body is still read, so that its sender hears why (bytes)."""
_MOST_BUCKETS = 10_000
_CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_UNCACHED = ("application/json", "text/event-stream", "text/csv")


class _Bucket(NamedTuple):
    tokens: float
    at: float


class Buckets:
    """A token bucket for each principal, in this process.

    Args:
        a_second: tokens that come back (1/s).
        at_once: tokens of a full bucket (count).
        clock: monotonic seconds.
    """

    def __init__(
        self, a_second: float, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._a_second = a_second
        self._at_once = at_once
        self._clock = clock
        self._held: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: str) -> None:
        """Take one token.

        Raises:
            TooMany: there is none; says when there will be.
        """
        now = self._clock()
        with self._lock:
            held = self._held.pop(who, _Bucket(self._at_once, now))
            tokens = min(self._at_once, held.tokens + (now - held.at) * self._a_second)
            self._held[who] = _Bucket(tokens - 1 if tokens >= 1 else tokens, now)
            if len(self._held) > _MOST_BUCKETS:
                self._held.popitem(last=False)
        if tokens < 1:
            after = max(1, ceil((1 - tokens) / self._a_second))
            raise TooMany(
                "you ask faster than this server allows",
                holds="nothing was begun",
                next_step=f"come again in {after} s",
                retry_after=after,
            )


class BodyLimit:
    """Refuses bodies that are too large, whether they say so or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = BODY_BYTES_OF.get(scope["path"], BODY_BYTES)
        body = _Counted(receive, most)
        said = Headers(scope=scope).get("content-length", "")
        if said.isdecimal() and int(said) > most:
            await body.refuse(scope, send)
            return
        answering = False

        async def answer(message: Message) -> None:
            nonlocal answering
            if not body.exceeded or answering:
                answering = True
                await send(message)

        try:
            await self._app(scope, body.receive, answer)
        except TooLarge:
            if answering:
                raise
        if body.exceeded and not answering:
            await body.refuse(scope, send)


class _Counted:
    """A body that is counted while it is read."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._bytes = 0
        self._ended = False
        self.exceeded = False

    async def receive(self) -> Message:
        """The next message.

        Raises:
            TooLarge: the body has got longer than is taken.
        """
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            self._ended = not message.get("more_body", False)
            if self._bytes > self._most:
                self.exceeded = True
                raise self._failure()
        return message

    async def refuse(self, scope: Scope, send: Send) -> None:
        """Read on without keeping, then say why."""
        while not self._ended and self._bytes <= max(self._most, _DROPPED_BYTES):
            message = await self._receive()
            self._ended = message["type"] != "http.request" or not message.get("more_body", False)
            self._bytes += len(message.get("body", b""))
        answer = answer_to(self._failure(), scope["path"])
        if not self._ended:
            answer.headers["Connection"] = "close"
        await answer(scope, self._receive, send)

    def _failure(self) -> TooLarge:
        return TooLarge(
            f"the body is larger than {self._most:,} bytes",
            holds="nothing was begun",
            next_step="send less at once",
        )


class SafeHeaders:
    """Adds the headers that keep a browser from doing more than it should."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if headers.get("content-type", "").startswith(_UNCACHED):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, answer)


class HostCheck:
    """Answers only to its own names, so that no foreign page reaches it under a name of its own."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and self._hosts:
            name = _without_port(Headers(scope=scope).get("host", ""))
            if name not in self._hosts:
                failure = WrongHost(
                    "this server does not go by that name",
                    next_step="call it by its own, or start it with --host-name",
                )
                await answer_to(failure, scope["path"])(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0].lstrip("[").lower()
    return host.partition(":")[0].lower()
