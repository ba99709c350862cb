"""`andon bench faces`: what the HTTP interface adds, as ratios measured in the same run.

One real server on loopback answers over a simulated plant. Its first event is held against an echo
of the same server, and its chats against the OpenAI SDK with the same requests and tool calls at
the same concurrency. The language model is a process of its own that takes 50 ms for a request.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx

from apps.settings import Settings
from apps.verbs.init import create
from apps.wiring import Wiring
from evals.bench.chats import TEXT, chats
from evals.bench.served_here import Here, served
from evals.figure import Figure, at_most, measured
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SEED, MOST_UNITS = 1300, 2_000
REPEAT, STREAMS, RUNS = 20, 50, 10
MULTIPLE = 5.0
"""What the first word of a stream may take, in echoes of the same server."""
ECHO = "POST and a stream of one event of the same server, without a run"


class _Event(NamedTuple):
    number: int | None
    kind: str


def run(units: int, repeat: int = REPEAT) -> list[Figure]:
    """Measure on a plant of that many units, 2,000 at most."""
    with tempfile.TemporaryDirectory(prefix="andon-bench-") as name:
        folder = Path(name)
        _plant(folder, min(units, MOST_UNITS))
        with served(settings(folder)) as here:
            figures = asyncio.run(_figures(here, repeat))
        return [*figures, *chats(settings(folder))]


def settings(folder: Path) -> Settings:
    """Where the plant is."""
    state = folder / "state"
    return Settings(folder / "hub", state, state, "engineer", None, NOW)


def _plant(folder: Path, units: int) -> None:
    simulate(Plan(seed=SEED, units=units, format="parquet"), folder / "exports")
    parts = Wiring(settings(folder))
    create(folder / "hub", parts)
    ingest(parts.hub, folder / "exports", parts.vault, now=NOW)


async def _figures(here: Here, repeat: int) -> list[Figure]:
    async with here.client() as web:
        await _first(web, "/runs", numbered=True)  # fills what a process keeps
        echo, word, event = [], [], []
        for _ in range(repeat):
            echo.append(await _first(web, "/echo", numbered=False))
            word.append(await _first(web, "/runs", numbered=False))
            event.append(await _first(web, "/runs", numbered=True))
        lost, told = await _streams(web)
    words = [one / other for one, other in zip(word, echo, strict=True)]
    events = [one / other for one, other in zip(event, echo, strict=True)]
    return [
        measured("echo: ms", [1000 * one for one in echo], None),
        at_most("first word of a stream: multiple of an echo", words, MULTIPLE, ECHO),
        measured("first event of a run: multiple of an echo", events, ECHO),
        measured("first event of a run: ms", [1000 * one for one in event], None),
        measured(f"{STREAMS} open streams: events told", [told], None),
        at_most(f"{STREAMS} open streams, each cut once and resumed: events lost", [lost], 0, None),
    ]


async def _first(web: httpx.AsyncClient, path: str, *, numbered: bool) -> float:
    """Seconds from asking to the first event; the rest of the run is waited for."""
    began = time.perf_counter()
    taken = (await web.post(path, json={"text": TEXT})).json()
    found = 0.0
    async for event in _events(web, f"{path}/{taken['run_id']}/events"):
        if not found and (event.number is not None or not numbered):
            found = time.perf_counter() - began
    return found


async def _streams(web: httpx.AsyncClient) -> tuple[int, int]:
    """Events that readers missed or had twice, and all that were told."""
    begun = [(await web.post("/runs", json={"text": TEXT})).json() for _ in range(RUNS)]
    names = [one["run_id"] for one in begun for _ in range(STREAMS // RUNS)]
    heard = await asyncio.gather(*(_cut_and_resumed(web, f"/runs/{one}/events") for one in names))
    whole = {one: [e async for e in _events(web, f"/runs/{one}/events?after=-1")] for one in names}
    told = {
        name: [e.number for e in events if e.number is not None] for name, events in whole.items()
    }
    lost = sum(
        len(set(told[name]) - set(numbers)) + len(numbers) - len(set(numbers))
        for name, numbers in zip(names, heard, strict=True)
    )
    return lost, sum(len(told[name]) for name in names)


async def _cut_and_resumed(web: httpx.AsyncClient, path: str) -> list[int]:
    """Numbers of the events of a run, by a reader who leaves after the second and comes back."""
    heard: list[int] = []
    async for event in _events(web, path):
        if event.number is not None:
            heard.append(event.number)
        if len(heard) == 2:
            break
    resumed = {"Last-Event-ID": str(heard[-1])}
    heard += [e.number async for e in _events(web, path, resumed) if e.number is not None]
    return heard


async def _events(
    web: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None
) -> AsyncIterator[_Event]:
    async with web.stream("GET", path, headers=headers) as stream:
        number: int | None = None
        kind = ""
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                number = int(value)
            elif name == "event":
                kind = value
            elif not line and kind:
                yield _Event(number, kind)
                number, kind = None, ""
