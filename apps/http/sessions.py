"""A browser's session, and what a page has to know of whoever holds it."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from apps.http.answers import FAILURES
from apps.http.auth import (
    CSRF_COOKIE,
    SESSION_COOKIE,
    Asker,
    KnownKey,
    csrf_of,
    principal_of,
    refusal,
)
from apps.http.limits import LOOPBACK
from apps.http.served import Here
from domain.contract import Contract
from memory.api_keys import ApiKey

router = APIRouter(tags=["who asks"], responses=FAILURES)
SESSION_LASTS = timedelta(days=7)


class SignIn(Contract):
    """A key, to open a session with."""

    key: str = Field(max_length=200, examples=["andon_k0123456789_…"])
    """The key's text, as `andon keys add` or `andon serve` showed it."""


class Me(Contract):
    """Who asks, and what answers."""

    id: str
    """Identifier in the users file."""
    roles: tuple[str, ...]
    """Roles of the policy."""
    regions: tuple[str, ...]
    """Visible regions; `*` stands for all."""
    suppliers: tuple[str, ...]
    """Visible suppliers; `*` stands for all."""
    language: str
    """Language of answers (BCP 47)."""
    demo: bool
    """Whether the data are those of the simulated plant."""
    model: str | None
    """Name of the language model; null: rules decide."""
    versions: dict[str, str]
    """Versions of hub commit, policy and code."""


@router.post("/session", status_code=204, summary="Open a session for a browser")
async def open_session(asked: SignIn, request: Request, here: Here) -> Response:
    """Take a key, set the session's cookie and the token that changes have to repeat."""
    at = here.parts.now()
    opener = await run_in_threadpool(here.keys.find, asked.key, at)
    if opener is None or opener.kind == "session" or not _may_use(opener, request):
        raise refusal()
    principal = principal_of(here, opener)
    here.requests.take(principal.id)
    new = await run_in_threadpool(
        lambda: here.keys.open_session(opener, at=at, lasts=SESSION_LASTS)
    )
    if new is None:
        raise refusal()
    answer = Response(status_code=204)
    shared: dict[str, Any] = {
        "max_age": int(SESSION_LASTS.total_seconds()),
        "secure": request.url.scheme == "https",
        "samesite": "strict",
    }
    answer.set_cookie(SESSION_COOKIE, new.text, httponly=True, **shared)
    answer.set_cookie(CSRF_COOKIE, csrf_of(new.text), **shared)
    return answer


@router.delete("/session", status_code=204, summary="End the browser's session")
async def close_session(key: KnownKey, here: Here) -> Response:
    """End the session and take its cookies away; a key in the header stays as it is."""
    if key.kind == "session":
        at = here.parts.now()
        await run_in_threadpool(lambda: here.keys.close_session(key.id, at=at))
    answer = Response(status_code=204)
    answer.delete_cookie(SESSION_COOKIE, samesite="strict")
    answer.delete_cookie(CSRF_COOKIE, samesite="strict")
    return answer


@router.get("/me", summary="Who asks")
async def me(parts: Asker, here: Here) -> Me:
    """Who the key speaks for, and what they may see."""
    versions = await run_in_threadpool(_versions, parts)
    return Me(
        **parts.principal.model_dump(exclude={"channel"}),
        demo=here.options.demo,
        model=parts.settings.model,
        versions=versions,
    )


def _may_use(opener: ApiKey, request: Request) -> bool:
    """A login that was shown at this machine's terminal opens a session on this machine only."""
    from_here = request.client is not None and request.client.host in LOOPBACK
    return opener.kind != "login" or from_here


def _versions(parts: Asker) -> dict[str, str]:
    from importlib.metadata import version

    return {
        "hub_commit": parts.hub.newest().commit_id,
        "policy": parts.policy.version,
        "code": f"andon/{version('andon')}",
    }
