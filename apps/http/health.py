"""Whether the process lives, and whether it can take work."""

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from apps.http.served import Here, Served
from domain.contract import Contract
from domain.errors import AndonError

router = APIRouter(tags=["operation"])
Standing = Literal["ok", "failing", "stopping", "none"]


class Alive(Contract):
    """The process answers."""

    status: Literal["ok"] = "ok"
    """Always the same."""


class Ready(Contract):
    """What the server needs, and how it stands."""

    ready: bool
    """Whether it takes requests."""
    server: Standing
    """The server itself."""
    hub: Standing
    """The hub can be read."""
    database: Standing
    """The database answers."""
    worker: Standing
    """The worker inside this server is at work; `none`: it was started without."""


@router.get("/healthz", summary="Does the process live?")
async def healthz() -> Alive:
    """Always the same, as long as there is anybody to say it."""
    return Alive()


@router.get(
    "/readyz",
    summary="Can it take work?",
    responses={503: {"model": Ready, "description": "It cannot; says what is wrong."}},
)
async def readyz(here: Here, response: Response) -> Ready:
    """Whether the hub, the database and the worker are there, and the server is not stopping."""
    found = await run_in_threadpool(_looked, here)
    if not found.ready:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return found


def _looked(here: Served) -> Ready:
    parts: dict[str, Standing] = {
        "server": "stopping" if here.board.draining else "ok",
        "hub": _hub(here),
        "database": _database(here),
        "worker": _worker(here),
    }
    ready = all(standing in ("ok", "none") for standing in parts.values())
    return Ready(ready=ready, **parts)


def _worker(here: Served) -> Standing:
    alive = here.worker_alive()
    if alive is None:
        return "none"
    return "ok" if alive else "failing"


def _hub(here: Served) -> Standing:
    try:
        here.parts.hub.newest()
    except AndonError:
        return "failing"
    return "ok"


def _database(here: Served) -> Standing:
    try:
        with here.parts.ledger.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError:
        return "failing"
    return "ok"
