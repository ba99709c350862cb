"""The application: every router, what stands before them, and the parts that they share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from apps.chats.routes import chat_routes
from apps.http import (
    cases,
    completions,
    digests,
    evidence,
    health,
    ingest,
    metrics,
    page,
    proposals,
    quality,
    runs,
    sessions,
    threads,
)
from apps.http.failures import tell_failures
from apps.http.limits import BodyLimit, Buckets, HostCheck, SafeHeaders
from apps.http.people_file import PeopleFile
from apps.http.run_board import AT_ONCE, AT_ONCE_WITH_MODEL, RunBoard
from apps.http.served import Options, Served
from apps.mcp_server.mounting import mount as mount_mcp
from apps.quality_reading import Panels
from apps.wiring import Wiring
from memory.api_keys import ApiKeys

ROUTERS = (
    runs.router,
    threads.router,
    cases.router,
    proposals.router,
    evidence.router,
    digests.router,
    quality.router,
    ingest.router,
    completions.router,
    sessions.router,
    health.router,
    metrics.router,
    page.router,
)
"""Every group of routes, in the order in which the description lists them."""


def create_app(parts: Wiring, options: Options | None = None) -> FastAPI:
    """The application over one program's parts.

    Args:
        parts: the program's parts; each request speaks as its own principal through them.
        options: how to serve.

    Raises:
        AndonError: hub, users file, database, messaging or model cannot be used.
    """
    chosen = options or Options()
    shared = parts.open_shared()
    app = FastAPI(
        title="Andon",
        summary="Ask about quality, see why, decide what is done.",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=_life,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(HostCheck, hosts=chosen.hosts),
            Middleware(BodyLimit),
        ],
    )
    app.state.served = Served(
        parts=shared,
        options=chosen,
        keys=ApiKeys(shared.ledger),
        people=PeopleFile(shared.settings.config / "users.yaml", shared.policy),
        board=RunBoard(chosen.work_at_once or (AT_ONCE_WITH_MODEL if shared.model else AT_ONCE)),
        requests=Buckets(chosen.requests_per_second, chosen.requests_at_once),
        runs=Buckets(chosen.runs_per_minute / 60, chosen.runs_at_once),
    )
    app.state.panels = Panels()
    metrics.watch(app, app.state.served)
    tell_failures(app)
    for router in ROUTERS:
        app.include_router(router)
    if (chats := chat_routes(shared)) is not None:
        app.include_router(chats)
    mount_mcp(app)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.served.parts.close_model()
