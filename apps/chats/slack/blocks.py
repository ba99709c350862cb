"""A message as Slack blocks: inert, within Slack's limits, with a mark where something is left out.

Everything stands in `plain_text` or in `rich_text` elements of kind `text`, in which Slack reads no
mention, link or markup; only the line for notifications has to be escaped.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from apps.chats.port import Button, Said, Words
from apps.chats.wording import phrase
from services.messaging.neutral import FIRST_STRONG_ISOLATE, POP_ISOLATE, RIGHT_TO_LEFT

MOST_BLOCKS, MOST_HOME_BLOCKS = 50, 100
LONGEST_SECTION, LONGEST_HEADING, LONGEST_TEXT = 3_000, 150, 40_000
LONGEST_BUTTON = 75
LINES_A_BLOCK = 12
"""Lines that share a section, so that it can be read."""
Block = dict[str, Any]
_MENTION = re.compile(r"@(?=[\w.-])")
_ISOLATES = re.compile("[\u2066-\u2069\u202a-\u202e]")
_COMMAND = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NAME = re.compile(r"[A-Za-z0-9][\w./:-]*[\w]")


class Fitted(NamedTuple):
    """A message as Slack takes it."""

    blocks: list[Block]
    """At most as many as fit."""
    text: str
    """For notifications, and for those who cannot see blocks."""
    whole: bool
    """False: something is left out, and it says so."""


def fitted(said: Said, most: int = MOST_BLOCKS) -> Fitted:
    """A message within the limits; buttons always fit, except beneath what is cut.

    Nobody approves what they cannot read whole, so a message that is cut has no buttons.

    Source: Block Kit and chat.postMessage reference of Slack's developer documentation, 2026.
    """
    blocks = list(_blocks(said))
    buttons = [_buttons(said.buttons)] if said.buttons else []
    whole = len(blocks) + len(buttons) <= most
    if whole:
        blocks += buttons
    else:
        left = len(blocks) - (most - 1)
        marker = phrase(said.language, "left_out", count=left, where=said.rest)
        blocks = [*blocks[: most - 1], _plain_section(f"… {marker}")]
    text = escaped(_cut(inert(said.summary, said.language), LONGEST_TEXT // 10))
    return Fitted(blocks, text or "…", whole)


def inert(text: str, language: str = "en") -> str:
    """Words that ring nobody and turn no line around."""
    plain = _COMMAND.sub(" ", _ISOLATES.sub("", text))
    plain = _MENTION.sub("\uff20", plain).replace("://", ": //")
    if language.split("-")[0] not in RIGHT_TO_LEFT:
        return plain
    return _NAME.sub(lambda found: f"{FIRST_STRONG_ISOLATE}{found[0]}{POP_ISOLATE}", plain)


def escaped(text: str) -> str:
    """Text for where Slack reads markup: none of it is markup then."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.translate(_SIGNS)


_SIGNS = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "'"})


def plain(text: str, longest: int) -> Block:
    """A text object in which nothing is markup."""
    return {"type": "plain_text", "text": _cut(text, longest), "emoji": False}


def _blocks(said: Said) -> Iterator[Block]:
    lines: list[str] = []
    for one in said.parts:
        text = inert(one.text, said.language)
        if one.kind == "text" and _room(lines, text):
            lines.append(text)
            continue
        yield from _flushed(lines)
        lines = [text] if one.kind == "text" else []
        if one.kind != "text":
            yield from _special(Words(text, one.kind))
    yield from _flushed(lines)


def _room(lines: list[str], text: str) -> bool:
    together = sum(len(line) + 1 for line in lines) + len(text)
    return together <= LONGEST_SECTION and len(lines) < LINES_A_BLOCK


def _flushed(lines: list[str]) -> Iterator[Block]:
    text = "\n".join(lines)
    for start in range(0, len(text), LONGEST_SECTION):
        piece = text[start : start + LONGEST_SECTION]
        if piece.strip():
            yield _plain_section(piece)


def _special(one: Words) -> Iterator[Block]:
    if one.kind == "heading":
        bold = {"type": "text", "text": _cut(one.text, LONGEST_HEADING), "style": {"bold": True}}
        line = {"type": "rich_text_section", "elements": [bold]}
        yield {"type": "rich_text", "elements": [line]}
    elif one.kind == "quiet":
        yield {"type": "context", "elements": [plain(one.text, LONGEST_SECTION)]}
    else:
        for start in range(0, len(one.text), LONGEST_SECTION):
            piece = {"type": "text", "text": one.text[start : start + LONGEST_SECTION]}
            exact = {"type": "rich_text_preformatted", "elements": [piece]}
            yield {"type": "rich_text", "elements": [exact]}


def _plain_section(text: str) -> Block:
    return {"type": "section", "text": plain(text, LONGEST_SECTION)}


def _buttons(buttons: tuple[Button, ...]) -> Block:
    return {"type": "actions", "elements": [_button(one) for one in buttons]}


def _button(one: Button) -> Block:
    body: Block = {
        "type": "button",
        "action_id": one.action,
        "value": one.value,
        "text": plain(one.label, LONGEST_BUTTON),
    }
    return {**body, "style": one.style} if one.style else body


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
