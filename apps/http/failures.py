"""What goes wrong over HTTP: one status for each failure of the house, one body for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import (
    AndonError,
    BadArgument,
    DataRejected,
    HubUnavailable,
    InvalidArgument,
    LedgerBusy,
    LedgerDamaged,
    NoData,
    NotPermitted,
    RunBusy,
    ServiceUnavailable,
    ThreadBusy,
    TimeLimit,
    UnknownName,
    UnknownUser,
)

RETRY_SECONDS = 5
"""When to come again after a 503 (s)."""


class HttpFailure(AndonError):
    """A failure that only a server has."""

    status = 400

    def __init__(
        self, message: str, *, holds: str = "", next_step: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(message, holds=holds, next_step=next_step)
        self.retry_after = retry_after
        """When to come again (s)."""


class Malformed(HttpFailure):
    """The request cannot be read."""

    code = "malformed"


class NotSignedIn(HttpFailure):
    """No key, or one that does not hold; which of these is not said."""

    code = "not_signed_in"
    status = 401


class NotFound(HttpFailure):
    """There is nothing of that name, as far as the asker may know."""

    code = "not_found"
    status = 404


class Conflict(HttpFailure):
    """The request goes against what is already there."""

    code = "conflict"
    status = 409


class TooLarge(HttpFailure):
    """The body is larger than this route takes."""

    code = "too_large"
    status = 413


class WrongHost(HttpFailure):
    """The request was meant for another host name."""

    code = "wrong_host"
    status = 421


class TooMany(HttpFailure):
    """One principal asks more often than the server allows."""

    code = "too_many_requests"
    status = 429


class Busy(HttpFailure):
    """The server has as much to do as it takes."""

    code = "busy"
    status = 503


class Stopping(HttpFailure):
    """The server ends and takes nothing new."""

    code = "stopping"
    status = 503


_STATUS: tuple[tuple[type[AndonError], int], ...] = (
    (InvalidArgument, 400),
    (BadArgument, 400),
    (UnknownUser, 401),
    (NotPermitted, 403),
    (UnknownName, 404),
    (NoData, 404),
    (ThreadBusy, 409),
    (RunBusy, 409),
    (DataRejected, 422),
    (ServiceUnavailable, 503),
    (HubUnavailable, 503),
    (LedgerBusy, 503),
    (LedgerDamaged, 503),
    (TimeLimit, 504),
)


class Defect(HttpFailure):
    """Something that should not happen: a defect of this program."""

    code = "defect"
    status = 500


def status_of(error: AndonError) -> int:
    """The HTTP status of a failure."""
    if isinstance(error, HttpFailure):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def headers_of(error: AndonError) -> dict[str, str]:
    """What a failure adds to the headers of its answer."""
    status = status_of(error)
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    after = getattr(error, "retry_after", None) or (RETRY_SECONDS if status == 503 else None)
    return {"Retry-After": str(after)} if after else {}


def body_of(error: AndonError, path: str) -> dict[str, object]:
    """The `andon.error/1` object; under `/v1` it is also an error as OpenAI's clients read it."""
    told = error.to_json()
    if not path.startswith("/v1/"):
        return told
    kind = "invalid_request_error" if status_of(error) < 500 else "server_error"
    words = f"{error.message}; {error.next_step}" if error.next_step else error.message
    return {**told, "error": {"message": words, "type": kind, "param": None, "code": error.code}}


def answer_to(error: AndonError, path: str) -> JSONResponse:
    """The answer that tells of a failure."""
    return JSONResponse(
        body_of(error, path), status_code=status_of(error), headers=headers_of(error)
    )


@contextmanager
def unseen_is_unknown(kind: str, name: str) -> Iterator[None]:
    """What is somebody else's is answered like what is not there: nobody learns that it exists.

    Raises:
        NotFound: in the place of NotPermitted, UnknownName and NoData.
    """
    try:
        yield
    except (NotPermitted, UnknownName, NoData) as error:
        raise NotFound(f"there is no {kind} {name[:80]!r}") from error


def tell_failures(app: FastAPI) -> None:
    """Have every failure answered in the house's words."""

    async def known(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AndonError)
        return answer_to(error, request.url.path)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return answer_to(_wrong_input(error), request.url.path)

    async def other(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        failure = _from_framework(error, request)
        answer = answer_to(failure, request.url.path)
        answer.status_code = error.status_code
        answer.headers.update(error.headers or {})
        return answer

    async def defect(request: Request, error: Exception) -> JSONResponse:
        failure = Defect(
            f"a defect of Andon: {type(error).__name__}",
            holds="nothing was committed to the hub after the failure",
            next_step="the server's log says more; report it",
        )
        return answer_to(failure, request.url.path)

    app.add_exception_handler(AndonError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, other)
    app.add_exception_handler(Exception, defect)


class _Unprocessable(HttpFailure):
    code = "invalid_argument"
    status = 422


def _wrong_input(error: RequestValidationError) -> HttpFailure:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _no_json()
    place = ".".join(str(one) for one in first["loc"])
    return _Unprocessable(
        f"{place}: {first['msg']}",
        holds="nothing was begun",
        next_step="/openapi.json says what this route takes",
    )


def _from_framework(error: HTTPException, request: Request) -> HttpFailure:
    if error.status_code == 404:
        return NotFound(f"there is nothing at {request.url.path[:200]}")
    if error.status_code == 405:
        return Malformed(f"{request.method} is not possible at {request.url.path[:200]}")
    if error.status_code == 400:  # such as JSON nested deeper than anybody means it
        return _no_json()
    return Malformed(str(error.detail))


def _no_json() -> Malformed:
    return Malformed(
        "the body is no JSON", holds="nothing was begun", next_step="send one JSON object"
    )
