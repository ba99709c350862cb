"""The Bolt app: what Slack sends is written down, then acknowledged, then done elsewhere.

Bolt acknowledges only when a listener has returned, and not at all when it fails. So what could not
be kept is sent again by Slack.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from apps.chats.cards import APPROVE, REJECT
from apps.chats.keeping import keep
from apps.chats.port import ChatDown, Inbound, Place
from apps.chats.rendering import error_said
from apps.chats.slack import reading
from apps.chats.slack.doing import HOME, SlackDesk
from apps.chats.slack.home import reason_form
from domain.errors import AndonError, BadArgument, HubUnavailable

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

Body = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
COMMAND = "/andon"
_LOG = logging.getLogger(__name__)


class Listening:
    """What the app listens to."""

    def __init__(self, desk: SlackDesk, client: "AsyncWebClient", signing_secret: str) -> None:
        self.desk = desk
        self.app = AsyncApp(
            client=client,
            signing_secret=signing_secret or "socket mode signs nothing",
            name="andon",
            process_before_response=True,
        )
        self._background: set[asyncio.Task[None]] = set()
        self.app.event("app_mention")(self._mentioned)
        self.app.event("message")(self._written)
        self.app.event("app_home_opened")(self._home_opened)
        self.app.command(COMMAND)(self._commanded)
        self.app.action(APPROVE)(self._approved)
        self.app.action(REJECT)(self._rejected)
        self.app.view(f"{REJECT}_because")(self._reasoned)

    async def _mentioned(self, body: Body) -> None:
        event = body["event"]
        if not event.get("bot_id"):
            await self._keep(reading.question(event, str(body["event_id"])))

    async def _written(self, body: Body, context: Body) -> None:
        """A message to us alone, or in a thread that we are in; a mention comes as one."""
        event = body["event"]
        written = event.get("subtype") in reading.WRITTEN
        if not written or event.get("bot_id") or not event.get("user"):
            return
        place = reading.place_of(event)
        if not place.direct:
            for_whom = reading.addressed(str(event.get("text", "")), context.get("bot_user_id"))
            if for_whom != "anybody" or not event.get("thread_ts"):
                return
            if not await asyncio.to_thread(self._follows_up, place, str(event["user"])):
                return
        await self._keep(reading.question(event, str(body["event_id"])))

    async def _home_opened(self, body: Body) -> None:
        event = body["event"]
        if event.get("tab", "home") == "home":
            place = Place(surface="slack", channel="", direct=True)
            opened = Inbound(event=str(body["event_id"]), place=place, person=str(event["user"]),
                             text="", what=HOME)  # fmt: skip
            await self._keep(opened, quick=True)

    async def _commanded(self, body: Body, ack: Ack) -> None:
        inbound = reading.command(body)
        await self._keep(inbound, quick=inbound.fields["name"] != "ask")
        await ack()

    async def _approved(self, body: Body, action: Body, ack: Ack) -> None:
        await self._keep(reading.click(body, action), quick=True)
        await ack()

    async def _rejected(self, body: Body, action: Body, ack: Ack) -> None:
        """Ask for the reason; the form lives three seconds, so it is opened here and now."""
        await ack()
        inbound = reading.click(body, action)
        place = inbound.place
        where = f"channel={place.channel};thread={place.thread or ''}"
        form = reason_form(self.desk.language(inbound), str(action["value"]), where)
        try:
            await self.app.client.views_open(trigger_id=str(body["trigger_id"]), view=form)
        except (SlackApiError, OSError, TimeoutError) as error:
            _LOG.warning("the form cannot be opened: %s", error)
            failed = BadArgument(
                "Slack did not open the form for your reason",
                holds="nothing was decided",
                next_step="press the button again",
            )
            self._say_later(inbound, failed)

    async def _reasoned(self, body: Body, ack: Ack) -> None:
        await self._keep(reading.reason_given(body), quick=True)
        await ack()

    def _follows_up(self, place: Place, person: str) -> bool:
        """Whether somebody whom we know writes on in a thread that we are in."""
        desk = self.desk.desk
        if not desk.posts.in_thread(place.surface, place.channel, str(place.thread)):
            return False
        with contextlib.suppress(HubUnavailable):  # they hear so, as whoever asks does
            return person in desk.speakers.channels().surface(place.surface).people
        return True

    async def _keep(self, inbound: Inbound, *, quick: bool = False) -> None:
        await asyncio.to_thread(keep, self.desk.desk, inbound, quick=quick)

    def _say_later(self, inbound: Inbound, error: AndonError) -> None:
        async def say() -> None:
            try:
                said = error_said(error, self.desk.language(inbound))
                await self.desk.talk.whisper(inbound.place, inbound.person, said)
            except ChatDown as down:
                _LOG.warning("nobody heard that %s: %s", error.message, down.message)

        task = asyncio.create_task(say())
        self._background.add(task)
        task.add_done_callback(self._background.discard)
