"""What every chat has in common: what comes in, and the few things that can be done in it.

A question goes the same way whatever chat it came by; a chat only says how its messages look.
"""

from typing import Any, NamedTuple, Protocol

from domain.contract import Contract
from domain.errors import OperatorError

DELETED = "message_not_found"
"""Why a message cannot be changed that somebody deleted."""


class Place(Contract):
    """Where something is said."""

    surface: str
    """The way of chatting: `slack`, `mattermost`, `hook-NAME`."""
    channel: str
    """Id of the channel in the chat."""
    thread: str | None = None
    """The message that is answered; null: the channel itself."""
    direct: bool = False
    """Whether nobody but one person and we read it."""


class Inbound(Contract):
    """What somebody said or did, as it is kept until it is worked on."""

    event: str
    """Names it for good: the same again is the same."""
    place: Place
    """Where."""
    person: str
    """Account of the person in the chat."""
    text: str
    """Their words, with tokens in place of personal strings."""
    what: str = "ask"
    """What is wanted: `ask`, a command, or a click."""
    fields: dict[str, str] = {}
    """What came with it, by name."""

    @property
    def key(self) -> str:
        """Its key among jobs and posts."""
        return f"chat:{self.place.surface}:{self.event}"


class Words(NamedTuple):
    """A piece of what is said."""

    text: str
    """The words, inert nowhere yet: each chat makes them so."""
    kind: str = "text"
    """`heading`, `text`, `quiet` (small) or `exact` (to be shown as it is)."""


class Button(NamedTuple):
    """Something to press; a chat without buttons leaves it out."""

    action: str
    """What it does."""
    label: str
    """What it says."""
    value: str
    """What it does it to."""
    style: str = ""
    """`primary`, `danger` or none."""


class Said(NamedTuple):
    """A whole message."""

    parts: tuple[Words, ...]
    """Its pieces in order."""
    language: str = "en"
    """Language of its words (BCP 47)."""
    rest: str = ""
    """Where to read what does not fit."""
    buttons: tuple[Button, ...] = ()
    """What can be pressed beneath it."""
    body: dict[str, Any] | None = None
    """The same for programs, such as `andon.answer/1`."""

    @property
    def summary(self) -> str:
        """Its first words, for a notification."""
        return next((one.text for one in self.parts if one.text), "")


class Picture(NamedTuple):
    """A chart."""

    name: str
    """File name."""
    title: str
    """What it shows, in words, also for those who do not see it."""
    png: bytes
    """The picture."""


class ChatDown(OperatorError):
    """A chat did not take what was said; it is tried again."""

    code = "chat_unavailable"
    exit_code = 5

    def __init__(self, message: str, wait_s: float = 0.0, *, reason: str = "") -> None:
        super().__init__(message, holds="what was found is kept", next_step="it is tried again")
        self.wait_s = wait_s
        """How long the chat asked to wait (s)."""
        self.reason = reason
        """What the chat called it."""


class Outbound(Protocol):
    """The ways to say something in a chat."""

    pace: float | None
    """Time between two changes of a message while the work goes on (s); null: it cannot change."""

    async def find(self, place: Place, key: str) -> str | None:
        """The name of the message that was posted under a key; none if it cannot be found.

        Raises:
            ChatDown: the chat does not answer.
        """

    async def say(self, place: Place, key: str, said: Said) -> str:
        """Post a message that bears a key; returns its name in the chat.

        Raises:
            ChatDown: it was not taken.
        """

    async def update(self, place: Place, message: str, said: Said, *, patient: bool = True) -> None:
        """Put other words into a message.

        Args:
            place: where it stands.
            message: its name.
            said: the new words.
            patient: whether to try again where the chat is busy.

        Raises:
            ChatDown: it was not taken.
        """

    async def whisper(self, place: Place, person: str, said: Said) -> None:
        """Say something that only one person sees.

        Raises:
            ChatDown: it was not taken.
        """

    async def picture(self, place: Place, picture: Picture) -> None:
        """Show a picture.

        Raises:
            ChatDown: it was not taken.
        """
