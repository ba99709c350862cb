"""A post is signed and bears its key; what may pass is tried again, when the receiver says."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
import respx

from domain.records.message import Message
from services.messaging.target import DeliveryFailed
from services.messaging.webhook import Webhook, WebhookTarget

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
MESSAGE = Message(
    key="digest:EU:2026-11-22", kind="digest", target="chat", to=(), subject="Überblick",
    text="Nichts Neues", language="de", blocks=({"type": "divider"},),
)  # fmt: skip


class Receiver(HTTPServer):
    """Takes posts, and drops those whose key it has seen."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.kept: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def log_message(self, *_: object) -> None:
        """Keep the output of tests clean."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((dict(self.headers.items()), body))
        self.server.kept.setdefault(self.headers["Idempotency-Key"], body)
        self.send_response(204)
        self.end_headers()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _target(url: str) -> WebhookTarget:
    return WebhookTarget("chat", Webhook(url, "hush", 5.0), lambda: NOW)


def test_the_receiver_can_check_who_posted_what_and_when(receiver) -> None:
    _target(receiver.url).send(MESSAGE)
    headers, body = receiver.posts[0]
    stamp = headers["X-Andon-Timestamp"]
    expected = hmac.new(b"hush", f"v1:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Andon-Signature"] == f"v1={expected}"
    assert int(stamp) == NOW.timestamp()
    assert Message.model_validate(json.loads(body)) == MESSAGE


def test_the_receiver_can_tell_a_repeat_by_its_key(receiver) -> None:
    for _ in range(2):
        _target(receiver.url).send(MESSAGE)
    assert len(receiver.posts) == 2
    assert list(receiver.kept) == [MESSAGE.key]


def test_a_key_in_any_script_fits_into_a_header(receiver) -> None:
    for key in ("digest:中国\r\nX: y", "digest:日本"):
        _target(receiver.url).send(MESSAGE.model_copy(update={"key": key}))
    assert len(receiver.kept) == 2
    assert all("X" not in headers for headers, _ in receiver.posts)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(status) -> None:
    assert _refusal(httpx.Response(status)).retryable


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 409, 410, 422])
def test_what_needs_a_person_is_not_tried_again(status) -> None:
    refusal = _refusal(httpx.Response(status, headers={"Location": "https://elsewhere.example/"}))
    assert not refusal.retryable
    assert str(status) in refusal.message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 13:06:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 13:00:00 GMT", 0.0),
        ("soon", None),
    ],
)
def test_the_wait_that_the_receiver_asks_for_is_handed_on(header, seconds) -> None:
    refusal = _refusal(httpx.Response(429, headers={"Retry-After": header}))
    assert refusal.retry_after_s == seconds


def test_a_receiver_that_asks_for_no_wait_gets_none() -> None:
    assert _refusal(httpx.Response(503)).retry_after_s is None


@pytest.mark.parametrize("failure", [httpx.ConnectError("no"), httpx.ReadTimeout("slow")])
def test_a_receiver_that_cannot_be_reached_is_tried_again(failure) -> None:
    refusal = _refusal(failure)
    assert refusal.retryable
    assert "hush" not in refusal.message


def _refusal(answer: httpx.Response | Exception) -> DeliveryFailed:
    with respx.mock:
        route = respx.post("https://chat.example/hook")
        if isinstance(answer, Exception):
            route.mock(side_effect=answer)
        else:
            route.mock(return_value=answer)
        with pytest.raises(DeliveryFailed) as caught:
            _target("https://chat.example/hook").send(MESSAGE)
    return caught.value
