"""The server over standard input and output, for the one person who started it."""

from mcp.server.stdio import stdio_server

from apps.mcp_server.server import make_server
from apps.wiring import Wiring


async def serve(parts: Wiring) -> None:
    """Serve until standard input ends; nothing but the protocol goes to standard output."""
    server = make_server(lambda _: parts)
    try:
        async with stdio_server() as (received, sent):
            await server.run(received, sent, server.create_initialization_options())
    finally:
        await parts.close_model()
