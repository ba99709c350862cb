"""The embedded vision server: the wire contract over HTTP, in this process or on its own.

Bodies are limited before they are read, errors are `andon.error/1`, and a picture stands in no
answer and no log.
"""

import hmac
import re
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.contract import Contract
from domain.errors import (
    AndonError,
    InvalidArgument,
    NotPermitted,
    ServiceUnavailable,
    UnknownName,
)
from services.vision.contract import (
    LONGEST_PICTURE_TEXT,
    MOST_IN_BATCH,
    BatchAnswer,
    BatchRequest,
    InspectAnswer,
    WiredRequest,
)
from services.vision.golden_log import GoldenCheck
from services.vision.heat import PREFIX
from services.vision.inspector import Inspector
from services.vision.scale import Scale
from services.vision.store import FittedRecipe

MOST_BODY_BYTES = LONGEST_PICTURE_TEXT + 1_000_000
"""Largest request (bytes): pictures of a batch share it."""
_HEALTH = "/healthz"
_OWN_NAMES = ("127.0.0.1", "localhost", "::1", "vision.local")
_STATUS: tuple[tuple[type[AndonError], int], ...] = (
    (InvalidArgument, 422),
    (UnknownName, 404),
    (NotPermitted, 401),
    (ServiceUnavailable, 503),
)


class GoldenRequest(Contract):
    """A golden piece to be looked at."""

    expected: Literal["OK", "NG"]
    """What it is."""
    request: WiredRequest
    """Its picture."""


class StationScales(Contract):
    """Sizes of a pixel at a station."""

    station_id: str
    """Station."""
    scales: dict[str, Scale]
    """By camera; `*`: whichever camera."""
    alarm: str
    """Why nothing passes there now; empty: nothing stands against it."""


def create_server(inspector: Inspector, *, secret: str | None = None) -> FastAPI:
    """The server.

    Args:
        inspector: who judges.
        secret: the key that every request but `/healthz` must bear; none: it asks for none, and
            answers this machine under its own names only.
    """
    app = FastAPI(title="Andon vision", version="1")
    app.add_middleware(_BodyLimit)
    app.add_middleware(_Door, secret=secret)  # the outermost: nobody's body is read before
    app.add_exception_handler(AndonError, _told)
    app.add_exception_handler(RequestValidationError, _malformed)
    _add_inspecting(app, inspector)
    _add_keeping(app, inspector)
    _add_health(app)
    return app


def _add_inspecting(app: FastAPI, inspector: Inspector) -> None:
    @app.post("/v1/inspect")
    def inspect(asked: WiredRequest) -> InspectAnswer:
        """The verdict on one picture."""
        return inspector.inspect(asked)

    @app.post("/v1/inspect/batch")
    def inspect_batch(asked: BatchRequest) -> BatchAnswer:
        """Verdicts on several; what goes wrong with one stands in its item."""
        return BatchAnswer(items=tuple(map(inspector.inspect_one_of_many, asked.items)))

    @app.post("/v1/golden")
    def check_golden(asked: GoldenRequest) -> GoldenCheck:
        """Judge a golden piece, and write down whether that was right."""
        return inspector.check_golden(asked.request, asked.expected)


def _add_keeping(app: FastAPI, inspector: Inspector) -> None:
    store = inspector.store

    @app.get("/v1/recipes")
    def recipes() -> list[FittedRecipe]:
        """By what each station judges."""
        return [one for name in store.stations() for one in store.station(name).recipes]

    @app.get("/v1/golden")
    def golden(station_id: str) -> list[GoldenCheck]:
        """Looks at golden pieces of a station, oldest first."""
        return store.checks(station_id)

    @app.get("/v1/calibrations")
    def calibrations() -> list[StationScales]:
        """Sizes of a pixel, and what stands against a station."""
        return [
            StationScales(
                station_id=name, scales=store.station(name).scales, alarm=store.alarm(name)
            )
            for name in store.stations()
        ]

    @app.get("/v1/heat/{name}", response_class=Response)
    def heat(name: str) -> Response:
        """A heat map, 0 to 255 on a fixed scale (PNG)."""
        return Response(store.heat(f"{PREFIX}{name}"), media_type="image/png")


def _add_health(app: FastAPI) -> None:
    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "most_in_batch": MOST_IN_BATCH})

    app.add_route(_HEALTH, healthz)


async def _told(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AndonError)
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return JSONResponse(error.to_json(), status)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    """Which field is wrong; what stood there may be a picture, and is not repeated."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"][1:])) or "the body"
    return await _told(request, InvalidArgument(f"{place}: {first['msg']}"[:300]))


class _Door:
    """Lets in who bears the key; without one, who asks for this machine by its own name.

    A page in a browser can have its own host's name lead to this machine, and would then be read
    as if it were ours.
    """

    def __init__(self, app: ASGIApp, secret: str | None) -> None:
        self._app = app
        self._bearer = None if secret is None else f"Bearer {secret}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._opens(scope):
            await self._app(scope, receive, send)
            return
        error = NotPermitted("this vision server asks for a key", next_step="send it as a bearer")
        if self._bearer is None:
            error = NotPermitted(
                "this vision server answers under this machine's own names only",
                next_step="ask 127.0.0.1, or give the server a key with `serve_secret_env`",
            )
        await JSONResponse(error.to_json(), 401)(scope, receive, send)

    def _opens(self, scope: Scope) -> bool:
        if scope["path"] == _HEALTH:
            return True  # whoever watches the server has no key
        told = dict(scope["headers"])
        if self._bearer is not None:
            return hmac.compare_digest(told.get(b"authorization", b""), self._bearer)
        name = told.get(b"host", b"").decode("latin-1").lower()
        return re.sub(r":\d+$", "", name).strip("[]") in _OWN_NAMES


class _BodyLimit:
    """Refuses a body that is too large, by its announcement or while it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > MOST_BODY_BYTES:
            await _too_large()(scope, receive, send)
            return
        came = 0

        async def counted() -> Any:  # noqa: ANN401  an ASGI message
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > MOST_BODY_BYTES:
                raise InvalidArgument("the body is too large", holds="nothing was judged")
            return message

        await self._app(scope, counted, send)


def _too_large() -> JSONResponse:
    error = InvalidArgument(
        f"the body is larger than {MOST_BODY_BYTES:,} bytes",
        holds="nothing was judged",
        next_step="send fewer pictures at once",
    )
    return JSONResponse(error.to_json(), 413)
