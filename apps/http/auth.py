"""Who asks: a key in the header or a session in a cookie, turned into a principal.

The person behind a key is looked up in the users file at every request (which is read again when it
changes), so taking a role or a region away holds at once.
"""

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from apps.http.failures import Malformed, NotSignedIn
from apps.http.served import Here, Served
from apps.wiring import Wiring
from domain.errors import NotPermitted, UnknownUser
from domain.records.policy import Principal
from memory.api_keys import ApiKey

SESSION_COOKIE, CSRF_COOKIE, CSRF_HEADER = "andon_session", "andon_csrf", "X-Andon-CSRF"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


async def known(request: Request, here: Here) -> ApiKey:
    """The key or session that a request came with.

    Raises:
        NotSignedIn: there is none, or it does not hold.
        Malformed: a session would change something without the page's token.
    """
    text, by_cookie = _shown(request)
    at = here.parts.now()
    key = await run_in_threadpool(here.keys.find, text, at) if text else None
    if key is None or (key.kind == "session") != by_cookie or key.kind == "login":
        raise refusal()
    if by_cookie and request.method not in _READING:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), csrf_of(text).encode()):
            raise Malformed(
                f"a change from a browser needs the header {CSRF_HEADER}",
                holds="nothing was changed",
                next_step=f"send the value of the cookie {CSRF_COOKIE}",
            )
    return key


KnownKey = Annotated[ApiKey, Depends(known)]


async def asker(here: Here, key: KnownKey) -> Wiring:
    """The program's parts, speaking as whoever holds the key.

    Raises:
        NotSignedIn: the users file does not name them any more.
        TooMany: they ask more often than the server allows.
    """
    principal = principal_of(here, key)
    here.requests.take(principal.id)
    parts = here.parts.speaking_as(principal)
    parts.people = here.people.now()  # whom they name is looked up where they were
    return parts


Asker = Annotated[Wiring, Depends(asker)]
"""A route's way to the parts of the program, as whoever asks may use them."""


def principal_of(here: Served, key: ApiKey) -> Principal:
    """The person that a key speaks for, as the users file has them now."""
    try:
        return here.people.now().principal(key.principal_id)
    except (UnknownUser, NotPermitted) as error:
        raise refusal() from error


def refusal() -> NotSignedIn:
    """The one answer to whoever has no key that holds."""
    return NotSignedIn(
        "this needs a key that holds",
        holds="nothing was read or changed",
        next_step="ask the operator for one (`andon keys add`), and send it as"
        " `Authorization: Bearer andon_…`",
    )


def csrf_of(session: str) -> str:
    """What a page must repeat to change something; it cannot be made without the session."""
    return hmac.new(session.encode(), b"andon csrf", hashlib.sha256).hexdigest()


def _shown(request: Request) -> tuple[str, bool]:
    """The text of the key, and whether it came as a cookie."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if text:
        return (text.strip(), False) if scheme.lower() == "bearer" else ("", False)
    return request.cookies.get(SESSION_COOKIE, ""), True
