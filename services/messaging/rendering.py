"""Letters and notes in the reader's language, and the messages that carry them."""

from typing import NamedTuple

from domain.records.message import Message
from domain.records.proposal import Letter
from services.messaging.contents import CONTENTS, Content, Kind
from services.messaging.filling import fill, page
from services.messaging.settings import LANGUAGES

ENGLISH = "en"


class Rendered(NamedTuple):
    """The words of a message, ready to be shown, approved or sent."""

    subject: str
    """One line."""
    text: str
    """Plain text."""
    html: str | None
    """The same as a page."""
    language: str
    """Language that it is written in (ISO 639-1)."""
    language_known: bool
    """False: the language that was asked for has no templates, and this is English instead."""

    @property
    def letter(self) -> Letter:
        """The words that a person approves; the page follows from them."""
        return Letter(language=self.language, subject=self.subject, text=self.text)


class Receiver(NamedTuple):
    """By which way a message goes, and to whom."""

    target: str
    """Name of the target."""
    to: tuple[str, ...] = ()
    """Addresses from master data; none: those that the target's entry names."""


def render(kind: Kind, language: str, content: Content) -> Rendered:
    """Write a message.

    Args:
        kind: what sort of message.
        language: the reader's (BCP 47; only its first part counts).
        content: what it has to say, of the type that `CONTENTS` names for the kind.

    Raises:
        TypeError: the content is that of another kind.
    """
    if type(content) is not CONTENTS[kind]:
        raise TypeError(f"{kind} needs {CONTENTS[kind].__name__}, not {type(content).__name__}")
    written = written_in(language)
    values = {name: getattr(content, name) for name in type(content).model_fields}
    letter = fill(kind, written or ENGLISH, values)
    return Rendered(letter.subject, letter.text, page(letter), letter.language, written is not None)


def written_in(language: str) -> str | None:
    """The language with templates that a reader's language (BCP 47) stands for; None if none."""
    primary = language.replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else None


def message_of(letter: Letter, receiver: Receiver, *, kind: str, key: str) -> Message:
    """The message that carries a letter, word for word.

    Args:
        letter: the words, as they were approved.
        receiver: by which way and to whom.
        kind: what sort of message it is.
        key: names it for good.
    """
    return Message(
        key=key,
        kind=kind,
        target=receiver.target,
        to=receiver.to,
        subject=letter.subject,
        text=letter.text,
        html=page(letter),
        language=letter.language,
    )
