"""`andon mcp`: its tools for an agent of another program, over standard input and output."""

import asyncio

from apps.options import HubOption, UserOption, wiring
from domain.errors import BadArgument


def mcp(hub: HubOption = None, user: UserOption = None) -> None:
    """Serve the Model Context Protocol on standard input and output, as one user."""
    try:
        from apps.mcp_server.stdio import serve
    except ModuleNotFoundError as error:
        raise BadArgument(
            "the SDK of the Model Context Protocol is not installed",
            next_step="install `andon[mcp]`",
        ) from error
    parts = wiring(hub, user).open_shared()
    _ = parts.scope  # whoever may not come in hears it now
    asyncio.run(serve(parts))
