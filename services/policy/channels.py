"""Which chat accounts and channels are linked to what: the channels file, default deny.

Who writes in a chat, and where, decides what may be answered. Both come from this file and never
from the text of a message: an account or a channel that is not in it gets no answer.
"""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, Field, model_validator

from domain.contract import Contract
from domain.errors import BadArgument, OperatorError
from services.policy.access import ANY, ChannelScope
from services.policy.rule_file import RuleFile, rules_in
from services.time_zones import Zone

FILE_NAME = "channels.yaml"
KEEPER = "whoever keeps the channels file"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _a_web_address(value: str) -> str:
    parts = urlsplit(value)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure or not parts.hostname or parts.username or parts.password:
        raise ValueError("write it as https://…, without a secret in it")
    return value


WebAddress = Annotated[str, AfterValidator(_a_web_address)]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""Name of an environment variable that holds a secret."""


class NotLinked(OperatorError):
    """An account or a channel that the channels file does not know."""

    code = "not_linked"
    exit_code = 4


class Channel(Contract):
    """What one channel is for."""

    name: str = Field(min_length=1, max_length=80)
    """Its name, for people."""
    regions: tuple[str, ...] = Field(min_length=1)
    """Regions that it is for; `*` stands for all."""
    suppliers: tuple[str, ...] = (ANY,)
    """Suppliers that it is for; `*` stands for all."""
    language: str | None = None
    """Language of answers (BCP 47); null: that of the question."""
    timezone: Zone = "UTC"
    """Time zone of the moments that are shown (IANA)."""
    external: bool = False
    """True: people of another company read along."""
    approvals: bool = False
    """True: what waits for approval is posted here."""

    @model_validator(mode="after")
    def _outsiders_see_little(self) -> "Channel":
        if self.external and (not self.suppliers or ANY in self.suppliers):
            raise ValueError("an external channel names the suppliers that it is shared with")
        if self.external and self.approvals:
            raise ValueError("approvals are not posted where another company reads along")
        return self

    @property
    def scope(self) -> ChannelScope:
        """How it narrows whoever speaks in it."""
        return ChannelScope(
            name=self.name,
            regions=self.regions,
            suppliers=self.suppliers,
            external=self.external,
        )


class Surface(Contract):
    """People and channels of one way of chatting."""

    people: dict[str, str] = Field(default_factory=dict)
    """User of the users file by chat account."""
    channels: dict[str, Channel] = Field(default_factory=dict)
    """Channels by their id in the chat."""


class Mattermost(Surface):
    """A Mattermost server that asks by slash command or outgoing webhook."""

    url: WebAddress
    """Where the server is; answers go to this host only."""
    token_env: Variable
    """Environment variable with the tokens that it sends, as a,b."""
    bot_env: Variable | None = None
    """Environment variable with the token of a bot, which answers outgoing webhooks; null: only
    slash commands are answered."""


class Callback(Contract):
    """Where answers to a program go."""

    url: WebAddress
    """Address; never taken from a request."""
    secret_env: Variable
    """Environment variable with the secret that signs them."""


class Hook(Surface):
    """A program that asks by signed requests."""

    secret_env: Variable
    """Environment variable with the secret that it signs with."""
    callback: Callback
    """Where its answers go."""


class Channels(Contract):
    """The whole file."""

    ask: str = KEEPER
    """Whom to ask to be linked."""
    slack: Surface = Surface()
    """Slack."""
    mattermost: Mattermost | None = None
    """Mattermost; null: not used."""
    hooks: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,15}$")], Hook] = Field(
        default_factory=dict
    )
    """Programs by name."""

    @classmethod
    def load(cls, path: Path) -> "Channels":
        """Read a channels file; a file that is not there links nobody.

        Raises:
            BadArgument: it cannot be read, is no YAML, or not what it must hold.
        """
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise BadArgument(
                f"channel rules {path}: it cannot be read: {error.strerror}",
                next_step="mend the file's permissions",
                where=(path, None),
            ) from error
        # The base loader reads scalars as text: NO is Norway here, and ids stay as they are.
        return rules_in(raw, RuleFile("channel", path), cls, yaml.BaseLoader)

    def surface(self, name: str) -> Surface:
        """People and channels of `slack`, `mattermost` or `hook-NAME`; of others: none."""
        if name == "slack":
            return self.slack
        if name == "mattermost":
            return self.mattermost or Surface()
        return self.hooks.get(name.removeprefix("hook-"), Surface())

    def user(self, surface: str, account: str) -> str:
        """The user of the users file that a chat account stands for.

        Raises:
            NotLinked: nobody linked it.
        """
        found = self.surface(surface).people.get(account)
        if found is None:
            raise NotLinked(
                "your account is not linked to a user",
                holds="nothing was read, and your words were not kept",
                next_step=f"ask {self.ask} to add {account} to `people` of {surface} in"
                f" {FILE_NAME}",
            )
        return found

    def channel(self, surface: str, channel: str) -> Channel:
        """What a channel is for.

        Raises:
            NotLinked: the file does not say.
        """
        found = self.surface(surface).channels.get(channel)
        if found is None:
            raise NotLinked(
                "this channel is not set up for questions",
                holds="nothing was read, and your words were not kept",
                next_step=f"ask in a direct message, or ask {self.ask} to add {channel} to"
                f" `channels` of {surface} in {FILE_NAME}",
            )
        return found

    def external(self, surface: str, channel: str) -> bool:
        """Whether the file says that people of another company read a channel."""
        found = self.surface(surface).channels.get(channel)
        return found is not None and found.external
