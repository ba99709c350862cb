"""Whether the HTTP application speaks the protocol too: where the `mcp` SDK is installed."""

from importlib.util import find_spec

from fastapi import FastAPI

PATH = "/mcp"


def mount(app: FastAPI) -> None:
    """Answer at `POST /mcp`, with the keys of the application."""
    if find_spec("mcp") is None:
        return
    from apps.mcp_server.endpoint import Endpoint

    app.router.add_route(PATH, Endpoint(app), methods=["POST"], include_in_schema=False)  # type: ignore[arg-type]
