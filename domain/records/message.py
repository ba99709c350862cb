"""What goes out: a whole message with its receivers, exactly as it is kept, shown and sent."""

from typing import Any

from pydantic import Field

from domain.contract import Contract


class Message(Contract):
    """One message for one target; nothing of it is worked out again when it is sent."""

    key: str = Field(min_length=1, max_length=200)
    """Names the message for good: the same key again is the same message, sent once."""
    kind: str
    """What sort of message it is: a kind of template, or `digest`."""
    target: str
    """Name of the target in `messaging.yaml`."""
    to: tuple[str, ...]
    """Addresses from master data; empty: those that the target's entry names."""
    subject: str
    """One line."""
    text: str
    """The message as plain text."""
    html: str | None = None
    """The same as a page."""
    blocks: tuple[dict[str, Any], ...] | None = None
    """The same as blocks of a chat (Slack's form)."""
    language: str
    """Language of the words (BCP 47)."""
