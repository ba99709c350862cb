"""The ways out of one messaging file, opened, behind one function."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, assert_never

from domain.errors import BadArgument
from domain.records.message import Message
from services.messaging.console import ConsoleTarget
from services.messaging.folder import FolderTarget
from services.messaging.mattermost import IncomingHook, MattermostTarget
from services.messaging.settings import (
    ConsoleEntry,
    Entry,
    FileEntry,
    MattermostEntry,
    Settings,
    SlackEntry,
    SmtpEntry,
    WebhookEntry,
)
from services.messaging.slack import Room, SlackTarget
from services.messaging.smtp import MailServer, SmtpTarget
from services.messaging.target import DeliveryFailed, Receipt, Target
from services.messaging.webhook import Webhook, WebhookTarget


def _nobody(surface: str, channel: str) -> bool:
    del surface, channel
    return False


class Surroundings(NamedTuple):
    """What the targets need of the machine; only the wiring knows it."""

    state: Path
    """Folder from which relative folders count."""
    secret: Callable[[str], str | None]
    """The value of an environment variable, or None."""
    now: Callable[[], datetime]
    """The clock (aware)."""
    write: Callable[[str], None]
    """Shows a text to whoever watches the process."""
    outside: Callable[[str, str], bool] = _nobody
    """Whether people of another company read a channel of a chat."""


class Messenger:
    """Sends each message by the target that it names."""

    def __init__(self, targets: dict[str, Target]) -> None:
        self._targets = targets

    @classmethod
    def open(cls, settings: Settings, around: Surroundings) -> "Messenger":
        """Open every target of the settings; nothing is connected to yet.

        Raises:
            BadArgument: a secret or a file of certificates that a target needs is not there.
        """
        return cls({name: _opened(name, one, around) for name, one in settings.targets.items()})

    def send(self, message: Message) -> Receipt:
        """Send a message; handing over the same one again does no harm.

        Raises:
            DeliveryFailed: it was not taken, or its target is in the settings no longer.
        """
        target = self._targets.get(message.target)
        if target is None:
            reason = f"the messaging file has no target {message.target!r} any more"
            raise DeliveryFailed(reason, retryable=False)
        return target.send(message)


def _opened(name: str, entry: Entry, around: Surroundings) -> Target:
    match entry:
        case ConsoleEntry():
            return ConsoleTarget(name, around.write)
        case FileEntry():
            return FolderTarget(name, around.state / entry.folder)
        case SmtpEntry():
            server = _mail_server(name, entry, around)
            return SmtpTarget(name, server, sender=entry.sender, to=entry.to, now=around.now)
        case WebhookEntry():
            secret = _secret(name, entry.secret_env, around)
            return WebhookTarget(name, Webhook(entry.url, secret, entry.timeout_s), around.now)
        case SlackEntry():
            token = _secret(name, entry.token_env, around)
            room = Room(entry.channel, token, entry.timeout_s)
            return SlackTarget(name, room, around.now, around.outside)
        case MattermostEntry():
            url = _secret(name, entry.url_env, around)
            return MattermostTarget(name, IncomingHook(url, entry.timeout_s), around.now)
    assert_never(entry)


def _mail_server(name: str, entry: SmtpEntry, around: Surroundings) -> MailServer:
    if entry.ca_file is not None and not entry.ca_file.is_file():
        raise BadArgument(
            f"target {name!r}: there is no file of certificates at {entry.ca_file}",
            holds="nothing was sent",
            next_step="correct `ca_file`, or leave it out to trust the system's",
        )
    return MailServer(
        host=entry.host,
        port=entry.port,
        security=entry.security,
        timeout_s=entry.timeout_s,
        ca_file=entry.ca_file,
        user=entry.user,
        password=_secret(name, entry.password_env, around) if entry.password_env else "",
    )


def _secret(name: str, variable: str, around: Surroundings) -> str:
    value = around.secret(variable)
    if not value:
        raise BadArgument(
            f"target {name!r} needs the environment variable {variable}, which is not set",
            holds="nothing was sent",
            next_step=f"set {variable}, or take the target out of the messaging file",
        )
    return value
