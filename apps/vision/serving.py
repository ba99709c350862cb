"""`andon vision serve`: the embedded server for other machines."""

import socket
from typing import TYPE_CHECKING

from apps.render import ERR
from apps.vision_wiring import vision_of
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.wiring import Wiring

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(parts: "Wiring", host: str, port: int) -> None:
    """Listen until a person stops it; the address is told once connections are taken.

    Raises:
        BadArgument: the packages are missing, the port is taken, or others could reach it without
            a key.
    """
    try:
        import cv2  # noqa: F401  what every picture needs
        import uvicorn

        from services.vision.server import create_server
    except ModuleNotFoundError as error:
        raise BadArgument(
            f"the vision server needs {error.name}, which is not installed",
            next_step="install `andon[vision,server]`",
        ) from error
    vision = vision_of(parts)
    variable = vision.settings.serve_secret_env
    secret = vision.secret(variable) if variable else None
    if variable and not secret:
        raise BadArgument(f"{variable} is not set, and `serve_secret_env` names it")
    if host not in LOOPBACK and not secret:
        raise BadArgument(
            f"listening on {host} lets others in, and no key is asked for",
            next_step="name a variable with a key as `serve_secret_env` in `vision.yaml`",
        )
    app = create_server(vision.inspector, secret=secret)
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    with _listening(host, port) as listening:
        ERR.print(f"vision server on http://{host}:{listening.getsockname()[1]}, Ctrl-C stops it")
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on, before anybody is told of it."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise BadArgument(
            f"cannot listen on {host}:{port}: {error.strerror}",
            next_step="choose another --port, or 0 for a free one",
        ) from error
