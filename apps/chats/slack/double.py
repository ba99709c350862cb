"""A Slack of one's own, on this machine: for tests, and to try the app without a workspace.

It speaks Slack's Web API and its socket as far as the app uses them, holds every message to Slack's
limits, and can be busy, broken or cut off when told to.
"""

import asyncio
import contextlib
import itertools
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from aiohttp import WSCloseCode, web

from apps.chats.slack.blocks import LONGEST_SECTION, LONGEST_TEXT, MOST_BLOCKS, MOST_HOME_BLOCKS

Body = dict[str, Any]
BOT, BOT_USER, TEAM = "B00ANDON", "U00ANDON", "T00DOUBLE"
LOST = -1
"""Status of a call that is done, but whose answer is lost."""
_FIRST = 1_795_000_000
_STAMPS = itertools.count(1)


class Call(NamedTuple):
    """One call that was taken."""

    method: str
    """Name of the method, as `chat.postMessage`."""
    body: Body
    """Its arguments."""


class Trouble(NamedTuple):
    """How a method fails."""

    status: int
    """Status of the answer; 200: an error of Slack's own."""
    error: str = ""
    """Name of the error."""
    retry_after: int | None = None
    """Seconds that the caller is asked to wait."""


class SlackDouble:
    """A workspace with one app in it; `running` starts it."""

    def __init__(self) -> None:
        self.api = ""
        """Where its Web API is."""
        self.calls: list[Call] = []
        """What was taken, in order."""
        self.messages: dict[tuple[str, str], Body] = {}
        """What stands in its channels, by channel and time stamp."""
        self.files: list[Body] = []
        """What was uploaded."""
        self.readable = True
        """Whether the app may read channels."""
        self._troubles: dict[str, list[Trouble]] = {}
        self._uploads: dict[str, bytes] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[Body]] = {}
        self._changed = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["SlackDouble"]:
        """Serve on a free port of this machine for the length of the block."""
        app = web.Application(client_max_size=50_000_000)
        app.router.add_post("/api/{method}", self._called)
        app.router.add_get("/api/{method}", self._called)
        app.router.add_post("/upload/{name}", self._uploaded)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._root = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.api = f"{self._root}/api/"
        try:
            yield self
        finally:
            await self.drop()
            await runner.cleanup()

    def fail(self, method: str, *troubles: Trouble) -> None:
        """Have the next calls of a method fail, one after the other."""
        self._troubles.setdefault(method, []).extend(troubles)

    def lose(self, method: str) -> None:
        """Have the next call of a method be done, and its answer be lost."""
        self.fail(method, Trouble(LOST))

    def heal(self) -> None:
        """End all trouble."""
        self._troubles.clear()

    def stamp(self) -> str:
        """A new time stamp, later than all before."""
        return f"{_FIRST}.{next(_STAMPS):06d}"

    def of(self, method: str) -> list[Body]:
        """Arguments of the calls of a method, in order."""
        return [one.body for one in self.calls if one.method == method]

    async def until(self, holds: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until something holds; looked at whenever a call was taken.

        Raises:
            TimeoutError: it never did.
        """
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(holds)

    async def deliver(self, kind: str, payload: Body, seconds: float = 10.0) -> Body:
        """Send something through the newest socket; returns what it was acknowledged with.

        Args:
            kind: `events_api`, `slash_commands` or `interactive`.
            payload: what Slack would send.
            seconds: how long to wait for the word (s).

        Raises:
            TimeoutError: it was not acknowledged.
        """
        envelope_id = uuid.uuid4().hex
        ack: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = ack
        await self.until(lambda: self._sockets)
        envelope = {"type": kind, "envelope_id": envelope_id, "payload": payload,
                    "accepts_response_payload": True}  # fmt: skip
        await self._sockets[-1].send_str(json.dumps(envelope))
        async with asyncio.timeout(seconds):
            return await ack

    async def drop(self) -> None:
        """Cut every socket off."""
        for one in [*self._sockets]:
            await one.close(code=WSCloseCode.GOING_AWAY)

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        body = await _arguments(request)
        troubles = self._troubles.get(method)
        trouble = troubles.pop(0) if troubles else None
        if trouble is None or trouble.status == LOST:
            answer = getattr(self, f"_{method.replace('.', '_')}")(body)
            if answer.get("ok"):
                self.calls.append(Call(method, body))
            response = web.json_response(answer, status=200 if trouble is None else 500)
        else:
            again = trouble.retry_after
            headers = {} if again is None else {"Retry-After": str(again)}
            told = {"ok": False, "error": trouble.error or "internal_error"}
            response = web.json_response(told, status=trouble.status, headers=headers)
        await self._tell()
        return response

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _auth_test(self, _: Body) -> Body:
        return {"ok": True, "url": self._root, "team_id": TEAM, "user_id": BOT_USER,
                "bot_id": BOT, "team": "double", "user": "andon"}  # fmt: skip

    def _apps_connections_open(self, _: Body) -> Body:
        return {"ok": True, "url": f"{self._root.replace('http', 'ws', 1)}/socket"}

    def _chat_postMessage(self, body: Body) -> Body:
        wrong = _beyond_limits(body)
        if wrong:
            return wrong
        stamp = self.stamp()
        self.messages[body["channel"], stamp] = {**body, "ts": stamp, "edits": 0}
        return {"ok": True, "channel": body["channel"], "ts": stamp}

    def _chat_update(self, body: Body) -> Body:
        held = self.messages.get((body["channel"], body["ts"]))
        if held is None:
            return {"ok": False, "error": "message_not_found"}
        if wrong := _beyond_limits(body):
            return wrong
        held |= {**body, "edits": held["edits"] + 1}
        return {"ok": True, "channel": body["channel"], "ts": body["ts"]}

    def _chat_postEphemeral(self, body: Body) -> Body:
        return _beyond_limits(body) or {"ok": True, "message_ts": self.stamp()}

    def _conversations_replies(self, body: Body) -> Body:
        return self._read(body, str(body["ts"]))

    def _conversations_history(self, body: Body) -> Body:
        return self._read(body, None)

    def _read(self, body: Body, thread: str | None) -> Body:
        if not self.readable:
            return {"ok": False, "error": "missing_scope"}
        found = [
            one
            for (channel, _), one in self.messages.items()
            if channel == body["channel"] and one.get("thread_ts") == thread
        ]
        return {"ok": True, "messages": found}

    def _conversations_open(self, body: Body) -> Body:
        return {"ok": True, "channel": {"id": f"D{str(body['users'])[1:]}"}}

    def _views_open(self, body: Body) -> Body:
        return {"ok": True, "view": {**body["view"], "id": "V1", "hash": "1"}}

    def _views_publish(self, body: Body) -> Body:
        view: Body = body["view"]
        return _beyond_limits(view, MOST_HOME_BLOCKS) or {"ok": True, "view": view}

    def _files_getUploadURLExternal(self, body: Body) -> Body:
        name = uuid.uuid4().hex
        return {"ok": True, "file_id": name, "upload_url": f"{self._root}/upload/{name}"}

    async def _uploaded(self, request: web.Request) -> web.Response:
        self._uploads[request.match_info["name"]] = await request.read()
        return web.Response(text="OK")

    def _files_completeUploadExternal(self, body: Body) -> Body:
        taken = [{**one, "content": self._uploads[one["id"]], **body} for one in body["files"]]
        self.files += taken
        return {"ok": True, "files": [{"id": one["id"]} for one in taken]}

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        one = web.WebSocketResponse(autoping=True)
        await one.prepare(request)
        await one.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self._sockets.append(one)
        await self._tell()
        try:
            async for message in one:
                body = message.json()
                ack = self._acks.pop(body["envelope_id"], None)
                if ack is not None and not ack.done():
                    ack.set_result(body.get("payload") or {})
        finally:
            self._sockets.remove(one)
        return one


async def _arguments(request: web.Request) -> Body:
    """Arguments of a call, which come as JSON, as a form, or in the address."""
    if request.content_type == "application/json":
        found: Body = await request.json()
        return found
    form = {**request.query, **(await request.post())}
    return {name: _read(value) for name, value in form.items()}


def _read(value: object) -> object:
    text = str(value)
    return json.loads(text) if text[:1] in "[{" else text


def _beyond_limits(body: Body, most: int = MOST_BLOCKS) -> Body | None:
    """What Slack would refuse."""
    blocks = body.get("blocks") or []
    text = str(body.get("text", ""))
    if len(blocks) > most or any(len(one) > LONGEST_SECTION for one in _texts(blocks)):
        return {"ok": False, "error": "invalid_blocks"}
    return {"ok": False, "error": "msg_too_long"} if len(text) > LONGEST_TEXT else None


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for one in value.values() for text in _texts(one)]
    return []


def shown(message: Body) -> str:
    """Every word of a message or a view, block by block, as somebody would read it."""
    return "\n".join(_texts(message.get("blocks") or []))
