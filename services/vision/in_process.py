"""The embedded server without a socket: the same wire format, in memory."""

from typing import TYPE_CHECKING

from domain.errors import BadArgument
from services.vision.inspector import Inspector

if TYPE_CHECKING:
    import httpx

ADDRESS = "http://vision.local/"
"""Where the server seems to be; nothing is looked up."""


def in_process(inspector: Inspector) -> "httpx.AsyncBaseTransport":
    """The way to a server of this process.

    Raises:
        BadArgument: what it needs is not installed.
    """
    import httpx

    try:
        import cv2  # noqa: F401  what every picture needs

        from services.vision.server import create_server
    except ModuleNotFoundError as error:
        raise BadArgument(
            f"the embedded vision server needs {error.name}, which is not installed",
            next_step="install `andon[vision,server]`, or name another server in `vision.yaml`",
        ) from error
    return httpx.ASGITransport(create_server(inspector), raise_app_exceptions=False)
