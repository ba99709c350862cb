"""A real server in a thread of this process, with an echo beside its own routes."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from apps.http.app import create_app
from apps.http.auth import Asker
from apps.http.served import Options
from apps.http.serving import Address, Server
from apps.settings import Settings
from apps.wiring import Wiring
from services.model.chat import ChatModel

SECONDS = 300.0
_ANY = Options(
    requests_per_second=1e6,
    requests_at_once=1_000_000,
    runs_per_minute=1e6,
    runs_at_once=1_000_000,
    drain_seconds=0.0,
)


class Here(NamedTuple):
    """A server at work."""

    url: str
    """Its address."""
    key: str
    """A key for it."""
    parts: Wiring
    """What it shares with all who ask."""

    def client(self) -> httpx.AsyncClient:
        """Somebody with the key."""
        return httpx.AsyncClient(
            base_url=self.url,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=SECONDS,
            limits=httpx.Limits(max_connections=200),
        )


@contextmanager
def served(settings: Settings, model: ChatModel | None = None) -> Iterator[Here]:
    """Serve until the block ends, with a model or without."""
    parts = Wiring(settings)
    parts.model = model
    app = create_app(parts, _ANY)
    _add_echo(app)
    listening = Address(port=0).listen()
    key = app.state.served.keys.add("engineer", "bench", by="bench", at=parts.now()).text
    server = Server(app, listening)
    thread = threading.Thread(target=server.hold, daemon=True)
    thread.start()
    server.ready.wait()
    try:
        yield Here(f"http://127.0.0.1:{listening.getsockname()[1]}", key, parts)
    finally:
        server.stop()
        thread.join()


def _add_echo(app: FastAPI) -> None:
    """What a run's two requests cost when there is no run: the same way in, one event out."""

    async def begin(_: Asker) -> dict[str, str]:
        return {"run_id": "echo"}

    async def follow(_: Asker) -> StreamingResponse:
        async def events() -> AsyncIterator[str]:
            yield "id: 0\nevent: echo\ndata: {}\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    app.add_api_route("/echo", begin, methods=["POST"])
    app.add_api_route("/echo/echo/events", follow)
