"""Programs and Mattermost ask by HTTP; answers go to configured addresses only."""

import asyncio
import contextlib
import json
import socket
from urllib.parse import urlencode

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI, Request

from apps.chats.routes import chat_routes
from domain.errors import BadArgument
from services.messaging.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from tests.apps.chats.workspace import CHANNELS, QUESTION

SECRETS = {
    "MES_SECRET": "hush",
    "MES_CALLBACK_SECRET": "psst",
    "MATTERMOST_TOKENS": "tok-1, tok-2",
    "MATTERMOST_BOT": "bot-1",
}
ASKED = {"id": "q-1", "person": "watcher", "channel": "cell-7", "text": QUESTION}
COMMAND = {
    "token": "tok-2", "team_id": "t", "channel_id": "town", "channel_name": "town-square",
    "user_id": "m1", "user_name": "eng", "command": "/andon", "text": QUESTION,
    "trigger_id": "tr-1",
}  # fmt: skip


class Doors:
    """A server with the doors of the chats, and with an address that answers come to."""

    def __init__(self, session, root, parts) -> None:
        self.session, self.root, self.parts = session, root, parts
        self.posts: list[tuple[str, dict, dict]] = []
        self.came = asyncio.Condition()

    async def ask(self, fields, *, secret="hush", late=0, body=None, hook="mes"):
        body = json.dumps(fields).encode() if body is None else body
        stamp = int(self.parts.now().timestamp()) - late
        headers = {TIMESTAMP_HEADER: str(stamp), SIGNATURE_HEADER: signature(secret, stamp, body)}
        return await self._post(f"/hooks/{hook}", body, headers)

    async def command(self, **changed):
        fields = {**COMMAND, "response_url": f"{self.root}/hooks-out/1", **changed}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        given = {name: value for name, value in fields.items() if value is not None}
        return await self._post("/mattermost", urlencode(given).encode(), headers)

    async def _post(self, path, body, headers):
        async with self.session.post(f"{self.root}{path}", data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def answers(self, number=1):
        async with asyncio.timeout(60), self.came:
            await self.came.wait_for(lambda: len(self.posts) >= number)
        return self.posts[number - 1]


@pytest.fixture
def doors(parts):
    """Starts a server with the doors."""

    @contextlib.asynccontextmanager
    async def start():
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            held.listen()
            port = held.getsockname()[1]
            root = f"http://127.0.0.1:{port}"
            text = CHANNELS.replace("http://127.0.0.1:9", root)
            text = text.replace("token_env: MATTERMOST_TOKENS", _WITH_BOT)
            (parts.settings.config / "channels.yaml").write_text(text, encoding="utf-8")
            async with aiohttp.ClientSession() as session:
                one = Doors(session, root, parts)
                app = FastAPI()
                app.include_router(chat_routes(parts, SECRETS.get))
                app.add_api_route("/{path:path}", _taker(one), methods=["POST"])
                server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
                serving = asyncio.create_task(server.serve([held]))
                yield one
                server.should_exit = True
                await serving

    return start


_WITH_BOT = "token_env: MATTERMOST_TOKENS\n  bot_env: MATTERMOST_BOT"


def _taker(one):
    async def take(path: str, request: Request) -> dict:
        async with one.came:
            one.posts.append((path, dict(request.headers), await request.json()))
            one.came.notify_all()
        return {}

    return take


def test_a_signed_question_is_answered_once_at_the_configured_address(run, doors) -> None:
    async def scene() -> None:
        async with doors() as one:
            accepted = {"schema": "andon.accepted/1", "id": "q-1", "repeated": False}
            assert await one.ask(ASKED) == (202, accepted)
            assert await one.ask(ASKED) == (202, {**accepted, "repeated": True})
            path, headers, body = await one.answers()
            assert path == "answers"
            assert headers["idempotency-key"] == "q-1"
            raw = json.dumps(body, ensure_ascii=False).encode()
            stamp = int(headers["x-andon-timestamp"])
            assert headers["x-andon-signature"] == signature("psst", stamp, raw)
            assert body["schema"] == "andon.answer/1"
            assert body["outcome"] == "answered"
            assert "S-0104" in body["text"]
            assert len(one.posts) == 1

    run(scene)


def test_an_address_in_a_question_is_refused(run, doors) -> None:
    async def scene() -> None:
        async with doors() as one:
            status, body = await one.ask({**ASKED, "callback": "http://evil.example"})
            assert status == 400
            assert body["schema"] == "andon.error/1"

    run(scene)


@pytest.mark.parametrize(
    "forged", [{"secret": "other"}, {"late": 301}, {"late": -301}, {"hook": "none"}]
)
def test_what_is_not_signed_for_this_hook_is_refused(run, doors, parts, forged) -> None:
    async def scene() -> None:
        async with doors() as one:
            status, body = await one.ask(ASKED, **forged)
            assert status == 401
            assert body["message"] == "this is not signed as it should be"

    run(scene)
    assert parts.jobs.listed() == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"text": ""}, 400),
        ({"text": 7}, 400),
        ({"id": "a b"}, 400),
        ({"person": "somebody"}, 403),
        ({"channel": "cell-8"}, 403),
    ],
)
def test_what_is_no_question_or_from_nobody_is_refused_and_not_kept(
    run, doors, parts, changed, status
) -> None:
    async def scene() -> None:
        async with doors() as one:
            assert (await one.ask({**ASKED, **changed}))[0] == status

    run(scene)
    assert parts.jobs.listed() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"x" * 200_000])
def test_a_body_that_is_no_json_is_refused(run, doors, body) -> None:
    async def scene() -> None:
        async with doors() as one:
            assert (await one.ask({}, body=body))[0] == 400

    run(scene)


def test_a_slash_command_is_taken_at_once_and_answered_where_the_server_said(run, doors) -> None:
    async def scene() -> None:
        async with doors() as one:
            status, body = await one.command()
            assert (status, body["response_type"]) == (200, "ephemeral")
            await one.command()
            path, _, answer = await one.answers()
            assert path == "hooks-out/1"
            assert answer["response_type"] == "in_channel"
            assert "S-0104" in answer["text"].replace("\\", "")
            assert len(one.posts) == 1

    run(scene)


def test_an_outgoing_webhook_is_answered_in_its_thread_by_the_bot(run, doors) -> None:
    async def scene() -> None:
        async with doors() as one:
            more = {"command": None, "response_url": None, "trigger_id": None, "post_id": "p1"}
            text = f"andon {QUESTION}"
            assert await one.command(**more, trigger_word="andon", text=text) == (200, {})
            path, headers, post = await one.answers()
            assert path == "api/v4/posts"
            assert headers["authorization"] == "Bearer bot-1"
            assert (post["channel_id"], post["root_id"]) == ("town", "p1")

    run(scene)


def test_answers_to_a_slash_command_go_to_our_own_host_only(run, doors, parts) -> None:
    async def scene() -> None:
        async with doors() as one:
            _, body = await one.command(response_url="http://evil.example/x")
            assert "another host" in body["text"]
            assert (await one.command(token="tok-3"))[0] == 401
            assert (await one.command(token="tok-1, tok-2"))[0] == 401
            assert (await one.command(token=""))[0] == 401
            assert "not linked" in (await one.command(user_id="m9"))[1]["text"]

    run(scene)
    assert parts.jobs.listed() == []


def test_a_command_on_mattermost_is_answered_to_one_person_only(run, doors) -> None:
    async def scene() -> None:
        async with doors() as one:
            await one.command(text="approve")
            _, _, answer = await one.answers()
            assert answer["response_type"] == "ephemeral"
            assert "Waiting for my approval" in answer["text"]

    run(scene)


def test_a_secret_that_is_missing_is_said_before_the_doors_open(parts) -> None:
    with pytest.raises(BadArgument, match="MES_CALLBACK_SECRET"):
        chat_routes(parts, {**SECRETS, "MES_CALLBACK_SECRET": ""}.get)


def test_without_hooks_there_are_no_doors(parts) -> None:
    (parts.settings.config / "channels.yaml").unlink()
    assert chat_routes(parts, SECRETS.get) is None


ME = "m" * 26


@pytest.mark.parametrize("name", ["secret__things", f"{'a' * 26}__{'b' * 26}", "__", f"x__{ME}"])
def test_a_channel_whose_name_looks_like_a_direct_message_is_none(run, doors, parts, name) -> None:
    async def scene() -> None:
        async with doors() as one:
            _, body = await one.command(channel_name=name, channel_id="c9")
            assert "not set up" in body["text"]

    run(scene)
    assert parts.jobs.listed() == []


def test_between_two_people_only_the_one_who_asked_sees_the_answer(run, doors, parts) -> None:
    async def scene() -> None:
        async with doors() as one:
            path = parts.settings.config / "channels.yaml"
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("{m1: engineer}", f"{{{ME}: engineer}}"), encoding="utf-8")
            name = f"{'a' * 26}__{ME}"
            await one.command(channel_name=name, channel_id="c9", user_id=ME)
            _, _, answer = await one.answers()
            assert answer["response_type"] == "ephemeral"
            assert "S-0104" in answer["text"].replace("\\", "")

    run(scene)


def test_where_everybody_reads_along_nothing_is_shown_that_is_for_one_person(
    run, doors, parts
) -> None:
    async def scene() -> None:
        async with doors() as one:
            more = {"command": None, "response_url": None, "trigger_id": None, "post_id": "p1"}
            status, body = await one.command(**more, trigger_word="andon", text="andon approve")
            assert (status, body["response_type"]) == (200, "comment")
            assert "slash command" in body["text"]
            _, body = await one.command(**more, user_id="m9")
            assert "not linked" in body["text"]

    run(scene)
    assert parts.jobs.listed() == []
