"""What comes in is written down before anybody is told that it came, and done from there.

A chat that hears nothing sends the same again, to this process or another; the event's name makes
it one job. Nothing is thrown away for being sent again: the first one may never have arrived.
"""

from typing import TYPE_CHECKING

from apps.chats.port import Inbound
from services.jobs.job import LONGEST_KEY

if TYPE_CHECKING:
    from apps.wiring import Wiring

LONGEST_TEXT = 4_000
"""Characters of a message that are read (count)."""


def queue_of(surface: str, *, quick: bool = False) -> str:
    """The queue of what comes by one chat; what is quick does not stand behind long questions."""
    return f"chat-{surface}{'-quick' if quick else ''}"


def receive(parts: "Wiring", inbound: Inbound, *, quick: bool = False) -> bool:
    """Keep what came in until it is done; false if it came before.

    Args:
        parts: the program's parts.
        inbound: what came; its text may still hold personal strings.
        quick: whether it is done in a moment, as a click is.

    Raises:
        SQLAlchemyError: it could not be kept, so the chat must not be told that it was.
    """
    text = parts.without_personal(inbound.text[:LONGEST_TEXT])
    kept = inbound.model_copy(update={"text": text})
    queue = queue_of(inbound.place.surface, quick=quick)
    payload = kept.model_dump(mode="json")
    return parts.jobs.enqueue(kept.key[:LONGEST_KEY], parts.now(), queue, payload)
