"""A real server on loopback, in a thread of the test, over the plant that tests share."""

import asyncio
import contextlib
import json
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from apps.http.app import create_app
from apps.http.served import Options, Served
from apps.http.serving import Address, EmbeddedWorker, Server
from apps.wiring import Wiring

SURVEY = "Is supplier S-0102 getting worse?"
"""A question that is answered by one look, and needs no word lists of customers."""


class Line(NamedTuple):
    """One server-sent event."""

    number: int | None
    kind: str
    data: dict[str, Any]


class Live:
    """A server at work and clients for it."""

    def __init__(self, parts: Wiring, options: Options, *, worker: bool = False) -> None:
        self.app = create_app(parts, options)
        self.here: Served = self.app.state.served
        listening = Address(port=0).listen()
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.worker = EmbeddedWorker(parts) if worker else None
        self.server = Server(self.app, listening, worker=self.worker)
        self.thread = threading.Thread(target=self.server.hold, daemon=True)
        self.thread.start()
        assert self.server.ready.wait(30)

    def key(self, user: str = "engineer") -> str:
        """A key of somebody's own."""
        parts = self.here.parts
        return self.here.keys.add(user, "test", by="operator", at=parts.now()).text

    def client(self, user: str = "engineer", **more: Any) -> httpx.Client:
        """Somebody with a key."""
        headers = {"Authorization": f"Bearer {self.key(user)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, **more)

    def wait(self, coming: Coroutine[Any, Any, Any]) -> None:
        """Wait for something on the server's event loop."""
        assert self.server.loop is not None
        asyncio.run_coroutine_threadsafe(coming, self.server.loop).result(30)

    def end(self) -> None:
        """Stop it, and wait until it has ended."""
        self.server.stop()
        self.thread.join(60)
        assert not self.thread.is_alive()


Start = Callable[..., Live]


@contextlib.contextmanager
def servers(house: Any, folder: Path) -> Iterator[Start]:
    """Starts servers on the plant, with a memory of their own; they end with the block."""
    started: list[Live] = []
    state = folder / "served"
    shutil.copytree(house.parts.settings.state, state)
    settings = replace(house.parts.settings, state=state, config=state)

    def start(*, worker: bool = False, **options: Any) -> Live:
        given = {"drain_seconds": 0.0, **options}
        one = Live(Wiring(settings), Options(**given), worker=worker)
        started.append(one)
        return one

    yield start
    for one in started:
        if one.thread.is_alive():
            one.end()


@pytest.fixture
def live(house: Any, tmp_path: Path) -> Iterator[Start]:
    """Starts servers with a memory of the test's own."""
    with servers(house, tmp_path) as start:
        yield start


@contextlib.contextmanager
def held(one: Live, thread_id: str) -> Iterator[None]:
    """Somebody else has the turn on a thread meanwhile, so that runs on it wait."""
    entered, release = threading.Event(), threading.Event()

    async def hold() -> None:
        async with one.here.parts.conversations.turns.hold(thread_id, "R-other"):
            entered.set()
            await asyncio.to_thread(release.wait)

    thread = threading.Thread(target=lambda: asyncio.run(hold()), daemon=True)
    thread.start()
    assert entered.wait(30)
    try:
        yield
    finally:
        release.set()
        thread.join(30)


def lines_of(text: str) -> list[Line]:
    """The events of a stream."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            number = int(fields["id"]) if "id" in fields else None
            found.append(Line(number, fields["event"], json.loads(fields["data"])))
    return found


async def read_lines(answer: httpx.Response) -> AsyncIterator[Line]:
    """The events of a stream as they come."""
    block = ""
    async for line in answer.aiter_lines():
        if line:
            block += line + "\n"
        else:
            for one in lines_of(block):
                yield one
            block = ""
