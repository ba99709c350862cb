"""A Slack workspace as tests see it: people write, press and open; the app answers."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from apps.chats.slack.app import Listening
from apps.chats.slack.double import BOT_USER, TEAM, SlackDouble, shown
from apps.chats.slack.serving import Access, listening, socket
from apps.wiring import Wiring

USERS = """
users:
  engineer: {roles: [quality_engineer], regions: ["*"]}
  maria: {roles: [quality_engineer], regions: [EU], language: de}
  supplier_manager: {roles: [supplier_manager], regions: ["*"]}
"""
CHANNELS = """
ask: Ana
slack:
  people: {U1: engineer, U2: maria, U3: supplier_manager, U9: nobody}
  channels:
    C1: {name: quality, regions: ["*"]}
    C2: {name: quality-eu, regions: [EU], language: de, timezone: Europe/Berlin}
    C3: {name: shared, regions: ["*"], suppliers: [S-0104], external: "true"}
    C4: {name: na, regions: [NA]}
mattermost:
  url: http://127.0.0.1:9
  token_env: MATTERMOST_TOKENS
  people: {m1: engineer}
  channels: {town: {name: town, regions: ["*"]}}
hooks:
  mes:
    secret_env: MES_SECRET
    callback: {url: "http://127.0.0.1:9/answers", secret_env: MES_CALLBACK_SECRET}
    people: {watcher: engineer}
    channels: {cell-7: {name: cell 7, regions: ["*"]}}
"""
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
QUESTION = "How is S-0104 doing?"
Body = dict[str, Any]


@dataclass
class Workspace:
    """A Slack with the app in it."""

    slack: SlackDouble
    heard: Listening
    access: Access

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(
        cls, parts: Wiring, slack: SlackDouble | None = None, ping: float = 2.0
    ) -> AsyncIterator["Workspace"]:
        async with contextlib.AsyncExitStack() as stack:
            if slack is None:
                slack = await stack.enter_async_context(SlackDouble().running())
            access = Access("xoxb-1", "xapp-1", SECRET, slack.api)
            heard = await stack.enter_async_context(listening(parts, access, pace=0.0))
            await stack.enter_async_context(socket(heard, access, ping=ping))
            yield cls(slack, heard, access)

    async def mention(self, text: str, user: str = "U1", channel: str = "C1", **more: Any) -> Body:
        """Write a message that mentions the app; returns the event's payload."""
        payload = mention(text, self.slack.stamp(), user, channel, **more)
        await self.slack.deliver("events_api", payload)
        return payload

    async def write(self, text: str, user: str = "U1", channel: str = "C1", **more: Any) -> None:
        """Write a message."""
        payload = mention(text, self.slack.stamp(), user, channel, **more)
        payload["event"] |= {"type": "message", "text": text}
        await self.slack.deliver("events_api", payload)

    async def until(self, holds: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until something holds that Slack hears nothing of."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.05)

    async def idle(self) -> None:
        """Wait until everything that came in is done."""
        jobs = self.heard.desk.desk.parts.jobs
        await self.until(
            lambda: all(
                one.state == "done" for one in jobs.listed() if one.queue.startswith("chat-")
            )
        )

    async def command(self, text: str, user: str = "U1", channel: str = "C1") -> None:
        body = {"command": "/andon", "text": text, "user_id": user, "channel_id": channel,
                "team_id": TEAM, "trigger_id": self.slack.stamp(), "api_app_id": "A1",
                "response_url": "http://127.0.0.1:9/"}  # fmt: skip
        await self.slack.deliver("slash_commands", body)

    async def press(self, message: Body, number: int, user: str = "U3", **more: Any) -> Body:
        """Press a button of a card."""
        payload = self.pressing(message, number, user, **more)
        await self.slack.deliver("interactive", payload)
        return payload

    def pressing(self, message: Body, number: int, user: str = "U3", **more: Any) -> Body:
        button = buttons(message)[number]
        action = {**button, "action_ts": self.slack.stamp(), "block_id": "b"} | more
        channel = message["channel"]
        return {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM},
            "api_app_id": "A1", "trigger_id": self.slack.stamp(), "channel": {"id": channel},
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
            "actions": [action],
        }  # fmt: skip

    async def submit(self, view: Body, reason: str, user: str = "U3") -> None:
        """Send a form with a reason."""
        values = {"reason": {"reason": {"type": "plain_text_input", "value": reason}}}
        told = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": user},
                "api_app_id": "A1",
                "view": {**view, "id": "V1", "hash": "1", "state": {"values": values}}}  # fmt: skip
        await self.slack.deliver("interactive", told)

    async def open_home(self, user: str) -> None:
        """Open the app's home page."""
        payload = mention("", self.slack.stamp(), user)
        payload["event"] = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home"}
        await self.slack.deliver("events_api", payload)

    async def card(self, *, with_buttons: bool = True) -> Body:
        """The first message of a channel, when it is a card."""
        await self.slack.until(lambda: self.messages())
        (card,) = self.messages()
        assert bool(buttons(card)) == with_buttons
        return card

    def messages(self, channel: str = "C1") -> list[Body]:
        """What stands in a channel, in order."""
        return [one for (where, _), one in self.slack.messages.items() if where == channel]

    def whispers(self) -> list[str]:
        """What was said to one person only."""
        return [shown(one) for one in self.slack.of("chat.postEphemeral")]

    async def answered(self, channel: str = "C1", number: int = 1) -> Body:
        """The message that an answer stands in, when it is there."""
        await self.slack.until(lambda: len(self._done(channel)) >= number)
        return self._done(channel)[number - 1]

    def _done(self, channel: str) -> list[Body]:
        return [one for one in self.messages(channel) if "\nR-" in shown(one)]


def buttons(message: Body) -> list[Body]:
    """The buttons of a message."""
    rows = [one["elements"] for one in message["blocks"] if one["type"] == "actions"]
    return rows[0] if rows else []


def mention(text: str, ts: str, user: str = "U1", channel: str = "C1", **more: Any) -> Body:
    event = {"type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {text}", "ts": ts,
             "channel": channel, "event_ts": ts} | more  # fmt: skip
    return {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": f"Ev{ts}",
            "event_time": 1, "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}]}  # fmt: skip


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Headers by which Slack signs a request."""
    stamp = str(int(time.time() if at is None else at))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}",
            "Content-Type": "application/json"}  # fmt: skip


def form(payload: Body) -> bytes:
    """A payload as Slack posts what was pressed."""
    return urlencode({"payload": json.dumps(payload)}).encode()
