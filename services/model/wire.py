"""What lies between us and a server: a request body goes out, one whole reply comes back.

The rules of a conversation (gate, budget, retries, repair) lie above this line, so they are the
same for a real server and for a script.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from services.model.ledger import Usage
from services.model.message import Json

TokenSink = Callable[[str], None]
"""Told each piece of text as it arrives."""


class RawCall(NamedTuple):
    """A tool call as it came over the wire."""

    id: str
    """Its name; empty if the server gave none."""
    name: str
    """The tool."""
    arguments: str
    """The arguments, which should be a JSON object."""


class WireReply(NamedTuple):
    """A reply as it came over the wire."""

    text: str
    """What was said."""
    calls: tuple[RawCall, ...] = ()
    """Tool calls."""
    cut: bool = False
    """True: it ended at the token limit, not at its own end."""
    usage: Usage | None = None
    """Tokens as the server counted them, if it did."""


class Wire(Protocol):
    """A way to a language model."""

    @property
    def model(self) -> str:
        """Name of the model."""

    @property
    def address(self) -> str:
        """Where it is asked; with the name it tells one server's abilities from another's."""

    async def send(self, body: Json, on_token: TokenSink | None) -> WireReply:
        """Send one request and wait for the whole reply.

        Args:
            body: a chat completions request.
            on_token: told each piece of text; given, the reply is streamed.

        Raises:
            ModelUnreachable, ModelBusy, ModelRejected: there is no reply.
        """

    async def close(self) -> None:
        """Let go of connections."""
