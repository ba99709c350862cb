"""A digest as plain text, for mail and terminal."""

from collections.abc import Iterator

from graphs.digests.document import Document, Line, Parts, plain
from services.messaging.neutral import isolated

BETWEEN = " · "


def as_text(document: Document) -> str:
    """The whole document; nothing is left out."""
    return "\n".join(_lines(document)) + "\n"


def spoken(parts: Parts, language: str) -> str:
    """Parts as text, names and figures kept apart from the direction of the words."""
    return "".join(
        part.text if part.kind == "words" else isolated(part.text, language) for part in parts
    )


def entry(line: Line, language: str) -> str:
    """One entry on one line, and its quote on the next."""
    text = spoken(line.head, language)
    if line.details:
        text += f": {BETWEEN.join(spoken(detail, language) for detail in line.details)}"
    return f"{text}\n  {spoken(line.quote, language)}" if line.quote else text


def _lines(document: Document) -> Iterator[str]:
    language = document.language
    title = spoken(document.title, language)
    yield title
    yield "=" * min(len(plain(document.title)), 72)
    for sentence in document.lead:
        yield spoken(sentence, language)
    for section in document.sections:
        yield ""
        yield spoken(section.heading, language)
        for line in section.lines:
            yield f"- {entry(line, language)}"
    yield ""
    for sentence in document.foot:
        yield spoken(sentence, language)
