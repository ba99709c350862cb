"""A process that serves Slack: by a socket that it opens itself, or by signed HTTP."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from apps.chats.asking import Desk
from apps.chats.slack.app import Listening
from apps.chats.slack.doing import SlackDesk
from apps.chats.slack.talking import PACE, SlackTalk, refusal
from apps.chats.working import ChatWorkers
from domain.errors import BadArgument
from services.policy.channels import FILE_NAME, Channels

if TYPE_CHECKING:
    from apps.wiring import Wiring

PATH = "/slack/events"
API = "https://slack.com/api/"
_LOG = logging.getLogger(__name__)


class Access(NamedTuple):
    """What Slack gave us to come in by."""

    bot_token: str
    """Token of the app's bot (`xoxb-…`)."""
    app_token: str = ""
    """Token for sockets (`xapp-…`); empty: no socket."""
    signing_secret: str = ""
    """Secret that Slack signs requests with; empty: no HTTP."""
    api: str = API
    """Where Slack's Web API is."""


@contextlib.asynccontextmanager
async def listening(
    parts: "Wiring", access: Access, *, pace: float = PACE
) -> AsyncIterator[Listening]:
    """The app with its workers and its watch over cards, for the length of the block.

    Args:
        parts: the program's parts, opened for many askers.
        access: tokens and secrets.
        pace: time between two changes of one message (s).

    Raises:
        BadArgument: the channels file is wrong, or Slack does not take the bot's token.
    """
    Channels.load(parts.settings.config / FILE_NAME)
    client = AsyncWebClient(token=access.bot_token, base_url=access.api)
    await _let_in("SLACK_BOT_TOKEN", client.auth_test())
    desk = SlackDesk(Desk.of(parts), SlackTalk(client, pace=pace))
    workers = ChatWorkers(parts, ("slack",), desk.do)
    workers.start()
    watch = asyncio.create_task(desk.cards.keep_looking())
    try:
        yield Listening(desk, client, access.signing_secret)
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await workers.stop()


@contextlib.asynccontextmanager
async def socket(heard: Listening, access: Access, ping: float = 10.0) -> AsyncIterator[None]:
    """Slack's socket, opened again when it drops, for the length of the block.

    Args:
        heard: the app.
        access: tokens.
        ping: time between two signs of life (s).

    Raises:
        BadArgument: Slack does not take the app's token.
    """
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    client = AsyncWebClient(token=access.bot_token, base_url=access.api)
    await _let_in("SLACK_APP_TOKEN", client.apps_connections_open(app_token=access.app_token))
    handler = AsyncSocketModeHandler(
        heard.app, access.app_token, web_client=client, ping_interval=ping
    )
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@contextlib.asynccontextmanager
async def http(heard: Listening, host: str, port: int) -> AsyncIterator[int]:
    """Signed HTTP at `PATH`, for the length of the block; gives the port.

    Raises:
        BadArgument: nothing can listen there.
    """
    from aiohttp import web

    server = heard.app.server(port=port, path=PATH, host=host)
    runner = web.AppRunner(server.web_app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        try:
            await site.start()
        except OSError as error:
            raise BadArgument(
                f"nothing can listen on {host}:{port}: {error.strerror}",
                next_step="choose another --host or --port",
            ) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _let_in(name: str, asked: Awaitable[object]) -> None:
    """Make sure that Slack knows a token; a Slack that is away or busy may come back."""
    try:
        await asked
    except SlackApiError as error:
        reason = refusal(error).reason
        if reason:
            raise BadArgument(
                f"Slack does not take {name}: {reason}",
                next_step="take the token again from the settings of your Slack app",
            ) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        _LOG.warning("Slack cannot be reached yet (%s)", type(error).__name__)
