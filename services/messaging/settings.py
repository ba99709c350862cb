"""What `messaging.yaml` says: ways out, and who is told in which language at which hour."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from domain.contract import Contract
from services.messaging.mail import is_address
from services.messaging.smtp import Security
from services.time_zones import Zone

LANGUAGES = ("en", "zh", "de", "fr", "es", "pt", "ja", "ar", "pl")
"""Languages that messages and digests are written in (ISO 639-1)."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _a_language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"there is no such language; there are: {', '.join(LANGUAGES)}")
    return value


def _a_cron(value: str) -> str:
    from datetime import UTC, datetime

    from cronsim import CronSim, CronSimError

    try:
        CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"this is no cron expression: {error}") from error
    return value


def _a_mailbox(value: str) -> str:
    if not is_address(value):
        raise ValueError("this is no mail address")
    return value


def _a_web_address(value: str) -> str:
    parts = urlsplit(value)
    secure = parts.scheme == "https" or parts.hostname in _LOOPBACK
    if parts.scheme not in ("http", "https") or not parts.hostname or not secure:
        raise ValueError("write it as https://…; plain http goes to this machine only")
    if parts.username or parts.password:
        raise ValueError("a secret does not belong in an address")
    return value


Language = Annotated[str, AfterValidator(_a_language)]
Cron = Annotated[str, AfterValidator(_a_cron)]
Mailbox = Annotated[str, AfterValidator(_a_mailbox)]
WebAddress = Annotated[str, AfterValidator(_a_web_address)]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""Name of an environment variable that holds a secret."""
Seconds = Annotated[float, Field(gt=0, le=300)]
Targets = Annotated[tuple[str, ...], Field(min_length=1)]


class ConsoleEntry(Contract):
    """Shows messages where the process runs."""

    kind: Literal["console"]
    """Console."""


class FileEntry(Contract):
    """Keeps messages as files."""

    kind: Literal["file"]
    """File."""
    folder: Path
    """Folder, from the state folder on if it is relative."""


class SmtpEntry(Contract):
    """Sends mails."""

    kind: Literal["smtp"]
    """SMTP."""
    host: str = Field(min_length=1)
    """Mail server."""
    port: int = Field(ge=1, le=65535)
    """Its port: 587 with starttls, 465 with tls, 25 without either."""
    security: Security
    """How the connection is encrypted."""
    sender: Mailbox
    """Address that mails come from."""
    to: tuple[Mailbox, ...] = ()
    """Receivers of messages that name none."""
    user: str | None = None
    """Who logs in."""
    password_env: Variable | None = None
    """Environment variable with the password."""
    ca_file: Path | None = None
    """Certificates to trust in place of the system's (PEM)."""
    timeout_s: Seconds = 30.0
    """Longest wait for one answer (s)."""

    @model_validator(mode="after")
    def _log_in_is_whole(self) -> "SmtpEntry":
        if (self.user is None) != (self.password_env is None):
            raise ValueError("`user` and `password_env` go together")
        if self.user is not None and self.security == "none":
            raise ValueError("a password is not sent over a connection without encryption")
        return self


class WebhookEntry(Contract):
    """Posts to a program."""

    kind: Literal["webhook"]
    """Webhook."""
    url: WebAddress
    """Where to post."""
    secret_env: Variable
    """Environment variable with the secret that signs."""
    timeout_s: Seconds = 10.0
    """Longest wait for the answer (s)."""


class SlackEntry(Contract):
    """Posts into a Slack channel."""

    kind: Literal["slack"]
    """Slack."""
    channel: str = Field(pattern=r"^[A-Z0-9]{2,40}$")
    """Id of the channel."""
    token_env: Variable = "SLACK_BOT_TOKEN"
    """Environment variable with the app's token."""
    timeout_s: Seconds = 10.0
    """Longest wait for an answer (s)."""


class MattermostEntry(Contract):
    """Posts into a Mattermost channel."""

    kind: Literal["mattermost"]
    """Mattermost."""
    url_env: Variable
    """Environment variable with the address of the channel's incoming webhook, a secret."""
    timeout_s: Seconds = 10.0
    """Longest wait for an answer (s)."""


Entry = Annotated[
    ConsoleEntry | FileEntry | SmtpEntry | WebhookEntry | SlackEntry | MattermostEntry,
    Field(discriminator="kind"),
]


class Sender(Contract):
    """Who signs letters."""

    company: str = Field(min_length=1, max_length=120)
    """Name of the company."""
    contact: str = Field(min_length=1, max_length=120)
    """Person or desk that answers."""


class Default(Contract):
    """What holds where a region or a site says nothing of its own."""

    language: Language
    """Language (ISO 639-1)."""
    timezone: Zone
    """Time zone (IANA)."""
    digest: Targets
    """Targets of digests."""
    page: Targets
    """Targets of pages: a danger that somebody has to know of at once."""
    triage: Cron
    """When the field is read, in local time."""
    watch: Cron
    """When the factory is watched, in local time."""


class RegionEntry(Contract):
    """What one region says; the rest is as in `default`."""

    language: Language | None = None
    """Language (ISO 639-1)."""
    timezone: Zone | None = None
    """Time zone (IANA)."""
    digest: Targets | None = None
    """Targets of digests."""
    page: Targets | None = None
    """Targets of pages."""
    triage: Cron | None = None
    """When the field is read, in local time."""


class SiteEntry(Contract):
    """What one site says; the rest is as in `default`."""

    language: Language | None = None
    """Language (ISO 639-1)."""
    timezone: Zone | None = None
    """Time zone (IANA)."""
    digest: Targets | None = None
    """Targets of digests."""
    page: Targets | None = None
    """Targets of pages."""
    watch: Cron | None = None
    """When the factory is watched, in local time."""


class Settings(Contract):
    """The whole file."""

    sender: Sender
    """Who signs letters."""
    targets: dict[str, Entry] = Field(min_length=1)
    """Ways out by name."""
    suppliers: str
    """Target of messages to suppliers; their addresses come from the supplier master."""
    default: Default
    """What holds where nothing else is said."""
    regions: dict[str, RegionEntry] = Field(default_factory=dict)
    """Regions by name."""
    sites: dict[str, SiteEntry] = Field(default_factory=dict)
    """Sites by id."""
