"""A server on loopback that speaks chat completions, well or badly, as a test tells it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple


class Act(NamedTuple):
    """How the server answers one request."""

    text: str | None = None
    calls: tuple[dict[str, Any], ...] = ()
    status: int = 200
    error: dict[str, Any] | None = None
    headers: dict[str, str] | None = None
    finish: str | None = "stop"
    counts: bool = True
    seconds: float = 0.0
    pause: float = 0.0
    raw: bytes | None = None
    events: tuple[dict[str, Any], ...] | None = None
    breaks_after: int | None = None


class LoopbackServer:
    """What was asked, and what is to be answered."""

    def __init__(self, acts: list[Act] | Callable[[dict[str, Any]], Act]) -> None:
        self.acts = acts
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.asked = threading.Event()
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.url = ""
        self.stop: Callable[[], None] = lambda: None
        self.now = "Mon, 23 Nov 2026 10:00:00 GMT"

    def next_act(self, body: dict[str, Any]) -> Act:
        with self._lock:
            self.bodies.append(body)
            self.asked.set()
            return self.acts(body) if callable(self.acts) else self.acts.pop(0)

    @contextmanager
    def one_more(self) -> Iterator[None]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # it would hold each body back for 40 ms
    double: LoopbackServer

    def log_message(self, *_: Any) -> None:
        """Keep the output of tests clean."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.double.now

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.double.headers.append({k.lower(): v for k, v in self.headers.items()})
        with self.double.one_more(), suppress(BrokenPipeError, ConnectionResetError):
            act = self.double.next_act(body)
            time.sleep(act.seconds)
            if act.status == 200 and act.raw is None and body.get("stream"):
                self._stream(act)
            else:
                self._whole(act)

    def _whole(self, act: Act) -> None:
        data = act.raw
        if data is None:
            shown = {"error": act.error or {}} if act.status != 200 else _whole(act)
            data = json.dumps(shown).encode()
        self.send_response(act.status)
        for name, value in (act.headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        cut = len(data) if act.breaks_after is None else act.breaks_after
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:cut])
        self.close_connection = cut < len(data)

    def _stream(self, act: Act) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        events = [*(act.events or _events(act))]
        for event in events[: act.breaks_after]:
            self._chunk(f"data: {json.dumps(event)}\n\n".encode())
            time.sleep(act.pause)
        if act.breaks_after is None:
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")
        self.close_connection = act.breaks_after is not None

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def handler_of(double: LoopbackServer) -> type[BaseHTTPRequestHandler]:
    """What answers the requests to a server."""
    return type("Handler", (_Handler,), {"double": double})


def _whole(act: Act) -> dict[str, Any]:
    message = {"role": "assistant", "content": act.text}
    if act.calls:
        message["tool_calls"] = list(act.calls)
    reply = {"id": "c", "object": "chat.completion", "created": 0, "model": "m"}
    reply["choices"] = [{"index": 0, "message": message, "finish_reason": act.finish}]
    return reply | ({"usage": _usage()} if act.counts else {})


def _events(act: Act) -> Iterator[dict[str, Any]]:
    text = act.text or ""
    yield event({"role": "assistant", "content": ""})
    for start in range(0, len(text), 5):
        yield event({"content": text[start : start + 5]})
    for index, call in enumerate(act.calls):
        yield event({"tool_calls": [{"index": index, **call}]})
    yield event({}, act.finish)
    if act.counts:
        yield event(None) | {"choices": [], "usage": _usage()}


def event(delta: dict[str, Any] | None, finish: str | None = None) -> dict[str, Any]:
    """One event of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    shape = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return shape | {"choices": [choice]}


def call(name: str, arguments: str, call_id: str | None = "c1") -> dict[str, Any]:
    """A tool call on the wire."""
    function = {"name": name, "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


def _usage() -> dict[str, int]:
    return {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
