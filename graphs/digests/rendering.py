"""One digest in a language, as text, as a page and as blocks."""

from typing import Any, NamedTuple

from domain.records.digest import Digest
from domain.records.message import Message
from graphs.digests.document import plain
from graphs.digests.page import as_page
from graphs.digests.plain_text import as_text
from graphs.digests.sections import document
from graphs.digests.slack import as_blocks
from services.messaging.rendering import ENGLISH, Receiver, written_in


class RenderedDigest(NamedTuple):
    """A digest, ready to be sent."""

    subject: str
    """One line."""
    text: str
    """Plain text."""
    html: str
    """A page."""
    blocks: tuple[dict[str, Any], ...]
    """Slack blocks."""
    language: str
    """Language that it is written in (ISO 639-1)."""
    language_known: bool
    """False: the language that was asked for has no words, and this is English instead."""

    def message(self, receiver: Receiver, *, key: str) -> Message:
        """The message that carries it.

        Args:
            receiver: by which way and to whom.
            key: names it for good: place, period and run.
        """
        return Message(
            key=key,
            kind="digest",
            target=receiver.target,
            to=receiver.to,
            subject=self.subject,
            text=self.text,
            html=self.html,
            blocks=self.blocks,
            language=self.language,
        )


def render_digest(digest: Digest, language: str) -> RenderedDigest:
    """Write a digest in a language (BCP 47; only its first part counts), else in English."""
    written = written_in(language)
    words = document(digest, written or ENGLISH)
    return RenderedDigest(
        subject=plain(words.title),
        text=as_text(words),
        html=as_page(words),
        blocks=as_blocks(words),
        language=words.language,
        language_known=written is not None,
    )
