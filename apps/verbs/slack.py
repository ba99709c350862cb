"""`andon slack`: the process that answers in Slack."""

import asyncio
import contextlib
import logging
import os
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import HubOption, wiring
from apps.render import ERR
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.chats.slack.serving import Access
    from apps.wiring import Wiring

HttpOption = Annotated[
    bool, typer.Option("--http", help="Be called by signed HTTP; default: open a socket.")
]
HostOption = Annotated[str, typer.Option("--host", help="Address to listen on; with --http.")]
PortOption = Annotated[int, typer.Option("--port", help="Port to listen on; with --http.")]


def slack(
    http: HttpOption = False,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8081,
    hub: HubOption = None,
) -> None:
    """Answer in Slack until it is stopped; what runs then is finished.

    Who may ask where is in `channels.yaml` beside the users file. From the environment:
    SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for the socket or SLACK_SIGNING_SECRET for HTTP. What was
    approved is carried out by `andon worker`.
    """
    needed = "SLACK_SIGNING_SECRET" if http else "SLACK_APP_TOKEN"
    secrets = {name: os.environ.get(name, "") for name in ("SLACK_BOT_TOKEN", needed)}
    for name, value in secrets.items():
        if not value:
            raise BadArgument(
                f"{name} is not set", next_step="take it from the settings of your Slack app"
            )
    try:
        from apps.chats.slack.serving import Access
    except ModuleNotFoundError as error:
        raise BadArgument(
            f"Slack needs a package that is not installed: {error.name}",
            next_step="install `andon[slack]`",
        ) from error
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    bot = secrets["SLACK_BOT_TOKEN"]
    if http:
        access = Access(bot, signing_secret=secrets[needed])
        asyncio.run(_serve(wiring(hub).open_shared(), access, (host, port)))
    else:
        asyncio.run(_serve(wiring(hub).open_shared(), Access(bot, secrets[needed]), None))


async def _serve(parts: "Wiring", access: "Access", address: tuple[str, int] | None) -> None:
    from apps.chats.slack.serving import PATH, http, listening, socket

    serving, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert serving is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):  # also while Slack is not reached yet
        async with listening(parts, access) as heard:
            door = http(heard, *address) if address else socket(heard, access)
            async with door:
                where = f"on http://{address[0]}:{address[1]}{PATH}" if address else "by a socket"
                ERR.print(f"listening {where}", markup=False)
                await asyncio.Event().wait()
