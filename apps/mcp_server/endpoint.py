"""The server at `POST /mcp` of the HTTP application, for whoever holds a key.

Every request stands alone: it carries its key, and no session is kept that could outlive one. So
there is no stream that a client could open beforehand (GET) or end (DELETE).
"""

from fastapi import FastAPI, Request
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from apps.http import auth
from apps.http.served import Served
from apps.mcp_server.server import Context, make_server
from apps.wiring import Wiring


class Endpoint:
    """Finds out who asks, then hands the request to the protocol.

    Args:
        app: the application, whose keys and limits hold.
    """

    def __init__(self, app: FastAPI) -> None:
        self._here: Served = app.state.served
        self._server = make_server(_parts_of, self._begin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        key = await auth.known(request, self._here)
        request.state.parts = await auth.asker(self._here, key)
        manager = StreamableHTTPSessionManager(self._server, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    def _begin(self, parts: Wiring) -> None:
        self._here.runs.take(parts.principal.id)


def _parts_of(ctx: Context) -> Wiring:
    assert ctx.request is not None, "over HTTP every message has its request"
    parts: Wiring = ctx.request.state.parts
    return parts
