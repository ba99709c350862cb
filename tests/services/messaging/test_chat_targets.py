"""Digests and pages reach a chat once, inert and whole, and never a room of outsiders."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
import respx

from apps.chats.slack.double import SlackDouble, Trouble, shown
from domain.records.message import Message
from services.messaging.mattermost import LONGEST, IncomingHook, MattermostTarget
from services.messaging.messenger import Messenger, Surroundings
from services.messaging.settings import Settings
from services.messaging.slack import Room, SlackTarget
from services.messaging.target import DeliveryFailed

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PAGE = Message(
    key="page:C-1", kind="page", target="chat", to=(), subject="Danger @channel <!here>",
    text="*Smoke* at @jo\nhttp://a.example", language="en",
)  # fmt: skip
HOOK = "https://chat.example.com/hooks/abc"


@pytest.fixture
def in_slack():
    """Plays a scene with a Slack and a target in it."""

    def play(scene, *, outside=False) -> None:
        async def run() -> None:
            async with SlackDouble().running() as slack:
                room = Room("C1", "xoxb-1", 5.0, slack.api)
                target = SlackTarget("chat", room, lambda: NOW, lambda *_: outside)

                async def send(message):
                    return await asyncio.to_thread(target.send, message)

                await scene(slack, send)

        asyncio.run(run())

    return play


def test_a_page_stands_in_the_channel_once_and_rings_nobody(in_slack) -> None:
    async def scene(slack, send) -> None:
        first = await send(PAGE)
        again = await send(PAGE)
        assert (first.repeated, again.repeated) == (False, True)
        assert first.reference == again.reference
        (message,) = slack.messages.values()
        assert "@channel" not in shown(message)
        assert message["text"] == "Danger ＠channel &lt;!here&gt;"
        assert {one["text"]["type"] for one in message["blocks"]} == {"plain_text"}

    in_slack(scene)


def test_a_digest_goes_as_the_blocks_that_were_made_for_it(in_slack) -> None:
    blocks = ({"type": "section", "text": {"type": "plain_text", "text": "one"}},)

    async def scene(slack, send) -> None:
        await send(PAGE.model_copy(update={"blocks": blocks}))
        assert slack.of("chat.postMessage")[0]["blocks"] == [*blocks]

    in_slack(scene)


def test_a_long_message_says_that_it_is_cut(in_slack) -> None:
    async def scene(slack, send) -> None:
        await send(PAGE.model_copy(update={"text": "x" * 200_000}))
        (message,) = slack.messages.values()
        assert len(message["blocks"]) == 50
        assert "… page:C-1" in shown(message)

    in_slack(scene)


def test_an_unreadable_channel_is_posted_into_all_the_same(in_slack) -> None:
    async def scene(slack, send) -> None:
        slack.readable = False
        assert not (await send(PAGE)).repeated

    in_slack(scene)


@pytest.mark.parametrize(
    ("trouble", "retryable", "wait"),
    [
        (Trouble(429, "ratelimited", 7), True, 7.0),
        (Trouble(500), True, None),
        (Trouble(200, "internal_error"), True, None),
        (Trouble(200, "channel_not_found"), False, None),
        (Trouble(200, "invalid_auth"), False, None),
    ],
)
def test_what_passes_is_tried_again_and_the_rest_needs_a_person(
    in_slack, trouble, retryable, wait
) -> None:
    async def scene(slack, send) -> None:
        slack.fail("chat.postMessage", trouble)
        with pytest.raises(DeliveryFailed) as failed:
            await send(PAGE)
        assert (failed.value.retryable, failed.value.retry_after_s) == (retryable, wait)
        assert "xoxb" not in failed.value.message

    in_slack(scene)


def test_nothing_goes_where_outsiders_read_or_to_an_address(in_slack) -> None:
    async def outsiders(slack, send) -> None:
        with pytest.raises(DeliveryFailed, match="another company"):
            await send(PAGE)
        assert not slack.messages

    async def addressed(slack, send) -> None:
        with pytest.raises(DeliveryFailed, match="no address"):
            await send(PAGE.model_copy(update={"to": ("a@example.com",)}))
        assert not slack.messages

    in_slack(outsiders, outside=True)
    in_slack(addressed)


@respx.mock
def test_mattermost_gets_words_without_markup() -> None:
    route = respx.post(HOOK).mock(return_value=httpx.Response(200, text="ok"))
    target = MattermostTarget("chat", IncomingHook(HOOK, 5.0), lambda: NOW)
    target.send(PAGE)
    text = route.calls[0].request.read().decode("unicode_escape")
    assert "\\*Smoke\\*" in text.replace("\\\\", "\\")
    assert "@channel" not in text
    target.send(PAGE.model_copy(update={"text": "x" * 50_000}))
    assert len(route.calls[1].request.content) < LONGEST + 200
    respx.post(HOOK).mock(return_value=httpx.Response(503))
    with pytest.raises(DeliveryFailed) as failed:
        target.send(PAGE)
    assert failed.value.retryable
    assert "hooks/abc" not in failed.value.message


def test_both_are_opened_from_the_messaging_file() -> None:
    targets = {
        "team": {"kind": "slack", "channel": "C1"},
        "town": {"kind": "mattermost", "url_env": "TOWN_HOOK"},
    }
    usual = {
        "sender": {"company": "Us", "contact": "Desk"}, "targets": targets, "suppliers": "team",
        "default": {"language": "en", "timezone": "UTC", "digest": ["team"], "page": ["town"],
                    "triage": "0 5 * * *", "watch": "30 5 * * *"},
    }  # fmt: skip
    secrets = {"SLACK_BOT_TOKEN": "xoxb-1", "TOWN_HOOK": HOOK}
    around = Surroundings(None, secrets.get, lambda: NOW, print, lambda *_: True)
    messenger = Messenger.open(Settings.model_validate(usual), around)
    with pytest.raises(DeliveryFailed, match="another company"):
        messenger.send(PAGE.model_copy(update={"target": "team"}))
