"""What all requests to one server share, and how it was told to serve."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from apps.http.limits import Buckets
from apps.http.people_file import PeopleFile
from apps.http.run_board import RunBoard
from apps.wiring import Wiring
from memory.api_keys import ApiKeys


@dataclass(frozen=True)
class Options:
    """How a server serves; the defaults are those of `andon serve`."""

    demo: bool = False
    """Whether it shows the simulated plant of `andon demo`."""
    hosts: tuple[str, ...] = ()
    """Names by which it may be called, without ports; none: any."""
    requests_per_second: float = 20.0
    """What one principal may ask for in the long run (requests/s)."""
    requests_at_once: int = 200
    """What one principal may ask for at once (count)."""
    runs_per_minute: float = 60.0
    """Runs that one principal may begin in the long run (runs/min)."""
    runs_at_once: int = 60
    """Runs that one principal may begin at once (count)."""
    work_at_once: int | None = None
    """Runs that work at a time (count); null: as many as are good with or without a model."""
    drain_seconds: float = 20.0
    """How long runs may go on after the server was told to stop (s)."""
    keep_alive_seconds: float = 15.0
    """Silence on a stream after which a comment is sent (s)."""


@dataclass
class Served:
    """One server's parts."""

    parts: Wiring
    """The program's parts, shared by all askers."""
    options: Options
    """How it was told to serve."""
    keys: ApiKeys
    """Who may come in."""
    people: PeopleFile
    """Whom keys speak for."""
    board: RunBoard
    """Runs at work and just ended."""
    requests: Buckets
    """How much each principal asks."""
    runs: Buckets
    """How many runs each principal begins."""
    worker_alive: Callable[[], bool | None] = lambda: None
    """Whether the worker inside this server is at work; null: it has none."""


def served(request: Request) -> Served:
    """The parts of the server that this request came to."""
    found: Served = request.app.state.served
    return found


Here = Annotated[Served, Depends(served)]
"""A route's way to what all requests share."""
