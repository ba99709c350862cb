"""Pictures are fetched from allowed places only, and never more of them than is allowed.

An image address may come from a file that somebody sent. It must not make us read other files, or
ask machines that only we can reach.
"""

import asyncio
import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from domain.errors import InvalidArgument, NotPermitted, ServiceUnavailable
from services.vision.settings import Pictures

if TYPE_CHECKING:
    import httpx

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECONDS = 15.0
_LONGEST_SECONDS = 60.0
_SHOWN = 80
_REFUSED = "nothing was opened and nothing asked for"


class Fetched(NamedTuple):
    """A picture's bytes; they are neither printed nor logged."""

    uri: str
    """Where it was."""
    sha256: str
    """SHA-256 (hex) of its bytes."""
    content: bytes
    """The file as it is."""

    @classmethod
    def of(cls, uri: str, content: bytes) -> "Fetched":
        """Bytes with their hash."""
        return cls(uri, hashlib.sha256(content).hexdigest(), content)

    def __repr__(self) -> str:
        return f"Fetched({self.sha256[:12]}, {len(self.content):,} bytes)"


async def fetch(
    uri: str, allowed: Pictures, transport: "httpx.AsyncBaseTransport | None" = None
) -> Fetched:
    """A picture from an allowed folder or host.

    Args:
        uri: a path, a `file:` address or an `https:` address.
        allowed: where pictures may come from.
        transport: the way to hosts; none: the network.

    Raises:
        NotPermitted: it lies outside the allowed folders and hosts, or leads out of them.
        InvalidArgument: there is none, or it is larger than allowed.
        ServiceUnavailable: its host does not answer.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise _outside(uri, "it is no proper address") from None
    if parts.scheme in ("http", "https"):
        content = await _from_host(uri, allowed, transport)
    elif parts.scheme in ("", "file") and parts.netloc in ("", "localhost"):
        path = unquote(parts.path) if parts.scheme else uri
        content = read_within(path, allowed)
    else:
        raise _outside(uri, "pictures come from folders and hosts that `vision.yaml` names")
    return Fetched.of(uri, content)


def read_within(path: str, allowed: Pictures) -> bytes:
    """The bytes of a file within the allowed folders.

    Raises:
        NotPermitted: it lies elsewhere, be it by `..` or by a link.
        InvalidArgument: there is no such file, or it is too large.
    """
    if "\0" in path:
        raise _outside(path.replace("\0", "?"), "it is no path")
    places = [found for folder in allowed.folders if (found := _within(folder, path)) is not None]
    for found in places:
        if os.path.isfile(found):  # noqa: PTH113  a name that is too long is no file, no error
            return read_file(found, allowed.most_bytes)
    if places:
        raise InvalidArgument(
            f"there is no picture {path[:_SHOWN]!r}",
            next_step="check the address; it is a path within the folders of `vision.yaml`, or"
            " without that file within `vision/pictures` of the state folder",
        )
    raise _outside(path, "it lies outside the folders that `vision.yaml` allows")


def _within(folder: Path, path: str) -> Path | None:
    """Where a path within a folder leads; None if it leads out of it, or in a circle."""
    root = folder.resolve()
    try:
        found = (root / path).resolve()
    except (OSError, RuntimeError):
        return None
    return found if found.is_relative_to(root) else None


def read_file(path: Path, most_bytes: int) -> bytes:
    """The bytes of an ordinary file.

    Raises:
        InvalidArgument: it cannot be read, is no ordinary file, or too large.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            ordinary = stat.S_ISREG(os.fstat(handle).st_mode)
            content = file.read(most_bytes + 1) if ordinary else b""
    except OSError as error:
        raise InvalidArgument(f"{path.name} cannot be read: {error.strerror}") from error
    if not ordinary:
        raise InvalidArgument(f"{path.name} is no ordinary file")
    if len(content) > most_bytes:
        raise _too_large(path.name, most_bytes)
    return content


async def _from_host(
    uri: str, allowed: Pictures, transport: "httpx.AsyncBaseTransport | None"
) -> bytes:
    import httpx

    parts = urlsplit(uri)
    host = (parts.hostname or "").lower()
    named = host if _port(uri) is None else f"{host}:{_port(uri)}"
    if parts.username or parts.password or named not in allowed.hosts:
        raise _outside(uri, f"host {named[:_SHOWN]!r} is not one that `vision.yaml` allows")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise _outside(uri, "plain http is for this machine only")
    try:
        async with (
            asyncio.timeout(_LONGEST_SECONDS),
            httpx.AsyncClient(
                transport=transport, timeout=_SECONDS, follow_redirects=False, trust_env=False
            ) as client,
            client.stream("GET", uri) as answer,
        ):
            if answer.is_redirect:
                raise _outside(uri, "it leads to another address")
            if not answer.is_success:
                raise ServiceUnavailable(
                    f"{named} gave no picture ({answer.status_code})",
                    next_step="check the address, or ask again later",
                )
            return await read_body(answer, allowed.most_bytes, named)
    except httpx.InvalidURL:
        raise _outside(uri, "it is no proper address") from None
    except (httpx.HTTPError, TimeoutError) as error:
        raise ServiceUnavailable(
            f"{named} cannot be reached ({type(error).__name__})", next_step="ask again later"
        ) from error


async def read_body(answer: "httpx.Response", most_bytes: int, name: str) -> bytes:
    """The body of an answer, which is given up once it is larger than allowed.

    Raises:
        InvalidArgument: it is larger.
    """
    content = bytearray()
    async for piece in answer.aiter_bytes():
        content += piece
        if len(content) > most_bytes:
            raise _too_large(name, most_bytes)
    return bytes(content)


def _port(uri: str) -> int | None:
    try:
        return urlsplit(uri).port
    except ValueError as error:
        raise _outside(uri, "it has no proper port") from error


def _outside(uri: str, reason: str) -> NotPermitted:
    shown = uri.split("?", 1)[0][:_SHOWN]
    return NotPermitted(
        f"the picture at {shown!r} is not opened: {reason}",
        holds=_REFUSED,
        next_step="whoever keeps `vision.yaml` may add its folder or host under `pictures`",
    )


def _too_large(name: str, most_bytes: int) -> InvalidArgument:
    return InvalidArgument(
        f"{name} is larger than {most_bytes:,} bytes",
        holds="it was not read to its end",
        next_step="send one picture of one part, compressed as the camera does",
    )
