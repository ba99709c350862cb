"""A server on loopback and a language model at it, for every test that needs a real one."""

import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from services.model.capability import EVERYTHING
from services.model.chat import ChatModel
from services.model.courier import Limits
from services.model.openai_wire import Endpoint, OpenAIWire
from tests.services.model.loopback import Act, LoopbackServer, handler_of

KEY = "sk-very-secret-4711"


@pytest.fixture
def serve() -> Iterator[Callable[..., LoopbackServer]]:
    """Starts a server that answers as told; it ends with the test."""
    started: list[ThreadingHTTPServer] = []

    def start(acts: list[Act] | Callable[[dict[str, Any]], Act]) -> LoopbackServer:
        double = LoopbackServer(acts)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(double))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        double.url = f"http://127.0.0.1:{server.server_port}/v1"
        double.stop = lambda: _stop(server)
        return double

    yield start
    for server in started:
        _stop(server)


def _stop(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()


@pytest.fixture
def waits() -> list[float]:
    """How long the model would have waited between two tries (s)."""
    return []


@pytest.fixture
def model_at(waits: list[float]) -> Callable[..., ChatModel]:
    """A language model at a server; it never really waits between two tries."""

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    def connect(server: LoopbackServer, *, key: str = KEY, **given: Any) -> ChatModel:
        limits = Limits(**given.pop("limits", {}))
        given.setdefault("known", EVERYTHING)
        wire = OpenAIWire(Endpoint(server.url, "m", key))
        return ChatModel(wire, limits, sleep=sleep, **given)

    return connect
