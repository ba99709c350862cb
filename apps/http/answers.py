"""How routes describe what they answer, and the headers of what is not JSON."""

from typing import Any, Literal

from pydantic import Field

from domain.contract import Contract

PAGE_RULES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
"""A page of a report: its own style, no script, nothing from elsewhere."""
PICTURE_RULES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cache-Control": "private, max-age=300",
}
"""A picture of evidence, which never changes; whoever may see it may keep it for a while."""
Described = dict[int | str, dict[str, Any]]


class Place(Contract):
    """A place in a file."""

    file: str
    """The file."""
    line: int | None
    """The line (1-based)."""


class Failure(Contract):
    """`andon.error/1`: what failed, what still holds, and the next step."""

    kind: Literal["andon.error/1"] = Field(alias="schema")
    """Which sort of object this is."""
    code: str
    """Stable name of the failure."""
    message: str
    """What failed."""
    holds: str
    """What is still true."""
    next_step: str
    """What to do now."""
    where: Place | None
    """The file and line that it speaks of."""


_SAID = {
    400: "The request is wrong, or goes against how things stand.",
    401: "No key, or one that does not hold.",
    403: "Refused for whoever asks; says who may.",
    404: "There is none that the asker may know of.",
    409: "Things are not as the request says.",
    413: "The body is too large.",
    422: "A value is not what this route takes.",
    429: "Asked faster than the server allows.",
    503: "The hub, the ledger or a service cannot be used now.",
    504: "Stopped at its time limit.",
}
FAILURES: Described = {
    status: {"model": Failure, "description": said} for status, said in _SAID.items()
}
"""What every group of routes may answer instead."""


def example(body: dict[str, Any], says: str) -> Described:
    """The description of a JSON answer, with an example of it."""
    return {200: {"description": says, "content": {"application/json": {"example": body}}}}


def media(kind: str, says: str) -> Described:
    """The description of an answer that is not JSON."""
    return {200: {"description": says, "content": {kind: {"schema": {"type": "string"}}}}}
