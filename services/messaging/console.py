"""Messages shown to whoever watches the process."""

import unicodedata
from collections.abc import Callable

from domain.records.message import Message
from services.messaging.target import Receipt


class ConsoleTarget:
    """Writes each message as text; a repeat is shown again."""

    def __init__(self, name: str, write: Callable[[str], None]) -> None:
        """A target that shows messages.

        Args:
            name: its name in `messaging.yaml`.
            write: takes the text of one message.
        """
        self._name = name
        self._write = write

    def send(self, message: Message) -> Receipt:
        """Show a message."""
        head = f"[{message.kind}] {message.subject}"
        to = f"\n-> {', '.join(message.to)}" if message.to else ""
        self._write(_printable(f"{head}{to}\n\n{message.text}\n"))
        return Receipt(self._name, message.key, "shown")


def _printable(text: str) -> str:
    """The text without characters that would steer a terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
