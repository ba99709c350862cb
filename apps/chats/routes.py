"""Doors for chats that call us by HTTP: signed questions of programs, and Mattermost."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from apps.chats import mattermost, webhook
from apps.chats.asking import Desk
from apps.chats.doing import Answering
from apps.chats.keeping import keep
from apps.chats.port import Inbound
from apps.chats.wording import phrase
from apps.chats.working import ChatWorkers
from domain.errors import AndonError, BadArgument
from services.messaging.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER
from services.messaging.webhook import Webhook
from services.policy.channels import Channels, NotLinked

if TYPE_CHECKING:
    from apps.wiring import Wiring

Secret = Callable[[str], str | None]
LARGEST = 100_000
"""Bytes of a request (count)."""
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {"description": "Written down; the answer goes to the address of the channels file."},
    400: {"description": "Not a question."},
    401: {"description": "Not signed as it should be, or too old."},
    403: {"description": "Person or channel is not linked."},
}


def chat_routes(parts: "Wiring", secret: Secret = os.environ.get) -> APIRouter | None:
    """The doors that the channels file asks for; none if it asks for none.

    The router's life has workers in it, which answer what came in.

    Args:
        parts: the program's parts, opened for many askers.
        secret: the value of an environment variable.

    Raises:
        BadArgument: the channels file is wrong, or a secret that it names is not set.
    """
    desk = Desk.of(parts)
    channels = Channels.load(desk.speakers.path)
    surfaces = tuple(f"hook-{name}" for name in channels.hooks)
    surfaces += (mattermost.SURFACE,) if channels.mattermost else ()
    if not surfaces:
        return None
    _check(channels, secret)
    doors = _Doors(desk, secret)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        workers = ChatWorkers(parts, surfaces, doors.do)
        workers.start()
        yield
        await workers.stop()

    router = APIRouter(lifespan=life, tags=["chats"])
    if channels.hooks:
        router.post("/hooks/{name}", status_code=202, responses=ACCEPTED)(doors.asked)
    if channels.mattermost:
        router.post("/mattermost", responses={401: ACCEPTED[401]})(doors.commanded)
    return router


class _Doors:
    """What comes in by these doors, and how it is answered."""

    def __init__(self, desk: Desk, secret: Secret) -> None:
        self._desk = desk
        self._secret = secret

    async def asked(self, name: str, request: Request) -> JSONResponse:
        """Ask a question; its answer is posted to the address of the channels file.

        The body is signed: `X-Andon-Signature` is `v1=` and the HMAC-SHA256 (hex) of
        `v1:TIMESTAMP:BODY`, `X-Andon-Timestamp` the Unix time (s), at most five minutes off.
        """
        body = await request.body()
        hook = self._desk.speakers.channels().hooks.get(name)
        known = (hook and self._secret(hook.secret_env)) or ""
        headers = (
            request.headers.get(TIMESTAMP_HEADER, ""),
            request.headers.get(SIGNATURE_HEADER, ""),
        )
        if not webhook.is_genuine(known, headers, body, self._desk.parts.now()):
            return _refused(BadArgument("this is not signed as it should be"), 401)
        try:
            if len(body) > LARGEST:
                raise BadArgument(f"a question has at most {LARGEST:,} bytes")
            question = webhook.inbound(name, body)
            speakers = self._desk.speakers
            await asyncio.to_thread(speakers.speaker, question.place, question.person)
            new = await asyncio.to_thread(keep, self._desk, question)
        except AndonError as error:
            return _refused(error, 400 if isinstance(error, BadArgument) else 403)
        told = {"schema": "andon.accepted/1", "id": question.event, "repeated": not new}
        return JSONResponse(told, status_code=202)

    async def commanded(self, request: Request) -> JSONResponse:
        """Take a slash command or an outgoing webhook of Mattermost."""
        settings = self._desk.speakers.channels().mattermost
        fields = _fields(request, await request.body())
        tokens = (settings and self._secret(settings.token_env)) or ""
        if settings is None or not mattermost.is_genuine(fields.get("token", ""), tokens):
            return _refused(BadArgument("this does not come from our server"), 401)
        try:
            inbound = mattermost.inbound(fields, settings)
            await asyncio.to_thread(self._desk.speakers.speaker, inbound.place, inbound.person)
            quick = inbound.fields["name"] != "ask"
            await asyncio.to_thread(keep, self._desk, inbound, quick=quick)
            text = phrase("en", "reading")
        except AndonError as error:
            text = " · ".join(filter(None, (error.message, error.holds, error.next_step)))
            if not fields.get("command"):
                return JSONResponse({"response_type": "comment", "text": text})
        told = {"response_type": "ephemeral", "text": text}
        return JSONResponse(told if fields.get("command") else {})

    async def do(self, inbound: Inbound, attempt: int, last: bool) -> None:
        """Answer what came in by one of the doors."""
        channels, surface = self._desk.speakers.channels(), inbound.place.surface
        parts = self._desk.parts
        if surface == mattermost.SURFACE:
            if channels.mattermost is None:
                raise NotLinked("mattermost is in the channels file no more")
            talk: Any = mattermost.MattermostTalk(parts, channels.mattermost, inbound, self._secret)
        else:
            callback = channels.hooks[surface.removeprefix("hook-")].callback
            key = self._secret(callback.secret_env) or ""
            hook = Webhook(callback.url, key, webhook.TIMEOUT_S)
            talk = webhook.HookTalk(parts, hook, inbound)
        await Answering(self._desk, talk).do(inbound, attempt, last)


def _check(channels: Channels, secret: Secret) -> None:
    """Make sure that every secret is there before somebody relies on it."""
    needed = [one.secret_env for one in channels.hooks.values()]
    needed += [one.callback.secret_env for one in channels.hooks.values()]
    if channels.mattermost is not None:
        needed.append(channels.mattermost.token_env)
        needed += filter(None, [channels.mattermost.bot_env])
    for name in needed:
        if not secret(name):
            raise BadArgument(
                f"the channels file needs the environment variable {name}, which is not set",
                next_step=f"set {name}, or take its entry out of the channels file",
            )


def _fields(request: Request, body: bytes) -> Mapping[str, str]:
    """The fields of a form or of a JSON object; nothing where they cannot be read."""
    text = body[:LARGEST].decode("utf-8", "replace")
    if not request.headers.get("content-type", "").startswith("application/json"):
        return dict(parse_qsl(text))
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _refused(error: AndonError, status: int) -> JSONResponse:
    return JSONResponse(error.to_json(), status_code=status)
